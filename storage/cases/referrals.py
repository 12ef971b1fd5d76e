"""Cases in the hands of departments: who has what, in which round, until when."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from storage.engine.database import new_id
from storage.engine.literals import among
from storage.models import OPEN_STATES, Case, CaseStep, Referral, RoleGrant, State
from storage.people.scopes import Grant

DEPARTMENT = "department"
REFUSED = "refused"
WAITING = ("sent", "accepted")
OWING = (*WAITING, REFUSED)
"""States in which a department has not answered yet."""
ANSWERABLE = (*WAITING, "answered")
"""States of a referral by which a department is measured."""
LIVE = (*ANSWERABLE, REFUSED)
ASKED, AGREED, DECLINED, SHOWN = "asked", "agreed", "declined", "shown"
"""Where the release of a flat's number stands."""
"""States in which a department still answers for a case; who gives it back does, until somebody decides."""
_HELD = (State.REFERRED, State.ACCEPTED)
"""States of a case that lies with a department."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a case is handed over with."""

    lead: str
    """Key of the department that answers for it."""
    assisting: tuple[str, ...] = ()
    days: int
    due: date
    receipt_due: date


def departments_of(grants: Iterable[Grant]) -> frozenset[str]:
    """Give the departments for which a person speaks."""
    return frozenset(grant.area for grant in grants if grant.role == DEPARTMENT and grant.area)


def referred_to(departments: Collection[str]) -> ColumnElement[bool]:
    """Give the condition under which a department may see a case: it was referred to it, and not taken away again."""
    mine = select(Referral.case_id).where(
        Referral.department.in_(sorted(departments)),
        or_(Referral.state.in_(ANSWERABLE), undecided()),
    )
    return Case.sealed.is_(False) & Case.id.in_(mine)


def _newest() -> ColumnElement[bool]:
    later = aliased(Referral)
    return ~exists().where(later.case_id == Referral.case_id, later.round > Referral.round)


def undecided() -> ColumnElement[bool]:
    """Given back by the department that answers for it, and nobody has decided yet who takes it instead."""
    held = select(Case.id).where(Case.state.in_(_HELD))
    refused = and_(Referral.state == REFUSED, Referral.lead.is_(True))
    return and_(refused, Referral.case_id.in_(held), _newest())


def refused_where() -> ColumnElement[bool]:
    """Give the condition of cases that a department gave back and for which somebody must decide."""
    return among(Case.state, OPEN_STATES) & Case.state.in_(_HELD) & _newest_is(REFUSED)


def extension_where() -> ColumnElement[bool]:
    """Give the condition of cases for which a department asked for more days and nobody has decided yet."""
    denied = exists().where(
        CaseStep.case_id == Case.id,
        CaseStep.action == "extension refused",
        CaseStep.at >= Referral.extension_asked_at,
    )
    asked = select(Referral.id).where(
        Referral.case_id == Case.id,
        Referral.lead.is_(True),
        Referral.state.in_(WAITING),
        Referral.extension_asked_at.is_not(None),
        Referral.extended_days == 0,
        ~denied,
    )
    return among(Case.state, OPEN_STATES) & Case.state.in_(_HELD) & asked.exists()


def reviewed_where() -> ColumnElement[bool]:
    """Give the condition of cases whose answer from a department nobody has reviewed yet."""
    return among(Case.state, OPEN_STATES) & (Case.state == State.ANSWERED) & _newest_is("answered")


def _newest_is(state: str) -> ColumnElement[bool]:
    """The department that has the case last is in this state; asked of each case, as few are open."""
    newest = select(Referral.id).where(
        Referral.case_id == Case.id, Referral.lead.is_(True), Referral.state == state, _newest()
    )
    return newest.exists()


def awaits_review(case: Case, referral: Referral | None) -> bool:
    """Tell whether the answer of this department still has to be reviewed."""
    return referral is not None and referral.state == "answered" and case.state == State.ANSWERED


def given_back(case: Case, referral: Referral) -> bool:
    """Tell whether a department gave the case back and nobody has decided yet."""
    return referral.state == REFUSED and case.state in _HELD


def is_held(case: Case) -> bool:
    """Tell whether a case lies with a department."""
    return case.state in _HELD


def find(session: Session, departments: Collection[str], case_id: int) -> Case | None:
    """Give a case by id if it lies with one of these departments."""
    return session.scalars(select(Case).where(Case.id == case_id, referred_to(departments))).one_or_none()


def find_number(session: Session, departments: Collection[str], number: str) -> Case | None:
    """Find a case of these departments by its number or the end of it (`42`), the newest first."""
    ending = number if "-" in number else f"%-{int(number):04d}"
    return session.scalars(
        select(Case)
        .where(Case.number.like(ending), referred_to(departments))
        .order_by(Case.number.desc())
        .limit(1)
    ).one_or_none()


def waits() -> ColumnElement[bool]:
    """Give the condition of rows by which a department must still answer while the case lies with it."""
    return or_(Referral.state.in_(WAITING), undecided())


def _waits() -> tuple[ColumnElement[bool], ...]:
    """Give the conditions under which a department must still answer, for the case or its part of it."""
    return (waits(), Case.sealed.is_(False), Case.state.in_(_HELD))


def waiting(session: Session, departments: Collection[str], *, limit: int) -> list[tuple[Case, Referral]]:
    """Give what these departments must still answer, the earliest day first."""
    rows = session.execute(
        select(Case, Referral)
        .join(Referral, Referral.case_id == Case.id)
        .where(Referral.department.in_(sorted(departments)), *_waits())
        .order_by(Referral.due, Case.number)
        .limit(limit)
    )
    return [(case, referral) for case, referral in rows]


def count_waiting(session: Session, departments: Collection[str]) -> int:
    return (
        session.scalar(
            select(func.count())
            .select_from(Referral)
            .join(Case, Referral.case_id == Case.id)
            .where(Referral.department.in_(sorted(departments)), *_waits())
        )
        or 0
    )


def latest_round(session: Session, case_id: int) -> list[Referral]:
    """Give the departments of the latest round, the one that answers first."""
    rows = session.scalars(
        select(Referral)
        .where(Referral.case_id == case_id)
        .order_by(Referral.round.desc(), Referral.lead.desc(), Referral.id)
    ).all()
    return [row for row in rows if row.round == rows[0].round]


def last_answered(session: Session, case_id: int) -> Referral | None:
    """Give the answer that a department gave last, with the class it put it in."""
    return session.scalars(
        select(Referral)
        .where(
            Referral.case_id == case_id,
            Referral.lead.is_(True),
            Referral.state == "answered",
            Referral.result != "",
        )
        .order_by(Referral.round.desc())
        .limit(1)
    ).one_or_none()


def leading(session: Session, case_id: int) -> Referral | None:
    """Give the row of the department that answers for a case now."""
    return next(
        (row for row in latest_round(session, case_id) if row.lead and row.state in LIVE),
        None,
    )


def row_of(session: Session, case_id: int, departments: Collection[str]) -> Referral | None:
    """Give the row by which one of these departments works on a case now: as the lead, else as one that assists."""
    rows = latest_round(session, case_id)
    return next((row for row in rows if row.state in LIVE and row.department in departments), None)


def assisting(session: Session, case_id: int) -> list[Referral]:
    """Give the departments that assist with a case now."""
    rows = latest_round(session, case_id)
    return [row for row in rows if not row.lead and row.state in ANSWERABLE]


def join(
    session: Session, lead: Referral, departments: Collection[str], *, by: int, now: datetime
) -> list[Referral]:
    """Let further departments assist in the round that runs; give the rows of those that did not yet."""
    before = {row.department: row for row in latest_round(session, lead.case_id)}
    joined = []
    for department in departments:
        row = before.get(department)
        if row is not None and row.state in ANSWERABLE:
            continue
        if row is None:
            row = Referral(
                id=new_id(), case_id=lead.case_id, round=lead.round, department=department, lead=False
            )
            session.add(row)
        row.state, row.days, row.due, row.receipt_due = "sent", lead.days, lead.due, lead.receipt_due
        row.sent_at, row.sent_by, row.answer = now, by, ""
        joined.append(row)
    session.flush()
    return joined


def send(session: Session, case_id: int, terms: Terms, *, by: int | None, now: datetime) -> list[Referral]:
    """Hand a case to departments in a new round; whoever had it before is out of it."""
    before = latest_round(session, case_id)
    session.execute(
        update(Referral).where(Referral.case_id == case_id, Referral.state.in_(WAITING)).values(state="ended")
    )
    rows = [
        Referral(
            id=new_id(),
            case_id=case_id,
            round=before[0].round + 1 if before else 1,
            department=department,
            lead=department == terms.lead,
            state="sent",
            days=terms.days,
            due=terms.due,
            receipt_due=terms.receipt_due,
            sent_at=now,
            sent_by=by,
        )
        for department in dict.fromkeys((terms.lead, *terms.assisting))
    ]
    session.add_all(rows)
    session.flush()
    return rows


def end(session: Session, case_id: int) -> list[Referral]:
    """Let departments off that still had to answer, because the case is settled; give their rows."""
    return list(
        session.scalars(
            update(Referral)
            .where(Referral.case_id == case_id, Referral.state.in_(WAITING))
            .values(state="ended")
            .returning(Referral)
        )
    )


def count_refusals(session: Session, case_id: int) -> int:
    """Count how often departments gave a case back."""
    refused = select(func.count()).select_from(Referral).where(Referral.state == REFUSED)
    return session.scalar(refused.where(Referral.case_id == case_id, Referral.lead.is_(True))) or 0


def steps_since(session: Session, referral: Referral, actions: Collection[str]) -> list[CaseStep]:
    """Give the steps of these kinds since a case was handed over."""
    return list(
        session.scalars(
            select(CaseStep)
            .where(
                CaseStep.case_id == referral.case_id,
                CaseStep.action.in_(sorted(actions)),
                CaseStep.at >= referral.sent_at,
            )
            .order_by(CaseStep.id)
        )
    )


def holders(session: Session, role: str, area: str, now: datetime) -> Sequence[int]:
    """Give the persons who hold a role for an area today."""
    return session.scalars(
        select(RoleGrant.person_id)
        .where(
            RoleGrant.role == role,
            RoleGrant.area == area,
            or_(RoleGrant.until.is_(None), RoleGrant.until > now),
        )
        .distinct()
        .order_by(RoleGrant.person_id)
    ).all()


def people_of(session: Session, departments: Collection[str], now: datetime) -> Sequence[int]:
    """Give the persons who speak for these departments today."""
    return session.scalars(
        select(RoleGrant.person_id)
        .where(
            RoleGrant.role == DEPARTMENT,
            RoleGrant.area.in_(sorted(departments)),
            or_(RoleGrant.until.is_(None), RoleGrant.until > now),
        )
        .distinct()
        .order_by(RoleGrant.person_id)
    ).all()
