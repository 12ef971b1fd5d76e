"""Drill 2: two processes on one PostgreSQL get the same messages at the same moment, up to three times, out of order."""

import asyncio
import random
import re
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from storage.models import Alarm, AlarmTold, Case, CasePart, Inbox
from tests.drills.table import Drill, forms
from tests.stories.driver import Story, call, running
from tests.stories.people import bind

TROUBLES = (
    "东苑小区楼道灯坏了",
    "七格社区停车位不足",
    "滨河路公交车太少",
    "银沙路雨天积水严重",
    "和平社区垃圾没人收",
)
DANGER = "东苑小区楼道里煤气味很重"
"""Tells staff at once, who are writing themselves at that moment."""
STAFF = ("staff:T001", "staff:T002")
STAFF_ASK = "待办"
AT_ONCE = 64

Sealed = tuple[dict[str, str], bytes]


@dataclass(frozen=True, slots=True)
class Size:
    voters: int
    rounds: int


@dataclass(slots=True)
class Delivered:
    """What WeChat got back: the answers to each message, by its number, and the longest wait."""

    answers: defaultdict[int, list[tuple[int, bytes]]] = field(default_factory=lambda: defaultdict(list))
    worst_wait: float = 0.0


def messages_of(size: Size) -> list[tuple[str, str]]:
    voters = [
        (f"voter-{voter}", trouble)
        for _ in range(size.rounds)
        for voter in range(size.voters)
        for trouble in TROUBLES
    ]
    dangers = [(f"danger-{voter}", DANGER) for voter in range(size.voters // 2)]
    asked = [(who, STAFF_ASK) for _ in range(size.voters) for who in STAFF]
    return voters + dangers + asked


def deliver(story: Story, copies: list[tuple[int, Sealed]], delivered: Delivered) -> None:
    """Hand all copies to one replica, many at once."""

    async def one(number: int, sealed: Sealed, turn: asyncio.Semaphore) -> None:
        async with turn:
            started = time.perf_counter()
            answer = await call(story.app.asgi, "POST", "/channels/official-account", *sealed)
            delivered.worst_wait = max(delivered.worst_wait, time.perf_counter() - started)
        delivered.answers[number].append(answer)

    async def everyone() -> None:
        turn = asyncio.Semaphore(AT_ONCE)
        await asyncio.gather(*(one(number, sealed, turn) for number, sealed in copies))

    asyncio.run(everyone())


def spread(sealed: list[Sealed], seed: int) -> tuple[list[tuple[int, Sealed]], list[tuple[int, Sealed]]]:
    """Deal one to three copies of each message to two replicas, in any order."""
    chance = random.Random(seed)
    hands: tuple[list[tuple[int, Sealed]], list[tuple[int, Sealed]]] = ([], [])
    for copy in (copy for copy in enumerate(sealed) for _ in range(chance.randint(1, 3))):
        hands[chance.randrange(2)].append(copy)
    for hand in hands:
        chance.shuffle(hand)
    return hands


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
@pytest.mark.parametrize("size", forms(short=Size(20, 1), long=Size(200, 10)))
def test_two_replicas_neither_double_nor_lose_nor_lock_each_other_out(
    district_url: str, tmp_path: Path, size: Size, drill: Drill
) -> None:
    drill.does("2 replicas", "each message 1 to 3 times, out of order, at two processes at once")
    delivered = Delivered()
    with running(district_url, tmp_path) as first, running(district_url, tmp_path) as second:
        for who in STAFF:
            bind(first, who)
        messages = messages_of(size)
        sealed = [first.seal(first.xml(who, MsgType="text", Content=words)) for who, words in messages]
        hands = spread(sealed, seed=size.voters)
        threads = [
            threading.Thread(target=deliver, args=(story, hand, delivered))
            for story, hand in zip((first, second), hands, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with Session(first.engine) as session:
            deadlocks = session.scalar(
                text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
            )
            numbers = list(session.scalars(select(Case.number).order_by(Case.number)))
            parts = list(session.scalars(select(CasePart.inbox_id)))
            statuses = dict(session.execute(select(Inbox.status, func.count()).group_by(Inbox.status)).all())
            raised = Counter(session.scalars(select(Alarm.case_id)))
        # Of many alarms in a row those behind the first are told together, a minute later.
        first.at(first.clock.at + timedelta(minutes=2))
        with Session(first.engine) as session:
            told = set(session.scalars(select(AlarmTold.alarm_id)))
            twice = session.execute(
                select(AlarmTold.alarm_id, AlarmTold.person_id, AlarmTold.push_id)
                .group_by(AlarmTold.alarm_id, AlarmTold.person_id, AlarmTold.push_id)
                .having(func.count() > 1)
            ).all()
        replies = {
            number: {(status, first.reply_in(body)) for status, body in answers}
            for number, answers in delivered.answers.items()
        }
    drill.count(
        messages=len(messages),
        deliveries=sum(len(hand) for hand in hands),
        cases=len(numbers),
        deadlocks=deadlocks,
        worst_wait=f"{delivered.worst_wait:.2f} s",
    )

    assert deadlocks == 0
    assert statuses == {"answered": len(messages)}
    assert numbers == [f"2611-{number:04d}" for number in range(1, len(numbers) + 1)]
    assert all(len(heard) == 1 for heard in replies.values()), "repeats heard another answer"
    assert {status for heard in replies.values() for status, _ in heard} == {200}
    filed = [number for number, (who, _) in enumerate(messages) if who not in STAFF]
    assert len(parts) == len(set(parts)) == len(filed)
    assert all(re.search(r"2611-\d{4}", reply) for number in filed for _, reply in replies[number])
    dangers = sum(words == DANGER for _, words in messages)
    assert len(raised) == raised.total() == dangers
    assert len(told) == dangers
    assert twice == []
