"""Drill 1: kill -9 at random moments of receive, handle, commit, claim, send and record, under load, again and again."""

import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
import requests
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from bot.core.clock import shanghai_now
from storage.engine.database import new_id, open_database
from storage.messages import inbox, outbox
from storage.models import Account, Case, CasePart, Inbox, Outbox, Person
from tests.drills.mortal import MOMENTS, Life, await_port, born, free_port, posted
from tests.drills.table import Drill, forms
from tests.stories.driver import Story, running

TROUBLES = (
    "东苑小区楼道灯坏了",
    "七格社区停车位不足",
    "滨河路公交车太少",
    "银沙路雨天积水严重",
    "和平社区垃圾没人收",
    "东苑小区楼道里煤气味很重",
)
VOTERS_AT_ONCE = 6
REMINDERS_EACH = 3
OTHER_TIME = "other time"
LONGEST_LIFE = 3.0
TRIES = 60
"""WeChat comes again three times in fifteen seconds; here it comes more often, in less time."""
PAUSE = 0.1
REPEATED_AT_MOST = 400


@dataclass(slots=True)
class Said:
    """One message of one voter, and what WeChat got for it; no reply means it was never acknowledged."""

    key: str
    voter: int
    sealed: tuple[dict[str, str], bytes]
    reply: str | None = None


@dataclass(slots=True)
class Field:
    """What the drill goes on in: a district, its people, and the addresses of the replicas."""

    story: Story
    url: str
    folder: Path
    ports: list[int]
    ahead: timedelta
    over: threading.Event = field(default_factory=threading.Event)
    said: list[Said] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)
    message_ids: Iterator[int] = field(default_factory=lambda: count(1))

    def life(self, port: int, moment: str = "", after: int = 1) -> Life:
        return Life(
            url=self.url,
            folder=self.folder,
            port=port,
            moment="" if moment == OTHER_TIME else moment,
            after=after,
            ahead=self.ahead,
            works=True,
        )

    def post(self, said: Said, port: int) -> str | None:
        query, body = said.sealed
        address = f"http://127.0.0.1:{port}/channels/official-account"
        try:
            answer = requests.post(address, params=query, data=body, timeout=5)
        except requests.exceptions.RequestException:
            return None
        return self.story.reply_in(answer.content) if answer.ok else None


def kill_again_and_again(field: Field, port: int, kills: int, chance: random.Random) -> None:
    """Keep one replica going, and end each of its lives at a random moment."""
    for _ in range(kills):
        moment = chance.choice((*MOMENTS, OTHER_TIME))
        after = chance.randint(1, 4 if moment in {"claimed", "sent"} else 15)
        process = born(field.life(port, moment, after))
        await_port(port, process)
        process.join(chance.uniform(0.4, 1.5) if moment == OTHER_TIME else LONGEST_LIFE)
        field.kills[moment if process.exitcode is not None else OTHER_TIME] += 1
        process.kill()
        process.join()


def speak(field: Field, voters: Iterator[int], chance: random.Random) -> None:
    """Be one voter after the other; each waits for an answer before the next sentence."""
    while not field.over.is_set():
        voter = next(voters)
        for trouble in TROUBLES:
            field.story.clock.at = shanghai_now()() + field.ahead
            message_id = next(field.message_ids)
            xml = field.story.xml(f"voter-{voter}", MsgType="text", Content=trouble, MsgId=message_id)
            said = Said(f"official-account:voter-{voter}:{message_id}", voter, field.story.seal(xml))
            field.said.append(said)
            for _ in range(TRIES):
                said.reply = field.post(said, chance.choice(field.ports))
                if said.reply is not None or field.over.wait(PAUSE):
                    break


def owe(field: Field) -> None:
    """Owe reminders all the time; every other person wrote just now and hears by text, the others by template."""
    engine = open_database(field.url)
    numbers = count()
    while not field.over.wait(PAUSE):
        now = shanghai_now()() + field.ahead
        number = next(numbers)
        with Session(engine) as session, session.begin():
            person, account = new_id(), new_id()
            session.add(Person(id=person, created_at=now))
            session.flush()
            session.add(
                Account(
                    id=account,
                    channel="official-account",
                    external_id=f"deputy-{number}",
                    person_id=person,
                    last_message_at=now if number % 2 else None,
                    created_at=now,
                )
            )
            session.flush()
            for turn in range(REMINDERS_EACH):
                outbox.enqueue(
                    session,
                    dedupe_key=f"drill/{number}/{turn}",
                    person_id=person,
                    kind="reminder",
                    text=f"提醒{turn}",
                    template="reminder",
                    order_key=f"drill/{number}",
                    now=now,
                    not_before=now,
                )
    engine.dispose()


def play(field: Field, kills: int, chance: random.Random) -> None:
    """Kill, speak and remind at once until all kills are done."""
    voters = iter(count())
    speakers = [
        threading.Thread(target=speak, args=(field, voters, random.Random(chance.random())))
        for _ in range(VOTERS_AT_ONCE)
    ]
    killers = [
        threading.Thread(
            target=kill_again_and_again,
            args=(field, port, kills // len(field.ports), random.Random(chance.random())),
        )
        for port in field.ports
    ]
    others = [*speakers, threading.Thread(target=owe, args=(field,))]
    for thread in [*killers, *others]:
        thread.start()
    for thread in killers:
        thread.join()
    field.over.set()
    for thread in others:
        thread.join()


def settle(field: Field) -> dict[str, tuple[str, str | None]]:
    """Let one last process finish what is left, and repeat some messages: give first and second answer by key."""
    with Session(field.story.engine) as session, session.begin():
        # As if the time of all leases and waits had passed.
        past = timedelta(hours=1)
        for row in session.scalars(select(Outbox).where(Outbox.lease_until.is_not(None))):
            row.lease_until = (row.lease_until or row.created_at) - past
        session.execute(
            update(Inbox).where(Inbox.status == "pending").values(received_at=field.story.clock() - past)
        )
    port = field.ports[0]
    last = born(field.life(port))
    acknowledged = [said for said in field.said if said.reply is not None]
    random.Random(1).shuffle(acknowledged)
    again: dict[str, tuple[str, str | None]] = {}
    for said in acknowledged[:REPEATED_AT_MOST]:
        reply = None
        while reply is None:
            reply = field.post(said, port)
        again[said.key] = (said.reply or "", reply)
    while owes(field.story.engine):
        time.sleep(PAUSE)
    last.terminate()
    last.join()
    return again


def owes(engine: Engine) -> int:
    with Session(engine) as session:
        pushes = select(func.count()).select_from(Outbox).where(Outbox.status.in_(outbox.OWED))
        messages = select(func.count()).select_from(Inbox).where(Inbox.status == "pending")
        return (session.scalar(pushes) or 0) + (session.scalar(messages) or 0)


@dataclass(frozen=True, slots=True)
class Left:
    """What stands in the record after all."""

    numbers: list[str]
    parts_of: Counter[str]
    """How many parts of cases each message became, by its key."""
    number_of: dict[str, str]
    put_aside: int
    reminders: list[tuple[str, str, str]]
    """client_msg_id, order key and status, oldest first."""


def read(engine: Engine) -> Left:
    with Session(engine) as session:
        filed = session.execute(
            select(Inbox.dedupe_key, Case.number)
            .join(CasePart, CasePart.inbox_id == Inbox.id)
            .join(Case, Case.id == CasePart.case_id)
        ).all()
        reminders = session.execute(
            select(Outbox.client_msg_id, Outbox.order_key, Outbox.status)
            .where(Outbox.dedupe_key.startswith("drill/"))
            .order_by(Outbox.id)
        ).all()
        return Left(
            numbers=list(session.scalars(select(Case.number).order_by(Case.number))),
            parts_of=Counter(key for key, _ in filed),
            number_of=dict(iter(filed)),
            put_aside=inbox.count_given_up(session),
            reminders=[(message_id, order, status) for message_id, order, status in reminders],
        )


def in_order(left: Left, arrived: list[str]) -> bool:
    """Tell whether the reminders of each order key arrived as they were written."""
    order_of = {message_id: order for message_id, order, _ in left.reminders}
    written: dict[str, list[str]] = defaultdict(list)
    heard: dict[str, list[str]] = defaultdict(list)
    for message_id, order, _ in left.reminders:
        if message_id in set(arrived):
            written[order].append(message_id)
    for message_id in arrived:
        if message_id in order_of:
            heard[order_of[message_id]].append(message_id)
    return written == heard


@pytest.mark.parametrize("kills", forms(short=5, long=100))
def test_nothing_is_lost_or_doubled_by_kills(
    district_url: str, engine_name: str, tmp_path: Path, kills: int, drill: Drill
) -> None:
    replicas = 1 if engine_name == "sqlite" else 4
    drill.does(f"1 kills, {engine_name}", f"kill -9 of {replicas} process(es) at random moments under load")
    now = shanghai_now()()
    ten_tomorrow = (now + timedelta(days=1)).replace(hour=10, minute=0, second=0, microsecond=0)
    with running(district_url, tmp_path) as story:
        ports = [free_port() for _ in range(replicas)]
        field = Field(story, district_url, tmp_path, ports, ahead=ten_tomorrow - now)
        play(field, kills, random.Random(kills))
        again = settle(field)
        left = read(story.engine)
    arrived = posted(tmp_path)
    times = Counter(arrived)
    statuses = Counter(status for _, _, status in left.reminders)
    acknowledged = [said for said in field.said if said.reply is not None]
    drill.count(
        kills=f"{field.kills.total()} ({', '.join(f'{n} {moment}' for moment, n in field.kills.most_common())})",
        messages=f"{len(field.said)}, {len(acknowledged)} acknowledged",
        cases=len(left.numbers),
        reminders=f"{len(left.reminders)}, " + ", ".join(f"{n} {status}" for status, n in statuses.items()),
    )

    assert left.put_aside == 0
    prefix = f"{ten_tomorrow:%y%m}"
    assert left.numbers == [f"{prefix}-{number:04d}" for number in range(1, len(left.numbers) + 1)]
    assert acknowledged
    assert [said.key for said in acknowledged if left.parts_of[said.key] != 1] == []
    assert max(left.parts_of.values()) == 1
    assert all(left.number_of[said.key] in (said.reply or "") for said in acknowledged)
    assert all(first == second for first, second in again.values())
    by_voter: dict[int, list[str]] = defaultdict(list)
    for said in field.said:
        # One that nobody waited for is kept from the note of its process, after what was said later.
        if said.reply is not None:
            by_voter[said.voter].append(left.number_of[said.key])
    assert all(numbers == sorted(numbers) for numbers in by_voter.values())
    assert statuses.keys() <= {"sent", "unknown"}
    assert all(times[message_id] == 1 for message_id, _, status in left.reminders if status == "sent")
    assert max(times.values()) == 1
    assert in_order(left, arrived)
