"""Voters who want to be called by a person (回电): one open wish each, done once somebody has called."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, false, func, or_, select, true, update
from sqlalchemy.orm import Session

from storage.models import CallBack, Person
from storage.people.scopes import Scope


@dataclass(frozen=True, slots=True)
class Wish:
    """A call that somebody waits for."""

    id: int
    person_id: int
    station: str
    made_at: datetime
    due: date
    phone: str


def keep_phone(session: Session, person_id: int, phone: str) -> None:
    """Keep a voter's number for the station; that of a person of the roster is the roster's."""
    session.execute(
        update(Person).where(Person.id == person_id, Person.roster_key.is_(None)).values(phone=phone)
    )


def phone_of(session: Session, person_id: int) -> str:
    return session.scalar(select(Person.phone).where(Person.id == person_id)) or ""


def want(session: Session, person_id: int, *, station: str, street: str, now: datetime, due: date) -> None:
    """Note that a voter waits for a call; who waits already waits on."""
    waiting = select(CallBack.id).where(CallBack.person_id == person_id, CallBack.done_at.is_(None))
    if session.scalar(waiting.limit(1)) is None:
        session.add(CallBack(person_id=person_id, station=station, street=street, made_at=now, due=due))
        session.flush()


def _waiting(scope: Scope) -> ColumnElement[bool]:
    """Give the condition for open wishes inside a scope; an empty key is the district desk's."""
    within: ColumnElement[bool]
    if scope.district:
        within = true()
    elif scope:
        within = or_(CallBack.station.in_(scope.stations - {""}), CallBack.street.in_(scope.streets - {""}))
    else:
        within = false()
    return within & CallBack.done_at.is_(None)


def count(session: Session, scope: Scope) -> int:
    return session.scalar(select(func.count()).select_from(CallBack).where(_waiting(scope))) or 0


def waiting(session: Session, scope: Scope, *, call_id: int | None = None) -> list[Wish]:
    """Give who waits for a call from this scope, the longest waiting first."""
    rows = (
        select(
            CallBack.id, CallBack.person_id, CallBack.station, CallBack.made_at, CallBack.due, Person.phone
        )
        .join(Person, Person.id == CallBack.person_id)
        .where(_waiting(scope))
        .order_by(CallBack.due, CallBack.id)
    )
    if call_id is not None:
        rows = rows.where(CallBack.id == call_id)
    return [Wish(*row) for row in session.execute(rows)]


def done(session: Session, call_id: int, *, by: int, now: datetime) -> None:
    session.execute(update(CallBack).where(CallBack.id == call_id).values(done_at=now, done_by=by))


def put_off(session: Session, call_id: int, due: date) -> None:
    session.execute(update(CallBack).where(CallBack.id == call_id).values(due=due))
