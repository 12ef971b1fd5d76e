"""The four honest rates, each with numerator and denominator, and the order of units by what is certain of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from math import sqrt

from sqlalchemy import ColumnElement, and_, case, func, literal, literal_column, select
from sqlalchemy.orm import Session, aliased

from storage.cases.selections import (
    DUE,
    Selection,
    about,
    answered,
    answered_in_time,
    condition,
    first_department,
    first_round,
    on_time,
    where,
)
from storage.engine.local_time import days_between, local_day
from storage.models import Case, Referral
from storage.people.scopes import Scope, visible

FEWEST_TO_RANK = 10
"""A unit with fewer is listed apart: one case more or less would move it from first to last."""
_Z = 1.96
"""For the interval in which a rate lies with 95 % certainty."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the cases that came due; withdrawn ones are only counted, closed is never read as solved."""

    due: int = 0
    on_time: int = 0
    answered: int = 0
    reported: int = 0
    asked: int = 0
    said: int = 0
    confirmed: int = 0
    graded: int = 0
    content: int = 0
    reopened: int = 0
    withdrawn: int = 0
    excused: int = 0
    """Answered late by the record, and counted as on time after the department's figures were checked."""

    def rate(self, measure: str) -> tuple[int, int]:
        """Give numerator and denominator of a rate."""
        if measure == "overdue-rate":
            return self.due - self.on_time, self.due
        above, below = RATES[measure]
        return int(getattr(self, above)), int(getattr(self, below))


RATES: Mapping[str, tuple[str, str]] = {
    "ontime": ("on_time", "due"),
    "reported": ("reported", "answered"),
    "confirmed": ("confirmed", "said"),
    "content": ("content", "graded"),
}
"""The four rates: what is divided by what."""

_NAMES = tuple(field.name for field in fields(Counts))
_BITS = {name: bit for bit, name in enumerate(name for name in _NAMES if name != "due")}
_MARK_OF = {field.name: field.name.replace("_", "-") for field in fields(Counts) if field.name != "due"}


def count(session: Session, scope: Scope, wanted: Selection) -> int:
    """Count the cases of a selection."""
    return session.scalar(select(func.count()).select_from(Case).where(visible(scope), where(wanted))) or 0


def count_outcomes(session: Session, scope: Scope, wanted: Selection, by: str = "") -> dict[str, Counts]:
    """Count what became of the cases that came due, in groups (`street`, `department`, `category`, `station`).

    Each case is read once: what became of it is one number, and cases with the same one are counted together.
    """
    base = replace(wanted, basis=DUE)
    first = aliased(Referral)
    key = (first.department if by == "department" else _group_key(by, base)).label("grouped")
    became = _became(first, base).label("became")
    rows = session.execute(
        select(key, became, func.count())
        .select_from(first)
        .join(Case, Case.id == first.case_id)
        .where(visible(scope), about(base), first_round(base, first))
        .group_by(key, became)
    )
    counted: dict[str, dict[str, int]] = {}
    for group, bits, count in rows:
        sums = counted.setdefault(group or "", dict.fromkeys(_NAMES, 0))
        if bits & 1 << _BITS["withdrawn"]:
            sums["withdrawn"] += count
            continue
        sums["due"] += count
        for name, bit in _BITS.items():
            sums[name] += count if bits & 1 << bit else 0
    return {group: Counts(**sums) for group, sums in counted.items()}


def _became(first: type[Referral], base: Selection) -> ColumnElement[int]:
    """Give what became of a case as bits; only one that went to departments again needs all its rounds read."""
    later = aliased(Referral)
    again = select(later.id).where(later.case_id == first.case_id, later.round > first.round).exists()
    once = {
        "on_time": answered_in_time(first, base) | first.excused_at.is_not(None),
        "answered": first.state == "answered",
        "reported": and_(first.state == "answered", first.result == "A"),
    }
    anew = {"on_time": on_time(base), "answered": answered(), "reported": answered("A")}
    rest = {name: condition(_MARK_OF[name], base) for name in _BITS if name not in once}
    return case((again, _sum_of(anew)), else_=_sum_of(once)) + _sum_of(rest)


def _sum_of(conditions: Mapping[str, ColumnElement[bool]]) -> ColumnElement[int]:
    total: ColumnElement[int] = literal(0)
    for name, is_so in conditions.items():
        total += case((is_so, literal_column(str(1 << _BITS[name]))), else_=literal_column("0"))
    return total


def count_groups(session: Session, scope: Scope, wanted: Selection, by: str) -> dict[str, int]:
    """Count the cases of a selection in groups, `month` among them."""
    key = _group_key(by, wanted)
    rows = session.execute(select(key, func.count()).where(visible(scope), where(wanted)).group_by(key))
    return {row[0] or "": int(row[1]) for row in rows}


def _group_key(by: str, wanted: Selection) -> ColumnElement[str]:
    keys: Mapping[str, ColumnElement[str]] = {
        "": literal(""),
        "street": Case.street.expression,
        "station": Case.station.expression,
        "category": Case.category.expression,
    }
    if by == "department":
        grouped: ColumnElement[str] = first_department()
    elif by == "month":
        grouped = func.substr(local_day(Case.filed_at, literal(wanted.minutes)), 1, 7)
    else:
        grouped = keys[by]
    return grouped.label("grouped")


def days_to_answer(session: Session, scope: Scope, wanted: Selection) -> tuple[float, int]:
    """Give how many days it took on average from filing to the answer, and over how many answered cases."""
    row = session.execute(
        select(func.avg(days_between(Case.filed_at, Case.answered_at)), func.count()).where(
            visible(scope), where(wanted), Case.answered_at.is_not(None)
        )
    ).one()
    return float(row[0] or 0), int(row[1])


# -- order ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ranked:
    """A unit with its rate; `certain` is what the rate is at least with 95 % certainty."""

    key: str
    above: int
    below: int
    certain: float
    ranked: bool = True
    """Has enough cases for a place."""


def wilson_lower(above: int, below: int) -> float:
    """Give the lower end of the Wilson interval: 1 of 1 says less than 90 of 100."""
    if not below:
        return 0.0
    share = above / below
    middle = share + _Z * _Z / (2 * below)
    spread = _Z * sqrt((share * (1 - share) + _Z * _Z / (4 * below)) / below)
    return max(0.0, (middle - spread) / (1 + _Z * _Z / below))


def ranking(
    rates: Iterable[tuple[str, int, int]], *, fewest: int = FEWEST_TO_RANK
) -> tuple[list[Ranked], list[Ranked]]:
    """Order units by what is certain of them, the best first; those with too few cases stand apart."""
    units = [Ranked(key, above, below, wilson_lower(above, below)) for key, above, below in rates]
    enough = [unit for unit in units if unit.below >= fewest]
    few = [replace(unit, ranked=False) for unit in units if 0 < unit.below < fewest]
    return (
        sorted(enough, key=lambda unit: (-unit.certain, unit.key)),
        sorted(few, key=lambda unit: (-unit.below, unit.key)),
    )
