"""What happened to the cases of a scope in a span of time, each figure with the numbers behind it."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from storage.literals import among
from storage.models import Case, Referral, State
from storage.referrals import ANSWERABLE
from storage.reports import filed_where
from storage.scopes import Scope, visible

IMPORTED = "imported"


@dataclass(slots=True)
class DepartmentFigures:
    """How one department did with what was due in the span."""

    due: int = 0
    on_time: int = 0
    late: list[str] = field(default_factory=list)
    unsolved: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodFigures:
    """Counts of a span; what was imported stands apart, sealed cases are never counted with others."""

    filed: int
    imported: int
    referred: int
    closed: int
    open_now: int
    by_category: dict[str, int]
    by_street: dict[str, int]
    by_both: dict[tuple[str, str], int]
    """By street and category."""
    departments: dict[str, DepartmentFigures]
    asked: int
    """Voters who were asked in the span whether it is solved."""
    said: int
    """Of those: who said something."""
    solved: int
    """Of those: who said that it is solved."""

    @property
    def due(self) -> int:
        return sum(each.due for each in self.departments.values())

    @property
    def on_time(self) -> int:
        return sum(each.on_time for each in self.departments.values())


def instants(since: date, until: date, zone: tzinfo | None) -> tuple[datetime, datetime]:
    return datetime.combine(since, time(), zone), datetime.combine(until, time(), zone)


def period_figures(session: Session, scope: Scope, since: date, until: date, now: datetime) -> PeriodFigures:
    """Count a span of days, `until` not included; `now` is in the district's time zone."""
    zone = now.tzinfo
    first, end = instants(since, until, zone)
    inside = visible(scope) & Case.sealed.is_(False)
    own = inside & (Case.source != IMPORTED)
    filed = session.execute(
        select(Case.category, Case.street, Case.source, func.count())
        .where(inside, filed_where(first, end))
        .group_by(Case.category, Case.street, Case.source)
    ).all()
    by_category: dict[str, int] = {}
    by_street: dict[str, int] = {}
    by_both: dict[tuple[str, str], int] = {}
    imported = 0
    for category, street, source, many in filed:
        if source == IMPORTED:
            imported += many
        else:
            by_category[category] = by_category.get(category, 0) + many
            by_street[street] = by_street.get(street, 0) + many
            by_both[street, category] = by_both.get((street, category), 0) + many

    def count(*where: ColumnElement[bool]) -> int:
        return session.scalar(select(func.count()).select_from(Case).where(own, *where)) or 0

    referred = select(Referral.case_id).where(Referral.sent_at >= first, Referral.sent_at < end)
    asked = (Case.asked_at >= first, Case.asked_at < end)
    return PeriodFigures(
        filed=sum(by_category.values()),
        imported=imported,
        referred=count(Case.id.in_(referred)),
        closed=count(Case.closed_at >= first, Case.closed_at < end),
        open_now=count(among(Case.state, tuple(state for state in State if state not in _OVER))),
        by_category=_largest_first(by_category),
        by_street=_largest_first(by_street),
        by_both=by_both,
        departments=_departments(session, scope, since, until, now),
        asked=count(*asked),
        said=count(*asked, Case.verdict.is_not(None)),
        solved=count(*asked, Case.verdict == "solved"),
    )


_OVER = (State.CLOSED, State.WITHDRAWN, State.ELSEWHERE)


def _largest_first(counts: dict[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _departments(
    session: Session, scope: Scope, since: date, until: date, now: datetime
) -> dict[str, DepartmentFigures]:
    """Count what was due in the span by the department that answers for it; assisting ones are not counted."""
    rows = session.execute(
        select(Referral, Case.number, Case.verdict)
        .join(Case, Case.id == Referral.case_id)
        .where(
            visible(scope),
            Case.sealed.is_(False),
            Case.source != IMPORTED,
            Referral.lead.is_(True),
            Referral.state.in_(ANSWERABLE),
            Referral.due >= since,
            Referral.due < until,
        )
        .order_by(Case.number)
    )
    found: dict[str, DepartmentFigures] = {}
    for referral, number, verdict in rows:
        # An answer that the office sent back is none: the department has the case in hand again.
        stands = referral.answered_at if referral.state == "answered" else None
        answered = stands.astimezone(now.tzinfo).date() if stands else None
        if answered is None and referral.due >= now.date():
            continue  # its time is not up
        each = found.setdefault(referral.department, DepartmentFigures())
        each.due += 1
        if answered is not None and answered <= referral.due:
            each.on_time += 1
        else:
            each.late.append(number)
        if verdict == "unsolved":
            each.unsolved.append(number)
    return dict(sorted(found.items(), key=lambda pair: (-pair[1].due, pair[0])))


def by_month(session: Session, scope: Scope, until: date, months: int, zone: tzinfo | None) -> dict[str, int]:
    """Count what was filed in each of the months before a day, the earliest first; imported cases apart."""
    counts = {}
    number = until.year * 12 + until.month - 1
    for each in range(number - months, number):
        first, after = (date(n // 12, n % 12 + 1, 1) for n in (each, each + 1))
        where = filed_where(*instants(first, after, zone))
        counts[f"{first.year % 100}年{first.month}月"] = (
            session.scalar(
                select(func.count()).select_from(Case).where(visible(scope), where, Case.source != IMPORTED)
            )
            or 0
        )
    return counts


AGES = (7, 15, 30)
"""Days: how long open cases have waited, told in these steps."""


def by_age(session: Session, scope: Scope, now: datetime) -> list[int]:
    """Count the open cases by how long they have waited: up to each of AGES, and longer."""
    filed = session.scalars(
        select(Case.filed_at).where(
            visible(scope),
            Case.sealed.is_(False),
            among(Case.state, tuple(state for state in State if state not in _OVER)),
        )
    )
    counts = [0] * (len(AGES) + 1)
    for at in filed:
        waited = now - at
        counts[sum(waited > timedelta(days=days) for days in AGES)] += 1
    return counts
