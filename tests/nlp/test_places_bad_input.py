"""Whatever is written, looking for places neither fails nor thinks for long, and says the same again."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.places.places import Gazetteer, PlaceMatch
from tests.nlp.place_cases import AROUND, invented_places, written_cases

GAZETTEER = Gazetteer(invented_places(), around=AROUND)
PIECES = st.sampled_from(
    [
        *"东西南北新老小大区路街村镇乡里是在从和不的，。 \n",
        *(place.name for place in invented_places()),
        "我住在",
        "投诉",
        "小区",
        "社区",
        "居委会",
        "三号楼",
        "不是",
        "旁边的",
        "\u200b",
        "\u202e",
        "😀",
        "ABC",
    ]
)


@settings(deadline=None, max_examples=300)
@given(pieces=st.lists(PIECES, max_size=40))
def test_any_jumble_of_names_gets_one_answer(pieces: list[str]) -> None:
    text = "".join(pieces)
    match = GAZETTEER.find(text)

    assert match == GAZETTEER.find(text)
    assert bool(match.places) == bool(match.mention)


@pytest.mark.parametrize(
    "text",
    ["", "😀" * 5000, "a" * 20_000, "区" * 20_000, "老旧小区" * 5000, "\u202e\u200b" * 9000, "和平" * 10_000],
    ids=["nothing", "faces", "letters", "one ending", "many endings", "invisible", "a stem"],
)
def test_long_and_empty_texts_name_no_single_place(text: str) -> None:
    assert GAZETTEER.find(text).places == ()


def test_a_place_in_a_pasted_article_is_found_at_its_beginning() -> None:
    article = "锦绣花园的门禁坏了三个月。" + "希望有关部门尽快处理，居民意见很大。" * 1000

    assert [place.name for place in GAZETTEER.find(article).places] == ["锦绣花园"]


def test_a_district_without_names_finds_nothing_in_any_sentence() -> None:
    empty = Gazetteer([])

    assert {empty.find(case.text).places for case in written_cases()} == {()}
    assert empty.find("") == PlaceMatch()
