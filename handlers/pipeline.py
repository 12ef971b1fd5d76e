"""A message's way: remember, identify, route, handle, answer. Two lanes share the same decisions."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

import structlog
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from handlers import hot, routes
from handlers.context import Context, World
from handlers.effects import Effects, write_effects
from handlers.errors import Refusal
from handlers.messages import IncomingMessage, Kind, Point
from handlers.routing import Answer
from storage import inbox, outbox, people
from storage.models import Inbox

log = structlog.get_logger()

GIVE_UP_AFTER = 5
"""Attempts at one message before it waits for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What a channel hands over: a message, or a genuine thing that is not what it should be."""

    dedupe_key: str
    channel: str
    sender: str
    raw: bytes
    message: IncomingMessage | None = None
    quarantine: str = ""
    """Why it is kept aside; empty for a message."""
    nonce_key: str = ""
    """Plain mode only: this nonce may come again only with the same body."""
    body_hash: str = ""


_PLAIN_FIELDS = tuple(
    field.name for field in fields(IncomingMessage) if field.name not in {"sent_at", "details", "point"}
)

Worlds = Callable[[], World]
"""Gives the time and the district as they are now."""


def handle_batch(engine: Engine, intakes: Sequence[Intake], worlds: Worlds) -> list[Answer | None]:
    """Handle all waiting messages in one transaction; None for those that the cold lane must take."""
    world = worlds()
    with engine.begin() as connection:
        refused = {
            index
            for index, intake in enumerate(intakes)
            if intake.nonce_key
            and inbox.forged(connection, key=intake.nonce_key, body_hash=intake.body_hash, now=world.now)
        }
        taken = [(index, intake) for index, intake in enumerate(intakes) if index not in refused]
        kept = inbox.remember(connection, [_inbox_row(intake, world.now) for _, intake in taken])
        fresh = [
            (index, intake, intake.message)
            for index, intake in taken
            if kept[intake.dedupe_key].fresh and intake.message is not None
        ]
        senders = people.identify(connection, [(i.channel, i.sender) for _, i, _ in fresh], world.now)
        done: list[tuple[int, int, Effects, bytes | None]] = []
        waiting: set[int] = set()
        for index, intake, message in fresh:
            sender = senders[intake.channel, intake.sender]
            if sender.person_id in waiting:
                continue
            inbox_id = kept[intake.dedupe_key].id
            effects = hot.decide(message, sender, world, inbox_id)
            if effects is None:
                # What this person wrote later must wait its turn.
                waiting.add(sender.person_id)
            else:
                done.append((index, inbox_id, effects, intake.raw if message.kind is Kind.UNKNOWN else None))
        replies = write_effects(connection, [effects for _, _, effects, _ in done], world.now)
        inbox.mark_answered(
            connection,
            [
                inbox.answer_row(inbox_id, reply=reply, route=effects.route, now=world.now, kept=raw)
                for (_, inbox_id, effects, raw), reply in zip(done, replies, strict=True)
            ],
        )
        spoke = {senders[i.channel, i.sender].account_id for _, i, m in fresh if m.kind in SPOKEN}
        if spoke:
            people.touch(connection, spoke, world.now)
    answers: list[Answer | None] = [None] * len(intakes)
    for index in refused:
        answers[index] = Answer("", "replay", refused=True)
    for index, intake in taken:
        known = kept[intake.dedupe_key]
        if not known.fresh and known.status != "pending":
            answers[index] = Answer(known.reply, "repeat")
        elif intake.message is None:
            answers[index] = Answer("", "quarantine")
    for (index, _, effects, _), reply in zip(done, replies, strict=True):
        answers[index] = Answer(reply, effects.route)
    return answers


SPOKEN = frozenset(
    {
        Kind.TEXT,
        Kind.IMAGE,
        Kind.VOICE,
        Kind.VIDEO,
        Kind.LOCATION,
        Kind.LINK,
        Kind.SUBSCRIBE,
        Kind.SCAN,
        Kind.CLICK,
    }
)
"""What opens the window of customer-service messages."""


def handle_alone(engine: Engine, intake: Intake, worlds: Worlds) -> Answer:
    """Handle one message in its own transaction: the cold lane."""
    world = worlds()
    with Session(engine) as session, session.begin():
        connection = session.connection()
        known = inbox.remember(connection, [_inbox_row(intake, world.now)])[intake.dedupe_key]
        return _handle_kept(session, known.id, world)


def handle_again(engine: Engine, inbox_id: int, worlds: Worlds) -> bool:
    """Try a message that was left unanswered; what is said now goes out as a push. True if it was handled."""
    world = worlds()
    with Session(engine) as session, session.begin():
        answer = _handle_kept(session, inbox_id, world)
        row = session.get_one(Inbox, inbox_id)
        if row.status != "answered":
            return False
        if answer.text:
            sender = people.identify(session.connection(), [(row.channel, row.sender)], world.now)
            person = sender[row.channel, row.sender].person_id
            outbox.enqueue(
                session,
                dedupe_key=f"answer/{inbox_id}",
                person_id=person,
                kind="answer",
                text=answer.text,
                now=world.now,
            )
        return True


def _handle_kept(session: Session, inbox_id: int, world: World) -> Answer:
    row = inbox.lock(session, inbox_id)
    if row.status != "pending" or row.raw is None:
        return Answer(row.reply or "", "repeat")
    message = load_message(row.raw)
    sender = people.identify(session.connection(), [(row.channel, row.sender)], world.now)[
        row.channel, row.sender
    ]
    if message.kind in SPOKEN:
        people.touch(session.connection(), [sender.account_id], world.now)
    ctx = Context(
        session=session,
        now=world.now,
        sender=sender,
        district=world.district,
        texts=world.texts,
        inbox_id=inbox_id,
    )
    try:
        with session.begin_nested():
            answer = routes.handle(ctx, message)
    except Refusal as refusal:
        answer = Answer(refusal.text, "refused")
    except Exception:
        # A mistake of ours: the message stays, the voter hears that it arrived, a tick tries again.
        log.exception("a handler failed", inbox_id=inbox_id)
        row.attempts += 1
        row.reply = world.texts("busy")
        if row.attempts >= GIVE_UP_AFTER:
            row.status = "failed"
        return Answer(row.reply, "failed")
    row.status, row.reply, row.route, row.handled_at = "answered", answer.text, answer.route, world.now
    if message.kind is not Kind.UNKNOWN:
        row.raw = None
    return answer


def _inbox_row(intake: Intake, now: datetime) -> dict[str, object]:
    raw = intake.raw if intake.message is None else dump_message(intake.message)
    return inbox.inbox_row(
        dedupe_key=intake.dedupe_key,
        channel=intake.channel,
        sender=intake.sender,
        raw=raw,
        now=now,
        reason=intake.quarantine,
    )


def dump_message(message: IncomingMessage) -> bytes:
    """Write a message down so that it can be handled after a crash."""
    point = message.point
    values = {name: getattr(message, name) for name in _PLAIN_FIELDS} | {
        "sent_at": message.sent_at.isoformat(),
        "details": dict(message.details),
        "point": {"longitude": point.longitude, "latitude": point.latitude, "datum": point.datum}
        if point
        else None,
    }
    return json.dumps(values, ensure_ascii=False).encode()


def load_message(raw: bytes) -> IncomingMessage:
    values = json.loads(raw)
    point = values.pop("point")
    return IncomingMessage(
        **values
        | {
            "kind": Kind(values["kind"]),
            "sent_at": datetime.fromisoformat(values["sent_at"]),
            "point": Point(**point) if point else None,
        }
    )
