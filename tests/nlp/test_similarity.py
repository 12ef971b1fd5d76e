import pytest

from nlp.topics.similarity import alike, told

PLACE = ("东苑小区",)


def lights(text: str) -> object:
    return told(text, "corridor-light", "housing", PLACE)


@pytest.mark.parametrize(
    "words",
    [
        "东苑小区楼道灯坏了",
        "东苑小区三单元楼梯间黑漆漆的，声控灯不亮",
        "投诉东苑小区物业，楼道照明一直没人修，老人上下楼摔过跤，打了几次电话都说排队",
    ],
)
def test_one_topic_at_one_place_is_one_trouble(words: str) -> None:
    first = lights("东苑小区3幢楼道灯坏了半个月，物业没人修，老人晚上不敢下楼")

    assert alike(lights(words), first)


def test_two_sides_of_one_trouble_are_recognised_by_the_words_they_share() -> None:
    noise = told("东苑小区旁边的搅拌站整夜轰隆隆响，没法睡觉，请管管搅拌站", "noise", "environment", PLACE)
    dust = told("东苑小区边上搅拌站的粉尘飘进家里，桌上一层灰", "illegal-works", "planning", PLACE)

    assert alike(noise, dust)


def test_another_trouble_at_the_same_place_is_another_one() -> None:
    mill = told("东苑小区旁边的搅拌站整夜轰隆隆响，没法睡觉", "noise", "environment", PLACE)
    bus = told("东苑小区门口到地铁站能不能加一班早高峰的公交车", "bus", "transport", PLACE)

    assert not alike(mill, bus)


@pytest.mark.parametrize("words", ["东苑小区2幢电梯坏了半个月", "东苑小区3幢儿童滑梯坏了没人修"])
def test_short_words_about_another_thing_that_is_broken_are_another_trouble(words: str) -> None:
    lamp = lights("东苑小区3幢楼道灯坏了半个月，老人晚上不敢下楼")

    assert not alike(told(words, "lift", "housing", PLACE), lamp)


def test_the_name_of_the_place_makes_nothing_alike() -> None:
    water = told("东苑小区东苑小区东苑小区停水三天", "water", "environment", PLACE)
    school = told("东苑小区的孩子上哪所小学", "school", "education", PLACE)

    assert not alike(water, school)


def test_what_has_no_topic_is_like_nothing() -> None:
    unclear = told("东苑小区的事情你们到底管不管", "other", "other", PLACE)

    assert not alike(unclear, unclear)


@pytest.mark.parametrize(
    ("words", "same"),
    [
        ("东苑小区8幢楼道灯不亮", False),
        ("东苑小区十二号楼楼道灯不亮", False),
        ("东苑小区三栋楼道灯不亮", True),
        ("东苑小区3号楼和8号楼楼道灯不亮", True),
        ("东苑小区楼道灯不亮", True),
    ],
)
def test_the_lamps_of_two_buildings_are_two_troubles(words: str, same: bool) -> None:
    assert alike(lights(words), lights("东苑小区3幢楼道灯坏了")) is same


def test_what_stops_in_two_buildings_at_once_is_one_trouble() -> None:
    first = told("东苑小区3幢停水了", "water-stoppage", "water", PLACE)

    assert alike(told("东苑小区8幢停水一天了", "water-stoppage", "water", PLACE), first)


def test_that_two_things_are_blocked_makes_them_not_alike() -> None:
    drain = told("东苑小区8幢下水道堵了", "drainage", "water", PLACE)

    assert not alike(told("东苑小区门口乱停车，通道堵了", "illegal-parking", "travel", PLACE), drain)
