"""The clocks that run at departments, read for all of them at once: what a tick needs to know every ten minutes."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from storage.cases.referrals import DEPARTMENT, WAITING
from storage.models import Case, CaseStep, Outbox, Referral, RoleGrant, State

_AT_ONCE = 400
"""So many ids are asked for in one query; each engine takes more."""


@dataclass(frozen=True, slots=True)
class RunningClock:
    """The days by which a referral is measured, without the case."""

    referral_id: int
    state: str
    sent_at: datetime
    receipt_due: date
    due: date


def running_clocks(session: Session) -> list[RunningClock]:
    """Give the days of all that departments must still answer and whose clock runs, the earliest first."""
    rows = session.execute(
        select(Referral.id, Referral.state, Referral.sent_at, Referral.receipt_due, Referral.due)
        .join(Case, Case.id == Referral.case_id)
        .where(
            Referral.state.in_(WAITING),
            Referral.lead.is_(True),
            Case.state.in_([State.REFERRED, State.ACCEPTED]),
            Case.sealed.is_(False),
            Case.paused_at.is_(None),
        )
        .order_by(Referral.due, Referral.id)
    )
    return [RunningClock(*row) for row in rows]


def with_cases(session: Session, referral_ids: Sequence[int]) -> list[tuple[Case, Referral]]:
    """Give these referrals with their cases, in this order."""
    found: dict[int, tuple[Case, Referral]] = {}
    for ids in _portions(referral_ids):
        rows = session.execute(
            select(Case, Referral).join(Case, Case.id == Referral.case_id).where(Referral.id.in_(ids))
        )
        found |= {referral.id: (case, referral) for case, referral in rows}
    return [found[each] for each in referral_ids if each in found]


def steps_by_case(
    session: Session, case_ids: Collection[int], actions: Collection[str]
) -> dict[int, list[CaseStep]]:
    """Give the steps of these kinds by case, the oldest first."""
    found: dict[int, list[CaseStep]] = defaultdict(list)
    for ids in _portions(sorted(case_ids)):
        rows = session.scalars(
            select(CaseStep)
            .where(CaseStep.case_id.in_(ids), CaseStep.action.in_(sorted(actions)))
            .order_by(CaseStep.id)
        )
        for step in rows:
            found[step.case_id].append(step)
    return found


def people_by_department(
    session: Session, departments: Collection[str], now: datetime
) -> dict[str, list[int]]:
    """Give the persons who speak for each of these departments today."""
    rows = session.execute(
        select(RoleGrant.area, RoleGrant.person_id)
        .where(
            RoleGrant.role == DEPARTMENT,
            RoleGrant.area.in_(sorted(departments)),
            or_(RoleGrant.until.is_(None), RoleGrant.until > now),
        )
        .distinct()
        .order_by(RoleGrant.area, RoleGrant.person_id)
    )
    found: dict[str, list[int]] = defaultdict(list)
    for department, person_id in rows:
        found[department].append(person_id)
    return found


def reached_by(session: Session, keys: Sequence[str]) -> set[str]:
    """Give which of these pushes went out."""
    found: set[str] = set()
    for some in (keys[start : start + _AT_ONCE] for start in range(0, len(keys), _AT_ONCE)):
        sent = select(Outbox.dedupe_key).where(
            Outbox.dedupe_key.in_(some), Outbox.status.in_(["sent", "delivered", "unknown"])
        )
        found.update(session.scalars(sent))
    return found


def _portions(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))
