"""Marks on a case and what follows a verdict: paused, another's business, supervised, silent, asked again."""

from datetime import date, datetime, timedelta

import pytest

from tests.stories.driver import SHANGHAI, Story
from tests.stories.people import EAST, bind, owed_to, steps_of, the_case

MONDAY = datetime(2026, 11, 23, 14, 7, tzinfo=SHANGHAI)
NUMBER = "2611-0001"
DONE = "11月24日已将3幢6盏楼道灯全部换新，物业每周五检查"


@pytest.fixture
def desk(story: Story) -> str:
    story.clock.at = MONDAY
    return bind(story, "staff:T001")


@pytest.fixture
def housing(story: Story, desk: str) -> str:
    """Give the clerk who has the case, and accepted it."""
    clerk = bind(story, "staff:T027")
    story.say("voter-1", EAST)
    story.say(desk, "转 1 住建局 10天")
    story.say(desk, "1")
    story.say(clerk, "接收 1")
    return clerk


def wake(story: Story, at: datetime, *who: str) -> None:
    story.clock.at = at
    for each in who:
        story.say(each, "谢谢")
    for _ in range(3):
        story.app.tick_all()
        story.clock.turn(minutes=5)


def approved(story: Story, desk: str, clerk: str) -> None:
    """Let the department answer and the office send it on to the voter."""
    story.say(clerk, f"答复 1 {DONE}")
    story.say(clerk, "1")
    wake(story, story.clock.at, desk)
    story.say(desk, "1")
    wake(story, story.clock.at)


def test_the_clock_stands_still_until_the_voter_has_answered(story: Story, desk: str, housing: str) -> None:
    paused = story.say(desk, "暂停 1 请问是几单元？")
    wake(story, MONDAY + timedelta(hours=1))
    wake(story, datetime(2026, 11, 26, 14, 7, tzinfo=SHANGHAI))
    thanked = story.say("voter-1", "二单元，三楼和四楼")
    wake(story, story.clock.at)

    assert "期限停走" in paused
    assert any("办的人想问您：请问是几单元" in text for text in owed_to(story, "voter-1"))
    assert thanked == f"谢谢，放进 {NUMBER} 了，接着办。停了3个工作日，12月10日（周四）前答复。"
    assert the_case(story, NUMBER).answer_by == date(2026, 12, 10)
    assert any("由12月7日改为12月10日" in text for text in owed_to(story, housing))
    assert steps_of(story, NUMBER)[-3:] == ["paused", "added", "resumed"]


def test_a_clock_that_stood_no_day_is_told_as_unchanged(story: Story, desk: str, housing: str) -> None:
    story.say(desk, "暂停 1 请问是几单元？")
    wake(story, MONDAY + timedelta(hours=1))

    thanked = story.say("voter-1", "二单元")

    assert thanked.endswith("期限不变，12月7日（周一）前答复。")
    assert "期限不变，仍是12月7日（周一）" in owed_to(story, housing)[-1]


def test_a_paused_case_is_not_nagged_about_and_goes_on_by_hand(story: Story, desk: str, housing: str) -> None:
    story.say(desk, "暂停 1 请问是几单元？")
    wake(story, datetime(2026, 12, 8, 14, 7, tzinfo=SHANGHAI), housing)
    nagged = [text for text in owed_to(story, housing) if "已过" in text]
    again = story.say(desk, "暂停 1 还有一问")
    on = story.say(desk, "继续 1")

    assert nagged == []
    assert "已经在等选民答复" in again
    assert on.startswith(f"{NUMBER} 接着办。停了11个工作日，12月22日（周二）前答复。")
    assert "没有暂停" in story.say(desk, "继续 1")


def test_what_is_another_ones_business_names_the_right_door(story: Story, desk: str) -> None:
    story.say("voter-1", EAST)
    without = story.say(desk, "不归 1 12348")
    forbidden = story.say(desk, "不归 1 12348 这里不予受理")
    said = story.say(desk, "不归 1 12348 合同纠纷要走法律途径")

    assert "去处 原因" in without
    assert "不能发给选民" in forbidden
    assert "不算办结" in said
    assert any("合同纠纷要走法律途径，请找12348" in text for text in owed_to(story, "voter-1"))
    assert the_case(story, NUMBER).state == "elsewhere"


def test_supervision_has_an_owner_a_day_and_a_list(story: Story, desk: str, housing: str) -> None:
    marked = story.say(desk, "督办 1 张宁 12月20日")
    listed = story.say(desk, "督办")
    noted = story.say(desk, "批示 1 限期修复，举一反三 褚继业 12月18日")
    case = the_case(story, NUMBER)
    off = story.say(desk, "撤牌 1 已修好")

    assert "责任人张宁，期限12月20日（周日）" in marked
    assert NUMBER in listed
    assert "原来的督办，责任人张宁，期限12月20日（周日）不变" in noted
    assert (case.supervised_owner, case.supervised_until) == ("张宁", date(2026, 12, 20))
    assert "已撤牌" in off
    assert "一件也没有" in story.say(desk, "督办")
    assert "没有这一天" not in story.say(housing, "要办的")


def test_a_station_can_neither_supervise_nor_note(story: Story, desk: str) -> None:
    station = bind(story, "staff:T005")
    story.say("voter-1", EAST)

    story.say(station, "督办 1 张宁 12月20日")
    story.say(station, "批示 1 限期修复 张宁 12月20日")

    assert the_case(story, NUMBER).supervised_at is None
    assert steps_of(story, NUMBER) == ["filed"]
    assert desk


def test_silence_closes_a_case_without_calling_it_solved(story: Story, desk: str, housing: str) -> None:
    approved(story, desk, housing)
    assert the_case(story, NUMBER).state == "awaiting_voter"
    wake(story, MONDAY + timedelta(days=6))
    before = the_case(story, NUMBER).state
    wake(story, MONDAY + timedelta(days=8))

    case = the_case(story, NUMBER)
    assert before == "awaiting_voter"
    assert (case.state, case.verdict) == ("closed", None)
    assert steps_of(story, NUMBER)[-1] == "fell silent"


def test_a_voter_whom_the_question_has_not_reached_is_not_silent(
    story: Story, desk: str, housing: str
) -> None:
    story.clock.at = MONDAY + timedelta(days=3)  # the account may no longer write to the voter
    approved(story, desk, housing)
    wake(story, MONDAY + timedelta(days=12))
    waiting = the_case(story, NUMBER).state
    wake(story, MONDAY + timedelta(days=32))

    assert waiting == "awaiting_voter"
    assert the_case(story, NUMBER).state == "closed"


def test_who_said_solved_is_asked_once_more_after_four_weeks(story: Story, desk: str, housing: str) -> None:
    approved(story, desk, housing)
    story.say("voter-1", "1")
    story.say("voter-1", "1")
    wake(story, MONDAY + timedelta(days=27))
    early = [text for text in owed_to(story, "voter-1") if "上月您反映的" in text]
    story.say("voter-1", "我的")
    wake(story, MONDAY + timedelta(days=29), "voter-1")
    wake(story, MONDAY + timedelta(days=30), "voter-1")
    asked = [text for text in owed_to(story, "voter-1") if "上月您反映的" in text]
    wake(story, MONDAY + timedelta(days=30))
    again = story.say("voter-1", "又坏了")

    assert early == []
    assert asked == [f"上月您反映的楼道照明（{NUMBER}），现在还好吗？\n1 还好着\n2 又坏了\n0 没留意"]
    assert again.startswith("按“没解决”记下，退回区住建局重办")
    assert the_case(story, NUMBER).state == "referred"


def test_the_morning_card_counts_what_departments_owe_and_reviews_open_from_it(
    story: Story, desk: str, housing: str
) -> None:
    story.clock.at = datetime(2026, 12, 7, 14, 7, tzinfo=SHANGHAI)
    due = story.say(desk, "今日")
    story.clock.turn(days=1)
    late = story.say(desk, "今日")
    story.say(housing, f"答复 1 {DONE}")
    story.say(housing, "1")
    answered = story.say(desk, "今日")
    listed = story.say(desk, next(line[0] for line in answered.splitlines() if "等审核" in line))
    shown = story.say(desk, "1")
    tapped = story.say(desk, "1")
    still = the_case(story, NUMBER).state
    story.clock.turn(seconds=5)
    story.say(desk, "1")

    assert (tapped[:11], still) == ("这是下一件，请看过再回", "answered")
    assert "1件单位今天到期" in due
    assert "1件单位超期没答复" in late
    assert "1件答复等审核" in answered
    assert NUMBER in listed
    assert shown.startswith(f"区住建局答复了 {NUMBER}")
    assert the_case(story, NUMBER).state == "awaiting_voter"
