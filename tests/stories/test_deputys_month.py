"""A deputy's month: bound, reminded a week ahead, answered by a digit, reminded once more in the morning."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.base import SendError
from handlers.account.accounts import roster_code
from storage.models import Attendance, Outbox
from tests.stories.driver import SHANGHAI, Story
from tests.stories.lines import both_channels, both_channels_and_engines

WEEK_BEFORE = datetime(2026, 12, 3, 8, 40, tzinfo=SHANGHAI)
THE_MORNING = datetime(2026, 12, 10, 8, 15, tzinfo=SHANGHAI)


def bind(story: Story, who: str, roster_key: str) -> str:
    with Session(story.engine) as session, session.begin():
        code = roster_code(session, roster_key, story.clock())
    return story.say(who, code)


def reminders(story: Story, who: str) -> list[str]:
    return [push.text for push in story.phones.pushes if push.external_id == who and "接待" in push.text]


@both_channels
def test_the_reminder_says_when_where_and_how_to_answer(story: Story) -> None:
    bind(story, "deputy-1", "deputy:D001")

    story.at(WEEK_BEFORE)

    (push,) = [push for push in story.phones.pushes if push.external_id == "deputy-1"]
    assert push.kind == {"official-account": "template", "wecom": "text"}[story.way]
    assert all(len(value) <= 20 and "\n" not in value for value in push.fields.values())
    assert "12月10日（周四）9:00–11:00" in push.text
    assert "察民情、解民忧、帮民困" in push.text
    assert push.text.endswith("1 参加\n2 请假")


def test_someone_who_wrote_lately_gets_the_long_form(story: Story) -> None:
    bind(story, "deputy-1", "deputy:D001")
    story.clock.at = WEEK_BEFORE.replace(hour=8, minute=0)
    story.say("deputy-1", "你好")

    story.at(WEEK_BEFORE)

    (push,) = [push for push in story.phones.pushes if push.external_id == "deputy-1"]
    assert push.kind == "text"


@both_channels_and_engines
def test_one_digit_answers_and_only_the_morning_reminds_again(story: Story) -> None:
    bind(story, "deputy-1", "deputy:D001")
    story.at(WEEK_BEFORE)

    answer = story.say("deputy-1", "1")
    story.at(WEEK_BEFORE.replace(day=9))
    between = reminders(story, "deputy-1")
    story.at(THE_MORNING)

    assert answer.startswith("按“12月10日接待日：参加”记下了")
    assert len(between) == 1
    assert len(reminders(story, "deputy-1")) == 2
    with Session(story.engine) as session:
        assert session.scalars(select(Attendance.answer)).all() == ["yes"]


@both_channels
def test_leave_asks_for_a_reason_kindly(story: Story) -> None:
    bind(story, "deputy-1", "deputy:D001")
    story.at(WEEK_BEFORE)

    asked = story.say("deputy-1", "2")
    taken = story.say("deputy-1", "1")

    assert "1 出差" in asked
    assert taken.startswith("记下了：12月10日接待日请假（出差）")


def test_ticks_that_run_again_remind_nobody_twice(story: Story) -> None:
    bind(story, "deputy-1", "deputy:D001")
    for _ in range(3):
        story.at(WEEK_BEFORE)
    story.at(WEEK_BEFORE.replace(month=11, day=25))
    story.at(WEEK_BEFORE)

    assert len(reminders(story, "deputy-1")) == 1


@both_channels
def test_a_push_that_fails_is_tried_again_and_then_told(story: Story) -> None:
    bind(story, "deputy-1", "deputy:D001")
    story.phones.failures = [SendError("-1", retryable=True)]

    story.at(WEEK_BEFORE)
    before = reminders(story, "deputy-1")
    story.at(WEEK_BEFORE.replace(minute=45))

    assert before == []
    assert len(reminders(story, "deputy-1")) == 1


@both_channels
def test_who_cannot_be_reached_is_kept_with_the_reason(story: Story) -> None:
    story.at(WEEK_BEFORE)
    with Session(story.engine) as session:
        dead = session.scalars(select(Outbox.error).where(Outbox.kind == "reminder", Outbox.status == "dead"))

        assert set(dead) == {"no_account"}


@pytest.mark.parametrize("hour", [23, 6])
def test_nothing_but_urgent_matters_goes_out_at_night(story: Story, hour: int) -> None:
    bind(story, "deputy-1", "deputy:D001")
    story.at(datetime(2026, 12, 4, hour, 0, tzinfo=SHANGHAI))

    assert reminders(story, "deputy-1") == []


@pytest.mark.parametrize("said", ["不去了", "我来不了", "没空"])
def test_leave_is_understood_in_other_words(story: Story, said: str) -> None:
    bind(story, "deputy-1", "deputy:D001")
    story.at(WEEK_BEFORE)

    assert story.say("deputy-1", said).startswith("按“12月10日接待日：请假”记下了")


def test_thanks_do_not_answer_the_reminder_which_is_asked_again(story: Story) -> None:
    bind(story, "deputy-1", "deputy:D001")
    story.at(WEEK_BEFORE)

    assert story.say("deputy-1", "收到").endswith("没回：\n1 参加\n2 请假")


def test_leave_without_a_reason_is_told_to_the_station_all_the_same(story: Story) -> None:
    bind(story, "deputy-1", "deputy:D001")
    story.at(WEEK_BEFORE)
    story.say("deputy-1", "2")

    assert story.say("deputy-1", "取消").startswith("记下了：12月10日接待日请假（没写原因），")


def test_an_illness_given_as_the_reason_for_leave_is_no_emergency(story: Story) -> None:
    bind(story, "deputy-1", "deputy:D001")
    story.at(WEEK_BEFORE)

    assert "请假（我爸晕倒住院了）" in story.say("deputy-1", "请假，我爸晕倒住院了")
