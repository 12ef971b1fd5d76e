"""Two who write to one person at the same moment: the bot that records a push, and the message that comes in."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from bot.channels.base import Push
from bot.core.metrics import Metrics
from bot.core.writer import Writer
from bot.files.shelf import Shelf
from bot.sending.delivery import Deliveries, Setup
from storage.activity import duties
from storage.engine.database import new_id
from storage.messages import outbox, sending
from storage.messages.questions import question_row
from storage.models import Account, Outbox, Person, Question
from storage.people import people

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


class Town:
    """One person with an account, and pushes owed to them."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.person, self.account = engine, new_id(), new_id()
        with Session(engine) as session, session.begin():
            session.add(Person(id=self.person, preferences={}, created_at=NOW))
            session.flush()
            session.add(
                Account(
                    id=self.account,
                    channel="official-account",
                    external_id="oDeputy",
                    person_id=self.person,
                    last_message_at=NOW,
                    created_at=NOW,
                )
            )

    def owe(self, key: str, **more: object) -> None:
        with Session(self.engine) as session, session.begin():
            outbox.enqueue(
                session,
                dedupe_key=key,
                person_id=self.person,
                kind="reminder",
                text=key,
                now=NOW,
                **{"not_before": NOW, **more},
            )

    def ask(self) -> int:
        row = question_row(
            person_id=self.person,
            kind="occasion",
            options=[],
            now=NOW,
            delivered=False,
            lasts=timedelta(days=1),
        )
        with Session(self.engine) as session, session.begin():
            duties.add_questions(session.connection(), [row])
        return int(row["id"])


@pytest.fixture
def town(engine: Engine) -> Town:
    return Town(engine)


class AnswersMeanwhile:
    """A way out; while a push is under way, its recipient writes, and holds their account."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.hot = Session(town.engine)
        self.wrote = threading.Event()

    def push(self, _push: Push) -> str:
        self.hot.execute(text("SET LOCAL deadlock_timeout = '10ms'"))  # so that this one would be told
        people.touch(self.hot.connection(), {self.town.account: 1}, NOW)
        self.wrote.set()
        return "sent"

    def download_media(self, media_id: str) -> bytes:
        raise AssertionError(media_id)


@pytest.fixture
def writer(engine: Engine) -> Iterator[Writer]:
    writer = Writer(engine, lambda: pytest.fail("no message comes in"))
    writer.start()
    yield writer
    writer.stop()


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_an_answer_that_comes_while_its_question_is_recorded_locks_nobody_out(
    town: Town, writer: Writer
) -> None:
    question = town.ask()
    town.owe("first", question_id=question)
    way = AnswersMeanwhile(town)
    deliveries = Deliveries(
        writer=writer,
        senders={"official-account": way},
        clock=lambda: NOW,
        setup=Setup(),
        metrics=Metrics(),
        shelf=Shelf(Path("no files")),
    )
    delivering = threading.Thread(target=deliveries.deliver_due)
    delivering.start()
    assert way.wrote.wait(20)
    until_somebody_waits(town.engine)

    duties.close_questions(way.hot.connection(), [question], NOW)
    way.hot.commit()
    way.hot.close()
    delivering.join(20)

    with Session(town.engine) as session:
        assert session.scalars(select(Outbox.status)).all() == ["sent"]
        assert session.scalars(select(Account.window_used)).all() == [1]
        assert session.scalars(select(Question.closed_at)).all() == [NOW]


def until_somebody_waits(engine: Engine) -> None:
    """Wait until a transaction of the server waits for another."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    turn = threading.Event()
    for _ in range(2_000):
        with engine.connect() as connection:
            if connection.scalar(waiting):
                return
        turn.wait(0.01)
    pytest.fail("nobody waits for a lock")


def test_nobody_gets_two_pushes_at_once(town: Town) -> None:
    town.owe("first", order_key="case one")
    town.owe("second", order_key="case two")
    claimed = []
    with Session(town.engine, expire_on_commit=False) as session:
        for _ in range(3):
            claimed += sending.claim_due(session, NOW, 10)
            session.commit()
        sending.record(session, claimed[0], sending.Outcome(status="sent"), NOW)
        session.commit()
        after = sending.claim_due(session, NOW, 10)
        session.commit()

    assert [push.text for push in claimed] == ["first"]
    assert [push.text for push in after] == ["second"]


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_two_workers_that_claim_at_the_same_moment_take_one_push_of_a_person(town: Town) -> None:
    town.owe("first", order_key="case one")
    town.owe("second", order_key="case two")
    with Session(town.engine) as one, Session(town.engine) as another:
        first = sending.claim_due(one, NOW, 1)
        meanwhile = sending.claim_due(another, NOW, 10)
        one.commit()
        another.commit()
        after = sending.claim_due(another, NOW, 10)

    assert ([push.text for push in first], meanwhile, after) == (["first"], [], [])
