"""Files that people asked for: written down with the wish, claimed under a lease, made once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from storage.engine.database import new_id, shared_time
from storage.models import Document
from storage.people.scopes import Scope

LEASE = timedelta(minutes=3)
"""How long one worker may take to make a file before another one tries."""
MOST_ATTEMPTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A file that this worker is to make."""

    id: int
    kind: str
    params: Mapping[str, Any]
    asked_by: int
    asked_at: datetime
    scope: Scope
    stored_as: str
    """Of what somebody handed in; empty for a file that is still to be made."""
    attempts: int
    """Counts this attempt; a result counts only if nobody has claimed the file since."""


def scope_data(scope: Scope) -> dict[str, Any]:
    """Give a scope as it is kept; cases about insiders never leave the bot in a file."""
    return {
        "district": scope.district,
        "streets": sorted(scope.streets),
        "stations": sorted(scope.stations),
    }


def scope_from(data: Mapping[str, Any]) -> Scope:
    return Scope(
        district=data["district"], streets=frozenset(data["streets"]), stations=frozenset(data["stations"])
    )


def want(
    session: Session,
    kind: str,
    *,
    by: int,
    scope: Scope,
    now: datetime,
    params: Mapping[str, Any] | None = None,
    stored_as: str = "",
) -> int:
    """Write down that somebody wants a file; a worker makes it. Give its id."""
    row = Document(
        id=new_id(),
        kind=kind,
        params=dict(params or {}),
        asked_by=by,
        asked_at=now,
        scope=scope_data(scope),
        state="wanted",
        stored_as=stored_as,
    )
    session.add(row)
    session.flush()
    return row.id


def claim(session: Session, now: datetime, *, handed_in: bool = False) -> Wanted | None:
    """Take the oldest file that is to be made, or one that was handed in and is to be read.

    One whose worker has not been heard of for too long is taken anew.
    """
    at = shared_time(session.connection(), now)
    row = session.scalars(
        select(Document)
        .where(
            Document.state.in_(["wanted", "making"]),
            Document.stored_as != "" if handed_in else Document.stored_as == "",
            or_(Document.state == "wanted", and_(Document.state == "making", Document.lease_until < at)),
        )
        .order_by(Document.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if row is None:
        return None
    row.state, row.lease_until = "making", at + LEASE
    row.attempts += 1
    return Wanted(
        id=row.id,
        kind=row.kind,
        params=row.params,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        scope=scope_from(row.scope),
        stored_as=row.stored_as,
        attempts=row.attempts,
    )


def record(session: Session, wanted: Wanted, state: str, **columns: Any) -> bool:  # noqa: ANN401 -- columns
    """Write down what became of a claimed file; False if another worker has claimed it since."""
    mine = (
        update(Document)
        .where(Document.id == wanted.id, Document.state == "making", Document.attempts == wanted.attempts)
        .values(state=state, lease_until=None, **columns)
        .returning(Document.id)
    )
    return session.scalar(mine) is not None


def find(session: Session, document_id: int) -> Document | None:
    return session.get(Document, document_id)


def last_made(session: Session, person_id: int, kind: str) -> Document | None:
    """Give the newest made file of a kind that a person asked for."""
    return session.scalars(
        select(Document)
        .where(Document.asked_by == person_id, Document.kind == kind, Document.state == "made")
        .order_by(Document.id.desc())
        .limit(1)
    ).one_or_none()
