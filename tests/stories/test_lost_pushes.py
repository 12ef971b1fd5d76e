"""A push that dies comes back to whoever caused it: once, by day, with what to do."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.base import Reaction, SendError
from handlers.pushes.lost import tell_of_lost
from storage.models import Case, Person
from storage.people import accused
from tests.stories.driver import SHANGHAI, Story
from tests.stories.people import EAST, WEST, bind, owed_to
from tests.stories.test_alarms import allow
from tests.stories.test_said_is_so import unfollow

MONDAY = datetime(2026, 11, 23, 10, 7, tzinfo=SHANGHAI)


def lost(story: Story, who: str) -> list[str]:
    """Give what somebody was told of as not delivered."""
    return [text for text in owed_to(story, who, "notice") if text.startswith("没送到：")]


def blocked(times: int) -> list[SendError]:
    """Fail as the platform does for somebody who left while the push was under way."""
    return [SendError("43004", retryable=False, reaction=Reaction.UNREACHABLE) for _ in range(times)]


@pytest.fixture
def desk(story: Story) -> str:
    who = bind(story, "staff:T001")
    story.clock.at = MONDAY
    return who


def test_who_sent_an_answer_hears_once_that_it_did_not_arrive(story: Story, desk: str) -> None:
    story.say("voter-1", EAST)
    promised = story.say(desk, "回复 1 明天去看")
    story.phones.failures += blocked(1)
    for _ in range(3):
        story.clock.turn(minutes=2)
        story.app.tick_all()

    assert promised.startswith("这就发给")
    assert lost(story, desk) == ["没送到：2611-0001 选民，取消了关注。请打电话告诉本人，号码回“没送到的”看。"]
    assert "2611-0001 选民" in story.say(desk, "没送到的")


def test_what_the_answer_has_said_already_is_not_said_again(story: Story, desk: str) -> None:
    story.say("voter-1", EAST)
    unfollow(story, "voter-1")
    said = story.say(desk, "回复 1 明天去看")
    for _ in range(2):
        story.clock.turn(minutes=2)
        story.app.tick_all()

    assert said.startswith("没送到：")
    assert lost(story, desk) == []


def test_many_that_die_together_are_told_in_one_message(story: Story, desk: str) -> None:
    for voter in ("voter-1", "voter-2"):
        story.say(voter, EAST if voter == "voter-1" else WEST)
    story.say(desk, "回复 1 明天去看")
    story.say(desk, "回复 2 明天去看")
    story.phones.failures += blocked(2)
    story.app.tick_all()
    story.clock.turn(minutes=2)
    story.app.tick_all()

    assert len(lost(story, desk)) == 1
    assert "连这条共2条" in lost(story, desk)[0]


def test_two_processes_tell_it_once(story: Story, desk: str) -> None:
    story.say("voter-1", EAST)
    story.say(desk, "回复 1 明天去看")
    story.phones.failures += blocked(1)
    story.app.tick_all()
    world = story.app.surroundings.world()
    for _ in range(2):
        with Session(story.engine) as session, session.begin():
            tell_of_lost(session, story.clock(), world.district, world.texts)

    assert len(lost(story, desk)) == 1


def test_a_voter_is_not_told_of_the_houses_own_pushes(story: Story, desk: str) -> None:
    story.say("voter-1", EAST)
    story.say(desk, "接手 1")
    story.phones.failures += blocked(3)
    story.say("voter-1", "补充：三楼也不亮")
    for _ in range(2):
        story.clock.turn(minutes=2)
        story.app.tick_all()

    assert lost(story, "voter-1") == []


def test_the_accused_hears_nothing_of_a_case_that_was_sealed_meanwhile(story: Story, desk: str) -> None:
    story.say("voter-1", EAST)
    story.say(desk, "回复 1 明天去看")
    story.phones.failures += blocked(1)
    with Session(story.engine) as session, session.begin():
        case = session.scalars(select(Case)).one()
        person = session.scalars(select(Person.id).where(Person.roster_key == desk)).one()
        case.sealed = True
        accused.note(session.connection(), case.id, [f"person:{person}"])
    for _ in range(2):
        story.clock.turn(minutes=2)
        story.app.tick_all()

    assert lost(story, desk) == []


def test_at_night_it_waits_for_the_morning(story: Story, desk: str) -> None:
    story.say("voter-1", EAST)
    story.clock.at = MONDAY.replace(hour=20, minute=59)
    story.say(desk, "回复 1 明天去看")
    story.phones.failures += blocked(1)
    story.app.metronome.run_now("deliver")
    story.clock.turn(minutes=2)
    story.app.tick_all()
    by_night = [text for text in story.phones.texts_to(desk) if "没送到" in text]
    story.at(datetime(2026, 11, 24, 8, 0, tzinfo=SHANGHAI))
    by_day = [text for text in story.phones.texts_to(desk) if "没送到" in text]

    assert by_night == []
    assert len(by_day) == 1


def test_behind_the_ceiling_one_notice_stands_for_the_rest_and_today_holds_all(
    story: Story, desk: str
) -> None:
    allow(story, 1)
    station = bind(story, "staff:T005")
    story.say("voter-1", EAST)
    story.say(desk, "办结 1 楼道灯11月22日已换新，物业每周检查")
    story.app.tick_all()
    story.say("voter-1", "没解决")
    one_for_all = [
        who for who in (desk, station) if any("不再一条条" in text for text in owed_to(story, who))
    ]

    assert len(one_for_all) == 1
    assert "选民说没解决" in story.say(one_for_all[0], "今日")
