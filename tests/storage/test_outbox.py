"""Pushes: owed once, claimed in order, recorded by whoever still holds them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from storage.engine.database import new_id
from storage.messages import outbox, sending
from storage.messages.sending import Outcome
from storage.models import Outbox, Person

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
LATER = NOW + sending.LEASE + timedelta(seconds=1)


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine, expire_on_commit=False) as session:
        yield session


@pytest.fixture
def person(session: Session) -> int:
    person = Person(id=new_id(), preferences={}, created_at=NOW)
    session.add(person)
    session.commit()
    return person.id


def owe(session: Session, person: int, key: str, *, kind: str = "notice", **more: object) -> bool:
    fields = {"not_before": NOW, **more}
    added = outbox.enqueue(session, dedupe_key=key, person_id=person, kind=kind, text=key, now=NOW, **fields)
    session.commit()
    return added


def claim(session: Session, now: datetime = NOW) -> list[sending.Owed]:
    owed = sending.claim_due(session, now, 10)
    session.commit()
    return owed


def test_the_same_push_is_owed_once(session: Session, person: int) -> None:
    assert [owe(session, person, "a"), owe(session, person, "a")] == [True, False]


def test_one_order_goes_out_one_after_the_other(session: Session, person: int) -> None:
    for key in ("a", "b", "c"):
        owe(session, person, key)

    (first,) = claim(session)
    blocked = claim(session)
    sending.record(session, first, Outcome(status="sent"), NOW)
    session.commit()
    (second,) = claim(session)

    assert (first.text, blocked, second.text) == ("a", [], "b")


def test_a_push_that_is_tried_again_later_still_holds_back_the_next(session: Session, person: int) -> None:
    owe(session, person, "a")
    owe(session, person, "b")
    (first,) = claim(session)
    again = NOW + timedelta(minutes=5)
    sending.record(session, first, Outcome(status="pending", retry_at=again, error="-1"), NOW)
    session.commit()

    assert claim(session) == []
    assert [owed.text for owed in claim(session, again)] == ["a"]


def test_what_is_due_next_week_holds_back_nothing(session: Session, person: int) -> None:
    owe(session, person, "later", not_before=NOW + timedelta(days=7))
    owe(session, person, "now")

    assert [owed.text for owed in claim(session)] == ["now"]


@pytest.mark.parametrize("status", ["unknown", "dead"])
def test_what_ended_badly_holds_back_nothing(session: Session, person: int, status: str) -> None:
    owe(session, person, "a")
    owe(session, person, "b")
    (first,) = claim(session)
    sending.record(session, first, Outcome(status=status), NOW)
    session.commit()

    assert [owed.text for owed in claim(session)] == ["b"]


def test_a_lost_lease_records_nothing(session: Session, person: int) -> None:
    owe(session, person, "a")
    (first,) = claim(session)
    session.execute(update(Outbox).values(lease_until=LONG_AGO))
    (second,) = claim(session, LATER)

    assert (first.interrupted, second.interrupted) == (False, True)
    assert sending.record(session, first, Outcome(status="sent"), LATER) is False
    assert sending.record(session, second, Outcome(status="unknown"), LATER) is True
    session.commit()
    assert session.scalars(select(Outbox.status)).all() == ["unknown"]


def test_a_report_of_the_platform_ends_a_push(session: Session, person: int) -> None:
    owe(session, person, "a")
    (first,) = claim(session)
    sending.record(session, first, Outcome(status="sent", provider_id="77"), NOW)
    session.commit()

    assert outbox.report(session, provider_id="77", delivered=False, error="failed:user block")
    assert not outbox.report(session, provider_id="78", delivered=True, error="")
    session.commit()
    assert session.scalars(select(Outbox.status)).all() == ["dead"]


def test_a_push_that_was_held_back_has_not_been_tried(session: Session, person: int) -> None:
    owe(session, person, "a")
    (held,) = claim(session)
    sending.record(
        session,
        held,
        Outcome(status="pending", error="pace", retry_at=NOW + timedelta(seconds=30), counts=False),
        NOW,
    )
    session.commit()

    assert claim(session) == []
    (again,) = claim(session, NOW + timedelta(seconds=30))
    assert (held.attempts, again.attempts) == (1, 1)
    assert not again.interrupted


def test_an_alert_stands_behind_no_other_push(session: Session, person: int) -> None:
    owe(session, person, "a")
    (stuck,) = claim(session)
    owe(session, person, "b", kind="alert")
    owe(session, person, "c")

    assert stuck.text == "a"
    assert [owed.text for owed in claim(session)] == ["b"]
    assert claim(session) == []


def test_two_alerts_to_one_person_do_not_wait_for_each_other(session: Session, person: int) -> None:
    for key in "ab":
        owe(session, person, key, kind="alert")

    assert [owed.text for _ in "ab" for owed in claim(session)] == ["a", "b"]


def test_only_alerts_are_taken_where_the_budget_of_the_minute_is_used_up(
    session: Session, person: int
) -> None:
    owe(session, person, "a")
    owe(session, person, "b", kind="alert")

    assert [owed.text for owed in sending.claim_due(session, NOW, 10, alerts_only=True)] == ["b"]
