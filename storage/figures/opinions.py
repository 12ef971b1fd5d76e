"""Opinions voiced at meetings (发言意见), each with its case, within what a person may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from storage.cases.referrals import LIVE
from storage.models import Case, CaseStep, Opinion, Referral
from storage.people.scopes import Scope, visible


@dataclass(frozen=True, slots=True)
class Voiced:
    """What somebody said at a meeting, and where it stands."""

    opinion: Opinion
    case: Case
    lead: Referral | None
    """The department that answers for it now, with its day, answer and class of result."""
    answer: str
    """What was last answered, by whomever."""


def find(session: Session, case_id: int) -> Opinion | None:
    return session.get(Opinion, case_id)


def count(session: Session, scope: Scope, since: date, until: date, meeting: str = "") -> int:
    rows = select(func.count()).select_from(Opinion).join(Case, Case.id == Opinion.case_id)
    return session.scalar(rows.where(*_where(scope, since, until, meeting))) or 0


def voiced(
    session: Session,
    scope: Scope,
    since: date,
    until: date,
    *,
    meeting: str = "",
    limit: int = 1000,
    offset: int = 0,
) -> Sequence[Voiced]:
    """Give what was said from one day up to, not including, another; the meetings in their order."""
    rows = session.execute(
        select(Opinion, Case)
        .join(Case, Case.id == Opinion.case_id)
        .where(*_where(scope, since, until, meeting))
        .order_by(Opinion.said_on, Opinion.meeting, Case.id)
        .limit(limit)
        .offset(offset)
    ).all()
    ids = [case.id for _, case in rows]
    leads: dict[int, Referral] = {}
    for row in session.scalars(
        select(Referral)
        .where(Referral.case_id.in_(ids), Referral.lead.is_(True), Referral.state.in_(LIVE))
        .order_by(Referral.round)
    ):
        leads[row.case_id] = row
    told = session.execute(
        select(CaseStep.case_id, CaseStep.note)
        .where(CaseStep.case_id.in_(ids), CaseStep.action.in_(("replied", "concluded")))
        .order_by(CaseStep.id)
    )
    answers: dict[int, str] = {case_id: note for case_id, note in told}  # noqa: C416 -- rows, not pairs
    return [
        Voiced(
            opinion,
            case,
            lead := leads.get(case.id),
            (lead.answer if lead else "") or answers.get(case.id, ""),
        )
        for opinion, case in rows
    ]


def _where(scope: Scope, since: date, until: date, meeting: str) -> list[ColumnElement[bool]]:
    named = [Opinion.meeting.contains(meeting, autoescape=True)] if meeting else []
    return [visible(scope), Case.sealed.is_(False), Opinion.said_on >= since, Opinion.said_on < until, *named]
