"""Figures over cases, and what could not be delivered; every figure can be opened to its case numbers."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from storage.cases.selections import Selection, where
from storage.engine.literals import among
from storage.figures import rates
from storage.models import Case, Outbox, Person, Question, RoleGrant
from storage.people.scopes import Grant, Scope, visible

UNDELIVERED = ("dead", "unknown")


@dataclass(frozen=True, slots=True)
class Figures:
    """How many cases were filed in a span of time; sealed ones are never counted with others, imported ones apart."""

    total: int
    by_category: tuple[tuple[str, int], ...]
    by_station: tuple[tuple[str, int], ...]
    """Largest first; an empty key is the district desk."""
    imported: int
    opinions: int
    """Voiced at meetings: counted apart as well."""


def figures(session: Session, scope: Scope, wanted: Selection) -> Figures:
    """Count a selection, by category and by station."""
    rows = session.execute(
        select(Case.category, Case.station, func.count())
        .where(visible(scope), where(wanted))
        .group_by(Case.category, Case.station)
    ).all()
    imported = rates.count(session, scope, replace(wanted, imported=True))
    opinions = rates.count(session, scope, replace(wanted, opinions=True))
    categories: dict[str, int] = {}
    stations: dict[str, int] = {}
    for category, station, count in rows:
        categories[category] = categories.get(category, 0) + count
        stations[station] = stations.get(station, 0) + count
    return Figures(
        sum(categories.values()), _largest_first(categories), _largest_first(stations), imported, opinions
    )


def _largest_first(counts: dict[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


# -- undelivered ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A push that did not arrive, or may not have."""

    id: int
    person_id: int
    name: str
    phone: str
    kind: str
    error: str
    status: str
    """`dead` did not arrive; `unknown` may have arrived."""
    case_id: int | None
    case_number: str


def undelivered(
    session: Session,
    scope: Scope,
    stations: Iterable[str] | None,
    now: datetime,
    *,
    push_id: int | None = None,
) -> list[Undelivered]:
    """Give what did not reach voters of the scope's cases, or deputies of these stations (None: all)."""
    held = select(RoleGrant.person_id).where(
        RoleGrant.role == "deputy", or_(RoleGrant.until.is_(None), RoleGrant.until > now)
    )
    about_case = and_(Outbox.case_id.is_not(None), visible(scope))
    # The district desk also answers for what belongs to no case and no station, such as a late answer.
    to_deputy: ColumnElement[bool] = Outbox.case_id.is_(None)
    if stations is not None:
        to_deputy &= Outbox.person_id.in_(held.where(RoleGrant.area.in_(sorted(stations))))
    rows = (
        select(
            Outbox.id,
            Outbox.person_id,
            Person.name,
            Person.phone,
            Outbox.kind,
            Outbox.error,
            Outbox.status,
            Outbox.case_id,
            Case.number,
        )
        .join(Person, Person.id == Outbox.person_id)
        .outerjoin(Case, Case.id == Outbox.case_id)
        .where(among(Outbox.status, UNDELIVERED), Outbox.kind != "digest", or_(about_case, to_deputy))
        .order_by(Outbox.created_at.desc(), Outbox.id.desc())
    )
    if push_id is not None:
        rows = rows.where(Outbox.id == push_id)
    return [Undelivered(*row[:8], row[8] or "") for row in session.execute(rows)]


def last_result(session: Session, case_id: int, person_id: int) -> Outbox | None:
    """Give the message about a case that goes, or went, to its voter last; dead ones do not count."""
    return session.scalars(
        select(Outbox)
        .where(
            Outbox.case_id == case_id,
            Outbox.person_id == person_id,
            Outbox.kind == "result",
            Outbox.status != "dead",
        )
        .order_by(Outbox.not_before.desc(), Outbox.id.desc())
        .limit(1)
    ).one_or_none()


def add_to_result(
    session: Session,
    push: Outbox,
    text: str,
    question_id: int | None = None,
    *,
    over: str = "",
    owed_by: int | None = None,
) -> bool:
    """Put a further text, and the question it ends with, into a push that nobody has begun to send.

    False if it is under way, or ends with a question already; one of the kind `over` gives way. If it does not
    arrive, whoever spoke last hears.
    """
    gives_way = select(Question.id).where(Question.id == Outbox.question_id, Question.kind == over)
    joined = session.scalar(
        update(Outbox)
        .where(
            Outbox.id == push.id,
            Outbox.status == "pending",
            Outbox.attempts == 0,
            or_(Outbox.question_id.is_(None), gives_way.exists()),
        )
        .values(
            text=Outbox.text + "\n" + text,
            question_id=question_id or Outbox.question_id,
            owed_by=owed_by or Outbox.owed_by,
        )
        .returning(Outbox.id)
    )
    return joined is not None


# -- whom to tell -----------------------------------------------------------------------------------------


def holders(session: Session, roles: Iterable[str], now: datetime) -> dict[int, tuple[Grant, ...]]:
    """Give who holds one of these roles today, each with what they hold."""
    rows = session.execute(
        select(RoleGrant.person_id, RoleGrant.role, RoleGrant.area)
        .where(RoleGrant.role.in_(sorted(roles)), or_(RoleGrant.until.is_(None), RoleGrant.until > now))
        .order_by(RoleGrant.person_id, RoleGrant.id)
    )
    found: dict[int, tuple[Grant, ...]] = {}
    for person_id, role, area in rows:
        found[person_id] = (*found.get(person_id, ()), Grant(role, area))
    return found
