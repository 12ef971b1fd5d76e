"""Events owed to the account's other system: written with the message that brought them, sent by a worker."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from storage.engine.literals import equals
from storage.models import ForeignEvent

LEASE = timedelta(minutes=2)
"""How long a claimed event belongs to one worker; if it dies the event is sent again, with the same id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedEvent:
    """An event that this worker has claimed."""

    id: int
    body: str = field(repr=False)
    created_at: datetime
    attempts: int
    """Counts this attempt."""


def owe_event(session: Session, *, event_id: int, body: str, now: datetime) -> None:
    session.add(ForeignEvent(id=event_id, body=body, created_at=now, not_before=now))


def claim_events(session: Session, now: datetime, limit: int) -> list[OwedEvent]:
    """Take events that are due, oldest first."""
    due = (
        select(ForeignEvent)
        .where(equals(ForeignEvent.status, "pending"), ForeignEvent.not_before <= now)
        .order_by(ForeignEvent.not_before, ForeignEvent.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claimed = []
    for row in session.scalars(due):
        row.attempts += 1
        row.not_before = now + LEASE
        claimed.append(OwedEvent(id=row.id, body=row.body, created_at=row.created_at, attempts=row.attempts))
    return claimed


def hold_events(session: Session) -> None:
    """Keep back what a restored copy owes: it may have arrived after the copy was made."""
    session.execute(
        update(ForeignEvent).where(ForeignEvent.status == "pending").values(status="dead", error="restored")
    )


def note_arrived(session: Session, event_id: int) -> None:
    """Forget an event that the other system has taken: it is kept there now."""
    session.execute(delete(ForeignEvent).where(ForeignEvent.id == event_id))


def note_refused(session: Session, owed: OwedEvent, *, error: str, retry_at: datetime | None) -> None:
    """Note why an event was not taken; without another time it is given up and waits for the operator."""
    row = update(ForeignEvent).where(ForeignEvent.id == owed.id, ForeignEvent.attempts == owed.attempts)
    if retry_at is None:
        session.execute(row.values(status="dead", error=error))
    else:
        session.execute(row.values(not_before=retry_at, error=error))
