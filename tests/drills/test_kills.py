"""A real kill -9 at each moment between receipt and answer, and between claim and send."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest
import requests
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.core.clock import shanghai_now
from storage.messages import outbox, sending
from storage.models import Account, Case, Inbox, Outbox
from tests.drills.mortal import Life, born, free_port, posted
from tests.stories.driver import Story, running

PATIENCE = 30
TROUBLE = "东苑小区3幢楼道灯坏了半个月"


@contextmanager
def process(
    url: str, folder: Path, moment: str = "", *, works: bool = False
) -> Iterator[tuple[str, ForkServerProcess]]:
    """Run the mortal bot; give the address of its webhook."""
    port = free_port()
    program = born(Life(url=url, folder=folder, port=port, moment=moment, works=works))
    try:
        yield f"http://127.0.0.1:{port}/channels/official-account", program
    finally:
        program.terminate()
        program.join(PATIENCE)


def end_of(program: ForkServerProcess) -> int | None:
    program.join(PATIENCE)
    return program.exitcode


def post(address: str, sealed: tuple[dict[str, str], bytes]) -> bytes:
    """Deliver a request as soon as the server is up."""
    query, body = sealed
    deadline = time.monotonic() + 30
    while True:
        try:
            return requests.post(address, params=query, data=body, timeout=10).content
        except requests.exceptions.ConnectionError as error:
            if "refused" not in str(error) or time.monotonic() > deadline:
                raise


@pytest.mark.parametrize("moment", ["received", "handled", "committed"])
def test_a_kill_between_receipt_and_answer_loses_and_doubles_nothing(
    district_url: str, tmp_path: Path, moment: str
) -> None:

    with running(district_url, tmp_path) as story:
        story.clock.at = shanghai_now()()
        sealed = story.seal(story.xml("voter-1", MsgType="text", Content=TROUBLE))
        with process(district_url, tmp_path, moment) as (address, program):
            with pytest.raises(requests.exceptions.ConnectionError):
                post(address, sealed)

            assert end_of(program) == -signal.SIGKILL
        with process(district_url, tmp_path) as (address, _):
            first = story.reply_in(post(address, sealed))
            again = story.reply_in(post(address, sealed))
        with Session(story.engine) as session:
            numbers = list(session.scalars(select(Case.number)))
            statuses = list(session.scalars(select(Inbox.status)))

    assert first == again
    assert [number[-5:] for number in numbers] == ["-0001"]
    assert numbers[0] in first
    assert statuses == ["answered"]


def owe(story: Story, now: datetime) -> None:
    """Owe one text to someone who wrote just now."""
    story.say("voter-1", "你好")
    with Session(story.engine) as session, session.begin():
        person = session.scalars(select(Account.person_id).where(Account.external_id == "voter-1")).one()
        session.execute(update(Account).values(last_message_at=now))
        outbox.enqueue(
            session, dedupe_key="test", person_id=person, kind="notice", text="您好", now=now, not_before=now
        )


@pytest.mark.parametrize(("moment", "times"), [("claimed", 0), ("sent", 1)])
def test_a_kill_between_claim_and_record_sends_once_or_is_left_to_a_person(
    district_url: str, tmp_path: Path, moment: str, times: int
) -> None:

    with running(district_url, tmp_path) as story:
        now = story.clock.at = shanghai_now()()
        owe(story, now)
        with process(district_url, tmp_path, moment, works=True) as (_, program):
            assert end_of(program) == -signal.SIGKILL
        story.clock.at = now + sending.LEASE + timedelta(seconds=30)
        with Session(story.engine) as session, session.begin():
            # PostgreSQL counts leases by its own clock, which no test can turn.
            session.execute(update(Outbox).values(lease_until=now - sending.LEASE))
        story.app.metronome.run_now("deliver")
        with Session(story.engine) as session:
            (row,) = session.scalars(select(Outbox).where(Outbox.dedupe_key == "test"))

    assert len(posted(tmp_path)) == times
    assert (row.status, row.error) == ("unknown", "interrupted")
    assert story.phones.pushes == []
