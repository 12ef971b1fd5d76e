"""The cold lane: one message in a transaction of its own, its handler in a savepoint.

It takes what the hot lane (batch.py) cannot decide, what a failed batch left, and what a crash left.
"""

import enum

import structlog
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from handlers.context import Context, World
from handlers.errors import Refusal
from handlers.intake import (
    ACTED,
    REPLAY,
    SPOKEN,
    Intake,
    Worlds,
    inbox_row,
    is_forged,
    kept_text,
    load_message,
)
from handlers.lanes import flood
from handlers.lanes.taking_over import tell_aside
from handlers.messages import IncomingMessage, Kind
from handlers.pushes.owing import owe
from handlers.pushes.send_times import When
from handlers.route import Answer
from handlers.routing import routes
from storage.messages import inbox, lost
from storage.models import Inbox
from storage.models.messages import HELD
from storage.people import freezing, people

log = structlog.get_logger()

GIVE_UP_AFTER = len(inbox.RETRY_AFTER)
"""Attempts at one message before it waits for a person."""
REPEAT = "repeat"


class Turn(enum.Enum):
    """Why a message is handled now."""

    CAME = enum.auto()
    AGAIN = enum.auto()
    """The hot lane left it, or an attempt failed: it was counted when it came."""
    WAS_HELD = enum.auto()
    """It came too fast, some time ago."""


def handle_alone(engine: Engine, intake: Intake, worlds: Worlds, *, run: str = "") -> Answer:
    """Handle one message in its own transaction: the cold lane."""
    world = worlds()
    answer = _alone(engine, intake, world, counted=False, run=run)
    if answer is None:  # a process ended with it in work: from now on each attempt is known before it is made
        _take_in_hand(engine, intake.dedupe_key, world, run)
        answer = _alone(engine, intake, world, counted=True, run=run)
    return answer or Answer("", REPEAT)


def _take_in_hand(engine: Engine, which: int | str, world: World, run: str) -> None:
    with Session(engine) as session, session.begin():
        given_up = inbox.take_in_hand(session, which, run)
        if given_up is not None:
            tell_aside(session, given_up, world)


def _alone(engine: Engine, intake: Intake, world: World, *, counted: bool, run: str) -> Answer | None:
    with Session(engine) as session, session.begin():
        connection = session.connection()
        if is_forged(connection, intake, world.now):
            return REPLAY
        row = inbox_row(intake, world.now, raw=kept_text(intake))
        known = inbox.remember(connection, [row], run=run)[intake.dedupe_key]
        if not counted and known.suspect:
            return None
        turn = Turn.CAME if known.fresh else Turn.AGAIN
        return _handle_kept(session, known.id, world, turn, counted=counted)


def handle_again(engine: Engine, inbox_id: int, worlds: Worlds, *, run: str = "") -> bool:
    """Try a message that was left unanswered; what is said now goes out as a push. True if it was handled."""
    world = worlds()
    _take_in_hand(engine, inbox_id, world, run)
    with Session(engine) as session, session.begin():
        answer = _handle_kept(session, inbox_id, world, Turn.AGAIN, counted=True)
        row = session.get_one(Inbox, inbox_id)
        if row.status != "answered" or answer.route == REPEAT:
            return False
        if answer.text:
            person = people.identify_one(session.connection(), (row.channel, row.sender), world.now).person_id
            owe(
                session,
                world,
                person,
                when=When.AT_ONCE,
                dedupe_key=f"answer/{inbox_id}",
                kind="answer",
                # Nothing of a voter's goes into a push to others: it may lie on a locked screen.
                text=world.texts("done_meanwhile") if answer.route in routes.DUTY_ROUTES else answer.text,
            )
        return True


def handle_held(engine: Engine, inbox_id: int, worlds: Worlds, *, run: str = "") -> bool:
    """Handle a message that came too fast, silently; after the last one its sender is told. True if it was held."""
    world = worlds()
    _take_in_hand(engine, inbox_id, world, run)
    with Session(engine) as session, session.begin():
        row = inbox.lock(session, inbox_id)
        if row.status != HELD:
            return False
        row.status = "pending"
        session.flush()
        _handle_kept(session, inbox_id, world, Turn.WAS_HELD, counted=True)
        session.flush()
        flood.tell_done(session, row, world)
        return True


def _put_aside(session: Session, row: Inbox, message: IncomingMessage, ctx: Context) -> Answer | None:
    """Keep what came too fast, or is to be looked at first, for later."""
    aside = flood.aside(message, ctx.sender, ctx)
    if aside is not None and aside.strikes:
        freezing.note(session.connection(), ctx.sender.account_id, aside.strikes, aside.froze, ctx.now)
    if aside is None or not aside.status:
        return None
    row.status = row.reason = row.route = aside.status
    row.reply = aside.said
    return Answer(row.reply, row.route)


def _handle_kept(session: Session, inbox_id: int, world: World, turn: Turn, *, counted: bool) -> Answer:
    row = inbox.lock(session, inbox_id)
    if row.status != "pending" or row.raw is None:
        return Answer(row.reply or "", REPEAT)
    inbox.put_down(row)
    sender = people.identify_one(session.connection(), (row.channel, row.sender), world.now)
    ctx = Context(
        session=session,
        now=world.now,
        sender=sender,
        district=world.district,
        texts=world.texts,
        switches=world.switches,
        inbox_id=inbox_id,
    )
    try:
        message = load_message(row.raw)
        if message.kind in SPOKEN and turn is not Turn.WAS_HELD:
            wrote = {sender.account_id: int(turn is Turn.CAME)}
            people.touch(session.connection(), wrote, world.now)
        elif message.kind in ACTED:
            people.act(session.connection(), sender.account_id, world.now)
        if turn is Turn.CAME and (aside := _put_aside(session, row, message, ctx)):
            return aside
        if turn is Turn.WAS_HELD:
            ctx = flood.later(ctx, row.received_at)
        with session.begin_nested():
            answer = routes.handle(ctx, message)
            lost.said_already(session, sender.person_id, ctx.said_closed)
    except Refusal as refusal:
        answer = Answer(refusal.text, "refused")
    except Exception:
        # A mistake of ours: the message stays, the voter hears that it arrived, a tick tries again.
        log.exception("a handler failed", inbox_id=inbox_id)
        row.attempts += int(not counted)
        row.reply = world.texts("busy")
        if row.attempts >= GIVE_UP_AFTER:
            row.status = "failed"
        return Answer(row.reply, "failed")
    row.status, row.reply, row.route, row.handled_at = "answered", answer.text, answer.route, world.now
    if message.kind is not Kind.UNKNOWN:
        row.raw = None
    return answer
