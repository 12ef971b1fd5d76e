"""A voter's own cases: the person is part of every query."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.models import Case, CaseStep

OWN_LIST = 5
MOST = 500
"""Nobody tells more; who does reads of the latest."""


def newest(session: Session, person_id: int, limit: int = OWN_LIST, offset: int = 0) -> list[Case]:
    return list(
        session.scalars(
            select(Case)
            .where(Case.voter_id == person_id)
            .order_by(Case.filed_at.desc(), Case.id.desc())
            .limit(limit)
            .offset(offset)
        )
    )


def by_number(session: Session, person_id: int, number: str) -> Case | None:
    """Find one by its number, or by the end of it as people type it (`42`)."""
    own = select(Case).where(Case.voter_id == person_id)
    if "-" in number:
        return session.scalars(own.where(Case.number == number)).one_or_none()
    ending = f"%-{int(number):04d}"
    return session.scalars(
        own.where(Case.number.like(ending)).order_by(Case.id.desc()).limit(1)
    ).one_or_none()


def by_id(session: Session, person_id: int, case_id: int) -> Case | None:
    return session.scalars(select(Case).where(Case.id == case_id, Case.voter_id == person_id)).one_or_none()


def judged_since(session: Session, person_id: int, since: datetime) -> Case | None:
    """Give the own case of which the voter last said whether it is solved, if that was since then."""
    return session.scalars(
        select(Case)
        .join(CaseStep, CaseStep.case_id == Case.id)
        .where(
            Case.voter_id == person_id,
            Case.verdict.is_not(None),
            CaseStep.actor_id == person_id,
            CaseStep.action.startswith("verdict "),
            CaseStep.at >= since,
        )
        .order_by(CaseStep.id.desc())
        .limit(1)
    ).one_or_none()


def said_since(session: Session, case: Case, since: datetime) -> str:
    """Give what the voter of a case last said of it since then (`solved`), or nothing."""
    action = session.scalar(
        select(CaseStep.action)
        .where(
            CaseStep.case_id == case.id,
            CaseStep.actor_id == case.voter_id,
            CaseStep.action.startswith("verdict "),
            CaseStep.at >= since,
        )
        .order_by(CaseStep.id.desc())
        .limit(1)
    )
    return (action or "").partition(" ")[2]


def public_steps(session: Session, case_id: int) -> list[CaseStep]:
    """Give the steps that the voter sees, oldest first."""
    return list(
        session.scalars(
            select(CaseStep)
            .where(CaseStep.case_id == case_id, CaseStep.public.is_(True))
            .order_by(CaseStep.id)
        )
    )


def count(session: Session, person_id: int) -> int:
    return session.scalar(select(func.count()).where(Case.voter_id == person_id)) or 0


def paused(session: Session, person_id: int) -> list[Case]:
    """Give the cases that wait for a word of this voter."""
    return list(session.scalars(select(Case).where(Case.voter_id == person_id, Case.paused_at.is_not(None))))


def last_sealed(session: Session, person_id: int) -> str:
    """Give the number of the voter's own case that was sealed last; empty where none is."""
    own = select(Case.number).where(Case.voter_id == person_id, Case.sealed.is_(True))
    return session.scalar(own.order_by(Case.filed_at.desc(), Case.id.desc()).limit(1)) or ""
