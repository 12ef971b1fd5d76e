"""Places are found as people name them."""

import pytest

from nlp.places.places import Gazetteer, Place

PLACES = [
    Place(key="S1", name="柳荫街道", kind="street", area="S1"),
    Place(key="S2", name="北园街道", kind="street", area="S2"),
    Place(key="S3", name="下沙街道", kind="street", area="S3"),
    Place(key="C1", name="东苑社区", kind="community", area="C1", parent="S1"),
    Place(key="C2", name="和平社区", kind="community", area="C2", parent="S1"),
    Place(key="C3", name="和平社区", kind="community", area="C3", parent="S2"),
    Place(key="C4", name="七格社区", kind="community", area="C4", parent="S3"),
    Place(key="E1", name="东苑小区", kind="estate", area="C1", parent="S1", aliases=("东苑一期",)),
    Place(key="E2", name="翠湖花园", kind="estate", area="C1", parent="S1", aliases=("翠湖",)),
    Place(key="R1", name="滨河路", kind="road", area="S1"),
    Place(key="R2", name="银沙路", kind="road", area="S3"),
    Place(key="H1", name="青禾区人民医院", kind="poi", area="C1", aliases=("人民医院",)),
]


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer(PLACES)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("东苑小区3幢楼道灯坏了半个月", "E1"),
        ("東苑小區的燈壞了", "E1"),
        ("东苑3幢的电梯坏了", "E1"),
        ("东苑社区没有活动室", "C1"),
        ("东苑一期停水", "E1"),
        ("滨河路", "R1"),
        ("银沙路雨天积水严重", "R2"),
        ("七格社区停车位不足", "C4"),
        ("七格停车位不足", "C4"),
        ("下沙河渠淤积、配水不足", "S3"),
        ("翠湖物业不管事", "E2"),
        ("柳荫街道东苑小区停水", "E1"),
        ("我住东苑小区，滨河路乱停车没人管", "R1"),
        ("我家住在东苑小区，投诉翠湖花园夜里施工", "E2"),
        ("滨河路积水，我是东苑小区业主", "R1"),
        ("和平社区垃圾没人收", "C2 C3"),
        ("北园街道和平社区垃圾没人收", "C3"),
        ("人民医院门口乱停车", "H1"),
    ],
)
def test_a_place_is_found_by_name_alias_or_part_of_its_name(
    gazetteer: Gazetteer, text: str, keys: str
) -> None:
    assert " ".join(place.key for place in gazetteer.find(text).places) == keys


@pytest.mark.parametrize(
    "text",
    [
        "消防通道被占了",
        "社区没有活动室",
        "我们小区停水了",
        "老旧小区想装电梯",
        "希望两边和平解决",
        "马路上到处是垃圾",
        "这条路太烂了",
        "孩子上学难",
        "高速公路收费",
        "",
    ],
)
def test_no_place_is_made_up(gazetteer: Gazetteer, text: str) -> None:
    match = gazetteer.find(text)
    assert not match.places
    assert not match.unknown


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("金桂小区的电梯坏了", "金桂小区"),
        ("我家住在金桂小区，停水两天", "金桂小区"),
        ("文三路积水", "文三路"),
        ("投诉梧桐花园物业", "梧桐花园"),
        ("我是张家村的", "张家村"),
    ],
)
def test_a_place_that_is_not_listed_is_kept_as_said(gazetteer: Gazetteer, text: str, unknown: str) -> None:
    match = gazetteer.find(text)
    assert (match.places, match.unknown) == ((), unknown)


def test_the_words_that_name_the_place_are_told(gazetteer: Gazetteer) -> None:
    assert gazetteer.find("在东苑小区3幢").mention == "东苑小区"


def test_a_district_without_places_still_keeps_what_was_said() -> None:
    assert Gazetteer([]).find("金桂小区停水").unknown == "金桂小区"
