"""Learn from examples how accusations sound: `python -m nlp.accusing.learn` writes weights.csv anew, and says how well it holds.

A line of examples.tsv is what somebody wrote, with 〇〇〇 for a person of the house, 〇主任 for a surname, 〇〇站 for a station.
"""

import csv
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

import numpy as np

from nlp.accusing.model import WEIGHTS, Model, write_model
from nlp.accusing.reader import Reader
from nlp.accusing.tokens import DEPARTMENT, DESK, STATION, STREET
from nlp.learning.learn import Lesson, descend

EXAMPLES = Path(__file__).with_name("examples.tsv")
ACCUSING = "accusing"
UNCLEAR, CLEAR, LETTER = -0.25, 0.3, 1.3
"""The scores from which a text is sealed: in doubt, without doubt, and as a piece of a long letter."""
_WORTH = {"sayings": 0.2}
"""Many sayings only name a station on their way; together they count no more than those written for this."""
_LEAST = 2
_SMALL = 0.01


@dataclass(frozen=True, slots=True)
class Example:
    accuses: bool
    writer: str
    text: str
    features: frozenset[str]


def reader() -> Reader:
    """Give a reader for the stand-ins that examples name."""
    bodies = {"〇〇站": STATION, "〇〇街道": STREET, "〇〇工委": DESK, "〇〇局": DEPARTMENT}
    return Reader(["〇〇〇"], bodies)


def examples(path: Path = EXAMPLES) -> list[Example]:
    """Read the examples; one that names nobody of the house is never asked about, so nothing is learned from it."""
    reads = reader()
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [
        Example(row["label"] == ACCUSING, row["writer"], row["text"], frozenset(found))
        for row in rows
        if (found := reads.features(row["text"])) is not None
    ]


def learn(known: Sequence[Example]) -> Model:
    """Find what each feature weighs; the same examples give the same weights."""
    times = Counter(feature for example in known for feature in example.features)
    kept = sorted(feature for feature, count in times.items() if count >= _LEAST)
    numbers = {feature: number for number, feature in enumerate(kept)}
    rows = []
    for example in known:
        mine = sorted(numbers[feature] for feature in example.features if feature in numbers)
        share = 1 / (sqrt(len(mine)) or 1.0)
        rows.append((np.array([*mine, len(kept)], np.intp), np.array([*([share] * len(mine)), 1.0])))
    lessons = [Lesson(each.text, int(each.accuses), {}, _WORTH.get(each.writer, 1.0)) for each in known]
    column = descend(rows, lessons, len(kept) + 1, 2)[:, 1]
    weights = {
        feature: round(float(weight), 2)
        for feature, weight in zip(kept, column, strict=False)
        if abs(weight) >= _SMALL
    }
    return Model(weights, round(float(column[-1]), 2), UNCLEAR, CLEAR, LETTER)


def held_out(known: Sequence[Example]) -> Iterator[tuple[str, float, float]]:
    """Give for each writer how many accusations and ordinary matters are sealed by what the others wrote."""
    for writer in sorted({example.writer for example in known}):
        model = learn([example for example in known if example.writer != writer])
        own = [example for example in known if example.writer == writer]
        accusing, ordinary = (
            _sealed(model, [each for each in own if each.accuses is told]) for told in (True, False)
        )
        yield writer, accusing, ordinary


def _sealed(model: Model, own: Collection[Example]) -> float:
    return sum(model.score(each.features) >= model.unclear for each in own) / (len(own) or 1)


def main() -> None:
    known = examples()
    for writer, accusing, ordinary in held_out(known):
        sys.stdout.write(f"{writer}: accusations sealed {accusing:.3f}, ordinary matters {ordinary:.3f}\n")
    write_model(WEIGHTS, learn(known))


if __name__ == "__main__":
    main()
