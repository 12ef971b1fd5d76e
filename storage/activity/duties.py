"""Occasions of duty rules: who was reminded of them, what was answered, who comes."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.engine.bulk import insert_ignoring, insert_rows
from storage.engine.database import Base, new_id
from storage.engine.literals import among
from storage.models import (
    OPEN_STATES,
    Account,
    Attendance,
    Case,
    Occasion,
    Outbox,
    Person,
    Question,
    RoleGrant,
)

QUESTION_KIND = "occasion"
"""Kind of the question whether a deputy comes; its subject is the occasion's id."""

_CHUNK = 5_000  # bound values in one statement; SQLite takes 32,766, PostgreSQL 65,535

T = TypeVar("T")


def _chunks(items: Iterable[T]) -> Iterator[list[T]]:
    rows = list(items)
    for start in range(0, len(rows), _CHUNK):
        yield rows[start : start + _CHUNK]


def _insert_missing(connection: Connection, model: type[Base], rows: Sequence[dict[str, Any]]) -> int:
    """Insert the rows whose unique keys are not there yet; give how many went in.

    Tens of thousands at once: one short statement for all, as psycopg takes seconds to read long ones.
    """
    if not rows:
        return 0
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    inserted = connection.execute(make(model).on_conflict_do_nothing(), rows).rowcount
    return inserted if inserted >= 0 else len(rows)  # psycopg does not count what it sends in one go


# -- occasions ------------------------------------------------------------------------------------------


def add_occasions(connection: Connection, rows: Sequence[dict[str, Any]]) -> int:
    """Write down the occasions that are not there yet; give how many."""
    return _insert_missing(connection, Occasion, [{"id": new_id(), **row} for row in rows])


def occasions_in(session: Session, since: date, until: date, *, lock: bool = False) -> list[Occasion]:
    """Give the occasions by nominal date, since <= day < until; `lock` lets no one else plan them meanwhile."""
    rows = select(Occasion).where(Occasion.nominal_date >= since, Occasion.nominal_date < until)
    rows = rows.order_by(Occasion.id)
    return list(session.scalars(rows.with_for_update() if lock else rows))


def occasions_held(session: Session, first: date, last: date) -> list[Occasion]:
    """Give the occasions held on first <= day <= last."""
    rows = select(Occasion).where(Occasion.held_on >= first, Occasion.held_on <= last)
    return list(session.scalars(rows.order_by(Occasion.id)))


def lock_occasions(
    connection: Connection, occasion_ids: Iterable[int]
) -> dict[int, tuple[date | None, datetime]]:
    """Let no one else plan these meanwhile; give the day that each has now, and since when."""
    found = {}
    for ids in _chunks(sorted(occasion_ids)):
        rows = select(Occasion.id, Occasion.held_on, Occasion.planned_at).where(Occasion.id.in_(ids))
        for occasion_id, held_on, planned_at in connection.execute(
            rows.order_by(Occasion.id).with_for_update()
        ):
            found[occasion_id] = held_on, planned_at
    return found


def occasion_named(session: Session, key: tuple[str, str, date]) -> Occasion:
    """Give the occasion of a rule at a station that is due on a day; it must be there."""
    rule, station, nominal = key
    return session.scalars(
        select(Occasion).where(
            Occasion.rule == rule, Occasion.station == station, Occasion.nominal_date == nominal
        )
    ).one()


def occasion(session: Session, occasion_id: int) -> Occasion | None:
    return session.get(Occasion, occasion_id)


def occasions_told_to(session: Session, person_id: int, since: date) -> list[Occasion]:
    """Give what a person was asked about and is still to be held, the soonest first: for a bare 参加 or 请假."""
    asked = select(Question.subject).where(Question.person_id == person_id, Question.kind == QUESTION_KIND)
    ids = [int(subject) for subject in session.scalars(asked)]
    rows = select(Occasion).where(Occasion.id.in_(ids), Occasion.held_on >= since)
    return list(session.scalars(rows.order_by(Occasion.held_on, Occasion.starts)))


# -- answers --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """What a deputy said, and for which day."""

    answer: str = ""
    reason: str = ""
    answered_for: date | None = None

    def about(self, held_on: date | None) -> str:
        """Give `yes` or `no` for this day, or nothing: once the occasion moves, an answer no longer counts."""
        return self.answer if held_on is not None and self.answered_for == held_on else ""


def said_of(session: Session, occasion_ids: Iterable[int]) -> dict[tuple[int, int], Said]:
    """Give what was answered, by occasion and person."""
    found: dict[tuple[int, int], Said] = {}
    for ids in _chunks(occasion_ids):
        for row in session.scalars(select(Attendance).where(Attendance.occasion_id.in_(ids))):
            found[row.occasion_id, row.person_id] = Said(row.answer, row.reason, row.answered_for)
    return found


def record_answer(
    session: Session, occasion_id: int, person_id: int, *, answer: str, reason: str, now: datetime
) -> Occasion | None:
    """Write down what a deputy says about an occasion, close the question, hold back reminders not yet sent."""
    held = session.get(Occasion, occasion_id)
    if held is None or held.held_on is None:
        return None
    values = {"answer": answer, "reason": reason, "answered_for": held.held_on, "answered_at": now}
    row = {"id": new_id(), "occasion_id": occasion_id, "person_id": person_id, **values}
    connection = session.connection()
    if not insert_ignoring(connection, Attendance, [row], key="id"):
        mine = (Attendance.occasion_id == occasion_id) & (Attendance.person_id == person_id)
        connection.execute(update(Attendance).where(mine).values(**values))
    question_ids = list(
        session.scalars(
            select(Question.id).where(
                Question.person_id == person_id,
                Question.kind == QUESTION_KIND,
                Question.subject == str(occasion_id),
            )
        )
    )
    connection.execute(delete(Outbox).where(Outbox.question_id.in_(question_ids), *_NEVER_TRIED))
    close_questions(connection, question_ids, now)
    return held


def answers_since(session: Session, person_id: int, since: date, until: date) -> Counter[str]:
    """Count what a deputy said about the occasions held between two days, the last one not counted."""
    rows = select(Attendance.answer).join(Occasion, Occasion.id == Attendance.occasion_id)
    mine = rows.where(
        Attendance.person_id == person_id, Occasion.held_on >= since, Occasion.held_on < until
    ).where(Attendance.answered_for == Occasion.held_on)
    return Counter(session.scalars(mine))


def open_questions_of(connection: Connection, occasion_ids: Iterable[int]) -> dict[tuple[int, int], int]:
    """Give the ids of the questions still open about these occasions, by occasion and person."""
    found = {}
    for ids in _chunks(occasion_ids):
        for subject, person_id, question_id in connection.execute(
            select(Question.subject, Question.person_id, Question.id).where(
                Question.closed_at.is_(None),
                Question.kind == QUESTION_KIND,
                Question.subject.in_([str(each) for each in ids]),
            )
        ):
            found[int(subject), person_id] = question_id
    return found


def close_questions(connection: Connection, question_ids: Iterable[int], now: datetime) -> None:
    for ids in _chunks(question_ids):
        connection.execute(
            update(Question).where(Question.id.in_(ids), Question.closed_at.is_(None)).values(closed_at=now)
        )


def add_questions(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    insert_rows(connection, Question, rows)


# -- pushes ---------------------------------------------------------------------------------------------

_NEVER_TRIED = (Outbox.status == "pending", Outbox.attempts == 0)


def add_pushes(connection: Connection, rows: Sequence[dict[str, Any]]) -> int:
    """Owe many pushes; give how many were not owed already."""
    return _insert_missing(connection, Outbox, rows)


@dataclass(frozen=True, slots=True)
class OwedPush:
    """A push that stands in the outbox."""

    id: int
    never_tried: bool


def pushes_by_key(connection: Connection, keys: Iterable[str]) -> dict[str, OwedPush]:
    """Give which of these pushes were planned already."""
    found: dict[str, OwedPush] = {}
    for chunk in _chunks(keys):
        for key, push_id, status, attempts in connection.execute(
            select(Outbox.dedupe_key, Outbox.id, Outbox.status, Outbox.attempts).where(
                Outbox.dedupe_key.in_(chunk)
            )
        ):
            found[key] = OwedPush(push_id, never_tried=status == "pending" and attempts == 0)
    return found


def withdraw_pushes(connection: Connection, push_ids: Iterable[int]) -> set[int]:
    """Take back pushes that nobody has tried to send; give those that could still be taken back."""
    withdrawn: set[int] = set()
    for ids in _chunks(push_ids):
        gone = delete(Outbox).where(Outbox.id.in_(ids), *_NEVER_TRIED).returning(Outbox.id)
        withdrawn.update(connection.execute(gone).scalars())
    return withdrawn


def take_off_missed(connection: Connection, keys: Iterable[str]) -> None:
    """Take pushes off the list of what was missed: the clock was wrong, and they are still to come."""
    for chunk in _chunks(keys):
        connection.execute(delete(Outbox).where(Outbox.dedupe_key.in_(chunk), Outbox.status == "dead"))


# -- around ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RosterPerson:
    id: int
    name: str
    phone: str


def roster(session: Session, kind: str) -> dict[str, RosterPerson]:
    """Give the persons of the pack by their roster key (`deputy:D001`), of the kind `deputy` or `staff`."""
    rows = session.execute(
        select(Person.roster_key, Person.id, Person.name, Person.phone).where(
            # SQLite's LIKE takes no index; this leaves out all voters by one.
            Person.roster_key > "",
            Person.roster_key.startswith(f"{kind}:", autoescape=True),
        )
    )
    return {key: RosterPerson(person_id, name, phone) for key, person_id, name, phone in rows if key}


def open_cases_by_station(session: Session) -> dict[str, int]:
    """Count the open cases of each station; sealed ones are never counted with others."""
    rows = session.execute(
        select(Case.station, func.count())
        .where(among(Case.state, OPEN_STATES), Case.sealed.is_(False))
        .group_by(Case.station)
    )
    counts = {station: count for station, count in rows}  # noqa: C416 -- rows are not pairs to mypy
    # What an industry station sees by its topic is open there too.
    seen = session.execute(
        select(Case.industry, func.count())
        .where(
            among(Case.state, OPEN_STATES),
            Case.sealed.is_(False),
            Case.industry != "",
            Case.industry != Case.station,
        )
        .group_by(Case.industry)
    )
    for industry, count in seen:
        counts[industry] = counts.get(industry, 0) + count
    return counts


def channels_of(session: Session, person_ids: Iterable[int], only: str = "") -> dict[int, str]:
    """Give the channel on which each person is reached first; who has none is called by telephone.

    `only` names the one channel that they are kept to, if they are.
    """
    found: dict[int, str] = {}
    for ids in _chunks(person_ids):
        rows = session.execute(
            select(Account.person_id, Account.channel)
            .where(Account.person_id.in_(ids), Account.following, Account.unreachable_code == "")
            .order_by(Account.last_message_at.desc().nulls_last(), Account.id)
        )
        for person_id, channel in rows:
            if only in {"", channel}:
                found.setdefault(person_id, channel)
    return found


def holders_of(session: Session, role: str, area: str, now: datetime) -> list[int]:
    """Give the persons who hold a role in an area today."""
    rows = session.scalars(
        select(RoleGrant.person_id)
        .where(RoleGrant.role == role, or_(RoleGrant.until.is_(None), RoleGrant.until > now))
        .where(RoleGrant.area == area if area else RoleGrant.area == RoleGrant.area)
        .distinct()
        .order_by(RoleGrant.person_id)
    )
    return list(rows)
