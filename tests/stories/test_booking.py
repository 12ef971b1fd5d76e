"""A voter books a time at a reception: by a digit, moved and given back by a word, told when the day moves."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.district.store import put_row
from storage.models import Booking, Case
from tests.stories.driver import SHANGHAI, Story
from tests.stories.lines import both_channels
from tests.stories.people import bind, owed_to

EAST = (30.3121, 120.3290)
THE_DAY_BEFORE = datetime(2026, 12, 9, 8, 40, tzinfo=SHANGHAI)
THE_MORNING = datetime(2026, 12, 10, 8, 15, tzinfo=SHANGHAI)
WEEK_BEFORE = datetime(2026, 12, 3, 9, 10, tzinfo=SHANGHAI)


def places(story: Story) -> list[int]:
    with Session(story.engine) as session:
        return list(session.scalars(select(Booking.place).order_by(Booking.place)))


def closed_on(story: Story, day: str, name: str) -> None:
    """Enter a holiday, as staff do, and let everybody hear of it."""
    with Session(story.engine) as session, session.begin():
        put_row(session, "holidays", {"date": day, "kind": "holiday", "name": name}, story.clock())
    story.app.tick_all()


@both_channels
def test_the_nearest_station_is_booked_by_one_digit(story: Story) -> None:
    shown = story.location("voter-1", *EAST)
    booked = story.say("voter-1", "1")

    assert shown.endswith("1 预约\n2 看别的站\n0 不找了")
    assert booked.startswith("约好了：12月10日（周四）9:00，东苑社区联络站接待室。")
    assert story.say("voter-1", "我的预约").startswith("您已约了12月10日（周四）9:00")


def test_a_named_deputy_is_met_by_one_digit(story: Story) -> None:
    offered = story.say("voter-1", "我想跟陈立新代表说说停车的事")

    assert "12月10日（周四）9:00当面说：回1预约" in offered
    assert story.say("voter-1", "1").startswith("约好了：12月10日（周四）9:00")


def test_three_messages_book_where_nothing_is_known(story: Story) -> None:
    where = story.say("voter-1", "我想预约代表")
    which = story.say("voter-1", "东苑小区")
    booked = story.say("voter-1", "2")

    assert where.startswith("约哪个联络站？")
    assert "1 12月10日（周四）9:00\n2 1月11日（周一）9:00\n" in which
    assert booked.startswith("约好了：1月11日（周一）9:00")


def test_the_next_one_gets_the_next_time_and_nobody_books_twice(story: Story) -> None:
    for who in ("voter-1", "voter-2"):
        story.say(who, "找站 东苑小区")
        story.say(who, "1")
    story.say("voter-2", "找站 东苑小区")
    again = story.say("voter-2", "1")

    assert again.startswith("您已约了12月10日（周四）9:20")
    assert places(story) == [0, 1]


def test_a_booked_time_is_moved_by_a_digit_or_by_saying_an_hour(story: Story) -> None:
    story.say("voter-1", "找站 东苑小区")
    story.say("voter-1", "1")
    offered = story.say("voter-1", "改约")
    moved = story.say("voter-1", "十点以后吧")
    moved_again = story.say("voter-1", "改约 10点半")

    assert "1 12月10日（周四）9:20" in offered
    assert moved.startswith("约好了：12月10日（周四）10:00")
    assert moved_again.startswith("约好了：12月10日（周四）10:40")
    assert places(story) == [5]


def test_who_cannot_come_gives_the_time_back(story: Story) -> None:
    story.say("voter-1", "找站 东苑小区")
    story.say("voter-1", "1")

    assert story.say("voter-1", "我明天来不了了").startswith("取消了：12月10日（周四）9:00")
    assert places(story) == []
    assert story.say("voter-1", "取消预约").startswith("您现在没有预约")


def test_a_full_day_offers_the_next_and_says_that_one_may_just_come(story: Story) -> None:
    for number in range(6):
        story.say(f"voter-{number}", "找站 东苑小区")
        story.say(f"voter-{number}", "1")
    story.say("voter-9", "找站 东苑小区")

    full = story.say("voter-9", "1")

    assert full.startswith("12月10日（周四）已约满，当天直接来也行。")
    assert story.say("voter-9", "1").startswith("约好了：1月11日（周一）9:00")


def test_many_at_once_get_a_time_each(story: Story) -> None:
    voters = [f"voter-{number}" for number in range(6)]
    for who in voters:
        story.say(who, "找站 东苑小区")
    with ThreadPoolExecutor(6) as pool:
        replies = list(pool.map(lambda who: story.say(who, "1"), voters))

    assert all(reply.startswith("约好了：12月10日") for reply in replies)
    assert places(story) == [0, 1, 2, 3, 4, 5]


def test_the_day_before_the_voter_is_reminded_and_the_deputy_that_morning(story: Story) -> None:
    bind(story, "deputy:D001")
    story.say("voter-1", "找站 东苑小区")
    story.say("voter-1", "1")

    story.at(THE_DAY_BEFORE)
    story.at(THE_MORNING)

    (reminder,) = [text for text in owed_to(story, "voter-1") if "代表接待" in text]
    assert reminder.startswith("明天12月10日（周四）9:00，您约了代表接待，在东苑社区联络站接待室。")
    assert any("预约1人，在办" in text for text in owed_to(story, "deputy:D001", "reminder"))


def test_the_booked_are_told_and_asked_when_the_day_moves(story: Story) -> None:
    story.say("voter-1", "找站 东苑小区")
    story.say("voter-1", "1")
    story.at(WEEK_BEFORE)

    closed_on(story, "2026-12-10", "停电检修")
    story.app.tick_all()

    (told,) = owed_to(story, "voter-1", "visit")[:1]
    assert told.startswith("您预约的代表接待有变：12月10日是停电检修，改为12月11日（周五）9:00")
    assert len([text for text in owed_to(story, "voter-1", "visit") if "有变" in text]) == 1


def test_an_ordinary_sentence_after_the_offer_is_still_a_case(story: Story) -> None:
    story.say("voter-1", "找站 东苑小区")

    assert "编号 2611-0001" in story.say("voter-1", "东苑小区楼道灯坏了")
    assert "编号 2611-0001" not in story.say("voter-2", "怎么预约代表")
    with Session(story.engine) as session:
        assert len(session.scalars(select(Case.id)).all()) == 1


def test_whoever_never_booked_and_cannot_come_tells_a_trouble(story: Story) -> None:
    assert "编号" in story.say("voter-1", "路太窄车子过不来了")
