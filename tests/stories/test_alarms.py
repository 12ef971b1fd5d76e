"""An alarm reaches somebody: level by level, by any open way, until a person says 收到."""

import asyncio
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.channels.base import Reaction, SendError
from handlers.alarms.deaf import deaf_levels
from handlers.context import Work
from handlers.district.store import note_change
from handlers.messages import Role
from storage.models import Account, Alarm, ClosedWay, PackRow
from tests.stories.driver import Story, call
from tests.stories.lines import both_channels
from tests.stories.people import bind

DESK, STREET, STATION, OPERATOR = "staff:T001", "staff:T002", "staff:T005", "staff:T026"
PLACES = ("东苑小区", "七格社区", "滨河路", "西苑社区", "银沙路", "迎宾路", "北园社区")
GAS = "东苑小区3幢楼道里煤气味很重"


def alerts(story: Story, who: str) -> list[str]:
    return [text for text in story.phones.texts_to(who) if "急" in text]


def wait(story: Story, minutes: float) -> None:
    """Let so many minutes pass; the jobs run every minute."""
    for _ in range(int(minutes)):
        story.clock.turn(minutes=1)
        beat(story)


def beat(story: Story) -> None:
    for tick in ("climb alarms", "deliver"):
        story.app.metronome.run_now(tick)


def open_alarms(story: Story) -> list[Alarm]:
    with Session(story.engine) as session:
        return list(session.scalars(select(Alarm).where(Alarm.taken_at.is_(None)).order_by(Alarm.id)))


def close_the_window(story: Story, who: str) -> None:
    with Session(story.engine) as session, session.begin():
        session.execute(update(Account).where(Account.external_id == who).values(window_used=5))


def allow(story: Story, pushes: int) -> None:
    """Let one voter cause so many pushes to others in an hour."""
    with Session(story.engine) as session, session.begin():
        setting = {"key": "caused_pushes_an_hour", "value": str(pushes)}
        session.add(PackRow(sheet="district", key="caused_pushes_an_hour", position=99, data=setting))
        note_change(session, story.clock())
    story.app.metronome.run_now("reload district")


@both_channels
def test_an_alarm_climbs_from_the_station_to_the_operator_and_then_comes_again_every_hour(
    story: Story,
) -> None:
    everybody = [bind(story, key) for key in (STATION, STREET, DESK, OPERATOR)]

    reply = story.say("voter-1", GAS)
    beat(story)
    heard = [[len(alerts(story, who)) for who in everybody]]
    for minutes in (4, 1, 5, 5, 59, 1):
        wait(story, minutes)
        heard.append([len(alerts(story, who)) for who in everybody])

    assert "这就通知值班的人" in reply
    assert heard == [
        [1, 0, 0, 0],
        [1, 0, 0, 0],
        [1, 1, 0, 0],
        [1, 1, 1, 0],
        [1, 1, 1, 1],
        [1, 1, 1, 1],
        [2, 2, 2, 2],
    ]
    assert "东苑" not in "".join(alerts(story, OPERATOR))
    assert "煤气味" not in "".join(text for who in everybody for text in alerts(story, who))


def test_after_one_digit_nobody_else_is_told_and_the_voter_hears_that_a_person_knows(story: Story) -> None:
    for key in (STATION, STREET, DESK):
        bind(story, key)
    story.say("voter-1", GAS)
    beat(story)
    before = story.say("voter-1", "为什么")

    said = story.say(STATION, "1")
    wait(story, 70)

    assert "还没有人回话" in before
    assert "记下由您接" in said
    assert "1 已打电话核实" in said
    assert alerts(story, STREET) == alerts(story, DESK) == []
    assert any("东苑社区联络站有人看到了" in text for text in story.phones.texts_to("voter-1"))
    assert "有人看到了" in story.say("voter-1", "为什么")
    assert "没人接" not in story.say(DESK, "今日")


def test_levels_with_nobody_to_reach_are_skipped_at_once(story: Story) -> None:
    bind(story, DESK)
    gone = bind(story, STATION)
    story.event(gone, "unsubscribe")

    story.say("voter-1", GAS)
    beat(story)

    assert len(alerts(story, DESK)) == 1


def test_nobody_to_reach_is_said_and_made_up_for_as_soon_as_somebody_can_be(story: Story) -> None:
    reply = story.say("voter-1", GAS)
    own = story.say("voter-1", "为什么")
    wait(story, 6)
    bind(story, OPERATOR)
    wait(story, 6)

    assert "119" in reply
    assert "还没有人看到" in reply
    assert "这就通知" not in reply
    assert "还没有人看到" in own
    assert len(alerts(story, OPERATOR)) == 1


def test_an_alarm_takes_the_last_message_of_a_window_and_goes_on_where_it_is_used_up(story: Story) -> None:
    bind(story, STATION)
    bind(story, DESK)
    close_the_window(story, STATION)
    with Session(story.engine) as session, session.begin():
        session.execute(update(Account).where(Account.external_id == DESK).values(window_used=4))

    story.say("voter-1", GAS)
    beat(story)

    assert (len(alerts(story, STATION)), len(alerts(story, DESK))) == (0, 1)


def test_a_push_that_the_platform_refuses_sends_the_alarm_on_without_waiting(story: Story) -> None:
    bind(story, STATION)
    bind(story, DESK)
    story.phones.failures = [SendError("43004", retryable=False, reaction=Reaction.UNREACHABLE)]

    story.say("voter-1", GAS)
    beat(story)
    beat(story)

    assert len(alerts(story, DESK)) == 1


def test_an_alarm_goes_out_at_night_and_while_the_quota_of_the_day_is_used_up(story: Story) -> None:
    bind(story, DESK)
    story.clock.turn(hours=18)
    with Session(story.engine) as session, session.begin():
        session.add(
            ClosedWay(
                channel=story.way,
                rung="text",
                code="45009",
                closed_at=story.clock(),
                until=story.clock() + timedelta(hours=20),
            )
        )

    story.say("voter-1", "七格社区着火了快来人")
    beat(story)

    assert len(alerts(story, DESK)) == 1


def test_who_presses_second_reads_who_was_first_and_who_is_elsewhere_finds_nothing(story: Story) -> None:
    for key in (STATION, STREET, DESK):
        bind(story, key)
    elsewhere = bind(story, "staff:T007")
    story.say("voter-1", GAS)

    outside = story.say(elsewhere, "收到 1")
    first = story.say(DESK, "收到 1")
    second = story.say(STREET, "收到 2611-0001")
    again = story.say(DESK, "收到1")

    assert "没找到" in outside
    assert "记下由您接" in first
    assert "张宁已经接了" in second
    assert "由您接" in again


def test_the_operator_reads_numbers_alone_and_can_take_one(story: Story) -> None:
    bind(story, OPERATOR)
    story.say("voter-1", GAS)
    beat(story)

    today = story.say(OPERATOR, "今日")
    said = story.say(OPERATOR, "1")

    assert "没人接的急件1件" in today
    assert "2611-0001" in said
    assert "东苑" not in today + said
    assert open_alarms(story) == []


def test_whoever_works_on_the_case_has_heard_its_alarm(story: Story) -> None:
    for key in (STATION, DESK):
        bind(story, key)
    story.say("voter-1", GAS)

    story.say(STATION, "接手 1")

    assert open_alarms(story) == []


def test_a_withdrawn_case_still_rings_until_a_person_has_looked(story: Story) -> None:
    bind(story, DESK)
    story.say("voter-1", GAS)
    story.say("voter-1", "撤回")
    story.say("voter-1", "1")
    wait(story, 61)

    assert len(alerts(story, DESK)) == 2


def test_alarms_of_many_people_in_a_row_all_arrive_within_the_window_of_five(story: Story) -> None:
    bind(story, DESK)
    for number in range(1, 13):
        story.say(f"voter-{number}", GAS)
    wait(story, 3)

    told = alerts(story, DESK)
    assert len(told) <= 5
    assert all(f"{number:04d}" in "".join(told) for number in range(1, 13))


def test_one_account_that_raises_alarm_after_alarm_causes_few_pushes_and_none_is_lost(story: Story) -> None:
    for key in (STATION, DESK):
        bind(story, key)
    for number in range(28):
        story.say("voter-1", f"{PLACES[number % 7]}{number}号着火了")
        beat(story)
    wait(story, 1)

    assert max(len(alerts(story, STATION)), len(alerts(story, DESK))) <= 4
    assert len(open_alarms(story)) >= len(PLACES)
    assert all(alarm.rounds for alarm in open_alarms(story))


def test_behind_the_ceiling_of_an_hour_the_district_is_told_of_the_same_person_once_a_minute(
    story: Story,
) -> None:
    allow(story, 2)
    for key in (STATION, DESK):
        bind(story, key)
    for number in range(6):
        story.say("voter-1", f"{PLACES[number]}{number}号着火了")
        beat(story)
    wait(story, 2)

    assert any("同一人又报了" in text for text in alerts(story, DESK))
    assert all(alarm.rounds for alarm in open_alarms(story))


def test_whoever_floods_leaves_the_last_message_of_each_window_to_the_danger_of_others(story: Story) -> None:
    for key in (STATION, STREET, DESK, OPERATOR):
        bind(story, key)
    for number in range(1, 13):
        story.say("voter-1", f"东苑小区{number}幢着火了")
        wait(story, 3)
    before = {key: len(alerts(story, key)) for key in (STATION, STREET, DESK, OPERATOR)}
    assert all(before.values())

    story.say("voter-2", GAS)
    wait(story, 1)

    assert any("煤气" in text or "燃气" in text for text in alerts(story, STATION)[before[STATION] :])


def test_metrics_name_open_alarms(story: Story) -> None:
    story.say("voter-1", GAS)
    story.clock.turn(minutes=2)

    _, metrics = asyncio.run(call(story.app.asgi, "GET", "/metrics"))

    assert b"lxq_open_alarms 1.0" in metrics
    assert b"lxq_oldest_alarm_seconds 120.0" in metrics


def test_an_alarm_rings_on_where_the_clock_was_turned_back(story: Story) -> None:
    bind(story, DESK)
    story.say("voter-1", GAS)
    beat(story)
    story.clock.turn(hours=-3)
    wait(story, 1)

    assert len(alerts(story, DESK)) == 2


def test_levels_without_an_open_way_are_known_before_anybody_is_in_danger(story: Story) -> None:
    bind(story, DESK)
    gone = bind(story, STATION)
    story.event(gone, "unsubscribe")
    world = story.app.surroundings.world()
    with Session(story.engine) as session:
        work = Work(
            now=world.now,
            district=world.district,
            texts=world.texts,
            switches=world.switches,
            session=session,
        )
        deaf = {(each.role, each.name): each.why for each in deaf_levels(work)}

    assert deaf[Role.STATION, "东苑社区联络站"] == "left"
    assert deaf[Role.OPERATOR, ""] == "unbound"
    assert (Role.DISTRICT, "") not in deaf


def test_complaints_of_one_person_in_a_row_reach_the_desk_together(story: Story) -> None:
    allow(story, 1)
    bind(story, DESK)
    for number in range(3):
        story.say("voter-1", f"柯巧云{number + 2}月收了我{number + 1}条烟")
        story.clock.turn(minutes=number or 31)
    story.say("voter-2", "童素珍收了我两瓶酒")
    story.app.metronome.run_now("deliver")

    told = [text for text in story.phones.texts_to(DESK) if "单独保管" in text]
    assert ["同一人又有" in text for text in told] == [False, True, False]


def test_a_sealed_case_that_reached_nobody_of_the_desk_goes_to_the_operator_by_number(story: Story) -> None:
    bind(story, DESK)
    bind(story, OPERATOR)
    close_the_window(story, DESK)
    story.say("voter-1", "柯巧云收了我两条烟")
    story.app.metronome.run_now("deliver")
    wait(story, 70)

    (told,) = [text for text in story.phones.texts_to(OPERATOR) if "单独保管" in text]
    assert "2611-0001" in told
    assert "烟" not in told
    assert story.phones.texts_to(DESK)[-1:] != [told]


def test_a_place_that_is_said_later_reaches_those_who_had_the_alarm_without_it(story: Story) -> None:
    station, desk = bind(story, STATION), bind(story, DESK)
    story.say("voter-1", "着火了快来人")
    beat(story)
    before = (len(alerts(story, station)), len(alerts(story, desk)))
    story.say("voter-1", "东苑小区3幢")
    beat(story)

    assert before == (0, 1)
    assert "东苑小区" in alerts(story, station)[-1]
    assert "东苑小区" in alerts(story, desk)[-1]
    assert len(open_alarms(story)) == 1
