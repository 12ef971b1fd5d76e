"""督办: the owner is told and reminded, a leader's notes are kept apart, and 查 shows both."""

from datetime import datetime

import pytest

from tests.stories.driver import SHANGHAI, Story
from tests.stories.people import EAST, bind, owed_to
from tests.stories.test_promised_days import wake

MONDAY = datetime(2026, 11, 23, 10, 7, tzinfo=SHANGHAI)


def day(number: int, hour: int = 10) -> datetime:
    return datetime(2026, 12, number, hour, 7, tzinfo=SHANGHAI)


@pytest.fixture
def desk(story: Story) -> str:
    return bind(story, "staff:T001")


def test_the_owner_is_told_and_reminded_before_on_and_after_the_day(story: Story, desk: str) -> None:
    east = bind(story, "staff:T005")
    story.clock.at = MONDAY
    story.say("voter-1", EAST)

    said = story.say(desk, "督办 1 柯巧云 12月8日")

    assert "责任人柯巧云，期限12月8日（周二）" in said
    assert "这就告诉柯巧云本人" in said
    (told,) = [text for text in owed_to(story, east) if "责任人是您" in text]
    assert told == "2611-0001 列入督办，责任人是您，期限12月8日（周二）。看这件回“查 2611-0001”。"
    for number in (4, 7, 8, 9, 10, 11):
        wake(story, day(number), east, desk)
    reminded = [text for text in owed_to(story, east) if text.startswith("督办 2611-0001")]
    assert [text.split("前办好，")[1].partition("。")[0] for text in reminded] == [
        "下个工作日到期",
        "今天到期",
        "已经过期",
        "已经过期",
    ]
    assert len([text for text in owed_to(story, desk) if text.startswith("督办 2611-0001")]) == 4
    assert "1件督办到期或快到期" in story.say(desk, "今日")


def test_an_owner_without_an_account_is_named_to_be_called(story: Story, desk: str) -> None:
    story.say("voter-1", EAST)

    said = story.say(desk, "督办 1 欧阳春来 12月8日")

    assert "没找到欧阳春来绑定的账号，请打电话告诉" in said


def test_every_note_stands_by_itself_and_names_its_writer(story: Story, desk: str) -> None:
    bind(story, "staff:T005")
    story.clock.at = MONDAY
    story.say("voter-1", EAST)
    story.say(desk, "督办 1 柯巧云 12月8日")

    beside = story.say(desk, "批示 1 限期修复 欧阳春来 12月20日")
    story.say(desk, "批示 1 举一反三 欧阳春来 12月25日")
    shown = story.say(desk, "查 1")

    assert "原来的督办，责任人柯巧云，期限12月8日（周二）不变" in beside
    assert "督办中，责任人柯巧云，期限12月8日（周二）" in shown
    assert "限期修复（欧阳春来，12月20日）" in shown
    assert "举一反三（欧阳春来，12月25日）" in shown
    assert "记）：" in shown


def test_a_progress_note_stops_nothing(story: Story, desk: str) -> None:
    east = bind(story, "staff:T005")
    bind(story, "staff:T027")
    story.clock.at = MONDAY
    story.say("voter-1", EAST)
    story.say(east, "回复 1 已经联系物业，等他们报价，下周再告诉您")

    terms = story.say(desk, "转 1 住建局 10天")
    story.say(desk, "1")

    assert "主办 区住建局" in terms
    assert "已转部门" in story.say(desk, "查 1")


@pytest.mark.parametrize("command", ["暂停 1 请问是几单元", "不归 1 12345 这是市里的事", "改类 1 物业管理"])
def test_after_a_progress_note_every_other_way_is_open(story: Story, desk: str, command: str) -> None:
    east = bind(story, "staff:T005")
    story.say("voter-1", EAST)
    story.say(east, "回复 1 已经联系物业，等他们报价，下周再告诉您")

    said = story.say(desk, command)

    assert "没有改" not in said
    assert "2611-0001" in said


def test_an_answer_under_review_is_not_passed_over(story: Story, desk: str) -> None:
    housing = bind(story, "staff:T027")
    story.clock.at = MONDAY
    story.say("voter-1", EAST)
    story.say(desk, "转 1 住建局 10天")
    story.say(desk, "1")
    story.say(housing, "接收 1")
    story.say(housing, "答复 1 11月24日更换了三盏灯，已经试过，都亮")
    story.say(housing, "1")

    for command in ("转 1 城管局", "暂停 1 请问是几单元", "不归 1 12345 这是市里的事"):
        assert "等审核" in story.say(desk, command)
