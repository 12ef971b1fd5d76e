"""Pushes that a person caused and that did not arrive: taken once, to tell whoever caused them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.engine.literals import equals
from storage.models import Case, Outbox, Person

ENDED_ON_PURPOSE = ("sealed", "taken")
"""Why a push ends that is not to arrive any more."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A push that did not arrive, and whose act it was."""

    id: int
    owed_by: int
    kind: str
    error: str
    name: str
    """Of the recipient, if they stand on the roster; what a voter is called is told to nobody."""
    case_id: int | None
    number: str
    sealed: bool


def said_already(session: Session, person_id: int, closed: Collection[int]) -> None:
    """Leave out, of what a person caused, the pushes of which they have just heard that no way leads there."""
    if not closed:
        return
    session.execute(
        update(Outbox)
        .where(
            Outbox.person_id.in_(sorted(closed)),
            equals(Outbox.status, "pending"),
            Outbox.owed_by == person_id,
        )
        .values(owed_by=None)
    )


def take(session: Session, now: datetime, *, limit: int) -> Sequence[Lost]:
    """Take what was lost and not told yet, the oldest first; nobody else gets the same ones."""
    waiting = (
        select(Outbox.id)
        .where(equals(Outbox.status, "dead"), Outbox.owed_by.is_not(None), Outbox.loss_told_at.is_(None))
        .order_by(Outbox.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = session.scalars(waiting).all()
    # Read again in the writing: who waited for the locks of another process finds these told already.
    taken = session.scalars(
        update(Outbox)
        .where(Outbox.id.in_(ids), Outbox.loss_told_at.is_(None))
        .values(loss_told_at=now)
        .returning(Outbox.id)
    ).all()
    rows = session.execute(
        select(
            Outbox.id,
            Outbox.owed_by,
            Outbox.kind,
            Outbox.error,
            Person.name,
            Person.roster_key,
            Outbox.case_id,
            Case.number,
            Case.sealed,
        )
        .join(Person, Person.id == Outbox.person_id)
        .outerjoin(Case, Case.id == Outbox.case_id)
        .where(Outbox.id.in_(taken), Outbox.error.not_in(ENDED_ON_PURPOSE))
        .order_by(Outbox.id)
    )
    return [
        Lost(
            id=row.id,
            owed_by=row.owed_by,
            kind=row.kind,
            error=row.error,
            name=row.name if row.roster_key else "",
            case_id=row.case_id,
            number=row.number or "",
            sealed=bool(row.sealed),
        )
        for row in rows
    ]
