"""The supervision list (挂牌督办) of a month: what stands on it, what came and went, what leaders noted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from storage.cases.referrals import leading
from storage.cases.selections import in_days
from storage.engine.literals import among
from storage.models import OPEN_STATES, Case, CaseStep, State
from storage.people.scopes import Scope, visible

MARKED, UNMARKED, NOTED = "supervised", "unsupervised", "leader's note"
_TOLD = {UNMARKED: "unmarked", NOTED: "noted"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervised:
    """A case that stood on the list in the month."""

    case: Case
    on_list: bool
    """It still stands there."""
    since: date | None
    owner: str
    until: date | None
    lead: str
    """Key of the department that answers for it."""
    notes: Sequence[tuple[str, date, str]]
    """`noted` or `unmarked`, with the day and the words."""


def marked(session: Session, scope: Scope, since: date, until: date, now: datetime) -> list[Supervised]:
    """Give what stands on the list, and what was marked, noted or taken off from one day up to another."""
    span = in_days(now, since, until)
    in_month = select(CaseStep.case_id).where(
        CaseStep.action.in_((MARKED, UNMARKED, NOTED)), CaseStep.at >= span.since, CaseStep.at < span.until
    )
    on_list = Case.supervised_at.is_not(None) & (Case.supervised_at < span.until)
    found = session.scalars(
        select(Case)
        .where(visible(scope), Case.sealed.is_(False), or_(on_list, Case.id.in_(in_month)))
        .order_by(Case.supervised_until.is_(None), Case.supervised_until, Case.number)
    ).all()
    steps: dict[int, list[CaseStep]] = {}
    for step in session.scalars(
        select(CaseStep)
        .where(
            CaseStep.case_id.in_([case.id for case in found]), CaseStep.action.in_((MARKED, UNMARKED, NOTED))
        )
        .order_by(CaseStep.id)
    ):
        steps.setdefault(step.case_id, []).append(step)
    return [_told(session, case, steps.get(case.id, []), now) for case in found]


def due_by(session: Session, day: date) -> list[Case]:
    """Give what is still worked on and was to be seen to by a day; what is sealed has its own way."""
    rows = session.scalars(
        select(Case)
        .where(
            among(Case.state, OPEN_STATES),
            Case.state != State.AWAITING_VOTER,
            Case.sealed.is_(False),
            Case.supervised_until <= day,
        )
        .order_by(Case.supervised_until, Case.number)
    )
    return list(rows)


def set_by(session: Session, case_id: int) -> int | None:
    """Give who named owner and day last."""
    return session.scalar(
        select(CaseStep.actor_id)
        .where(
            CaseStep.case_id == case_id, CaseStep.action.in_((MARKED, NOTED)), CaseStep.actor_id.is_not(None)
        )
        .order_by(CaseStep.id.desc())
        .limit(1)
    )


def notes_of(session: Session, case_id: int) -> list[CaseStep]:
    """Give every note of a leader on a case, in their order."""
    rows = session.scalars(
        select(CaseStep).where(CaseStep.case_id == case_id, CaseStep.action == NOTED).order_by(CaseStep.id)
    )
    return list(rows)


def _told(session: Session, case: Case, steps: Sequence[CaseStep], now: datetime) -> Supervised:
    lead = leading(session, case.id)
    first = next((step for step in reversed(steps) if step.action == MARKED), None)
    since = case.supervised_at or (first.at if first else None)
    return Supervised(
        case=case,
        on_list=case.supervised_at is not None,
        since=since.astimezone(now.tzinfo).date() if since else None,
        owner=case.supervised_owner,
        until=case.supervised_until,
        lead=lead.department if lead else "",
        notes=[
            (_TOLD[step.action], step.at.astimezone(now.tzinfo).date(), step.note)
            for step in steps
            if step.action in _TOLD
        ],
    )
