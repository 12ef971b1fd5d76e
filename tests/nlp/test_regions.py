"""Outlines of areas and the nearest place on the map."""

from dataclasses import dataclass

import pytest

from nlp.places.geo import Coordinate
from nlp.places.regions import NearestIndex, boundary_of

LETTER_U = "120 30;121 30;121 31;120.6 31;120.6 30.4;120.4 30.4;120.4 31;120 31"


@dataclass(frozen=True)
class Spot:
    name: str
    point: Coordinate | None


SPOTS = [
    Spot("东苑小区", Coordinate(120.3303, 30.3125)),
    Spot("锦绣花园", Coordinate(120.3390, 30.3125)),
    Spot("不知在哪", None),
]


@pytest.mark.parametrize(
    ("longitude", "latitude", "inside"),
    [
        (120.2, 30.8, True),
        (120.8, 30.8, True),
        (120.5, 30.2, True),
        (120.5, 30.8, False),
        (119.9, 30.5, False),
        (121.1, 30.5, False),
        (120.5, 31.1, False),
    ],
)
def test_a_point_lies_inside_an_outline_or_not(longitude: float, latitude: float, inside: bool) -> None:
    outline = boundary_of(LETTER_U)

    assert outline is not None
    assert outline.holds(Coordinate(longitude, latitude)) is inside


def test_no_words_are_no_outline() -> None:
    assert boundary_of("") is None


def test_the_nearest_place_is_found_across_the_edge_of_a_square() -> None:
    found = NearestIndex(SPOTS).nearest(Coordinate(120.3299, 30.3125), within=300)

    assert found is not None
    assert found[0].name == "东苑小区"
    assert 30 < found[1] < 50


def test_nothing_near_is_nothing() -> None:
    assert NearestIndex(SPOTS).nearest(Coordinate(120.5, 30.5), within=300) is None
