"""What the bot believes of each account: whether it follows, what may still be written to it, and every push."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.cases import progress
from storage.keeping.archive import SHELVES, first_waiting
from storage.models import Acceptance, Account, Case, Inbox, Outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """One account as the record has it."""

    channel: str
    following: bool
    last_message_at: datetime | None
    window_used: int
    last_action_at: datetime | None
    action_used: int
    unreachable_code: str
    acceptances: Mapping[str, int] = field(default_factory=dict)
    """Subscription messages that may still be sent, by template; -1 for as many as one likes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BelievedPush:
    """One push as the record has it."""

    id: int
    addresses: frozenset[str]
    """The accounts of its recipient that it went to, or may go to."""
    kind: str
    channel: str
    rung: str
    status: str
    tried: bool
    """A call was made for it."""
    text: str
    values: tuple[str, ...]
    """What stands in the fields of its short form."""
    client_id: str
    provider_id: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Beliefs:
    """Everything that can be compared with the platform's own books."""

    accounts: Mapping[str, Belief] = field(default_factory=dict)
    """By the platform's id of the person."""
    pushes: Sequence[BelievedPush] = ()
    since: datetime | None = None
    """Pushes from before have been archived, and are not compared."""


def believed(session: Session) -> Beliefs:
    """Read what is believed of everybody."""
    acceptances: dict[int, dict[str, int]] = {}
    for each in session.scalars(select(Acceptance)):
        acceptances.setdefault(each.account_id, {})[each.template_id] = each.remaining
    accounts = list(session.scalars(select(Account)))
    return Beliefs(
        accounts={
            account.external_id: Belief(
                channel=account.channel,
                following=account.following,
                last_message_at=account.last_message_at,
                window_used=account.window_used,
                last_action_at=account.last_action_at,
                action_used=account.action_used,
                unreachable_code=account.unreachable_code,
                acceptances=acceptances.get(account.id, {}),
            )
            for account in accounts
        },
        pushes=_pushes(session, accounts),
        since=_kept_since(session),
    )


def _pushes(session: Session, accounts: Sequence[Account]) -> list[BelievedPush]:
    addresses: dict[tuple[int, str], set[str]] = {}
    for account in accounts:
        for channel in (account.channel, ""):
            addresses.setdefault((account.person_id, channel), set()).add(account.external_id)
    return [
        BelievedPush(
            id=row.id,
            addresses=frozenset(addresses.get((row.person_id, row.channel), ())),
            kind=row.kind,
            channel=row.channel,
            rung=row.rung,
            status=row.status,
            tried=row.first_attempt_at is not None,
            text=row.text,
            values=tuple(str(value) for value in row.fields.values()),
            client_id=row.client_msg_id,
            provider_id=row.provider_id,
            created_at=row.created_at,
        )
        for row in session.scalars(select(Outbox).order_by(Outbox.id))
    ]


def _kept_since(session: Session) -> datetime | None:
    """Give the time from which no push has left for an archive; None while none ever has."""
    connection = session.connection()
    shelf = next(each for each in SHELVES if each.model is Outbox)
    if not progress.peek(connection, shelf.mark):
        return None
    return first_waiting(connection, shelf) or datetime.max.replace(tzinfo=UTC)


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
