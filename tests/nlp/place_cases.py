"""Sentences with the places they mean, and how a gazetteer does on them."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nlp.places.places import Gazetteer, Place

DATA = Path(__file__).parent.parent / "data"
NO_PLACE = "-"
AROUND = ("云州市", "青禾区", "云陌区")
"""The names of the invented city and its districts."""


@dataclass(frozen=True)
class PlaceCase:
    """One sentence; `expected` holds the key, several keys where the bot must ask, or none at all."""

    trap: str
    text: str
    expected: frozenset[str]


@dataclass
class Tally:
    """How many were right, and which were not."""

    count: int = 0
    missed: list[str] = field(default_factory=list)
    """Asked back or not found though there is a place."""
    wrong: list[str] = field(default_factory=list)
    """A place was given that is not the one meant."""

    @property
    def right_share(self) -> float:
        return 1 - (len(self.missed) + len(self.wrong)) / self.count

    @property
    def wrong_share(self) -> float:
        return len(self.wrong) / self.count


def invented_places() -> list[Place]:
    with (DATA / "invented_places.csv").open(encoding="utf-8", newline="") as file:
        return [
            Place(
                key=row["key"],
                name=row["name"],
                kind=row["kind"],
                area=row["area"],
                parent=row["parent"],
                aliases=tuple(filter(None, row["aliases"].split(";"))),
            )
            for row in csv.DictReader(file)
        ]


def written_cases() -> Iterator[PlaceCase]:
    with (DATA / "place_cases.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            expected = frozenset() if row["expected"] == NO_PLACE else frozenset(row["expected"].split())
            yield PlaceCase(row["trap"], row["text"], expected)


def tally(gazetteer: Gazetteer, cases: Iterable[PlaceCase]) -> Tally:
    """Count what is right; places that must be asked for count as right only if they are asked for."""
    result = Tally()
    for case in cases:
        result.count += 1
        match = gazetteer.find(case.text)
        found = frozenset(place.key for place in match.places)
        if found == case.expected:
            continue
        line = f"{case.trap}: {case.text} -> {_told(match.places) or match.unknown or NO_PLACE}"
        (result.wrong if len(found) == 1 else result.missed).append(line)
    return result


def _told(places: Sequence[Place]) -> str:
    return " ".join(f"{place.name}({place.key})" for place in places)
