"""One message with two troubles, and a message that leaves its topic open: a digit settles it, the number comes first."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.district.read import DEMO_FOLDER
from nlp.learning.sheets import read_lexicon
from nlp.topics.classify import classify
from nlp.topics.lexicon import OTHER, Lexicon
from storage.models import Case
from tests.stories.driver import Story
from tests.stories.lines import both_channels

TWO = "滨河路乱停车，垃圾桶也好几天没人清"
_UNCLEAR = ("孩子上学的事", "单位和房子的事", "老人和车的事", "学校门口的事", "医院那边的房子", "社区的钱")


@pytest.fixture(scope="module")
def unclear() -> str:
    """Give a sentence whose topic the built-in words leave open."""
    lexicon: Lexicon = read_lexicon(DEMO_FOLDER)
    left_open = (
        text for text in _UNCLEAR if (found := classify(text, lexicon)).ask and found.category != OTHER
    )
    return next(left_open)


def cases(story: Story) -> list[Case]:
    with Session(story.engine) as session:
        return list(session.scalars(select(Case).order_by(Case.number)))


@both_channels
def test_two_troubles_are_two_cases_after_one_digit(story: Story) -> None:
    first = story.say("voter-1", TWO)
    second = story.say("voter-1", "1")

    assert first.startswith("您说了2件。先记第一件：2611-0001，占道停车（行），由柳荫街道联络站接手。")
    assert "“垃圾桶也好几天没人清”也记一件吗？\n1 记\n0 不用" in first
    assert second.startswith("好，也记下了：2611-0002 垃圾清运（水）。")
    parking, rubbish = cases(story)
    assert (parking.text, rubbish.text) == (TWO, "垃圾桶也好几天没人清")
    assert rubbish.station == parking.station
    assert rubbish.place == parking.place != ""


@pytest.mark.parametrize("no", ["0", "不用", "取消"])
def test_who_wants_only_the_first_one_keeps_it(story: Story, no: str) -> None:
    story.say("voter-1", TWO)

    reply = story.say("voter-1", no)

    assert reply == "好，只办 2611-0001，11月24日（周二）前有人回您。还有话直接写。"
    assert len(cases(story)) == 1


def test_where_the_place_is_missing_it_comes_before_the_second_trouble(story: Story) -> None:
    asked = story.say("voter-1", "停车位不够，还有路灯不亮")
    placed = story.say("voter-1", "东苑小区")
    filed = story.say("voter-1", "1")

    assert "在哪条路或哪个小区？" in asked
    assert placed.endswith("“路灯不亮”也记一件吗？\n1 记\n0 不用")
    assert "2611-0002 路灯" in filed
    assert {case.place_text for case in cases(story)} == {"东苑小区"}


@pytest.mark.parametrize(
    ("words", "second", "topic"),
    [
        (
            "东苑小区5幢旁路灯坏了，还有滨河路小学门口放学时车乱停，孩子差点被撞",
            "滨河路小学门口放学时车乱停",
            "illegal-parking",
        ),
        ("1. 东苑小区2幢楼道灯坏了 2. 北园小区垃圾没人收", "北园小区垃圾没人收", "rubbish"),
    ],
)
def test_a_further_matter_elsewhere_is_a_case_of_its_own_place(
    story: Story, words: str, second: str, topic: str
) -> None:
    first = story.say("voter-1", words)
    story.say("voter-1", "1")

    assert first.startswith("您说了2件。先记第一件：2611-0001，")
    one, other = cases(story)
    assert (other.text, other.topic) == (second, topic)
    assert one.place != other.place


def test_the_second_trouble_is_offered_too_where_nobody_knows_the_place(story: Story) -> None:
    story.say("voter-1", "停车位不够，还有路灯不亮")
    skipped = story.say("voter-1", "0")
    story.say("voter-1", "1")

    assert "“路灯不亮”也记一件吗？" in skipped
    assert [case.topic for case in cases(story)] == ["parking", "street-lamp"]


def test_of_two_troubles_at_a_name_that_is_there_twice_both_get_the_place_that_was_meant(
    story: Story,
) -> None:
    story.say("voter-1", "和平社区路灯不亮，还有停车位不够")
    story.say("voter-1", "2")
    story.say("voter-1", "1")

    first, second = cases(story)
    assert first.place == second.place != ""


@both_channels
def test_where_the_words_leave_the_topic_open_a_digit_settles_it(story: Story, unclear: str) -> None:
    asked = story.say("voter-1", unclear)
    where = story.say("voter-1", "2")
    placed = story.say("voter-1", "东苑小区")

    number, *menu = asked.partition("\n回序号")[0].splitlines()
    assert number == "记下了，编号 2611-0001。属于哪一类？"
    assert [line[:2] for line in menu] in (["1 ", "2 ", "3 ", "0 "], ["1 ", "2 ", "0 "])
    label = menu[1].removeprefix("2 ")
    assert where.startswith(f"好，2611-0001 归“{label}")
    assert "在哪条路或哪个小区？" in where
    assert "东苑社区联络站接手" in placed
    assert read_lexicon(DEMO_FOLDER).topics[cases(story)[0].topic].label == label


@pytest.mark.parametrize("no", ["0", "取消", "不对"])
def test_who_cannot_tell_the_topic_leaves_it_to_a_person(story: Story, unclear: str, no: str) -> None:
    story.say("voter-1", f"东苑小区，{unclear}")

    reply = story.say("voter-1", no)

    assert reply.startswith("好，2611-0001 由工作人员看是哪一类，")
    assert cases(story)[0].topic == OTHER


def test_wrong_under_the_question_about_the_place_means_the_topic(story: Story) -> None:
    story.say("voter-1", "楼道灯坏了半个月")

    menu = story.say("voter-1", "不对")
    changed = story.say("voter-1", "1")
    placed = story.say("voter-1", "东苑小区")

    assert menu.startswith("应该是哪一类？")
    assert "在哪条路或哪个小区？" in changed
    assert "东苑小区，由东苑社区联络站接手" in placed
