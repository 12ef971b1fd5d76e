"""Links to files: whose they are, whether they are over, and how often each was used."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from storage.engine.bulk import insert_ignoring
from storage.models import Account, FileLink


class Use(StrEnum):
    """What a link was used for."""

    OPENED = "opened"
    HANDED_IN = "handed_in"


def holder(session: Session, account_id: int, made_at: datetime) -> int | None:
    """Give who holds the account that a link was sent to; None if the account changed hands since."""
    account = session.get(Account, account_id)
    if account is None or (account.links_after is not None and made_at <= account.links_after):
        return None
    return account.person_id


def count_use(
    session: Session, use: Use, most: int, *, key: str, document_id: int, account_id: int, until: datetime
) -> bool:
    """Count one more use of a link; False if it was used as often as it may be."""
    row = {"key": key, "document_id": document_id, "account_id": account_id, "until": until}
    insert_ignoring(session.connection(), FileLink, [{**row, "opened": 0, "handed_in": 0}], key="key")
    column = getattr(FileLink, use)
    counted = (
        update(FileLink)
        .where(FileLink.key == key, column < most)
        .values({column: column + 1})
        .returning(FileLink.key)
    )
    return session.scalar(counted) is not None


def forget_over(session: Session, now: datetime) -> int:
    """Forget the counts of links that are over."""
    gone = delete(FileLink).where(FileLink.until <= now).returning(FileLink.key)
    return len(session.scalars(gone).all())
