"""Jobs that go once over what is already there: in pieces, from where they stood, each piece in its own transaction."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from storage.engine.bulk import insert_ignoring
from storage.models import Case, Sweep, SweepFinding
from storage.people.scopes import Scope, visible

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Piece:
    """What one piece did: up to which id, how many rows it looked at, and whether it was the last."""

    position: int
    seen: int
    over: bool


Work = Callable[[Session, int, datetime], Piece]
"""Does the next piece after an id."""


def run_piece(session: Session, name: str, work: Work, now: datetime) -> Piece | None:
    """Do the next piece of a sweep; None where it is done, or another process has it in hand."""
    row = {"name": name, "position": 0, "seen": 0, "started_at": now}
    if session.get(Sweep, name) is None:
        insert_ignoring(session.connection(), Sweep, [row], key="name")
    held = session.scalars(
        select(Sweep).where(Sweep.name == name).with_for_update(skip_locked=True)
    ).one_or_none()
    if held is None or held.done_at is not None:
        return None
    piece = work(session, held.position, now)
    held.position, held.seen = piece.position, held.seen + piece.seen
    held.done_at = now if piece.over else None
    return piece


def is_done(session: Session, name: str) -> bool:
    return session.scalar(select(Sweep.done_at).where(Sweep.name == name)) is not None


def found(
    session: Session, sweep: str, what: str, *, now: datetime, case_id: int | None = None, detail: str = ""
) -> None:
    """Write down something that a person should look at."""
    session.add(SweepFinding(sweep=sweep, what=what, case_id=case_id, detail=detail[:200], found_at=now))


def unseen(session: Session, scope: Scope) -> list[SweepFinding]:
    """Give what a person should look at, as far as they may see the case; what nobody is to look at stands nowhere."""
    rows = (
        select(SweepFinding)
        .join(Case, Case.id == SweepFinding.case_id, isouter=True)
        .where(SweepFinding.seen_at.is_(None), or_(SweepFinding.case_id.is_(None), visible(scope)))
        .order_by(SweepFinding.id)
    )
    return list(session.scalars(rows))


def has_unseen(session: Session) -> bool:
    """Tell whether anything is left to look at, without asking for whom."""
    return session.scalar(select(SweepFinding.id).where(SweepFinding.seen_at.is_(None)).limit(1)) is not None


def see(session: Session, ids: Collection[int], now: datetime) -> None:
    """Take these off the list."""
    listed = sorted(ids)
    for start in range(0, len(listed), _AT_ONCE):
        part = SweepFinding.id.in_(listed[start : start + _AT_ONCE])
        session.execute(update(SweepFinding).where(part).values(seen_at=now))


def findings(session: Session, sweep: str) -> list[SweepFinding]:
    rows = select(SweepFinding).where(SweepFinding.sweep == sweep).order_by(SweepFinding.id)
    return list(session.scalars(rows))
