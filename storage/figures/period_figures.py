"""What happened to the cases of a scope in a span of time, from the same selections as every figure told in chat."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.cases.selections import CLOSED, DUE, Selection, first_department, in_days, where
from storage.figures import rates
from storage.figures.rates import Counts
from storage.models import Case
from storage.people.scopes import Scope, visible


@dataclass(frozen=True, slots=True)
class DepartmentFigures:
    """What became of the cases for which one department answers, and the numbers behind it."""

    counts: Counts
    late: list[str] = field(default_factory=list)
    unsolved: list[str] = field(default_factory=list)
    seen_again: int = 0
    """So many of them were looked at on the spot (回头看) with a clear finding."""
    held: int = 0
    """So many of those were really done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodFigures:
    """Counts of a span; what was imported stands apart, sealed cases are never counted with others."""

    filed: int
    imported: int
    handed_over: int
    """Of those filed: which a department had to answer for."""
    done: int
    """Of those filed: closed by now."""
    closed: int
    """Closed in the span, whenever filed."""
    open_now: int
    by_category: dict[str, int]
    by_street: dict[str, int]
    by_both: dict[tuple[str, str], int]
    """By street and category."""
    outcomes: Counts
    """What became of all that came due in the span."""
    departments: dict[str, DepartmentFigures]
    seen_again: int = 0
    """Of what came due: looked at on the spot (回头看), with a clear finding."""
    held: int = 0
    """Of those: really done."""

    def as_data(self) -> dict[str, Any]:
        """Give it as it is kept with a report that was issued."""
        return asdict(self) | {"by_both": [[*key, count] for key, count in self.by_both.items()]}


def figures_from(data: Mapping[str, Any]) -> PeriodFigures:
    """Read what `as_data` wrote."""
    departments = {
        key: DepartmentFigures(**{**each, "counts": Counts(**each["counts"])})
        for key, each in data["departments"].items()
    }
    both = {(street, category): count for street, category, count in data["by_both"]}
    said = {**data, "by_both": both, "outcomes": Counts(**data["outcomes"]), "departments": departments}
    return PeriodFigures(**said)


def period_figures(session: Session, scope: Scope, since: date, until: date, now: datetime) -> PeriodFigures:
    """Count a span of days, `until` not included; `now` is in the district's time zone."""
    filed = in_days(now, since, until)
    rows = session.execute(
        select(Case.category, Case.street, func.count())
        .where(visible(scope), where(filed))
        .group_by(Case.category, Case.street)
    )
    by_category: dict[str, int] = {}
    by_street: dict[str, int] = {}
    by_both: dict[tuple[str, str], int] = {}
    for category, street, many in rows:
        by_category[category] = by_category.get(category, 0) + many
        by_street[street] = by_street.get(street, 0) + many
        by_both[street, category] = many

    def count(wanted: Selection) -> int:
        return rates.count(session, scope, wanted)

    seen_again, held = (rates.count(session, scope, _found(filed, mark)) for mark in _FINDINGS)
    return PeriodFigures(
        seen_again=seen_again,
        held=held,
        filed=sum(by_category.values()),
        imported=count(replace(filed, imported=True)),
        handed_over=count(replace(filed, marks=("handed-over",))),
        done=count(replace(filed, marks=("closed",))),
        closed=count(replace(filed, basis=CLOSED)),
        open_now=count(replace(in_days(now), marks=("open",))),
        by_category=_largest_first(by_category),
        by_street=_largest_first(by_street),
        by_both=by_both,
        outcomes=rates.count_outcomes(session, scope, filed).get("", Counts()),
        departments=department_figures(session, scope, filed),
    )


_FINDINGS = ("rechecked", "recheck-held")


def _found(filed: Selection, mark: str) -> Selection:
    """Give what came due and was looked at on the spot."""
    return replace(filed, basis=DUE, marks=("kept", mark))


def _largest_first(counts: dict[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def people_heard(session: Session, scope: Scope, wanted: Selection) -> int:
    """Count the voters behind a selection of cases, each once."""
    # Who is not known any more told something all the same.
    told = func.coalesce(-Case.teller, Case.voter_id)
    counted = select(func.count(func.distinct(told))).where(visible(scope), where(wanted))
    return session.scalar(counted) or 0


def department_figures(session: Session, scope: Scope, wanted: Selection) -> dict[str, DepartmentFigures]:
    """Tell by department what became of the cases that came due, most cases first."""
    seen_again, held = (
        rates.count_groups(session, scope, _found(wanted, mark), "department") for mark in _FINDINGS
    )
    found = {
        key: DepartmentFigures(counts, seen_again=seen_again.get(key, 0), held=held.get(key, 0))
        for key, counts in rates.count_outcomes(session, scope, wanted, "department").items()
        if key and counts.due
    }
    for mark in ("late", "unsolved"):
        behind = replace(wanted, basis=DUE, marks=("kept", mark))
        rows = session.execute(
            select(first_department(), Case.number)
            .where(visible(scope), where(behind))
            .order_by(Case.filed_at, Case.number)
        )
        for key, number in rows:
            (found[key].late if mark == "late" else found[key].unsolved).append(number)
    return dict(sorted(found.items(), key=lambda pair: (-pair[1].counts.due, pair[0])))


def by_month(session: Session, scope: Scope, until: date, months: int, now: datetime) -> dict[str, int]:
    """Count what was filed in each of the months before a day, the earliest first."""
    number = until.year * 12 + until.month - 1
    firsts = [date(n // 12, n % 12 + 1, 1) for n in range(number - months, number)]
    counted = rates.count_groups(session, scope, in_days(now, firsts[0], until), "month")
    return {f"{first.year % 100}年{first.month}月": counted.get(f"{first:%Y-%m}", 0) for first in firsts}


AGES = (7, 15, 30)
"""Days: how long open cases have waited, told in these steps."""


def by_age(session: Session, scope: Scope, now: datetime) -> list[int]:
    """Count the open cases by how long they have waited: up to each of AGES, and longer."""
    still_open = replace(in_days(now), marks=("open",))
    counts = [0] * (len(AGES) + 1)
    for at in session.scalars(select(Case.filed_at).where(visible(scope), where(still_open))):
        counts[sum(now - at > timedelta(days=days) for days in AGES)] += 1
    return counts
