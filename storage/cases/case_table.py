"""Open cases as lines of a table: each with its departments, its days and what was last answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.cases.cases import list_open
from storage.cases.referrals import LIVE
from storage.models import CaseStep, Referral
from storage.people.scopes import Scope

_AT_ONCE = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """One open case."""

    id: int
    number: str
    category: str
    topic: str
    street: str
    station: str
    place_text: str
    text: str
    filed_at: datetime
    state: str
    look_by: date
    lead: str
    """Key of the department that answers; empty while it is with the station."""
    assisting: tuple[str, ...]
    answer_by: date | None
    answer: str
    """The last thing that was answered."""
    supervised: bool
    source: str
    private: str
    """Why its words are nobody else's business; empty if they are."""
    sealed: bool
    urgency: str


def open_table(session: Session, scope: Scope, *, limit: int) -> list[CaseRow]:
    """Give the open cases of a scope, the urgent ones and those whose day comes first on top."""
    found = list_open(session, scope, limit=limit)
    ids = [case.id for case in found]
    referrals, answers = _referrals(session, ids), _answers(session, ids)
    rows = []
    for case in found:
        live = [row for row in referrals.get(case.id, []) if row.state in LIVE]
        lead = next((row for row in live if row.lead), None)
        rows.append(
            CaseRow(
                id=case.id,
                number=case.number,
                category=case.category,
                topic=case.topic,
                street=case.street,
                station=case.station,
                place_text=case.place_text,
                text=case.text,
                private=case.private,
                sealed=case.sealed,
                urgency=case.urgency,
                filed_at=case.filed_at,
                state=case.state,
                look_by=case.look_by,
                lead=lead.department if lead else "",
                assisting=tuple(row.department for row in live if not row.lead),
                answer_by=case.answer_by if lead else None,
                answer=(lead.answer if lead else "") or answers.get(case.id, ""),
                supervised=case.supervised_at is not None,
                source=case.source,
            )
        )
    return rows


def _referrals(session: Session, case_ids: Sequence[int]) -> dict[int, list[Referral]]:
    """Give the departments of each case's latest round."""
    found: dict[int, list[Referral]] = {}
    for start in range(0, len(case_ids), _AT_ONCE):
        rows = session.scalars(
            select(Referral)
            .where(Referral.case_id.in_(case_ids[start : start + _AT_ONCE]))
            .order_by(Referral.case_id, Referral.round.desc(), Referral.lead.desc(), Referral.id)
        )
        for row in rows:
            others = found.setdefault(row.case_id, [])
            if not others or others[0].round == row.round:
                others.append(row)
    return found


def _answers(session: Session, case_ids: Sequence[int]) -> dict[int, str]:
    """Give what staff last told each voter."""
    found: dict[int, str] = {}
    for start in range(0, len(case_ids), _AT_ONCE):
        rows = session.execute(
            select(CaseStep.case_id, CaseStep.note)
            .where(CaseStep.case_id.in_(case_ids[start : start + _AT_ONCE]), CaseStep.action == "replied")
            .order_by(CaseStep.id)
        )
        found |= {case_id: note for case_id, note in rows}  # noqa: C416 -- rows, not pairs
    return found
