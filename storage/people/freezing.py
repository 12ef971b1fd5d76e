"""Senders whose messages wait until a person has looked (冻结): nothing of theirs is lost or hidden from staff."""

import hashlib
import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from storage.engine.database import Instant, new_id
from storage.engine.literals import equals
from storage.engine.prepared import Prepared
from storage.models import Account, Inbox, KeptFreeze, Person
from storage.models.messages import FROZEN, HELD

KEPT = timedelta(days=365)
"""So long it is known of somebody forgotten that they were frozen; who writes again waits for a person as before."""
STRIKES_KEPT = timedelta(days=1)
"""So long their advertisements and abuse are counted on; nobody's are for longer."""


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


def waiting(session: Session, account_ids: Collection[int]) -> list[int]:
    """Give the ids of what waits of these senders."""
    rows = (
        select(Inbox.id)
        .join(Account, and_(Account.channel == Inbox.channel, Account.external_id == Inbox.sender))
        .where(Account.id.in_(account_ids), equals(Inbox.status, FROZEN))
    )
    return list(session.scalars(rows))


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


# -- who asked to be forgotten ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known again of a sender who was forgotten."""

    channel: str
    external_id: str
    strikes: int
    struck_at: datetime | None
    frozen_at: datetime | None
    frozen_why: str


_KEPT = Prepared(
    select(
        KeptFreeze.id,
        KeptFreeze.salt,
        KeptFreeze.key,
        KeptFreeze.strikes,
        KeptFreeze.struck_at,
        KeptFreeze.frozen_at,
        KeptFreeze.frozen_why,
    ).where(KeptFreeze.until > bindparam("now", type_=Instant))
)


def keep(session: Session, account: Account, now: datetime) -> None:
    """Before an account is forgotten: keep that it is frozen, or what was counted, so that forgetting lifts no freeze."""
    if not (account.frozen_at or account.strikes):
        return
    salt = secrets.token_hex(16)
    session.add(
        KeptFreeze(
            id=new_id(),
            salt=salt,
            key=_key(salt, account.channel, account.external_id),
            strikes=account.strikes,
            struck_at=account.struck_at,
            frozen_at=account.frozen_at,
            frozen_why=account.frozen_why,
            until=now + (KEPT if account.frozen_at else STRIKES_KEPT),
        )
    )


def take_kept(connection: Connection, addresses: Sequence[tuple[str, str]], now: datetime) -> list[Kept]:
    """Give what was kept of these accounts, which nobody knew a moment ago; from now on it stands with them."""
    found = list(_known_again(_KEPT.rows(connection, now=now), addresses))
    if found:
        connection.execute(delete(KeptFreeze).where(KeptFreeze.id.in_([row_id for row_id, _ in found])))
    return [kept for _, kept in found]


def _known_again(
    rows: Sequence[Sequence[Any]], addresses: Sequence[tuple[str, str]]
) -> Iterator[tuple[int, Kept]]:
    """Try every salt; there are as many rows as frozen senders were forgotten in a year, which is few."""
    for row_id, salt, key, *what in rows:
        for channel, external_id in addresses:
            if _key(salt, channel, external_id) == key:
                yield row_id, Kept(channel, external_id, *what)


def put_back(connection: Connection, account_id: int, kept: Kept) -> None:
    connection.execute(
        update(Account)
        .where(Account.id == account_id)
        .values(
            strikes=kept.strikes,
            struck_at=kept.struck_at,
            frozen_at=kept.frozen_at,
            frozen_why=kept.frozen_why,
        )
    )


def forget_kept(session: Session, now: datetime) -> int:
    """Forget what has been kept long enough."""
    gone = delete(KeptFreeze).where(KeptFreeze.until <= now).returning(KeptFreeze.id)
    return len(session.scalars(gone).all())


def _key(salt: str, channel: str, external_id: str) -> str:
    return hashlib.sha256(f"{salt}/{channel}/{external_id}".encode()).hexdigest()
