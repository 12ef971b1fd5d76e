"""Days that were promised to voters and are past: by which somebody writes, by which a department answers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, String, case, cast, func, or_, select
from sqlalchemy.orm import Session

from storage.cases.referrals import reviewed_where
from storage.engine.literals import among, equals
from storage.models import OPEN_STATES, Case, CaseStep, State

ANEW = "promised anew"
"""The step by which a voter was given another day; its note begins with the day that was not kept."""
_LOOKED_AT = (State.REGISTERED, State.ASSIGNED)
_WITH_DEPARTMENT = (State.REFERRED, State.ACCEPTED)
_ISO = 10


@dataclass(frozen=True, slots=True)
class Passed:
    """A case whose promised day is past without a word to its voter."""

    case: Case
    day: date


def passed(session: Session, today: date, oldest: date, *, limit: int) -> list[Passed]:
    """Give the promises that are past and of which the voter has not heard, the oldest first, and lock their cases.

    What is sealed or grave has its own ways, and a clock that stands still promises nothing.
    """
    promised = case((Case.state.in_(_LOOKED_AT), Case.look_by), else_=Case.answer_by)
    waits = or_(Case.state.in_([*_LOOKED_AT, *_WITH_DEPARTMENT]), reviewed_where())
    rows = session.execute(
        select(Case, promised)
        .where(
            among(Case.state, OPEN_STATES),
            waits,
            promised < today,
            promised >= oldest,
            Case.sealed.is_(False),
            equals(Case.urgency, ""),
            Case.paused_at.is_(None),
            Case.voter_id.is_not(None),
            ~_told(cast(promised, String)),
        )
        .order_by(promised, Case.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=Case)
    ).all()
    # Who waited for the lock of another process sees only now what that one has told.
    known = _told_of(session, [found.id for found, _ in rows])
    return [Passed(found, day) for found, day in rows if (found.id, day.isoformat()) not in known]


def told_last(session: Session, case_id: int, day: date) -> str:
    """Give the other day that a voter was told when this one was not kept, or nothing."""
    note = session.scalar(
        select(CaseStep.note)
        .where(
            CaseStep.case_id == case_id,
            CaseStep.action == ANEW,
            func.substr(CaseStep.note, 1, _ISO) == day.isoformat(),
        )
        .limit(1)
    )
    return (note or "")[_ISO + 1 :]


def note_of(day: date, anew: str) -> str:
    """Write down the day that was not kept, and the other one in words."""
    return f"{day.isoformat()} {anew}"


def anew_in(note: str) -> str:
    """Give the other day in words."""
    return note[_ISO + 1 :]


def _told(day: ColumnElement[str]) -> ColumnElement[bool]:
    return (
        select(CaseStep.id)
        .where(
            CaseStep.case_id == Case.id,
            equals(CaseStep.action, ANEW),
            func.substr(CaseStep.note, 1, _ISO) == day,
        )
        .exists()
    )


def _told_of(session: Session, case_ids: Collection[int]) -> set[tuple[int, str]]:
    rows = session.execute(
        select(CaseStep.case_id, CaseStep.note).where(
            CaseStep.case_id.in_(case_ids), equals(CaseStep.action, ANEW)
        )
    )
    return {(case_id, note[:_ISO]) for case_id, note in rows}
