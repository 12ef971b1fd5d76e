"""The access token of an account: one row for all processes; one of them refreshes it at a time."""

from datetime import datetime, timedelta

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from storage.bulk import insert_ignoring
from storage.models import Token

LEASE = timedelta(seconds=15)
"""Longer than the slowest token call."""


def read_token(session: Session, account: str) -> tuple[str, datetime] | None:
    row = session.get(Token, account)
    return (row.value, row.expires_at) if row and row.value and row.expires_at else None


def lease_token(session: Session, account: str, now: datetime) -> bool:
    """Become the one who refreshes; False while another is."""
    insert_ignoring(session.connection(), Token, [{"account": account, "value": ""}], returning=Token.account)
    leased = session.execute(
        update(Token)
        .where(Token.account == account, or_(Token.refreshing_until.is_(None), Token.refreshing_until <= now))
        .values(refreshing_until=now + LEASE)
        .returning(Token.account)
    )
    return leased.first() is not None


def write_token(session: Session, account: str, value: str, expires_at: datetime) -> None:
    """Share a fresh token and end the lease."""
    session.execute(
        update(Token)
        .where(Token.account == account)
        .values(value=value, expires_at=expires_at, refreshing_until=None)
    )
