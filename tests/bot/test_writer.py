"""The writer goes on whatever becomes of those who wait for it, and believes no forged repeat."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core.writer import Stopped
from handlers.intake import Intake
from handlers.messages import IncomingMessage, Kind
from handlers.route import Answer
from storage.models import Case, Inbox, Outbox
from tests.stories.driver import Story
from tests.stories.test_nothing_is_lost import ALLOW, REFUSE, execute


def intake(text: str, *, key: str = "official-account:voter-1:1", nonce: str = "", body: str = "") -> Intake:
    message = IncomingMessage(
        channel="official-account",
        sender="voter-1",
        recipient="gh_story",
        kind=Kind.TEXT,
        dedupe_key=key,
        sent_at=datetime(2026, 11, 21, 1, 0, tzinfo=UTC),
        text=text,
    )
    return Intake(
        dedupe_key=key,
        channel="official-account",
        sender="voter-1",
        raw=text.encode(),
        message=message,
        nonce_key=nonce,
        body_hash=body,
    )


def submit(story: Story, *intakes: Intake) -> list[Answer]:
    async def all_at_once() -> list[Answer]:
        return await asyncio.gather(*(story.app.writer.submit(each) for each in intakes))

    return asyncio.run(all_at_once())


def test_a_server_that_ended_before_its_answer_does_not_end_the_writer(story: Story) -> None:
    async def leave() -> None:
        story.app.writer.submit(intake("东苑小区楼道灯坏了"))

    with story.engine.begin() as held:
        held.execute(select(func.count()).select_from(Inbox))
        if held.dialect.name == "postgresql":
            held.exec_driver_sql("LOCK TABLE inbox IN EXCLUSIVE MODE")
        asyncio.run(leave())

    assert "2611-0002" in story.say("voter-2", "七格社区停车位不足")


def test_a_forged_repeat_that_comes_together_with_the_first_gets_nothing(story: Story) -> None:
    genuine = intake("东苑小区楼道灯坏了", nonce="n1", body="genuine")

    first, forged = submit(story, genuine, replace(genuine, body_hash="forged"))

    assert "2611-0001" in first.text
    assert (forged.text, forged.refused) == ("", True)


def test_a_forgery_is_refused_also_when_the_batch_was_undone(story: Story) -> None:
    submit(story, intake("东苑小区楼道灯坏了", nonce="n1", body="genuine"))
    execute(story, REFUSE)
    broken = intake("七格社区停车位无法存", key="official-account:voter-1:2")
    forged = intake("滨河路公交车太少", key="official-account:voter-1:3", nonce="n1", body="forged")

    _, answer = submit(story, broken, forged)

    assert answer.refused
    with Session(story.engine) as session:
        assert session.scalars(select(Case.number)).all() == ["2611-0001"]


def test_a_message_that_was_answered_meanwhile_is_not_answered_again(story: Story) -> None:
    story.say("voter-1", "东苑小区楼道灯坏了")
    with Session(story.engine) as session:
        (answered,) = session.scalars(select(Inbox.id))

    assert story.app.writer.retry(answered) is False
    with Session(story.engine) as session:
        assert session.scalars(select(Outbox.kind).where(Outbox.kind == "answer")).all() == []


@pytest.mark.parametrize("raw", [b"{", b"{}", b'{"kind": "text"}'])
def test_a_message_that_cannot_be_read_any_more_holds_no_other_up(story: Story, raw: bytes) -> None:
    execute(story, REFUSE)
    for number in (1, 2):
        story.say(f"voter-{number}", "东苑小区楼道灯坏了，无法存")
    execute(story, ALLOW)
    with Session(story.engine) as session, session.begin():
        session.scalars(select(Inbox).order_by(Inbox.id).limit(1)).one().raw = raw
    story.clock.turn(minutes=1)

    counts = story.app.metronome.run_now("retry unanswered")

    assert counts == {"retried": 2, "answered": 1, "put aside": 0}
    with Session(story.engine) as session:
        assert session.scalars(select(Inbox.status).order_by(Inbox.id)).all() == ["pending", "answered"]


def test_a_message_that_fails_again_and_again_is_tried_ever_more_seldom_until_a_person_must_look(
    story: Story,
) -> None:
    execute(story, REFUSE)
    story.say("voter-1", "东苑小区楼道灯坏了，无法存")
    arrived, tried = story.clock(), []
    for minute in (1, 2, 5, 6, 7, 60, 61, 62, 360, 361, 362, 1440, 1441, 9999):
        story.clock.at = arrived + timedelta(minutes=minute)
        if story.app.metronome.run_now("retry unanswered")["retried"]:
            tried.append(minute)

    assert tried == [1, 6, 61, 361, 1441]
    with Session(story.engine) as session:
        assert session.scalars(select(Inbox.status)).all() == ["failed"]


def test_a_writer_that_has_ended_says_so_instead_of_letting_anyone_wait(story: Story) -> None:
    story.app.writer.stop()

    with pytest.raises(Stopped):
        story.app.writer.transact(lambda _session: None)
    with pytest.raises(Stopped):
        submit(story, intake("东苑小区楼道灯坏了"))


def test_what_was_handed_over_before_the_end_is_still_answered(story: Story) -> None:
    async def hand_over_and_stop() -> list[Answer]:
        waiting = [
            story.app.writer.submit(intake("东苑小区楼道灯坏了", key=f"official-account:voter-1:{number}"))
            for number in range(3)
        ]
        await asyncio.to_thread(story.app.writer.stop)
        return await asyncio.gather(*waiting)

    answers = asyncio.run(hand_over_and_stop())

    assert all("2611-0001" in answer.text for answer in answers)


def test_a_message_whose_every_attempt_breaks_off_is_left_to_a_person(story: Story) -> None:
    with Session(story.engine) as session, session.begin():
        session.add(
            Inbox(dedupe_key="stuck", channel=story.way, received_at=story.clock(), raw=b"{}", attempts=6)
        )
    story.app.metronome.run_now("retry unanswered")

    with Session(story.engine) as session:
        assert session.scalars(select(Inbox.status)).all() == ["failed"]
