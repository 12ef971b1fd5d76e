"""Receptions as the station sees them: who has booked, who came, the notice three days ahead."""

import io
from datetime import datetime

import docx

from tests.stories.driver import SHANGHAI, Story
from tests.stories.lines import both_channels
from tests.stories.people import bind, owed_to

EAST_STATION, WEST_STATION, DESK = "staff:T005", "staff:T006", "staff:T001"
NOTICE_MORNING = datetime(2026, 12, 7, 8, 40, tzinfo=SHANGHAI)
THE_DAY = datetime(2026, 12, 10, 10, 0, tzinfo=SHANGHAI)


def booked(story: Story, *voters: str) -> None:
    for who in voters:
        story.say(who, "找站 东苑小区")
        story.say(who, "1")


@both_channels
def test_the_station_sees_the_times_and_nobody_else_does(story: Story) -> None:
    for who in (EAST_STATION, WEST_STATION, DESK, "deputy:D001"):
        bind(story, who)
    booked(story, "voter-1", "voter-2")

    assert story.say(EAST_STATION, "谁预约").startswith("12月10日接待，选民预约2人：\n东苑社区 9:00、9:20")
    assert story.say(DESK, "10号谁预约").startswith("12月10日接待，选民预约2人")
    assert story.say(WEST_STATION, "谁预约").startswith("12月10日还没有选民预约")
    assert "选民预约2人" in story.say(EAST_STATION, "10号谁来")
    assert "9:20" not in story.say("deputy:D001", "谁预约")


def test_three_days_ahead_the_card_offers_the_notice_and_names_how_many_have_booked(story: Story) -> None:
    bind(story, EAST_STATION)
    booked(story, "voter-1")

    story.at(NOTICE_MORNING)

    (card,) = owed_to(story, EAST_STATION, "digest")
    assert "12月10日接待日，选民预约1人" in card
    assert "12月10日接待日的公告，该发了" in card


def test_the_notice_can_be_sent_as_it_stands(story: Story) -> None:
    bind(story, EAST_STATION)

    assert story.say(EAST_STATION, "接待公告") == (
        "12月10日（周四）9:00–11:00，陈立新、周敏、卓依诺等4位代表在东苑社区联络站（东苑路12号）接待选民。"
        "有事直接来，或回“预约”。"
    )


def test_the_notice_is_made_into_a_page_to_post(story: Story) -> None:
    wecom = story.through("wecom")
    bind(wecom, EAST_STATION)
    wecom.say(EAST_STATION, "接待公告")

    wanted = wecom.say(EAST_STATION, "1")
    story.app.tick_all()

    (push,) = [push for push in wecom.phones.pushes if push.kind == "file"]
    page = docx.Document(io.BytesIO(push.content))
    assert wanted.startswith("公告正在做")
    assert "地点：东苑社区联络站接待室，东苑路12号" in [line.text for line in page.paragraphs]


def test_on_the_day_the_station_marks_who_came(story: Story) -> None:
    bind(story, EAST_STATION)
    bind(story, WEST_STATION)
    booked(story, "voter-1")
    story.at(THE_DAY)

    listed = story.say(EAST_STATION, "10号谁预约")
    story.say(EAST_STATION, "1")
    noted = story.say(EAST_STATION, "2")

    assert "1 东苑社区 9:00 没记" in listed
    assert noted.startswith("记下了")
    assert "1 东苑社区 9:00 没来" in story.say(EAST_STATION, "10号谁预约")
