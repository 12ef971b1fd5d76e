"""Once a day: the deputies' evening digest and the card of the morning, each once and only in its time."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.ticks.daily import plan_digests, plan_morning_cards
from storage.models import Outbox
from tests.stories.driver import SHANGHAI, Story
from tests.stories.people import EAST, WEST, bind, owed_to

EVENING = datetime(2026, 11, 21, 17, 34, tzinfo=SHANGHAI)
MONDAY = datetime(2026, 11, 23, 8, 34, tzinfo=SHANGHAI)


def digests(story: Story, at: datetime) -> int:
    world = story.app.surroundings.world()
    with Session(story.engine) as session, session.begin():
        return plan_digests(session, at, world.district, world.texts)["digests"]


def cards(story: Story, at: datetime) -> int:
    world = story.app.surroundings.world()
    with Session(story.engine) as session, session.begin():
        return plan_morning_cards(session, at, world.district, world.texts)["cards"]


def test_a_deputy_hears_in_the_evening_what_came_and_opens_it_by_digit(story: Story) -> None:
    deputy = bind(story, "deputy:D001")
    story.say("voter-1", EAST)
    story.say("voter-2", WEST)

    story.at(EVENING)
    opened = story.say(deputy, "1")

    (told,) = story.phones.texts_to(deputy)
    assert told == (
        "东苑社区联络站新到1件：\n1 2611-0001 楼道照明，东苑小区\n回序号看内容。选民信息已隐去，答复由站里统一发。"
    )
    assert "老人晚上不敢下楼" in opened


def test_the_digest_comes_once_a_day_however_often_it_is_planned(story: Story) -> None:
    deputy = bind(story, "deputy:D001")
    story.say("voter-1", EAST)

    planned = [digests(story, EVENING + timedelta(minutes=minutes)) for minutes in (0, 5, 60)]

    assert planned == [1, 0, 0]
    assert len(owed_to(story, deputy, "digest")) == 1


@pytest.mark.parametrize("hour", [9, 17, 21, 23])
def test_no_digest_is_planned_outside_the_evening(story: Story, hour: int) -> None:
    bind(story, "deputy:D001")
    story.say("voter-1", EAST)

    assert digests(story, EVENING.replace(hour=hour, minute=10)) == 0


def test_a_day_without_new_cases_is_silent(story: Story) -> None:
    bind(story, "deputy:D001")
    story.say("voter-1", EAST)
    digests(story, EVENING)

    assert digests(story, EVENING + timedelta(days=1)) == 0


def test_what_came_late_is_told_the_next_day(story: Story) -> None:
    bind(story, "deputy:D001")
    story.clock.at = EVENING + timedelta(hours=1)
    story.say("voter-1", EAST)

    assert digests(story, EVENING + timedelta(days=1)) == 1


def test_sealed_cases_and_cries_for_help_are_in_no_digest(story: Story) -> None:
    bind(story, "deputy:D001")
    story.say("voter-1", "我要反映东苑社区联络站的人收好处")
    story.say("voter-2", "东苑小区，活不下去了，不想活了")

    assert digests(story, EVENING) == 0


def test_staff_get_a_card_on_a_working_morning_and_begin_by_digit(story: Story) -> None:
    staff = bind(story, "staff:T005")
    story.say("voter-1", EAST)
    story.say(staff, "取消")
    story.clock.at = MONDAY - timedelta(minutes=30)
    story.say(staff, "取消")

    story.at(MONDAY)
    (card,) = story.phones.texts_to(staff)

    assert card.startswith("今天11月23日（周一），")
    assert "1 新到1件，等看" in card
    assert "2611-0001" in story.say(staff, "1")


def test_the_card_comes_once_and_not_at_weekends_or_in_the_afternoon(story: Story) -> None:
    bind(story, "staff:T005")
    story.say("voter-1", EAST)

    assert cards(story, MONDAY - timedelta(days=1)) == 0
    assert cards(story, MONDAY.replace(hour=12)) == 0
    assert cards(story, MONDAY.replace(hour=8, minute=0)) == 0
    assert [cards(story, MONDAY), cards(story, MONDAY + timedelta(minutes=5))] == [1, 0]


def test_a_card_goes_out_around_half_past_eight(story: Story) -> None:
    staff = bind(story, "staff:T005")
    story.say("voter-1", EAST)
    story.clock.at = MONDAY.replace(hour=8, minute=24)
    story.app.tick_all()
    assert story.phones.texts_to(staff) == []
    assert len(owed_to(story, staff, "digest")) == 1


def test_no_push_of_the_day_goes_out_at_the_minute_everyone_uses(story: Story) -> None:
    for number in range(1, 9):
        bind(story, f"staff:T00{number}")
    story.say("voter-1", EAST)
    cards(story, MONDAY.replace(minute=22))

    with Session(story.engine) as session:
        times = session.scalars(select(Outbox.not_before).where(Outbox.kind == "digest")).all()

    assert times
    assert all(at.minute not in {0, 30} for at in times)
