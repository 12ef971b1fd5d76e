"""范例: a sentence is chosen, its blanks are asked for, and what goes out is checked as if it had been typed."""

from datetime import datetime

import pytest

from tests.stories.driver import SHANGHAI, Story
from tests.stories.lines import both_channels
from tests.stories.people import EAST, bind, owed_to, steps_of, the_case

MONDAY = datetime(2026, 11, 23, 14, 7, tzinfo=SHANGHAI)


@pytest.fixture
def desk(story: Story) -> str:
    story.clock.at = MONDAY
    story.say("voter-1", EAST)
    return bind(story, "staff:T001")


@pytest.fixture
def housing(story: Story, desk: str) -> str:
    story.say(desk, "转 1 住建局 10天")
    story.say(desk, "1")
    return bind(story, "staff:T027")


@both_channels
@pytest.mark.usefixtures("desk")
def test_a_station_answers_with_a_sample_in_two_messages(story: Story) -> None:
    station = bind(story, "staff:T005")

    offered = story.say(station, "范例 1")
    ready = story.say(station, "1")
    story.say(station, "1")

    assert offered.startswith("2611-0001 的范例，回序号选，〔〕里的我再问您：\n1 东苑小区")
    assert "\n3 请问是东苑小区" in offered
    assert "的灯11月23日已经换好了，当晚试过都亮" in ready
    assert any("已经换好了，当晚试过都亮" in text for text in owed_to(story, "voter-1", "result"))
    assert the_case(story, "2611-0001").state == "awaiting_voter"


def test_a_clerk_is_asked_for_the_blanks_one_after_another(story: Story, housing: str) -> None:
    story.say(housing, "接收 1")
    story.say(housing, "答复 1 已转有关科室处理")
    offered = story.say(housing, "2")
    first = story.say(housing, "1")
    second = story.say(housing, "6")
    ready = story.say(housing, "物业")
    asked = story.say(housing, "1")
    story.say(housing, "1")

    assert "1 11月23日已将东苑小区" in offered
    assert first.endswith("〔几盏〕填什么？不用了回“取消”。")
    assert "6灯全部换新" in second
    assert second.endswith("〔谁〕填什么？不用了回“取消”。")
    assert "物业每周检查一次。”\n1 交答复\n0 不用" in ready
    assert "算哪一类？" in asked
    assert steps_of(story, "2611-0001")[-1] == "answered"


def test_the_whole_sentence_can_be_written_anew_before_it_goes_out(story: Story, desk: str) -> None:
    story.say(desk, "范例 1")
    story.say(desk, "1")
    ready = story.say(desk, "您家楼道的灯今天已经换好了，楼上两盏明天再换")
    told = owed_to(story, "voter-1", "result")
    story.say(desk, "0")

    assert "“您家楼道的灯今天已经换好了，楼上两盏明天再换”" in ready
    assert told == []
    assert owed_to(story, "voter-1", "result") == []


def test_a_reviewer_sends_back_with_a_sample(story: Story, desk: str, housing: str) -> None:
    story.say(housing, "答复 1 已换新灯，11月24日完工")
    story.say(housing, "1")

    story.say(desk, "范例 1")
    story.say(desk, "1")
    done = story.say(desk, "1")

    assert done.startswith("2611-0001 已退回区住建局重写")
    assert "没写哪天做的，请补上日期" in owed_to(story, housing)[-1]
    assert the_case(story, "2611-0001").state == "accepted"
