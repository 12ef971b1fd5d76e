"""Reports on their way: begun, checked by departments, objected to, decided, issued once."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from storage.engine.database import new_id
from storage.figures.documents import scope_data
from storage.models import Case, FigureCheck, Objection, Referral, Report
from storage.people.scopes import Scope

CHECKING, ISSUED, DROPPED = "checking", "issued", "dropped"
EXCUSED, KEPT = "excused", "kept"


def begin(
    session: Session,
    issuer: str,
    *,
    span: tuple[str, date, date, str],
    scope: Scope,
    check_until: date,
    told: Mapping[str, str],
    by: int,
    now: datetime,
) -> Report:
    """Begin to check a report; `span` is kind, first day, day after the last and label, `told` the words by department.

    What the issuer was checking before is dropped.
    """
    session.execute(
        update(Report).where(Report.issuer == issuer, Report.state == CHECKING).values(state=DROPPED)
    )
    kind, since, until, label = span
    report = Report(
        id=new_id(),
        issuer=issuer,
        kind=kind,
        since=since,
        until=until,
        label=label,
        scope=scope_data(scope),
        state=CHECKING,
        check_until=check_until,
        begun_by=by,
        begun_at=now,
    )
    session.add(report)
    session.flush()
    session.add_all(
        FigureCheck(id=new_id(), report_id=report.id, department=key, state="asked", text=words)
        for key, words in told.items()
    )
    session.flush()
    return report


def in_check(session: Session, issuer: str) -> Report | None:
    """Give the report that an issuer's departments are checking now."""
    return session.scalars(
        select(Report).where(Report.issuer == issuer, Report.state == CHECKING)
    ).one_or_none()


def find_issued(session: Session, issuer: str, kind: str, since: date) -> Report | None:
    return session.scalars(
        select(Report).where(
            Report.issuer == issuer, Report.kind == kind, Report.since == since, Report.state == ISSUED
        )
    ).one_or_none()


def checks_of(session: Session, report_id: int) -> Sequence[FigureCheck]:
    return session.scalars(
        select(FigureCheck).where(FigureCheck.report_id == report_id).order_by(FigureCheck.department)
    ).all()


def check_of(
    session: Session, departments: Collection[str], check_id: int | None = None
) -> FigureCheck | None:
    """Give the newest check that these departments may still answer."""
    found = (
        select(FigureCheck)
        .join(Report, Report.id == FigureCheck.report_id)
        .where(FigureCheck.department.in_(sorted(departments)), Report.state == CHECKING)
    )
    if check_id is not None:
        found = found.where(FigureCheck.id == check_id)
    return session.scalars(found.order_by(FigureCheck.id.desc()).limit(1)).one_or_none()


def answer(session: Session, check: FigureCheck, state: str, *, by: int, now: datetime) -> bool:
    """Note what a department says; tell whether nobody is left who has not answered."""
    check.state, check.answered_by, check.answered_at = state, by, now
    session.flush()
    asked = select(func.count()).where(FigureCheck.report_id == check.report_id, FigureCheck.state == "asked")
    return not session.scalar(asked)


def object_to(
    session: Session, check: FigureCheck, case_id: int, reason: str, *, by: int, now: datetime
) -> None:
    """Note a case that a department doubts; a second word about the same case replaces the first."""
    row = session.scalars(
        select(Objection).where(Objection.check_id == check.id, Objection.case_id == case_id)
    ).one_or_none()
    if row is None:
        row = Objection(id=new_id(), check_id=check.id, case_id=case_id, said_by=by, said_at=now)
        session.add(row)
    row.reason, row.said_by, row.said_at, row.decision = reason, by, now, ""
    session.flush()


def objections_of(session: Session, report_id: int) -> Sequence[tuple[Objection, FigureCheck, Case]]:
    """Give all that departments doubt, the undecided first."""
    rows = session.execute(
        select(Objection, FigureCheck, Case)
        .join(FigureCheck, FigureCheck.id == Objection.check_id)
        .join(Case, Case.id == Objection.case_id)
        .where(FigureCheck.report_id == report_id)
        .order_by(Objection.decision != "", Objection.id)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def decide(session: Session, objection: Objection, decision: str, *, by: int, now: datetime) -> None:
    objection.decision, objection.decided_by, objection.decided_at = decision, by, now
    session.flush()


def late_rounds(session: Session, case_id: int, department: str, today: date) -> Sequence[Referral]:
    """Give the rounds that a department answered, whose day is past."""
    return session.scalars(
        select(Referral).where(
            Referral.case_id == case_id,
            Referral.department == department,
            Referral.lead.is_(True),
            Referral.state == "answered",
            Referral.due < today,
        )
    ).all()


def issue(session: Session, report_id: int, facts: Mapping[str, Any], *, by: int, now: datetime) -> bool:
    """Freeze a report; False if somebody else was quicker."""
    issued = session.scalar(
        update(Report)
        .where(Report.id == report_id, Report.state == CHECKING)
        .values(state=ISSUED, facts=dict(facts), issued_by=by, issued_at=now)
        .returning(Report.id)
    )
    session.expire_all()
    return issued is not None


def drop(session: Session, report_id: int) -> None:
    session.execute(
        update(Report).where(Report.id == report_id, Report.state == CHECKING).values(state=DROPPED)
    )
