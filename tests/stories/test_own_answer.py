"""The station itself has answered: its voter is asked as after a department, and nothing ends without a word (待确认)."""

from datetime import date, datetime, timedelta

import pytest

from tests.stories.driver import SHANGHAI, Story
from tests.stories.people import EAST, bind, owed_to, steps_of, the_case

MONDAY = datetime(2026, 11, 23, 14, 7, tzinfo=SHANGHAI)
NUMBER = "2611-0001"
ASKS = "真的好了吗？\n1 解决了\n2 好了一部分\n3 没解决"


@pytest.fixture
def east(story: Story) -> str:
    """Give the clerk of the station that has the case."""
    story.clock.at = MONDAY
    story.say("voter-1", EAST)
    return bind(story, "staff:T005")


def hear(story: Story, at: datetime | None = None) -> None:
    story.clock.at = at or story.clock.at
    for _ in range(3):
        story.app.tick_all()


@pytest.mark.parametrize("words", ["回复 1 灯已换好，三楼也试过了", "办结 1 灯已换好，三楼也试过了"])
def test_an_answer_that_says_what_was_done_asks_whether_it_is_solved(
    story: Story, east: str, words: str
) -> None:
    said = story.say(east, words)
    hear(story)

    assert said.startswith(f"{NUMBER} 这就发给选民，问他解决没有")
    assert story.phones.texts_to("voter-1") == [
        f"{NUMBER} 有答复。东苑社区联络站：“灯已换好，三楼也试过了”\n{ASKS}"
    ]
    assert story.say("voter-1", "1").startswith("记下“解决了”。对这次办理满意吗？\n1 满意")
    assert (the_case(story, NUMBER).state, the_case(story, NUMBER).verdict) == ("closed", "solved")


@pytest.mark.parametrize("words", ["明天来换灯", "已联系物业，正在换灯", "旧灯拆了，下周装新的"])
def test_news_on_the_way_asks_nothing_yet(story: Story, east: str, words: str) -> None:
    said = story.say(east, f"回复 1 {words}")
    hear(story)

    (told,) = story.phones.texts_to("voter-1")
    assert "算进展，还没算办好" in said
    assert "真的好了吗" not in told
    assert the_case(story, NUMBER).state == "answered"


def test_unsolved_comes_back_to_the_station_on_half_the_clock(story: Story, east: str) -> None:
    story.say(east, "办结 1 灯已换好")
    hear(story)

    reply = story.say("voter-1", "3")
    thanked = story.say("voter-1", "三楼的没换")
    hear(story)

    case = the_case(story, NUMBER)
    assert reply == (
        "按“没解决”记下，退回东苑社区联络站重办，11月24日（周二）前再答复您。"
        "哪里没好？写一句或发张照片，帮他们找准。"
    )
    assert thanked.startswith(f"已放进 {NUMBER}")
    assert (case.state, case.verdict, case.failures, case.look_by) == (
        "assigned",
        "unsolved",
        1,
        date(2026, 11, 24),
    )
    assert any("选民说没解决，已重办，期限减半" in text for text in owed_to(story, east))
    assert "1件选民说没解决，要重办" in story.say(east, "今日")
    assert NUMBER in story.say(east, "1")


def test_a_second_failure_of_the_station_is_supervised_too(story: Story, east: str) -> None:
    for _ in range(2):
        story.say(east, "办结 1 灯已换好")
        hear(story)
        reply = story.say("voter-1", "3")
        hear(story, story.clock.at + timedelta(days=1))

    assert "列入督办" in reply
    assert the_case(story, NUMBER).supervised_at is not None


def test_silence_of_seven_days_closes_it_without_calling_it_solved(story: Story, east: str) -> None:
    story.say(east, "办结 1 灯已换好")
    hear(story)
    hear(story, MONDAY + timedelta(days=6))
    before = the_case(story, NUMBER).state
    hear(story, MONDAY + timedelta(days=8))

    case = the_case(story, NUMBER)
    assert before == "awaiting_voter"
    assert (case.state, case.verdict) == ("closed", None)


@pytest.mark.parametrize(
    "said", ["东苑小区楼道里煤气味很重", "东苑社区联络站的工作人员收红包"], ids=["danger", "an insider"]
)
def test_danger_and_insiders_are_closed_without_the_question(story: Story, said: str) -> None:
    story.say("voter-1", said)
    desk = bind(story, "staff:T001")

    closed = story.say(desk, "办结 1 已经处理完")
    hear(story)

    assert "这类件不问满意不满意" in closed
    assert not any("真的好了吗" in text for text in story.phones.texts_to("voter-1"))
    assert the_case(story, NUMBER).state == "closed"


def test_with_nobody_to_ask_it_is_closed_at_once(story: Story, east: str) -> None:
    story.say(east, "代录 东苑小区5幢漏水，王阿姨来站说的")

    closed = story.say(east, "办结 2 已补好防水")

    assert closed.startswith("2611-0002 已办结。没有可发的微信")
    assert steps_of(story, "2611-0002")[-1] == "closed"
    assert the_case(story, "2611-0002").verdict is None


def test_what_the_reader_of_news_writes_next_goes_into_the_case(story: Story, east: str) -> None:
    story.clock.turn(hours=2)
    story.say(east, "回复 1 明天来换灯")
    hear(story)

    said = story.say("voter-1", "下午来的话家里没人")
    new = story.say("voter-1", "北园社区垃圾没人收，臭得很")

    assert said.startswith(f"已放进 {NUMBER}")
    assert "编号 2611-0002" in new


def test_a_digit_after_news_of_another_case_still_answers_the_question_before(
    story: Story, east: str
) -> None:
    story.clock.turn(hours=1)
    story.say("voter-1", "东苑小区停车位不足")
    story.say(east, "办结 1 灯已换好")
    hear(story)
    story.say(east, "回复 2 明天来划线")
    hear(story)

    said = story.say("voter-1", "1")

    assert story.phones.texts_to("voter-1")[-1].startswith("2611-0002 有答复")
    assert said.startswith("记下“解决了”")
    assert the_case(story, NUMBER).verdict == "solved"


def test_what_got_only_a_word_is_brought_up_again(story: Story, east: str) -> None:
    story.say(east, "回复 1 明天来换灯")

    assert "还没办好" not in story.say(east, "今日")
    story.clock.turn(days=14)

    assert "1件回过话，还没办好" in story.say(east, "今日")
