"""Cases from before the bot (历史件): put in together, found by their old number, taken out together."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from storage.cases.numbers import HISTORY, take_series
from storage.engine.bulk import insert_rows
from storage.engine.database import new_id
from storage.keeping import step_seals
from storage.models import Case, CaseAccused, CaseStep, HistoryImport, ImportedCase
from storage.people.scopes import Scope, visible

OWN_STEPS = ("filed", "replied")
"""What an import itself writes into the history of a case."""
_AT_ONCE = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCase:
    """One past case, ready to be written."""

    case: Mapping[str, Any]
    """Columns of the case but its number."""
    answer: str
    digest: str
    old_number: str


def known_digests(session: Session, digests: Collection[str]) -> set[str]:
    """Give those rows of a sheet that are in the record already."""
    return _known(session, digests, ImportedCase.digest)


def known_numbers(session: Session, old_numbers: Collection[str]) -> set[str]:
    """Give the old numbers that are in the record already."""
    return _known(session, old_numbers, ImportedCase.old_number)


def by_old_number(session: Session, scope: Scope, old_number: str) -> list[int]:
    """Give the cases of a scope that had this number in the old ledger."""
    rows = session.scalars(
        select(Case.id)
        .join(ImportedCase, ImportedCase.case_id == Case.id)
        .where(visible(scope), ImportedCase.old_number == old_number)
        .order_by(Case.id)
    )
    return list(rows)


def old_number_of(session: Session, case_id: int) -> str:
    """Give the number that an imported case had in the old ledger; empty if it had none."""
    found = select(ImportedCase.old_number).where(ImportedCase.case_id == case_id).limit(1)
    return session.scalar(found) or ""


def _known(session: Session, values: Collection[str], column: Any) -> set[str]:  # noqa: ANN401 -- a mapped column
    wanted, found = sorted(values), set[str]()
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        found |= set(session.scalars(select(column).where(column.in_(part))))
    return found


def add(session: Session, rows: Sequence[PastCase], *, by: int | None, now: datetime) -> list[str]:
    """Write past cases under numbers of their own, all of them or none; give the first and the last number."""
    session.add(HistoryImport(id=(import_id := new_id()), at=now, made_by=by, count=len(rows)))
    session.flush()
    connection = session.connection()
    numbers = take_series(connection, HISTORY, len(rows))
    numbered = [{**row.case, "number": number} for row, number in zip(rows, numbers, strict=True)]
    insert_rows(connection, Case, numbered)
    insert_rows(connection, CaseStep, [step for row in rows for step in _steps(row, by)])
    insert_rows(
        connection,
        ImportedCase,
        [
            {
                "case_id": row.case["id"],
                "import_id": import_id,
                "digest": row.digest,
                "old_number": row.old_number,
            }
            for row in rows
        ],
    )
    return [numbers[0], numbers[-1]]


def _steps(row: PastCase, by: int | None) -> list[dict[str, Any]]:
    case = row.case
    told = [("filed", case["filed_at"], "")]
    told += [("replied", case["closed_at"] or case["filed_at"], row.answer)] if row.answer else []
    return [
        {
            "id": new_id(),
            "case_id": case["id"],
            "at": at,
            "actor_id": by,
            "action": action,
            "state": case["state"],
            "note": note,
            "public": True,
        }
        for action, at, note in told
    ]


def last_import(session: Session) -> HistoryImport | None:
    """Give the newest import that still stands."""
    return session.scalars(
        select(HistoryImport)
        .where(HistoryImport.undone_at.is_(None))
        .order_by(HistoryImport.id.desc())
        .limit(1)
    ).one_or_none()


def touched_since(session: Session, import_id: int) -> int:
    """Count the cases of an import with which somebody has done something since."""
    mine = select(ImportedCase.case_id).where(ImportedCase.import_id == import_id)
    return (
        session.scalar(
            select(func.count(func.distinct(CaseStep.case_id))).where(
                CaseStep.case_id.in_(mine), CaseStep.action.not_in(OWN_STEPS)
            )
        )
        or 0
    )


def undo(session: Session, import_id: int, now: datetime) -> int | None:
    """Take an import out again; give how many cases went, or None if it was taken out before.

    Their numbers are not given to others.
    """
    undone = session.scalar(
        update(HistoryImport)
        .where(HistoryImport.id == import_id, HistoryImport.undone_at.is_(None))
        .values(undone_at=now)
        .returning(HistoryImport.count)
    )
    if undone is None:
        return None
    mine = list(session.scalars(select(ImportedCase.case_id).where(ImportedCase.import_id == import_id)))
    session.execute(delete(ImportedCase).where(ImportedCase.import_id == import_id))
    for start in range(0, len(mine), _AT_ONCE):
        part = mine[start : start + _AT_ONCE]
        step_seals.drop(session, part)
        session.execute(delete(CaseStep).where(CaseStep.case_id.in_(part)))
        session.execute(delete(CaseAccused).where(CaseAccused.case_id.in_(part)))
        session.execute(delete(Case).where(Case.id.in_(part)))
    return int(undone)
