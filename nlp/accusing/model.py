"""How much a text sounds like an accusation of whoever it names: a sum of weights, each of which can be read."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from math import sqrt
from pathlib import Path

WEIGHTS = Path(__file__).with_name("weights.csv")
_SETTINGS = ("start", "unclear", "clear", "letter")


@dataclass(frozen=True, slots=True)
class Model:
    """Weights of features and the scores from which a text is sealed."""

    weights: Mapping[str, float]
    start: float
    unclear: float
    """From here on it is sealed, and a person looks."""
    clear: float
    letter: float
    """From here on a piece of a long letter counts."""

    def score(self, found: Iterable[str]) -> float:
        known = [self.weights[each] for each in found if each in self.weights]
        return self.start + sum(known) / (sqrt(len(known)) or 1.0)


@cache
def shipped_model() -> Model:
    with WEIGHTS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    settings = {row["text"]: float(row["weight"]) for row in rows if row["kind"] == "setting"}
    weights = {row["text"]: float(row["weight"]) for row in rows if row["kind"] == "feature"}
    return Model(weights, *(settings[name] for name in _SETTINGS))


def write_model(path: Path, model: Model) -> None:
    """Write a model as a sheet that can be read, what speaks most for an accusation first."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("kind", "text", "weight"))
        for name in _SETTINGS:
            writer.writerow(("setting", name, f"{getattr(model, name):.2f}"))
        ranked = sorted(model.weights.items(), key=lambda pair: (-pair[1], pair[0]))
        writer.writerows(("feature", text, f"{weight:.2f}") for text, weight in ranked)
