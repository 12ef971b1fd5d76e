"""Cases of several voters about one trouble: found by place, joined into one, each with its own number (附议)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, or_, select, text, update
from sqlalchemy.orm import Session

from storage.engine.database import Instant, new_id
from storage.engine.prepared import Prepared, among
from storage.models import OPEN_STATES, Case, CaseStep, State
from storage.models.cases import ALIKE

COMPARED_FOR = timedelta(days=90)
"""A case filed longer ago is not offered any more."""
MOST_COMPARED = 200
JOINABLE = frozenset({str(State.REGISTERED), str(State.ASSIGNED)})
"""States in which a case can be put to another one: no department has it in hand."""


@dataclass(frozen=True, slots=True)
class OpenCase:
    """An open case with which a new message may have its trouble in common."""

    id: int
    number: str
    voter_id: int | None
    place: str
    category: str
    topic: str
    state: str
    text: str


@dataclass(frozen=True, slots=True)
class Voice:
    """A voter who stands behind a case, with the number by which that voter knows it."""

    case_id: int
    number: str
    person_id: int


_OPEN_AT = Prepared(
    select(Case.id, Case.number, Case.voter_id, Case.place, Case.category, Case.topic, Case.state, Case.text)
    .where(
        text(ALIKE),
        among(Case.place, "places"),
        Case.filed_at > bindparam("since", type_=Instant),
    )
    .order_by(Case.filed_at.desc(), Case.id.desc())
    .limit(MOST_COMPARED)
)


def open_at(connection: Connection, places: Collection[str], now: datetime) -> list[OpenCase]:
    """Give the open cases at these places, the newest first: one query for all messages of a batch."""
    rows = _OPEN_AT.rows(connection, places=sorted(places), since=now - COMPARED_FOR)
    return [OpenCase(*row) for row in rows]


def supporters(connection: Connection, case_ids: Collection[int]) -> dict[int, int]:
    """Give how many cases were put to each of these, if any."""
    if not case_ids:
        return {}
    rows = connection.execute(
        select(Case.merged_into, func.count())
        .where(Case.merged_into.in_(case_ids))
        .group_by(Case.merged_into)
    )
    return {main: count for main, count in rows if main is not None}


def people_behind(session: Session, case_ids: Collection[int]) -> dict[int, int]:
    """Give how many voters stand behind each of these cases, the first one among them; each person once."""
    return count_people(session.connection(), case_ids)


def count_people(connection: Connection, case_ids: Collection[int]) -> dict[int, int]:
    """Count persons, not numbers: whoever told twice of one trouble is one voter. Who is not known counts by the case."""
    if not case_ids:
        return {}
    main = func.coalesce(Case.merged_into, Case.id)
    person = func.coalesce(Case.voter_id, Case.teller, Case.id)
    rows = connection.execute(
        select(main, func.count(person.distinct()))
        .where(or_(Case.id.in_(case_ids), Case.merged_into.in_(case_ids)), Case.voter_left_at.is_(None))
        .group_by(main)
    )
    found = {int(main_id): int(count) for main_id, count in rows}
    return {case_id: found.get(case_id, 0) for case_id in case_ids}


def voices(session: Session, case: Case) -> list[Voice]:
    """Give who hears of a case: its own voter first, then the supporters; nobody twice."""
    own = [] if case.voter_left_at else [(case.id, case.number, case.voter_id)]
    rows = session.execute(
        select(Case.id, Case.number, Case.voter_id).where(Case.merged_into == case.id).order_by(Case.id)
    )
    heard: dict[int, Voice] = {}
    for case_id, number, person_id in (*own, *rows):
        if person_id is not None:
            heard.setdefault(person_id, Voice(case_id, number, person_id))
    return list(heard.values())


def all_behind(session: Session, case: Case) -> list[int]:
    """Give a case and all that were put to it."""
    return [case.id, *session.scalars(select(Case.id).where(Case.merged_into == case.id).order_by(Case.id))]


def main_of(session: Session, case: Case) -> Case:
    """Give the case that is worked on: the one it was put to, or itself."""
    return session.get_one(Case, case.merged_into) if case.merged_into else case


def follow(session: Session, child: Case, main: Case, *, actor: int, now: datetime) -> None:
    """Let what was put to a case follow it to the one it is put to itself, and write both histories down."""
    session.execute(update(Case).where(Case.merged_into == child.id).values(merged_into=main.id))
    session.execute(
        update(Case)
        .where(Case.id == child.id)
        .values(merged_into=main.id, state=State.MERGED, updated_at=now)
    )
    session.execute(update(Case).where(Case.id == main.id).values(updated_at=now))
    session.add(_step(main, "supported", main.state, child.number, actor=actor, now=now))
    session.flush()
    session.refresh(child)


def join(session: Session, child: Case, main: Case, *, actor: int, now: datetime) -> bool:
    """Put a voter's own case to another one; False if one of them is not to be joined any more."""
    locked = session.scalars(
        select(Case).where(Case.id.in_((child.id, main.id))).order_by(Case.id).with_for_update()
    ).all()
    states = {case.id: case.state for case in locked}
    if states[child.id] not in JOINABLE or states[main.id] not in OPEN_STATES or child.id == main.id:
        return False
    session.add(_step(child, "merged", State.MERGED, main.number, actor=actor, now=now, public=True))
    follow(session, child, main, actor=actor, now=now)
    return True


def leave(session: Session, case: Case, now: datetime) -> None:
    """Let a voter leave a case that others keep going: a supporter's own case ends, the first one only falls silent."""
    gone = {"state": State.WITHDRAWN, "merged_into": None, "closed_at": now, "joined_until": None}
    changes = gone if case.merged_into else {"voter_left_at": now}
    session.execute(update(Case).where(Case.id == case.id).values(updated_at=now, **changes))
    session.refresh(case)


def asked(session: Session, case: Case, now: datetime) -> None:
    """Note that the supporters too were asked whether it is solved."""
    session.execute(update(Case).where(Case.merged_into == case.id).values(asked_at=now))


def forget_verdicts(session: Session, case: Case) -> None:
    """Take back what all behind a case said of it: it is reopened, and they will be asked anew; the history keeps it."""
    session.execute(
        update(Case)
        .where(or_(Case.id == case.id, Case.merged_into == case.id))
        .values(verdict=None, grade=None, asked_again_at=None)
    )


def says_otherwise(session: Session, case: Case, own: Case, verdict: str) -> bool:
    """Tell whether somebody else behind a case says this of it."""
    others = select(func.count()).where(
        or_(Case.id == case.id, Case.merged_into == case.id), Case.id != own.id, Case.verdict == verdict
    )
    return bool(session.scalar(others))


def verdicts(session: Session, case: Case) -> dict[str, int]:
    """Count what the supporters of a case said of it, apart from its own voter."""
    rows = session.execute(
        select(Case.verdict, func.count())
        .where(Case.merged_into == case.id, Case.verdict.is_not(None))
        .group_by(Case.verdict)
    )
    return {verdict: count for verdict, count in rows if verdict is not None}


def _step(
    case: Case, action: str, state: str, note: str, *, actor: int, now: datetime, public: bool = False
) -> CaseStep:
    return CaseStep(
        id=new_id(),
        case_id=case.id,
        at=now,
        actor_id=actor,
        action=action,
        state=state,
        note=note,
        public=public,
    )


def filed_lately(session: Session, place: str, topic: str, since: datetime) -> Sequence[Case]:
    """Give the cases of one topic at one place filed since then, those put together too."""
    return session.scalars(
        select(Case)
        .where(
            Case.place == place,
            Case.topic == topic,
            Case.filed_at > since,
            Case.sealed.is_(False),
            Case.state != State.WITHDRAWN,
        )
        .order_by(Case.id)
    ).all()
