"""Learn how a name that nothing announces differs from words: `python -m nlp.masking.learn` writes name_weights.csv anew.

A line of examples.tsv is a text with what is to be hidden in it, the pieces apart by `|`.
"""

import csv
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nlp.masking.bare_names import LIKELY, WEIGHTS, Readings, candidates, features, likelihood
from nlp.masking.normal import normalised

EXAMPLES = Path(__file__).with_name("examples.tsv")
_ROUNDS, _STEP, _PRICE = 6_000, 0.5, 0.001
_LONG = 3


@dataclass(frozen=True, slots=True)
class Place:
    """Three letters that may be a name, and whether they are one."""

    writer: str
    is_name: bool
    signs: Mapping[str, float]


def places(path: Path = EXAMPLES) -> Iterator[Place]:
    """Give what can be learned from each example; letters that only overlap a name teach nothing."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            text = normalised(row["text"]).text
            hidden = [
                place for secret in row["hidden"].split("|") if secret for place in _places(text, secret)
            ]
            readings = Readings(text)
            for start in candidates(text):
                is_name = (start, start + _LONG) in hidden
                apart = all(end <= start or start + _LONG <= begin for begin, end in hidden)
                signs = features(readings, start) if is_name or apart else None
                if signs is not None:
                    yield Place(row["writer"], is_name, signs)


def _places(text: str, secret: str) -> Iterator[tuple[int, int]]:
    """Give where a secret stands in a text, each time."""
    start = text.find(secret)
    while start >= 0:
        yield start, start + len(secret)
        start = text.find(secret, start + 1)


def learn(known: Sequence[Place]) -> dict[str, float]:
    """Find the weights of a logistic regression; the same examples give the same weights."""
    signs = list(known[0].signs)
    seen = np.array([[place.signs[sign] for sign in signs] for place in known])
    truth = np.array([place.is_name for place in known], float)
    weights = np.zeros(len(signs))
    for _ in range(_ROUNDS):
        miss = 1 / (1 + np.exp(-(seen @ weights))) - truth
        weights -= _STEP * (seen.T @ miss / len(known) + _PRICE * weights)
    return {sign: round(float(weight), 2) for sign, weight in zip(signs, weights, strict=True)}


def held_out(known: Sequence[Place]) -> Iterator[tuple[str, int, int, int]]:
    """Give for each writer, by what the others wrote: how many names there are, how many are found, how many wrongly."""
    for writer in sorted({place.writer for place in known}):
        weights = learn([place for place in known if place.writer != writer])
        own = [place for place in known if place.writer == writer]
        taken = [place.is_name for place in own if likelihood(place.signs, weights) >= LIKELY]
        yield writer, sum(place.is_name for place in own), sum(taken), len(taken) - sum(taken)


def write_weights(path: Path, weights: Mapping[str, float]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("sign", "weight"))
        writer.writerows((sign, f"{weight:.2f}") for sign, weight in weights.items())


def main() -> None:
    known = list(places())
    for writer, names, found, wrong in held_out(known):
        sys.stdout.write(f"{writer}: {found} of {names} names found, {wrong} wrongly\n")
    write_weights(WEIGHTS, learn(known))


if __name__ == "__main__":
    main()
