"""Drill 6: one person sends a thousand messages in a minute; the others are answered as ever, and nothing is lost."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.texts import DEFAULT_TEXTS as TEXTS
from storage.models import Case, CasePart, Inbox
from storage.models.messages import FROZEN, HELD
from tests.drills.table import Drill, forms
from tests.stories.driver import Story, call, running
from tests.stories.people import bind

LIMIT = 30
DESK = "staff:T001"
FLOODER = "flooder"
DANGER = "东苑小区3幢楼道里煤气味很重"
TOO_FAST = "发得有点快"
DONE = "都看过了"


@dataclass(frozen=True, slots=True)
class Flood:
    messages: int
    others: int


def pour(story: Story, flood: Flood) -> tuple[list[str], list[str], float]:
    """Send the flood, and others' messages between; give both lots of replies and the others' longest wait."""
    poured = [story.seal(xml) for xml in flood_of(story, flood.messages)]
    each = [
        story.seal(story.xml(f"voter-{n}", MsgType="text", Content="滨河路公交车太少"))
        for n in range(flood.others)
    ]
    worst = 0.0

    async def one(sealed: tuple[dict[str, str], bytes], turn: asyncio.Semaphore) -> str:
        async with turn:
            status, body = await call(story.app.asgi, "POST", "/channels/official-account", *sealed)
        assert status == 200
        return story.reply_in(body)

    async def other(sealed: tuple[dict[str, str], bytes]) -> str:
        nonlocal worst
        started = time.perf_counter()
        reply = await one(sealed, asyncio.Semaphore(1))
        worst = max(worst, time.perf_counter() - started)
        return reply

    async def everyone() -> tuple[list[str], list[str]]:
        turn = asyncio.Semaphore(64)
        flooding = asyncio.gather(*(one(sealed, turn) for sealed in poured))
        answers = [await other(sealed) for sealed in each]
        return await flooding, answers

    mine, theirs = asyncio.run(everyone())
    return mine, theirs, worst


def flood_of(story: Story, count: int) -> list[str]:
    """Words and pictures, all different, of one person."""
    return [
        story.xml(FLOODER, MsgType="image", PicUrl="http://mmbiz.qpic.cn/x", MediaId=f"media-{n}")
        if n % 5 == 4
        else story.xml(FLOODER, MsgType="text", Content=f"东苑小区3幢楼道灯坏了，第{n}次说")
        for n in range(count)
    ]


def work_off(story: Story) -> None:
    """Let the timed job run until nothing is held."""
    while story.app.metronome.run_now("handle held")["held"]:
        story.clock.turn(seconds=5)


@pytest.mark.parametrize("flood", forms(short=Flood(150, 20), long=Flood(1000, 200), minutes=5))
def test_a_flood_is_slowed_then_put_aside_told_so_once_and_nothing_of_it_is_lost(
    district_url: str, tmp_path: Path, flood: Flood, drill: Drill, engine_name: str
) -> None:
    drill.does(f"6 flood, {engine_name}", f"{flood.messages} messages of one person, {flood.others} others")
    with running(district_url, tmp_path, messages_per_minute=str(LIMIT)) as story:
        bind(story, DESK)
        mine, theirs, worst = pour(story, flood)
        with Session(story.engine) as session:
            aside = Counter(session.scalars(select(Inbox.status).where(Inbox.status.in_((HELD, FROZEN)))))
        danger = story.say(FLOODER, DANGER)
        for said_by_desk in ("冻结的", "1", "1"):
            story.say(DESK, said_by_desk)
        work_off(story)
        story.app.tick_all()
        with Session(story.engine) as session:
            statuses = Counter(session.scalars(select(Inbox.status)))
            said = set(session.scalars(select(Case.text))) | set(session.scalars(select(CasePart.text)))
            pictures = set(session.scalars(select(CasePart.media_id).where(CasePart.kind == "image")))

    drill.count(**aside, told=sum(TOO_FAST in reply for reply in mine), worst_wait=f"{worst:.2f} s")
    assert aside == {HELD: 2 * LIMIT, FROZEN: flood.messages - 3 * LIMIT}
    assert sum(TOO_FAST in reply for reply in mine) == 1
    assert mine.count(TEXTS("frozen_told")) == 1
    assert mine.count("") == flood.messages - LIMIT - 2
    assert all("编号" in reply or "-" in reply for reply in theirs)
    assert worst < 1
    assert "煤气" in danger or "119" in danger or "燃气" in danger
    assert set(statuses) == {"answered"}
    words = {f"东苑小区3幢楼道灯坏了，第{n}次说" for n in range(flood.messages) if n % 5 != 4}
    assert words <= said
    assert {f"media-{n}" for n in range(4, flood.messages, 5)} <= pictures
    assert sum(DONE in text for text in story.phones.texts_to(FLOODER)) == 1


def test_the_next_minute_is_a_new_one_even_if_the_clock_went_back(district_url: str, tmp_path: Path) -> None:
    with running(district_url, tmp_path, messages_per_minute="5") as story:
        first = [story.say("voter-1", f"楼道灯坏了{n}") for n in range(7)]
        story.clock.turn(hours=-1)
        back = story.say("voter-1", "楼道灯还是坏的")
        story.clock.turn(hours=1, minutes=1, seconds=1)
        after = story.say("voter-1", "楼道灯又坏了")

    assert [TOO_FAST in reply for reply in first] == [False] * 5 + [True, False]
    assert back
    assert after
    assert TOO_FAST not in back + after


def test_a_digit_that_was_held_answers_no_question_asked_since(district_url: str, tmp_path: Path) -> None:
    with running(district_url, tmp_path, messages_per_minute="5") as story:
        for n in range(6):
            story.say("voter-1", f"和平社区垃圾没人收，第{n}天")
        story.say("voter-1", "1")
        work_off(story)
        with Session(story.engine) as session:
            routes = list(session.scalars(select(Inbox.route).order_by(Inbox.id)))

    assert not routes[-1].startswith("answer")
    assert HELD not in routes
