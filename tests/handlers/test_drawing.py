"""Lots for looks on the spot: anybody can draw them again, and every department has its part."""

import pytest

from handlers.rechecks.drawing import chosen, monthly, share_out

NUMBERS = [f"2611-{number:04d}" for number in range(1, 101)]


def test_the_same_seed_draws_the_same_cases_whatever_their_order() -> None:
    assert chosen(NUMBERS, 5, "3f9a2c") == chosen(NUMBERS[::-1], 5, "3f9a2c")
    assert chosen(NUMBERS, 5, "3f9a2c") != chosen(NUMBERS, 5, "3f9a2d")


def test_every_case_is_drawn_about_as_often() -> None:
    drawn = [number for seed in range(1000) for number in chosen(NUMBERS, 10, str(seed))]
    often = [drawn.count(number) for number in NUMBERS]

    assert min(often) > 60
    assert max(often) < 140


@pytest.mark.parametrize(
    ("sizes", "count", "shares"),
    [
        ({"housing": 30, "police": 10}, 4, {"housing": 3, "police": 1}),
        ({"housing": 97, "police": 2, "health": 1}, 5, {"housing": 3, "police": 1, "health": 1}),
        ({"housing": 97, "police": 2, "health": 1}, 2, {"housing": 1, "police": 1}),
        ({"housing": 2, "police": 1}, 10, {"housing": 2, "police": 1}),
        ({}, 10, {}),
    ],
    ids=["by size", "nobody left out", "too few for all", "no more than there are", "nothing there"],
)
def test_lots_are_shared_by_size(sizes: dict[str, int], count: int, shares: dict[str, int]) -> None:
    assert share_out(sizes, count) == shares


def test_a_month_has_a_part_of_each_but_at_least_a_few() -> None:
    sizes = {"housing": 61, "police": 7, "health": 1, "civil": 0}

    assert monthly(sizes, percent=10, fewest=2) == {"housing": 7, "police": 2, "health": 1}
