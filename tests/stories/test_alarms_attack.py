"""Alarms as a stranger tries them: from the frozen, at night, in dialect, by voice, in closed cases, after a restore."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.models import Account, Outbox
from tests.stories.driver import Story
from tests.stories.lines import both_channels
from tests.stories.people import bind
from tests.stories.test_alarms import DESK, GAS, OPERATOR, STATION, alerts, beat, open_alarms, wait


@both_channels
def test_a_frozen_sender_in_danger_is_heard(story: Story) -> None:
    bind(story, DESK)
    story.say("voter-1", "你好")
    with Session(story.engine) as session, session.begin():
        session.execute(
            update(Account).where(Account.external_id == "voter-1").values(frozen_at=story.clock())
        )

    said = story.say("voter-1", "屋头起火咯 快点来")
    beat(story)

    assert "119" in said
    assert len(alerts(story, DESK)) == 1


@pytest.mark.parametrize(
    "said", ["电梯卡住了 里面有人出不来", "我妈昏起了", "救 命"], ids=["lift", "dialect", "apart"]
)
def test_plain_words_at_three_in_the_morning(story: Story, said: str) -> None:
    bind(story, OPERATOR)
    story.clock.turn(hours=18)
    story.say("voter-1", said)
    beat(story)

    assert len(alerts(story, OPERATOR)) == 1


def test_danger_added_to_a_case_that_is_over(story: Story) -> None:
    bind(story, STATION)
    bind(story, DESK)
    story.say("voter-1", "东苑小区3幢楼道灯坏了半个月")
    story.say(STATION, "办结 1 灯已换好")
    story.app.tick_all()
    story.say("voter-1", "1")
    story.say("voter-1", "补充 1 楼道里着火了")
    beat(story)

    assert len(open_alarms(story)) == 1


def test_a_second_process_that_climbs_too_doubles_nothing(story: Story) -> None:
    bind(story, DESK)
    story.say("voter-1", GAS)
    for _ in range(3):
        story.app.metronome.run_now("climb alarms")
    beat(story)

    assert len(alerts(story, DESK)) == 1


def test_after_a_restore_the_alarm_rings_on_and_nothing_twice_at_once(story: Story) -> None:
    bind(story, DESK)
    story.say("voter-1", GAS)
    with Session(story.engine) as session, session.begin():
        session.execute(update(Outbox).where(Outbox.kind == "alert").values(status="dead", error="restored"))
    wait(story, 7)

    assert len(alerts(story, DESK)) == 1
    assert all(alarm.taken_at is None for alarm in open_alarms(story))


def test_staff_of_both_channels_get_one(story: Story) -> None:
    bind(story, DESK)
    with Session(story.engine) as session, session.begin():
        person = session.scalar(select(Account.person_id).where(Account.external_id == DESK))
        session.add(
            Account(
                person_id=person,
                channel="wecom",
                external_id="desk",
                following=True,
                created_at=story.clock(),
            )
        )
    story.say("voter-1", GAS)
    beat(story)

    sent = [push.text for way in ("official-account", "wecom") for push in story.through(way).phones.pushes]
    assert len([text for text in sent if text.startswith("急件")]) == 1
