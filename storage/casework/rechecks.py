"""回头看: which cases may be drawn for a look on the spot, who still has to look, what was found."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session, aliased

from storage.cases.referrals import ANSWERABLE
from storage.cases.selections import IMPORTED, OPINION
from storage.engine.bulk import insert_ignoring, insert_rows
from storage.engine.database import new_id
from storage.engine.literals import equals
from storage.models import Case, CasePart, Recheck, RecheckDraw, Referral, State
from storage.people.scopes import Scope, visible

HELD, FAILED, UNCLEAR = "held", "failed", "unclear"
SOLVED = "A"
"""The class of result by which a department says that it is solved."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A closed case whose department said that it is solved, and that nobody has looked at since."""

    case_id: int
    number: str
    referral_id: int
    department: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the looks of a scope have come."""

    drawn: int = 0
    held: int = 0
    failed: int = 0
    unclear: int = 0

    @property
    def waiting(self) -> int:
        return self.drawn - self.held - self.failed - self.unclear

    @property
    def seen(self) -> int:
        """Those that were looked at with a result; what could not be told counts for neither side."""
        return self.held + self.failed


def candidates(session: Session, since: datetime, until: datetime, department: str = "") -> list[Candidate]:
    """Give what may be drawn of the cases that were closed in this time, in the order of their numbers."""
    later = aliased(Referral)
    after = select(later.id).where(
        later.case_id == Referral.case_id,
        later.lead.is_(True),
        later.state.in_(ANSWERABLE),
        later.round > Referral.round,
    )
    rows = (
        select(Case.id, Case.number, Referral.id, Referral.department)
        .join(Referral, Referral.case_id == Case.id)
        .where(
            Case.closed_at >= since,
            Case.closed_at < until,
            Case.state == State.CLOSED,
            Case.sealed.is_(False),
            Case.urgency != "suicide",
            Case.source.not_in((IMPORTED, OPINION)),
            Referral.lead.is_(True),
            Referral.state == "answered",
            Referral.result == SOLVED,
            ~after.exists(),
            ~select(Recheck.id).where(Recheck.referral_id == Referral.id).exists(),
        )
        .order_by(Case.number)
    )
    if department:
        rows = rows.where(Referral.department == department)
    return [Candidate(*row) for row in session.execute(rows)]


def keep(
    session: Session,
    chosen: Sequence[Candidate],
    *,
    pool: Mapping[str, Sequence[str]],
    seed: str,
    month: str | None,
    due: date,
    by: int,
    now: datetime,
) -> int | None:
    """Write a drawing down and give its id; None if this month's was drawn already."""
    draw: dict[str, Any] = {
        "id": new_id(),
        "month": month,
        "seed": seed,
        "drawn_at": now,
        "drawn_by": by,
        "pool": {department: list(numbers) for department, numbers in pool.items()},
        "sizes": _sizes(chosen),
    }
    if not insert_ignoring(session.connection(), RecheckDraw, [draw], key="id"):
        return None
    rows = [
        {
            "id": new_id(),
            "draw_id": draw["id"],
            "case_id": each.case_id,
            "referral_id": each.referral_id,
            "department": each.department,
            "due": due,
        }
        for each in chosen
    ]
    insert_rows(session.connection(), Recheck, rows)
    return int(draw["id"])


def _sizes(chosen: Iterable[Candidate]) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for each in chosen:
        sizes[each.department] = sizes.get(each.department, 0) + 1
    return sizes


def drawn_for(session: Session, month: str) -> RecheckDraw | None:
    return session.scalars(select(RecheckDraw).where(RecheckDraw.month == month)).one_or_none()


def last_draw(session: Session) -> RecheckDraw | None:
    rows = select(RecheckDraw).order_by(RecheckDraw.drawn_at.desc(), RecheckDraw.id.desc()).limit(1)
    return session.scalars(rows).one_or_none()


# -- looking ----------------------------------------------------------------------------------------------


def _waits() -> ColumnElement[bool]:
    return equals(Recheck.finding, "")


def waiting(session: Session, scope: Scope, *, limit: int, offset: int = 0) -> list[tuple[Recheck, Case]]:
    """Give what somebody in the scope still has to look at, the earliest day first."""
    rows = session.execute(
        select(Recheck, Case)
        .join(Case, Case.id == Recheck.case_id)
        .where(_waits(), visible(scope))
        .order_by(Recheck.due, Case.number)
        .limit(limit)
        .offset(offset)
    )
    return [(recheck, case) for recheck, case in rows]


def count_waiting(session: Session, scope: Scope) -> int:
    rows = select(func.count()).select_from(Recheck).join(Case, Case.id == Recheck.case_id)
    return session.scalar(rows.where(_waits(), visible(scope))) or 0


def drawn(session: Session, draw_id: int) -> list[tuple[Recheck, Case]]:
    """Give what one drawing drew."""
    rows = session.execute(
        select(Recheck, Case)
        .join(Case, Case.id == Recheck.case_id)
        .where(Recheck.draw_id == draw_id)
        .order_by(Case.number)
    )
    return [(recheck, case) for recheck, case in rows]


def find(session: Session, scope: Scope, recheck_id: int) -> tuple[Recheck, Case] | None:
    """Give a look and its case, as far as it is inside the scope now; locked, so that two findings take turns."""
    row = session.execute(
        select(Recheck, Case)
        .join(Case, Case.id == Recheck.case_id)
        .where(Recheck.id == recheck_id, visible(scope))
        .with_for_update(of=Recheck)
    ).one_or_none()
    return (row[0], row[1]) if row else None


def record(session: Session, recheck: Recheck, finding: str, *, by: int, now: datetime) -> bool:
    """Write a finding down, once; False if somebody has found something already."""
    mine = session.scalar(
        update(Recheck)
        .where(Recheck.id == recheck.id, _waits())
        .values(finding=finding, found_at=now, found_by=by)
        .returning(Recheck.id)
    )
    session.refresh(recheck)
    return mine is not None


def evidence(session: Session, recheck_id: int) -> int:
    """Count the pictures and positions that were sent of a look."""
    rows = select(func.count()).select_from(CasePart).where(CasePart.recheck_id == recheck_id)
    return session.scalar(rows) or 0


def answer_of(session: Session, recheck: Recheck) -> str:
    """Give what the department said when it called the case solved."""
    return session.scalar(select(Referral.answer).where(Referral.id == recheck.referral_id)) or ""


def standing(session: Session, scope: Scope, since: datetime) -> Standing:
    """Count what was drawn since then, and what was found."""
    rows = session.execute(
        select(Recheck.finding, func.count())
        .join(Case, Case.id == Recheck.case_id)
        .join(RecheckDraw, RecheckDraw.id == Recheck.draw_id)
        .where(RecheckDraw.drawn_at >= since, visible(scope))
        .group_by(Recheck.finding)
    )
    found = {finding: int(count) for finding, count in rows}
    return Standing(
        drawn=sum(found.values()),
        held=found.get(HELD, 0),
        failed=found.get(FAILED, 0),
        unclear=found.get(UNCLEAR, 0),
    )
