"""Cases that belong together: the bursts of a day, and all that was told about one trouble at one place."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from storage.cases.selections import IMPORTED, OPINION
from storage.casework.support import filed_lately
from storage.engine.bulk import insert_ignoring
from storage.engine.database import new_id
from storage.models import Burst, Case, CasePart, Referral, State
from storage.people.scopes import Scope, visible

DESPAIR = "suicide"


@dataclass(frozen=True, slots=True)
class Crowd:
    """So many voters who told of one topic at one place."""

    place: str
    topic: str
    people: int
    urgent: bool


def countable() -> ColumnElement[bool]:
    """Give the condition under which a case is counted with others: not sealed, not withdrawn, nobody's despair."""
    return and_(
        Case.sealed.is_(False),
        Case.state != State.WITHDRAWN,
        Case.urgency != DESPAIR,
        Case.source.not_in((IMPORTED, OPINION)),
    )


def tellable() -> ColumnElement[bool]:
    """Give the condition under which it may be told of: counted, no alarm, and somebody else's business too."""
    return and_(countable(), Case.private == "", Case.urgency == "")


def crowds(session: Session, since: datetime, *, fewest: int, without: Collection[str] = ()) -> list[Crowd]:
    """Give where so many different voters told of one topic since then; one voter who writes often is no crowd."""
    people = func.count(func.coalesce(Case.voter_id, Case.id).distinct())
    rows = session.execute(
        select(Case.place, Case.topic, people, func.max(Case.urgency))
        .where(countable(), Case.filed_at > since, Case.place != "", Case.topic.not_in(sorted(without)))
        .group_by(Case.place, Case.topic)
        .having(people >= fewest)
        .order_by(Case.place, Case.topic)
    )
    return [Crowd(place, topic, int(count), bool(urgency)) for place, topic, count, urgency in rows]


def goes_on(session: Session, crowd: Crowd, since: datetime, last_at: datetime) -> bool:
    """Tell whether this burst was told already and still lasts; what came since is counted to it."""
    row = session.scalars(
        select(Burst)
        .where(Burst.place == crowd.place, Burst.topic == crowd.topic, Burst.last_at > since)
        .order_by(Burst.last_at.desc())
        .limit(1)
    ).one_or_none()
    if row is not None and row.last_at < last_at:
        session.execute(update(Burst).where(Burst.id == row.id).values(last_at=last_at))
    return row is not None


def begin(session: Session, crowd: Crowd, found: Sequence[Case], now: datetime) -> bool:
    """Write a burst down; False if another worker has."""
    row = {
        "id": new_id(),
        "place": crowd.place,
        "topic": crowd.topic,
        "first_case_id": found[0].id,
        "told_at": now,
        "last_at": max(case.filed_at for case in found),
    }
    return bool(insert_ignoring(session.connection(), Burst, [row], key="id"))


def cases_of(session: Session, crowd: Crowd, since: datetime) -> list[Case]:
    """Give the cases of a crowd, the oldest first."""
    return [
        case for case in filed_lately(session, crowd.place, crowd.topic, since) if case.urgency != DESPAIR
    ]


# -- all that was told about one trouble ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """What a department said about a case."""

    number: str
    department: str
    answered_at: datetime
    result: str
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a case, by what it is kept under."""

    number: str
    at: datetime
    stored_as: str


def like(session: Session, scope: Scope, case: Case, since: datetime) -> list[Case]:
    """Give a case with all that may be told beside it: put to it, or of its topic at its place since then."""
    belongs = [Case.id == case.id, Case.merged_into == case.id]
    if case.place:
        belongs.append(and_(Case.place == case.place, Case.topic == case.topic, Case.filed_at >= since))
    rows = session.scalars(
        select(Case).where(visible(scope), tellable(), or_(*belongs)).order_by(Case.filed_at, Case.id)
    )
    return list(rows)


def answers_to(session: Session, found: Sequence[Case]) -> list[Answer]:
    """Give what departments answered, the newest last; what an office has not sent to the voter yet is left out."""
    numbers = {case.id: case.number for case in found}
    unseen = {case.id for case in found if case.state == State.ANSWERED}
    rows = session.scalars(
        select(Referral)
        .where(
            Referral.case_id.in_(set(numbers) - unseen), Referral.state == "answered", Referral.answer != ""
        )
        .order_by(Referral.answered_at, Referral.id)
    )
    return [
        Answer(numbers[row.case_id], row.department, row.answered_at, row.result, row.answer)
        for row in rows
        if row.answered_at is not None
    ]


def pictures_of(session: Session, found: Sequence[Case], limit: int) -> list[Picture]:
    """Give the newest pictures that were fetched, the oldest of them first."""
    numbers = {case.id: case.number for case in found}
    rows = session.scalars(
        select(CasePart)
        .where(CasePart.case_id.in_(numbers), CasePart.kind == "image", CasePart.stored_as != "")
        .order_by(CasePart.id.desc())
        .limit(limit)
    ).all()
    return [Picture(numbers[row.case_id], row.at, row.stored_as) for row in reversed(rows)]
