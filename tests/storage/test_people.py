"""Who speaks, when several processes meet the same people at the same moment."""

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from storage.cases.numbers import take_numbers
from storage.messages import outbox
from storage.models import Person
from storage.people import people

NOW = datetime(2026, 11, 21, 1, tzinfo=UTC)
STAFF = ("official-account", "staff")
VOTER = ("official-account", "voter")
PATIENCE = 20


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_a_push_to_someone_who_is_writing_just_now_waits_for_nobody(engine: Engine) -> None:
    with engine.begin() as connection:
        staff = people.identify_one(connection, STAFF, NOW).person_id
    with engine.begin() as writing, engine.begin() as filing:
        people.identify_one(writing, STAFF, NOW)
        filing.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
        take_numbers(filing, NOW.date(), 1)

        row = outbox.outbox_row(
            dedupe_key="k", person_id=staff, kind="alert", text="急", now=NOW, not_before=NOW
        )
        owed = outbox.enqueue_many(filing, [row])

    assert owed == {row["id"]}


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_a_voter_met_by_two_processes_at_once_is_one_person_and_locked(engine: Engine) -> None:
    met: list[people.Sender] = []

    def meet() -> None:
        with engine.begin() as connection:
            met.append(people.identify_one(connection, VOTER, NOW))

    with engine.begin() as first:
        mine = people.identify_one(first, VOTER, NOW)
        other = threading.Thread(target=meet)
        other.start()
        other.join(0.3)

        assert met == [], "the second one did not wait"
    other.join(PATIENCE)

    assert [sender.person_id for sender in met] == [mine.person_id]
    assert not met[0].met_elsewhere
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 1
