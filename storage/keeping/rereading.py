"""What was there before an upgrade, read some rows at a time by the jobs that go once over it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, or_, select, update
from sqlalchemy.orm import Session

from storage.cases import progress
from storage.engine.database import new_id
from storage.engine.literals import among
from storage.messages.outbox import OWED
from storage.models import (
    OPEN_STATES,
    Alarm,
    Bulletin,
    Case,
    CasePart,
    CaseStep,
    Document,
    Outbox,
    Question,
    RoleGrant,
    State,
    Sweep,
)

MARK = "rows before upgrade"
"""The mark that the migration leaves: rows up to this id were written by the version before."""


def last_before(connection: Connection) -> int:
    """Give the last id that the version before can have given; 0 where there was none."""
    return progress.peek(connection, MARK)


def begin_again(session: Session, jobs: Collection[str]) -> None:
    """Have these jobs go on from where they ended, up to what is there now: older processes wrote meanwhile."""
    connection = session.connection()
    progress.take(connection, MARK)
    progress.move(connection, MARK, new_id())
    connection.execute(update(Sweep).where(Sweep.name.in_(sorted(jobs))).values(done_at=None))


def cases_after(session: Session, case_id: int, until: int, *, since: datetime, limit: int) -> list[Case]:
    """Give the next cases that are open or were worked on since then."""
    rows = (
        select(Case)
        .where(
            Case.id > case_id,
            Case.id <= until,
            or_(Case.state.in_([*OPEN_STATES, State.MERGED]), Case.updated_at >= since),
        )
        .order_by(Case.id)
        .limit(limit)
    )
    return list(session.scalars(rows))


def parts_of(session: Session, case_ids: Collection[int]) -> dict[int, list[CasePart]]:
    """Give what was added in words to these cases, in its order."""
    rows = session.scalars(
        select(CasePart)
        .where(CasePart.case_id.in_(sorted(case_ids)), CasePart.text != "")
        .order_by(CasePart.id)
    )
    found: dict[int, list[CasePart]] = {}
    for part in rows:
        found.setdefault(part.case_id, []).append(part)
    return found


def notes_of_voter(connection: Connection, case_id: int, voter_id: int | None) -> list[tuple[int, str]]:
    """Give id and words of the steps that hold what the voter said."""
    rows = connection.execute(
        select(CaseStep.id, CaseStep.note).where(
            CaseStep.case_id == case_id,
            CaseStep.note != "",
            or_(CaseStep.actor_id == (voter_id or 0), CaseStep.action == "placed"),
        )
    )
    return [(step_id, note) for step_id, note in rows]


def empty_notes(connection: Connection, step_ids: Collection[int]) -> None:
    connection.execute(update(CaseStep).where(CaseStep.id.in_(sorted(step_ids))).values(note=""))


def pushes_after(session: Session, push_id: int, until: int, now: datetime, *, limit: int) -> list[Outbox]:
    """Give the next pushes that are owed and in nobody's hand, locked; what is sent stays as it went."""
    dropped = and_(Outbox.status == "sending", Outbox.lease_until < now)
    rows = (
        select(Outbox)
        .where(
            Outbox.id > push_id,
            Outbox.id <= until,
            among(Outbox.status, OWED),
            or_(Outbox.status == "pending", dropped),
        )
        .order_by(Outbox.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(session.scalars(rows))


def questions_after(
    session: Session, question_id: int, until: int, now: datetime, *, limit: int
) -> list[Question]:
    """Give the next questions that can still be answered."""
    rows = (
        select(Question)
        .where(
            Question.id > question_id,
            Question.id <= until,
            Question.closed_at.is_(None),
            or_(Question.expires_at.is_(None), Question.expires_at > now),
        )
        .order_by(Question.id)
        .limit(limit)
    )
    return list(session.scalars(rows))


def roles_of(session: Session, person_ids: Collection[int], now: datetime) -> dict[int, set[str]]:
    """Give which roles these people hold now."""
    rows = session.execute(
        select(RoleGrant.person_id, RoleGrant.role).where(
            RoleGrant.person_id.in_(sorted(person_ids)),
            or_(RoleGrant.until.is_(None), RoleGrant.until > now),
        )
    )
    found: dict[int, set[str]] = {}
    for person_id, role in rows:
        found.setdefault(person_id, set()).add(role)
    return found


def drafts(session: Session, until: int) -> list[Bulletin]:
    """Give the bulletins that nobody has issued, locked."""
    rows = select(Bulletin).where(Bulletin.id <= until, Bulletin.state.in_(["draft", "submitted"]))
    return list(session.scalars(rows.order_by(Bulletin.id).with_for_update()))


def cases_by_number(session: Session, numbers: Collection[str]) -> list[Case]:
    rows = select(Case).where(Case.number.in_(sorted(numbers))).order_by(Case.number)
    return list(session.scalars(rows))


def urgent_without_alarm(session: Session, until: int) -> Sequence[Case]:
    """Give the open urgent cases of which no alarm is kept."""
    rung = select(Alarm.case_id)
    rows = select(Case).where(
        Case.id <= until, Case.state.in_(OPEN_STATES), Case.urgency != "", Case.id.not_in(rung)
    )
    return session.scalars(rows.order_by(Case.id)).all()


def worked_on(session: Session, case_ids: Collection[int]) -> set[int]:
    """Give those of these cases that somebody besides their voter has taken a step of."""
    rows = session.scalars(
        select(CaseStep.case_id)
        .join(Case, Case.id == CaseStep.case_id)
        .where(
            CaseStep.case_id.in_(sorted(case_ids)),
            CaseStep.actor_id.is_not(None),
            CaseStep.actor_id != Case.voter_id,
        )
    )
    return set(rows)


def make_again(session: Session, document_id: int) -> bool:
    """Have a file made once more; False where it is not one of those that are made here."""
    row = session.get(Document, document_id, with_for_update=True)
    if row is None or row.state != "made":
        return False
    row.state, row.attempts, row.lease_until, row.stored_as = "wanted", 0, None, ""
    return True
