from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import requests
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.core.metrics import Metrics
from bot.health import health_router, readiness
from storage.engine.database import open_database
from storage.messages.health import record_tick
from storage.messages.ledger import Closed, close_way
from storage.migrate import migrate
from storage.models import Inbox, Outbox, Person
from tests.serving import serving

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.fixture
def migrated(empty_database_url: str) -> Iterator[Engine]:
    engine = open_database(empty_database_url)
    migrate(engine)
    yield engine
    engine.dispose()


def keep_message(engine: Engine, *, minutes_ago: int) -> None:
    with Session(engine) as session, session.begin():
        at = NOW - timedelta(minutes=minutes_ago)
        session.add(Inbox(dedupe_key=f"m{minutes_ago}", channel="official-account", received_at=at))


def owe_push(engine: Engine, *, minutes_ago: int) -> None:
    with Session(engine) as session, session.begin():
        at = NOW - timedelta(minutes=minutes_ago)
        person = Person(created_at=at)
        session.add(person)
        session.flush()
        session.add(
            Outbox(
                dedupe_key=f"p{minutes_ago}",
                order_key="1",
                person_id=person.id,
                kind="notice",
                text="",
                created_at=at,
                not_before=at,
            )
        )


def test_a_fresh_database_is_ready(migrated: Engine) -> None:
    assert readiness(migrated, NOW, started_at=NOW).reasons == []


def test_a_database_without_tables_says_to_migrate(empty_database_url: str) -> None:
    engine = open_database(empty_database_url)

    reasons = readiness(engine, NOW, started_at=NOW).reasons
    engine.dispose()

    assert reasons == ["the database is not up to date: run `lianxinqiao migrate`"]


def test_a_database_that_is_away_is_said_so() -> None:
    engine = open_database("postgresql+psycopg://nobody@127.0.0.1:1/none")

    reasons = readiness(engine, NOW, started_at=NOW).reasons

    assert reasons == ["the database cannot be reached"]


def test_a_message_without_an_answer_makes_it_not_ready(migrated: Engine) -> None:
    keep_message(migrated, minutes_ago=2)
    young = readiness(migrated, NOW, started_at=NOW)
    keep_message(migrated, minutes_ago=7)
    old = readiness(migrated, NOW, started_at=NOW)

    assert young.reasons == []
    assert young.facts["oldest_unanswered_seconds"] == 120
    assert old.reasons == ["a message has had no answer for 7 minutes"]


def test_a_push_long_due_makes_it_not_ready_but_a_future_one_does_not(migrated: Engine) -> None:
    owe_push(migrated, minutes_ago=-600)
    planned = readiness(migrated, NOW, started_at=NOW)
    owe_push(migrated, minutes_ago=45)
    due = readiness(migrated, NOW, started_at=NOW)

    assert planned.reasons == []
    assert due.reasons == ["a push has been due for 45 minutes"]


def test_a_worker_that_stopped_is_noticed(migrated: Engine) -> None:
    started = NOW - timedelta(hours=2)
    with migrated.begin() as connection:
        record_tick(connection, "deliver", NOW - timedelta(minutes=50))
    stopped = readiness(migrated, NOW, started_at=started)
    with migrated.begin() as connection:
        record_tick(connection, "deliver", NOW - timedelta(seconds=15))
    running = readiness(migrated, NOW, started_at=started)

    assert stopped.reasons == ["no timed job has ended for 50 minutes: is a worker running?"]
    assert running.reasons == []


def test_the_pages_tell_it_by_status(migrated: Engine) -> None:
    metrics = Metrics()
    app = FastAPI()
    app.include_router(health_router(migrated, lambda: NOW, metrics))
    keep_message(migrated, minutes_ago=7)

    with serving(app) as address:
        live = requests.get(address + "/health/live", timeout=10)
        ready = requests.get(address + "/health/ready", timeout=10)
        shown = requests.get(address + "/metrics", timeout=10)

    assert live.status_code == 200
    assert ready.status_code == 503
    assert ready.json()["reasons"] == ["a message has had no answer for 7 minutes"]
    assert "lxq_oldest_unanswered_seconds 420.0" in shown.text


def test_what_only_the_process_knows_counts_too(migrated: Engine) -> None:
    app = FastAPI()
    app.include_router(
        health_router(migrated, lambda: NOW, Metrics(), more_reasons=lambda: ["the writer has stopped"])
    )

    with serving(app) as address:
        ready = requests.get(address + "/health/ready", timeout=10)

    assert ready.status_code == 503
    assert ready.json()["reasons"] == ["the writer has stopped"]


def test_a_way_that_the_platform_has_closed_is_shown_until_it_opens(migrated: Engine) -> None:
    closed = Closed("official-account", "template", "45009", NOW + timedelta(hours=1))
    with Session(migrated) as session, session.begin():
        close_way(session, closed, NOW)

    during = readiness(migrated, NOW, started_at=NOW)
    after = readiness(migrated, NOW + timedelta(hours=2), started_at=NOW + timedelta(hours=2))

    assert list(during.facts["closed_ways"]) == ["official-account template 45009"]
    assert (during.reasons, after.facts["closed_ways"]) == ([], {})


def test_messages_put_aside_ask_for_attention_and_are_counted(migrated: Engine) -> None:
    with Session(migrated) as session, session.begin():
        for key, status in enumerate(("held", "failed", "quarantined", "failed", "answered")):
            session.add(
                Inbox(dedupe_key=f"{key}", channel="official-account", received_at=NOW, status=status)
            )
    app = FastAPI()
    app.include_router(health_router(migrated, lambda: NOW, Metrics()))

    with serving(app) as base:
        ready = requests.get(f"{base}/health/ready", timeout=5)
        shown = requests.get(f"{base}/metrics", timeout=5).text

    assert ready.status_code == 200
    assert ready.json()["messages_aside"] == {"held": 1, "failed": 2, "quarantined": 1}
    assert "2 messages failed at every try" in ready.json()["attention"][1]
    assert 'lxq_messages_aside{why="failed"} 2.0' in shown


@pytest.mark.parametrize(
    ("ended", "late"),
    [
        ({"plan": 1, "keep": 60}, []),
        ({"plan": 16, "keep": 60}, ["plan"]),
        ({"plan": 1, "keep": 19 * 60}, ["keep"]),
        ({"keep": 1}, ["plan"]),
    ],
    ids=["all run", "one fails", "a rare one fails", "one never ended"],
)
def test_a_timed_job_that_does_not_end_well_is_named_and_the_bot_stays_ready(
    migrated: Engine, ended: dict[str, int], late: list[str]
) -> None:
    with migrated.begin() as connection:
        for name, minutes in {"deliver": 0, **ended}.items():
            record_tick(connection, name, NOW - timedelta(minutes=minutes))
    rhythms = {"plan": 300.0, "keep": 6 * 3600.0}
    found = readiness(migrated, NOW, started_at=NOW - timedelta(days=2), rhythms=rhythms)
    fresh = readiness(migrated, NOW, started_at=NOW - timedelta(minutes=1), rhythms=rhythms)

    assert found.reasons == []
    assert [line.split()[3] for line in found.facts["attention"]] == late
    assert fresh.facts["attention"] == []
