"""Distances on the map, and the way from a phone's own datum (WGS-84) to the one of Chinese maps (GCJ-02)."""

from collections.abc import Iterable
from math import asin, cos, pi, radians, sin, sqrt
from typing import NamedTuple, Protocol, TypeVar

_EARTH_METRES = 6_371_000.0
# Krasovsky 1940, on which the offset of GCJ-02 is defined.
_AXIS = 6_378_245.0
_ECCENTRICITY = 0.006_693_421_622_965_943


class Coordinate(NamedTuple):
    """A point in GCJ-02, the datum in which WeChat sends positions."""

    longitude: float
    latitude: float


class Located(Protocol):
    """Whatever may have a place on the map: a station, a place."""

    @property
    def point(self) -> Coordinate | None: ...


L = TypeVar("L", bound=Located)


def metres_between(here: Coordinate, there: Coordinate) -> float:
    """Give the distance along the ground."""
    west, south, east, north = map(radians, (*here, *there))
    half = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin((east - west) / 2) ** 2
    return 2 * _EARTH_METRES * asin(sqrt(half))


def nearest(point: Coordinate, stations: Iterable[L], limit: int = 3) -> tuple[tuple[L, float], ...]:
    """Give the nearest stations with their distance in metres; those without a position are left out."""
    distances = [
        (station, metres_between(point, station.point)) for station in stations if station.point is not None
    ]
    return tuple(sorted(distances, key=lambda pair: pair[1])[:limit])


def gcj02_from_wgs84(longitude: float, latitude: float) -> Coordinate:
    """Move a point of a phone's own GPS to where Chinese maps draw it, some 500 metres away."""
    east, north = longitude - 105.0, latitude - 35.0
    ratio = 1 - _ECCENTRICITY * sin(radians(latitude)) ** 2
    up = _north_offset(east, north) * 180 / (_AXIS * (1 - _ECCENTRICITY) / (ratio * sqrt(ratio)) * pi)
    right = _east_offset(east, north) * 180 / (_AXIS / sqrt(ratio) * cos(radians(latitude)) * pi)
    return Coordinate(longitude + right, latitude + up)


def _north_offset(x: float, y: float) -> float:
    polynomial = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    waves = _ripple(x) + 20 * sin(y * pi) + 40 * sin(y / 3 * pi) + 160 * sin(y / 12 * pi)
    return polynomial + (waves + 320 * sin(y * pi / 30)) * 2 / 3


def _east_offset(x: float, y: float) -> float:
    polynomial = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    waves = _ripple(x) + 20 * sin(x * pi) + 40 * sin(x / 3 * pi) + 150 * sin(x / 12 * pi)
    return polynomial + (waves + 300 * sin(x / 30 * pi)) * 2 / 3


def _ripple(x: float) -> float:
    return 20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)
