"""What a channel hands over, and how it is written down so that it can be handled after a crash."""

import json
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Connection

from handlers.context import World
from handlers.messages import IncomingMessage, Kind, Point
from handlers.route import Answer
from storage.messages import inbox


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

REPLAY = Answer("", "replay", refused=True)
"""What a forgery gets: a nonce may come again only with the same body."""

Worlds = Callable[[], World]
"""Gives the time and the district as they are now."""

SPOKEN = frozenset(
    {
        Kind.TEXT,
        Kind.IMAGE,
        Kind.VOICE,
        Kind.VIDEO,
        Kind.LOCATION,
        Kind.LINK,
        Kind.CARD,
    }
)
"""What opens the window of customer-service messages for two days."""
ACTED = frozenset({Kind.SUBSCRIBE, Kind.SCAN, Kind.CLICK})
"""What opens it for a minute."""


def inbox_row(intake: Intake, now: datetime, *, raw: bytes | None) -> dict[str, object]:
    return inbox.inbox_row(
        dedupe_key=intake.dedupe_key,
        channel=intake.channel,
        sender=intake.sender,
        raw=raw,
        now=now,
        reason=intake.quarantine,
    )


def kept_text(intake: Intake) -> bytes:
    """Give what is kept of a message until it is handled."""
    return intake.raw if intake.message is None else dump_message(intake.message)


def is_forged(connection: Connection, intake: Intake, now: datetime) -> bool:
    """Tell whether a message uses up a nonce again that another one had."""
    return bool(intake.nonce_key) and inbox.forged(
        connection, key=intake.nonce_key, body_hash=intake.body_hash, now=now
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
