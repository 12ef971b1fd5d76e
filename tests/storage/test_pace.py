"""The pace at which one person is written to holds across workers, in every minute and every hour."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.sending.wecom_members import A_MINUTE, AN_HOUR
from storage.messages.pace import take_turn

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def turn(engine: Engine, now: datetime, key: str = "wecom/a") -> timedelta:
    with Session(engine) as session, session.begin():
        return take_turn(session, key, minute=A_MINUTE, hour=AN_HOUR, now=now)


def taken(engine: Engine, every: timedelta, length: timedelta) -> list[datetime]:
    """Try again and again; give when a turn was free."""
    found, now = [], NOW
    with Session(engine) as session, session.begin():
        while now < NOW + length:
            if not take_turn(session, "wecom/a", minute=A_MINUTE, hour=AN_HOUR, now=now):
                found.append(now)
            now += every
    return found


def most_within(times: list[datetime], length: timedelta) -> int:
    return max(sum(start <= at < start + length for at in times) for start in times)


def test_ten_may_go_at_once_and_the_next_hears_how_long_to_wait(engine: Engine) -> None:
    waits = [turn(engine, NOW) for _ in range(11)]

    assert waits == [timedelta(0)] * 10 + [timedelta(seconds=3)]
    assert turn(engine, NOW + timedelta(seconds=3)) == timedelta(0)


def test_another_person_does_not_wait(engine: Engine) -> None:
    for _ in range(11):
        turn(engine, NOW)

    assert turn(engine, NOW, "wecom/b") == timedelta(0)


def test_who_was_left_in_peace_may_be_told_a_burst_again(engine: Engine) -> None:
    for _ in range(11):
        turn(engine, NOW)

    assert [turn(engine, NOW + timedelta(minutes=10)) for _ in range(10)] == [timedelta(0)] * 10


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_no_minute_and_no_hour_has_more_than_wecom_shows(engine: Engine) -> None:
    times = taken(engine, timedelta(seconds=1), timedelta(hours=1, minutes=30))

    assert most_within(times[:200], timedelta(minutes=1)) <= 30
    assert most_within(times[:20], timedelta(hours=1)) <= 1000
    assert len([at for at in times if at < NOW + timedelta(hours=1)]) > 900


def test_workers_at_the_same_moment_keep_the_pace_together(engine: Engine) -> None:
    with ThreadPoolExecutor(4) as pool:
        waits = list(pool.map(lambda _: turn(engine, NOW), range(24)))

    assert waits.count(timedelta(0)) == 10
