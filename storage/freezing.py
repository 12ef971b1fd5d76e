"""Senders whose messages wait until a person has looked (冻结): nothing of theirs is lost or hidden from staff."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, and_, func, select, update
from sqlalchemy.orm import Session

from storage.inbox import FROZEN, HELD
from storage.literals import equals
from storage.models import Account, Inbox, Person


@dataclass(frozen=True, slots=True)
class Frozen:
    """One sender, why, and how much waits."""

    account_id: int
    person_id: int
    since: datetime
    why: str
    count: int


def note(connection: Connection, account_id: int, strikes: int, froze: str, now: datetime) -> None:
    """Keep how often somebody wrote what is no message to an office, and that this was enough (`froze` says why)."""
    changes: dict[str, object] = {"strikes": strikes, "struck_at": now}
    if froze:
        changes |= {"frozen_at": now, "frozen_why": froze}
    connection.execute(update(Account).where(Account.id == account_id).values(**changes))


def count(session: Session, stations: Collection[str] | None) -> int:
    """Count the senders of these stations who wait; None stands for all."""
    return len(frozen(session, stations))


def frozen(session: Session, stations: Collection[str] | None) -> list[Frozen]:
    """Give who waits, the longest first."""
    waiting = and_(
        Inbox.channel == Account.channel, Inbox.sender == Account.external_id, equals(Inbox.status, FROZEN)
    )
    rows = (
        select(Account.id, Account.person_id, Account.frozen_at, Account.frozen_why, func.count(Inbox.id))
        .join(Person, Person.id == Account.person_id)
        .outerjoin(Inbox, waiting)
        .where(Account.frozen_at.is_not(None))
        .group_by(Account.id, Account.person_id, Account.frozen_at, Account.frozen_why)
        .order_by(Account.frozen_at, Account.id)
    )
    if stations is not None:
        rows = rows.where(Person.station.in_(sorted(stations)))
    return [
        Frozen(account_id, person_id, since, why, waits)
        for account_id, person_id, since, why, waits in session.execute(rows)
        if since is not None
    ]


def messages(session: Session, account_id: int) -> list[Inbox]:
    """Give what waits of a sender, the latest first."""
    return list(session.scalars(_of(account_id).order_by(Inbox.received_at.desc(), Inbox.id.desc())))


def release(session: Session, account_id: int) -> int:
    """Let a sender write again; what waited is handled in its order. Give how many messages that were."""
    waiting = list(session.scalars(_of(account_id).with_for_update(of=Inbox)))
    for row in waiting:
        row.status = row.reason = HELD
    session.execute(
        update(Account)
        .where(Account.id == account_id)
        .values(frozen_at=None, frozen_why="", strikes=0, struck_at=None)
    )
    return len(waiting)


def _of(account_id: int) -> Select[Inbox]:
    return (
        select(Inbox)
        .join(Account, and_(Account.channel == Inbox.channel, Account.external_id == Inbox.sender))
        .where(Account.id == account_id, equals(Inbox.status, FROZEN))
    )
