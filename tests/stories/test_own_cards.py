"""A voter's own cases are read on small cards: digits turn the pages, 0 leads back, what waits for a word stays asked."""

from datetime import datetime

import pytest

from tests.stories.driver import SHANGHAI, Story
from tests.stories.people import EAST, bind, steps_of, the_case

MONDAY = datetime(2026, 11, 23, 14, 7, tzinfo=SHANGHAI)
LONGEST = 120
LONG_ANSWER = (
    "11月24日已将3幢6盏楼道灯全部换新，线路也查过一遍，松动的接头重新接好，" * 4 + "物业每周五检查。"
)


@pytest.fixture
def three(story: Story) -> Story:
    """A voter has told of three matters."""
    story.clock.at = MONDAY
    for words in (EAST, "滨河路到处乱停车，走路都没法走", "西苑社区垃圾没人收，臭得很"):
        story.say("voter-1", words)
        story.clock.turn(hours=1)
    return story


def answer(story: Story, words: str) -> None:
    station = bind(story, "staff:T005")
    story.say(station, "接手 1")
    story.say(station, f"办结 1 {words}")
    for _ in range(3):
        story.at(story.clock.at)


def test_nought_leads_from_a_card_back_to_the_list_to_pick_again(three: Story) -> None:
    listed = three.say("voter-1", "我的")
    first = three.say("voter-1", "1")

    assert "\n0 回列表" in first
    assert three.say("voter-1", "0") == listed
    assert three.say("voter-1", "2").startswith("2611-0002 占道停车\n")
    assert three.say("voter-1", "取消").startswith("好")


def test_words_after_a_card_go_into_the_case_it_shows(three: Story) -> None:
    three.say("voter-1", "我的")
    three.say("voter-1", "3")

    assert three.say("voter-1", "昨天还有老人摔了").startswith("已放进 2611-0001")


def test_whoever_told_many_turns_the_pages_of_the_list(three: Story) -> None:
    for words in ("银沙路积水严重", "迎宾路路灯不亮", "北园路有人乱倒渣土"):
        three.say("voter-1", words)
        three.clock.turn(hours=1)

    first = three.say("voter-1", "我的")
    second = three.say("voter-1", "6")

    assert first.endswith("6 看更早的\n0 不看了")
    assert second.startswith("更早的1件")
    assert second.endswith("1 2611-0001 楼道照明，等着看\n0 回列表")
    assert three.say("voter-1", "0") == first


def test_a_long_answer_is_clipped_on_the_card_and_whole_on_its_pages(three: Story) -> None:
    answer(three, LONG_ANSWER)
    card = three.say("voter-1", "查 1")
    pages = [three.say("voter-1", "4")]
    while "看后面的" in pages[-1]:
        pages.append(three.say("voter-1", "1"))

    assert "真的好了吗？\n1 解决了\n2 好了一部分\n3 没解决\n4 看全部经过\n0 回列表" in card
    assert all(len(text) <= LONGEST for text in (card, *pages))
    told = "".join(line for page in pages for line in page.splitlines()[1:] if line[1:2] != " ")
    assert LONG_ANSWER.rstrip("。") in told


def test_back_from_the_pages_the_question_stands_as_before(three: Story) -> None:
    answer(three, LONG_ANSWER)
    card = three.say("voter-1", "查 1")
    three.say("voter-1", "4")

    assert three.say("voter-1", "0") == card
    assert three.say("voter-1", "1").startswith("记下“解决了”")
    assert the_case(three, "2611-0001").state == "closed"


def test_an_answer_by_the_card_leaves_the_question_on_its_way_without_digits(story: Story) -> None:
    story.say("voter-1", EAST)
    desk = bind(story, "staff:T001")
    story.say(desk, "办结 1 11月21日已换好声控灯12盏并试亮，依据物业服务合同")
    story.say("voter-1", "我的")
    story.say("voter-1", "没解决")
    story.clock.turn(seconds=30)
    story.app.tick_all()
    story.clock.turn(seconds=30)

    story.say("voter-1", "1")

    assert "verdict solved" not in steps_of(story, "2611-0001")
    assert "verdict unsolved" in steps_of(story, "2611-0001")
