"""What people corrected about topics, and what was filed with little confidence: what the words can be mended by."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.engine.literals import equals
from storage.models import Case, CaseStep
from storage.people.scopes import Scope, visible

RETOPIC = "retopic"
"""The step by which a voter or staff gave a case its right topic."""


def corrected(session: Session, since: datetime, *, limit: int = 2_000) -> list[tuple[str, str]]:
    """Give text and right topic of the cases whose topic a person settled, the newest first."""
    mended = select(CaseStep.case_id).where(equals(CaseStep.action, RETOPIC), CaseStep.at >= since)
    rows = session.execute(
        select(Case.text, Case.topic)
        .where(Case.id.in_(mended), Case.sealed.is_(False), Case.text != "", Case.topic != "other")
        .order_by(Case.filed_at.desc())
        .limit(limit)
    )
    return [(text, topic) for text, topic in rows]


def uncorrected_texts(session: Session, *, limit: int = 1_000) -> list[str]:
    """Give the texts of the newest cases whose topic nobody touched."""
    mended = select(CaseStep.case_id).where(equals(CaseStep.action, RETOPIC)).scalar_subquery()
    rows = session.scalars(
        select(Case.text)
        .where(Case.id.not_in(mended), Case.sealed.is_(False), Case.text != "")
        .order_by(Case.filed_at.desc())
        .limit(limit)
    )
    return list(rows)


def newest(session: Session, *, limit: int = 1_000) -> Sequence[tuple[str, str]]:
    """Give number and text of the newest cases, without what concerns an insider."""
    rows = session.execute(
        select(Case.number, Case.text)
        .where(Case.sealed.is_(False), Case.text != "")
        .order_by(Case.filed_at.desc())
        .limit(limit)
    )
    return [(number, text) for number, text in rows]


def doubtful(session: Session, scope: Scope, since: datetime, below: float, *, limit: int = 5) -> list[Case]:
    """Give the cases filed since then with the least confidence below a mark that nobody has corrected yet."""
    mended = select(CaseStep.case_id).where(equals(CaseStep.action, RETOPIC), CaseStep.at >= since)
    sure = Case.because["confidence"].as_float()
    return list(
        session.scalars(
            select(Case)
            .where(visible(scope), Case.filed_at >= since, sure < below, Case.id.not_in(mended))
            .order_by(sure, Case.number)
            .limit(limit)
        )
    )
