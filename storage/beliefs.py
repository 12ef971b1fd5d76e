"""What the bot believes of each account: whether it follows, since when it may be written to, what went out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from storage.models import Account, Case, Inbox, Outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """One account as the record has it."""

    channel: str
    following: bool
    last_message_at: datetime | None
    unreachable_code: str
    pushes: Mapping[str, int] = field(default_factory=dict)
    """Pushes of this person by status; those that went out count for the account they went to."""


def believed(session: Session) -> dict[str, Belief]:
    """Give what is believed, by the platform's id of the person."""
    rows = session.execute(
        select(Account.external_id, Outbox.status, func.count())
        .join(Outbox, Outbox.person_id == Account.person_id)
        .where(or_(Outbox.channel == Account.channel, Outbox.channel == ""))
        .group_by(Account.external_id, Outbox.status)
    )
    pushes: dict[str, dict[str, int]] = {}
    for external_id, status, count in rows:
        pushes.setdefault(external_id, {})[status] = count
    return {
        account.external_id: Belief(
            channel=account.channel,
            following=account.following,
            last_message_at=account.last_message_at,
            unreachable_code=account.unreachable_code,
            pushes=pushes.get(account.external_id, {}),
        )
        for account in session.scalars(select(Account))
    }


def figures(session: Session) -> dict[str, Any]:
    """Count what the record holds in all: messages, replies, cases, pushes by status."""
    by_status = select(Outbox.status, func.count()).group_by(Outbox.status)
    numbers = list(session.scalars(select(Case.number).order_by(Case.id)))
    return {
        "messages": session.scalar(select(func.count()).select_from(Inbox)) or 0,
        "replies": session.scalar(select(func.count(Inbox.reply))) or 0,
        "cases": len(numbers),
        "numbers": numbers,
        "reminders": session.scalar(select(func.count()).where(Outbox.kind == "reminder")) or 0,
        "pushes": {status: count for status, count in session.execute(by_status)},  # noqa: C416 -- rows, not pairs
    }
