"""The access token of an account: one row for all processes; one of them refreshes it at a time.

Leases and turns count by the database's clock: the machines' own may differ.
"""

from datetime import datetime, timedelta

from sqlalchemy import or_, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from storage.engine.bulk import insert_ignoring
from storage.engine.database import shared_time
from storage.models import Token

LEASE = timedelta(seconds=15)
"""Longer than the slowest token call."""


def read_token(session: Session, account: str) -> tuple[str, datetime] | None:
    row = session.get(Token, account)
    return (row.value, row.expires_at) if row and row.value and row.expires_at else None


def lease_token(session: Session, account: str, now: datetime) -> bool:
    """Become the one who refreshes; False while another is."""
    insert_ignoring(session.connection(), Token, [{"account": account, "value": ""}], key="account")
    now = shared_time(session.connection(), now)
    leased = session.execute(
        update(Token)
        .where(Token.account == account, or_(Token.refreshing_until.is_(None), Token.refreshing_until <= now))
        .values(refreshing_until=now + LEASE)
        .returning(Token.account)
    )
    return leased.first() is not None


def release_token(session: Session, account: str) -> None:
    """End a lease without a new token."""
    session.execute(update(Token).where(Token.account == account).values(refreshing_until=None))


def take_turn(
    session: Session,
    account: str,
    last: InstrumentedAttribute[datetime | None],
    *,
    gap: timedelta,
    now: datetime,
) -> bool:
    """Note in `last` that it is done now; False if any process did it less than `gap` ago."""
    now = shared_time(session.connection(), now)
    taken = session.execute(
        update(Token)
        .where(Token.account == account, or_(last.is_(None), last <= now - gap))
        .values({last: now})
        .returning(Token.account)
    )
    return taken.first() is not None


def write_token(session: Session, account: str, value: str, expires_at: datetime) -> None:
    """Share a fresh token and end the lease."""
    session.execute(
        update(Token)
        .where(Token.account == account)
        .values(value=value, expires_at=expires_at, refreshing_until=None)
    )
