"""What the account answered before the bot: imported as a whole, read with the district."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.models import AccountReply


def replace_replies(session: Session, rows: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Put these in the place of what was imported before."""
    session.execute(delete(AccountReply))
    session.add_all(AccountReply(imported_at=now, **row) for row in rows)
    session.flush()


def load_replies(session: Session) -> list[AccountReply]:
    return list(session.scalars(select(AccountReply).order_by(AccountReply.kind, AccountReply.key)))
