"""Distances and datums."""

from dataclasses import dataclass

from nlp.places.geo import Coordinate, gcj02_from_wgs84, metres_between, nearest


@dataclass(frozen=True)
class Spot:
    name: str
    point: Coordinate | None


HERE = Coordinate(120.30, 30.30)


def test_a_thousandth_of_a_degree_north_is_111_metres() -> None:
    assert 110 < metres_between(HERE, Coordinate(120.30, 30.301)) < 112


def test_the_nearest_come_first_and_those_without_a_position_are_left_out() -> None:
    spots = [
        Spot("far", Coordinate(120.40, 30.30)),
        Spot("nowhere", None),
        Spot("near", Coordinate(120.301, 30.30)),
    ]
    assert [spot.name for spot, _ in nearest(HERE, spots)] == ["near", "far"]
    assert [spot.name for spot, _ in nearest(HERE, spots, limit=1)] == ["near"]


def test_gps_and_map_differ_by_some_hundred_metres() -> None:
    moved = gcj02_from_wgs84(120.30, 30.30)
    assert 300 < metres_between(HERE, moved) < 700


def test_the_offset_agrees_with_a_published_pair_of_points() -> None:
    # Tiananmen as phones measure it and as Chinese maps draw it.
    moved = gcj02_from_wgs84(116.391, 39.907)
    assert metres_between(moved, Coordinate(116.39724, 39.90840)) < 5
