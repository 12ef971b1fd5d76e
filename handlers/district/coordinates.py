"""Distances on the map, and the way from a phone's own datum to the one that maps in China use."""

from math import asin, cos, pi, radians, sin, sqrt

from handlers.messages import Point

_EARTH_METRES = 6_371_000.0
# Krasovsky 1940, on which GCJ-02's offset is defined.
_AXIS = 6_378_245.0
_ECCENTRICITY = 0.006_693_421_622_965_943


def metres_between(here: Point, there: Point) -> float:
    """Give the distance along the ground; both points in whatever datum they say."""
    here, there = as_gcj02(here), as_gcj02(there)
    west, south, east, north = map(radians, (here.longitude, here.latitude, there.longitude, there.latitude))
    half = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin((east - west) / 2) ** 2
    return 2 * _EARTH_METRES * asin(sqrt(half))


def as_gcj02(point: Point) -> Point:
    """Move a WGS-84 point to where Chinese maps draw it, some 500 metres away."""
    if point.datum != "wgs84":
        return point
    east, north = point.longitude - 105.0, point.latitude - 35.0
    ratio = 1 - _ECCENTRICITY * sin(radians(point.latitude)) ** 2
    up = _north_offset(east, north) * 180 / (_AXIS * (1 - _ECCENTRICITY) / (ratio * sqrt(ratio)) * pi)
    right = _east_offset(east, north) * 180 / (_AXIS / sqrt(ratio) * cos(radians(point.latitude)) * pi)
    return Point(longitude=point.longitude + right, latitude=point.latitude + up)


def _north_offset(x: float, y: float) -> float:
    polynomial = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    waves = (
        _ripple(x) + 20 * sin(y * pi) + 40 * sin(y / 3 * pi) + 160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)
    )
    return polynomial + waves * 2 / 3


def _east_offset(x: float, y: float) -> float:
    polynomial = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    waves = (
        _ripple(x) + 20 * sin(x * pi) + 40 * sin(x / 3 * pi) + 150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)
    )
    return polynomial + waves * 2 / 3


def _ripple(x: float) -> float:
    return 20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)
