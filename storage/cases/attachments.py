"""Pictures, voices and videos of cases that a worker still has to fetch."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.models import Case, CasePart, Inbox


@dataclass(frozen=True, slots=True)
class Unfetched:
    part_id: int
    channel: str
    media_id: str
    sent_at: datetime


def unfetched(session: Session, limit: int = 50) -> list[Unfetched]:
    """Give what is still to be fetched; what failed before comes after what was never tried."""
    rows = session.execute(
        select(CasePart.id, Inbox.channel, CasePart.media_id, CasePart.at)
        .join(Inbox, Inbox.id == CasePart.inbox_id)
        .where(CasePart.media_id != "", CasePart.stored_as == "", CasePart.fetch_error == "")
        .order_by(CasePart.fetch_attempts, CasePart.id)
        .limit(limit)
    )
    return [Unfetched(*row) for row in rows]


def case_of(session: Session, part_id: int) -> Case | None:
    """Give the case that a part belongs to, kept from changing meanwhile."""
    of_part = select(CasePart.case_id).where(CasePart.id == part_id).scalar_subquery()
    return session.scalars(select(Case).where(Case.id == of_part).with_for_update()).one_or_none()


def note_attempt(session: Session, part_id: int) -> None:
    again = update(CasePart).where(CasePart.id == part_id)
    session.execute(again.values(fetch_attempts=CasePart.fetch_attempts + 1))


def note_fetched(session: Session, *, part_id: int, **columns: Any) -> None:  # noqa: ANN401 -- columns of CasePart
    session.execute(update(CasePart).where(CasePart.id == part_id).values(**columns))
