"""The place a message is about, on sentences of our own with every trap that real messages have."""

import pytest

from nlp.places.places import Gazetteer
from tests.nlp.place_cases import AROUND, invented_places, tally, written_cases

RIGHT = 0.97
WRONG = 0.01
TRAPS = {
    *("name", "alias", "folded", "stem", "office", "number", "lane", "market", "school", "prefix", "homonym"),
    *("home", "landmark", "compare", "several", "longer", "trap", "at", "sound", "letter", "other", "bad"),
}


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer(invented_places(), around=AROUND)


def test_the_place_meant_is_found_and_a_wrong_one_hardly_ever(gazetteer: Gazetteer) -> None:
    result = tally(gazetteer, written_cases())

    assert result.right_share >= RIGHT, result.missed
    assert result.wrong_share <= WRONG, result.wrong


def test_every_trap_is_among_the_sentences() -> None:
    assert {case.trap for case in written_cases()} == TRAPS
