"""What found no open way goes out as soon as whoever was missed writes again, and a sealed case waits on 今日 till it was read."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.models import Outbox
from tests.stories.driver import Story
from tests.stories.lines import both_channels
from tests.stories.people import bind
from tests.stories.test_alarms import (
    DESK,
    GAS,
    STATION,
    STREET,
    alerts,
    beat,
    close_the_window,
    open_alarms,
    wait,
)

SMOKES = "柯巧云收了我两条烟"


def sealed_alerts(story: Story, who: str) -> list[str]:
    return [text for text in story.phones.texts_to(who) if "单独保管的件" in text]


def test_an_alarm_of_which_nobody_could_be_told_rings_when_somebody_writes(story: Story) -> None:
    bind(story, STATION)
    close_the_window(story, STATION)
    story.say("voter-1", GAS)
    story.clock.turn(seconds=20)
    beat(story)
    before = list(alerts(story, STATION))

    story.clock.turn(seconds=20)
    story.say(STATION, "今日")
    beat(story)
    beat(story)

    assert before == []
    assert len(alerts(story, STATION)) == 1


def test_who_was_passed_over_is_told_when_they_write_and_those_above_not_twice(story: Story) -> None:
    for key in (STATION, STREET, DESK):
        bind(story, key)
    close_the_window(story, STATION)
    story.say("voter-1", GAS)
    beat(story)
    before = [len(alerts(story, who)) for who in (STATION, STREET, DESK)]

    story.clock.turn(seconds=20)
    story.say(STATION, "帮助")
    beat(story)
    beat(story)
    story.clock.turn(seconds=20)
    story.say(DESK, "帮助")
    beat(story)
    after = [len(alerts(story, who)) for who in (STATION, STREET, DESK)]
    story.say(STATION, "1")

    assert (before, after) == ([0, 1, 0], [1, 1, 0])
    assert open_alarms(story) == []


def test_an_alarm_whose_push_died_comes_again_when_its_person_writes(story: Story) -> None:
    bind(story, STATION)
    story.say("voter-1", GAS)
    with Session(story.engine) as session, session.begin():
        session.execute(update(Outbox).where(Outbox.kind == "alert").values(status="dead", error="45047"))
    story.clock.turn(seconds=20)
    story.say(STATION, "今日")
    beat(story)

    assert len(alerts(story, STATION)) == 1


def test_whoever_wrote_an_alarm_down_is_not_told_of_it_when_they_write_on(story: Story) -> None:
    bind(story, STATION)
    bind(story, DESK)
    story.say(STATION, "代录 东苑小区3幢着火了，张伯来站说的")
    beat(story)
    story.clock.turn(seconds=20)
    story.say(STATION, "今日")
    beat(story)

    assert alerts(story, STATION) == []


@both_channels
def test_a_sealed_alert_that_was_lost_goes_out_when_its_person_writes(story: Story) -> None:
    bind(story, DESK)
    story.say("voter-1", SMOKES)
    with Session(story.engine) as session, session.begin():
        session.execute(
            update(Outbox)
            .where(Outbox.kind == "alert")
            .values(status="dead", error="45047", first_attempt_at=story.clock())
        )
    story.app.metronome.run_now("deliver")
    before = list(sealed_alerts(story, DESK))
    story.clock.turn(minutes=1)
    story.say(DESK, "帮助")
    story.app.metronome.run_now("deliver")
    story.app.metronome.run_now("deliver")

    assert before == []
    assert len(sealed_alerts(story, DESK)) == 1


def test_a_sealed_alert_of_what_was_read_meanwhile_or_is_taken_by_no_window_stays_as_it_is(
    story: Story,
) -> None:
    bind(story, DESK)
    close_the_window(story, DESK)
    story.say("voter-1", SMOKES)
    story.app.metronome.run_now("deliver")
    story.clock.turn(minutes=1)
    story.say(DESK, "查 2611-0001")
    story.app.metronome.run_now("deliver")

    assert sealed_alerts(story, DESK) == []
    with Session(story.engine) as session:
        assert session.scalars(select(Outbox.status).where(Outbox.kind == "alert")).one() == "dead"


def test_a_sealed_case_stands_on_today_until_it_was_read(story: Story) -> None:
    desk, station = bind(story, DESK), bind(story, STATION)
    story.say("voter-1", SMOKES)

    waits = story.say(desk, "今日")
    digit = next(line for line in waits.split("\n") if "单独保管1件" in line).partition(" ")[0]
    listed = story.say(desk, digit)
    story.say(desk, "1")
    after = story.say(desk, "今日")

    assert "2611-0001" in listed
    assert "单独保管" not in after
    assert "单独保管" not in story.say(station, "今日")


def test_the_alarm_still_climbs_for_those_who_did_not_write(story: Story) -> None:
    for key in (STATION, DESK):
        bind(story, key)
    close_the_window(story, DESK)
    story.say("voter-1", GAS)
    wait(story, 6)
    before = len(alerts(story, DESK))
    story.say(DESK, "今日")
    beat(story)

    assert before == 0
    assert len(alerts(story, DESK)) == 1
