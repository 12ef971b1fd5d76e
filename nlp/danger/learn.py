"""Learn from what people say how danger sounds: `python -m nlp.danger.learn` writes weights.csv anew and says how well it holds."""

import csv
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlp.danger.reader import DANGER, DESPAIR, LABELS, NONE, WEIGHTS, read_danger
from nlp.learning.learn import Lesson, learn_model
from nlp.text.fold import fold
from nlp.topics.linear import LinearModel, write_weights

SAYINGS = Path(__file__).parents[1] / "corpus"
RELABELLED = Path(__file__).with_name("relabelled.tsv")
"""Told troubles that are dangers of this moment, by a reader's judgement."""
_INTENTS = {"emergency": DANGER, "despair": DESPAIR}
_WORTH = {NONE: 0.3}
"""Ordinary sayings are many; to miss a danger costs more than to ask once too often."""


@dataclass(frozen=True, slots=True)
class Example:
    label: str
    writer: str
    folded: str


def examples() -> list[Example]:
    """Read all sayings of voters, told troubles, and what was written for danger alone."""
    rows = [(_INTENTS.get(row["intent"], NONE), row["set"], row["text"]) for row in _rows("voters.tsv")]
    meant = {row["id"]: row["label"] for row in _read(RELABELLED)}
    rows += [(meant.get(row["id"], NONE), row["set"], row["text"]) for row in _rows("troubles.tsv")]
    rows += [(row["label"], row["set"], row["text"]) for row in _rows("danger.tsv")]
    return [Example(label, writer, fold(text).lower()) for label, writer, text in rows if text]


def learn(known: Sequence[Example]) -> LinearModel:
    """Find what each piece weighs; the same examples give the same weights."""
    lessons = [
        Lesson(each.folded, LABELS.index(each.label), {}, _WORTH.get(each.label, 1.0)) for each in known
    ]
    return learn_model(lessons, LABELS)


def held_out(known: Sequence[Example]) -> Iterator[tuple[str, dict[str, tuple[int, int, int]]]]:
    """Give for each writer and label how many there are, how many are sure and how many are asked, by the others' examples."""
    for writer in sorted({each.writer for each in known}):
        model = learn([each for each in known if each.writer != writer])
        own = [each for each in known if each.writer == writer]
        yield (
            writer,
            {label: counted([each for each in own if each.label == label], model) for label in LABELS},
        )


def counted(own: Sequence[Example], model: LinearModel) -> tuple[int, int, int]:
    """Count examples, those taken for danger without doubt, and those in doubt."""
    found = [read_danger(each.folded, model) for each in own]
    sure = sum(each.sure for each in found)
    return len(own), sure, sum(map(bool, found)) - sure


def _rows(name: str) -> list[dict[str, str]]:
    return _read(SAYINGS / name)


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def main() -> None:
    known = examples()
    for writer, counts in held_out(known):
        said = "  ".join(f"{label} {sure}+{asked} of {all_}" for label, (all_, sure, asked) in counts.items())
        sys.stdout.write(f"{writer}: {said}\n")
    write_weights(WEIGHTS, learn(known))


if __name__ == "__main__":
    main()
