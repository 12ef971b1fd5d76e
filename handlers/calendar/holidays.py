"""Working days, holidays and make-up days (调休): the one seam over the official calendar's library."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType

from chinese_calendar import constants

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
HOLIDAY, WORKDAY = "holiday", "workday"
KINDS = (HOLIDAY, WORKDAY)

_SATURDAY = 6
_ONE_DAY = timedelta(days=1)

_CHINESE_NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}


def _official_days() -> dict[date, tuple[str, str]]:
    days = {day: (HOLIDAY, _CHINESE_NAMES.get(name, name)) for day, name in constants.holidays.items()}
    days |= {day: (WORKDAY, _CHINESE_NAMES.get(name, name)) for day, name in constants.workdays.items()}
    return days


def _fixed_days() -> dict[tuple[int, int], tuple[str, str]]:
    """Read the days that are off by law each year, whatever a year's notice moves beside them."""
    with Path(__file__).with_name("fixed_holidays.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return {(int(row["month"]), int(row["day"])): (HOLIDAY, row["name"]) for row in rows}


_FIXED = MappingProxyType(_fixed_days())
_OFFICIAL = MappingProxyType(_official_days())
_OFFICIAL_YEARS = frozenset(day.year for day, (kind, _) in _OFFICIAL.items() if kind == HOLIDAY)


def weekday_name(day: date) -> str:
    return WEEKDAYS[day.weekday()]


@dataclass(frozen=True, slots=True)
class Calendar:
    """The official calendar, with the district's own rows above it."""

    extra: Mapping[date, tuple[str, str]] = field(default_factory=dict)
    """Day -> (`holiday` or `workday`, its name), from the pack's holidays sheet."""

    def knows(self, year: int) -> bool:
        """Tell whether the notice of a year is known; if not, weekends and the days fixed by law decide."""
        return year in _OFFICIAL_YEARS or any(day.year == year for day in self.extra)

    def is_workday(self, day: date) -> bool:
        listed = self._listed(day)
        return listed[0] == WORKDAY if listed else day.isoweekday() < _SATURDAY

    def name(self, day: date) -> str:
        """Say what kind of day it is: a holiday's name, else the weekday."""
        listed = self._listed(day)
        return listed[1] if listed and listed[0] == HOLIDAY and listed[1] else weekday_name(day)

    def next_workday(self, day: date) -> date:
        """Give the first working day after `day`."""
        return self._step(day, _ONE_DAY)

    def add_workdays(self, day: date, count: int) -> date:
        """Give the working day that is the `count`-th after `day` (before it, if negative)."""
        for _ in range(abs(count)):
            day = self._step(day, _ONE_DAY if count > 0 else -_ONE_DAY)
        return day

    def workdays_between(self, since: date, until: date) -> int:
        """Count the working days after `since` up to and including `until`; negative if it lies before."""
        if until < since:
            return -self.workdays_between(until, since)
        return sum(self.is_workday(since + timedelta(days=n)) for n in range(1, (until - since).days + 1))

    def _listed(self, day: date) -> tuple[str, str] | None:
        listed = self.extra.get(day) or _OFFICIAL.get(day)
        return listed or (None if self.knows(day.year) else _FIXED.get((day.month, day.day)))

    def _step(self, day: date, step: timedelta) -> date:
        day += step
        while not self.is_workday(day):
            day += step
        return day
