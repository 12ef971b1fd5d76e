"""Points and areas on the map: in which boundary a point lies, and which place is nearest to it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, floor, radians
from typing import Generic, TypeVar

from nlp.places.geo import Coordinate, Located, metres_between

L = TypeVar("L", bound=Located)

_CELL = 0.01
"""Degrees; about a kilometre."""
_METRES_A_DEGREE = 111_000.0


@dataclass(frozen=True, slots=True)
class Boundary:
    """The outline of an area: one ring of points, closed or not."""

    ring: tuple[Coordinate, ...]

    def holds(self, point: Coordinate) -> bool:
        """Tell whether a point lies inside, by counting how often a ray to the east crosses the outline."""
        inside = False
        before = self.ring[-1]
        for corner in self.ring:
            if (corner.latitude > point.latitude) != (before.latitude > point.latitude):
                share = (point.latitude - corner.latitude) / (before.latitude - corner.latitude)
                if point.longitude < corner.longitude + share * (before.longitude - corner.longitude):
                    inside = not inside
            before = corner
        return inside


def boundary_of(words: str) -> Boundary | None:
    """Read an outline: `120.33 30.31;120.34 30.31;120.34 30.32`."""
    ring = tuple(Coordinate(*map(float, pair.split())) for pair in words.split(";") if pair)
    return Boundary(ring) if ring else None


class NearestIndex(Generic[L]):
    """Places by squares of the map, so that the nearest of a hundred thousand is found at once."""

    def __init__(self, located: Iterable[L]) -> None:
        self._cells: defaultdict[tuple[int, int], list[L]] = defaultdict(list)
        for each in located:
            if each.point is not None:
                self._cells[_cell(each.point)].append(each)

    def nearest(self, point: Coordinate, within: float) -> tuple[L, float] | None:
        """Give the nearest of all within so many metres, and its distance."""
        found = [
            (each, metres_between(point, each.point))
            for each in self._around(point, within)
            if each.point is not None
        ]
        best = min(found, key=lambda pair: pair[1], default=None)
        return best if best is not None and best[1] <= within else None

    def within(self, point: Coordinate, metres: float) -> list[L]:
        """Give all within so many metres."""
        return [
            each
            for each in self._around(point, metres)
            if each.point is not None and metres_between(point, each.point) <= metres
        ]

    def _around(self, point: Coordinate, within: float) -> Sequence[L]:
        column, row = _cell(point)
        rows = floor(within / (_METRES_A_DEGREE * _CELL)) + 1
        columns = floor(within / (_METRES_A_DEGREE * _CELL * cos(radians(point.latitude)))) + 1
        return [
            each
            for right in range(column - columns, column + columns + 1)
            for up in range(row - rows, row + rows + 1)
            for each in self._cells.get((right, up), ())
        ]


def _cell(point: Coordinate) -> tuple[int, int]:
    return floor(point.longitude / _CELL), floor(point.latitude / _CELL)
