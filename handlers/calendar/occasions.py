"""The pure calendar of duties: which days a rule asks for, when they are really held, when to remind."""

import calendar as months_of
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import pairwise

from handlers.calendar.holidays import Calendar
from handlers.calendar.times import LONGEST_SPREAD, SHANGHAI

AUDIENCES = ("community", "street", "industry", "all")
HOLIDAY_POLICIES = ("hold", "next_workday", "skip")

_ONE_DAY = timedelta(days=1)
_MORNING_BEFORE = time(8, 30)
# Tried in this order: the first that leaves half an hour before the start.
_MORNING_ITSELF = (time(8, 5), time(7, 45), time(7, 35))
_EVENING_BEFORE = time(20, 45)
_NOTICE_BEFORE_START = timedelta(minutes=30)
_LONGEST_GAP = timedelta(days=1100)
_DEFAULT_LENGTH = timedelta(hours=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyRule:
    """What a district asks of its deputies again and again: one row of the pack."""

    key: str
    name: str
    """In full, for the short form: `代表统一接待选民日`."""
    short_name: str = ""
    """As people say it, for echoes and lists: `接待日`; empty means the name."""
    pattern: str
    """A key of PATTERNS."""
    day: int | None = None
    """Day of the month; what the month does not have means its last day."""
    months: tuple[int, ...] = ()
    nth: int | None = None
    """Which weekday of the month, -1 for the last one."""
    weekday: int | None = None
    """1 is Monday, 7 is Sunday."""
    anchor: date | None = None
    """The month from which `every_two_months` counts; no rule asks for a day before it."""
    audience: str = "all"
    """The kind of station (AUDIENCES), or the key of one station."""
    venue: str = ""
    """May name `{station}`, `{room}` and `{street}`; empty means the station and its room."""
    starts: time = time(9, 0)
    ends: time | None = None
    theme: str = ""
    leads: tuple[int, ...] = (7, 1, 0)
    """Days before, each with a reminder; 0 is the morning itself."""
    holiday: str = "hold"
    """One of HOLIDAY_POLICIES."""
    receives_voters: bool = False
    """Voters are received then, and may book a time."""
    slot_minutes: int = 20
    """How long one voter is received who has booked."""
    seats: int = 1
    """How many voters are received at the same time."""

    @property
    def label(self) -> str:
        return self.short_name or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedOccasion:
    """One day of a rule: the day it is due by the rule, and the day it is really held."""

    nominal_date: date
    held_on: date | None
    """None when it is skipped, or falls together with the next one."""
    reason: str = ""
    """Why it is moved or skipped: `周日`, `国庆节`."""
    provisional: bool = False
    """Rests on a year whose holidays are not known yet."""
    dropped: bool = False
    """No rule asks for it any more: it was written down, and then the rule changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueReminder:
    """A reminder that one rule's occasion asks for."""

    rule: DutyRule
    occasion: PlannedOccasion
    lead: int
    at: datetime


# -- patterns -------------------------------------------------------------------------------------------


def _month_starts(since: date, until: date) -> Iterator[date]:
    first = since.replace(day=1)
    while first < until:
        yield first
        first = (first + timedelta(days=31)).replace(day=1)


def _day_in_month(rule: DutyRule, first: date) -> date | None:
    """Give the rule's day in the month that begins with `first`; a fifth Friday may not exist."""
    length = months_of.monthrange(first.year, first.month)[1]
    if rule.day is not None:
        return first.replace(day=min(rule.day, length))
    if rule.nth is None or rule.weekday is None:
        return first.replace(day=min(rule.anchor.day, length)) if rule.anchor else None
    matching = [day for day in range(1, length + 1) if first.replace(day=day).isoweekday() == rule.weekday]
    index = rule.nth - 1 if rule.nth > 0 else rule.nth
    return first.replace(day=matching[index]) if -len(matching) <= index < len(matching) else None


def _in_months(rule: DutyRule, since: date, until: date, wanted: Callable[[date], bool]) -> tuple[date, ...]:
    days = (_day_in_month(rule, first) for first in _month_starts(since, until) if wanted(first))
    return tuple(day for day in days if day is not None and since <= day < until)


def _monthly(rule: DutyRule, since: date, until: date) -> tuple[date, ...]:
    return _in_months(rule, since, until, lambda first: not rule.months or first.month in rule.months)


def _quarterly(rule: DutyRule, since: date, until: date) -> tuple[date, ...]:
    return _in_months(rule, since, until, lambda first: first.month in (rule.months or (1, 4, 7, 10)))


def _half_yearly(rule: DutyRule, since: date, until: date) -> tuple[date, ...]:
    return _in_months(rule, since, until, lambda first: first.month in (rule.months or (1, 7)))


def _yearly(rule: DutyRule, since: date, until: date) -> tuple[date, ...]:
    months = rule.months or ((rule.anchor.month,) if rule.anchor else (1,))
    return _in_months(rule, since, until, lambda first: first.month in months)


def _every_two_months(rule: DutyRule, since: date, until: date) -> tuple[date, ...]:
    odd = (rule.anchor.month if rule.anchor else 1) % 2
    return _in_months(rule, since, until, lambda first: first.month % 2 == odd)


def _weekly(rule: DutyRule, since: date, until: date) -> tuple[date, ...]:
    first = since + timedelta(days=((rule.weekday or 1) - since.isoweekday()) % 7)
    return tuple(first + timedelta(weeks=week) for week in range(-((first - until).days // 7)))


Pattern = Callable[[DutyRule, date, date], tuple[date, ...]]

# To add a kind of rule, write one function and name it here. All give the days of since <= day < until.
PATTERNS: dict[str, Pattern] = {
    "monthly": _monthly,
    "quarterly": _quarterly,
    "every_two_months": _every_two_months,
    "half_yearly": _half_yearly,
    "yearly": _yearly,
    "nth_weekday": _monthly,
    "weekly": _weekly,
}


def nominal_dates(rule: DutyRule, since: date, until: date) -> tuple[date, ...]:
    """Give the days that a rule asks for, since <= day < until, before any holiday is looked at."""
    begin = max(since, rule.anchor.replace(day=1)) if rule.anchor else since
    return PATTERNS[rule.pattern](rule, begin, until) if begin < until else ()


def faults_of(rule: DutyRule) -> tuple[str, ...]:
    """Say in plain words what is missing or wrong in a rule; empty when it can be planned."""
    by_weekday = rule.weekday is not None and 1 <= rule.weekday <= 7  # noqa: PLR2004 -- ISO weekdays
    by_day = rule.day is not None and 1 <= rule.day <= 31  # noqa: PLR2004 -- days of a month
    by_nth = by_weekday and rule.nth in (1, 2, 3, 4, 5, -1)
    checks = (
        (rule.pattern in PATTERNS, f"pattern '{rule.pattern}' is not one of {', '.join(PATTERNS)}"),
        (rule.day is None or by_day, "day must be 1 to 31"),
        (rule.weekday is None or by_weekday, "weekday must be 1 (Monday) to 7 (Sunday)"),
        (rule.nth is None or by_nth, "nth must be 1 to 5 or -1 and needs a weekday"),
        (rule.pattern != "weekly" or by_weekday, "weekly needs a weekday"),
        (
            rule.pattern != "nth_weekday" or (by_nth and rule.day is None),
            "nth_weekday needs nth and weekday, no day",
        ),
        (rule.pattern in {"weekly", "nth_weekday"} or by_day or by_nth, "needs a day, or nth and weekday"),
        (
            rule.pattern != "every_two_months" or rule.anchor is not None,
            "every_two_months needs an anchor month",
        ),
        (rule.pattern != "yearly" or rule.months or rule.anchor is not None, "yearly needs months"),
        (all(1 <= month <= 12 for month in rule.months), "months must be 1 to 12"),  # noqa: PLR2004
        (rule.ends is None or rule.ends > rule.starts, "ends must be after starts"),
        (all(0 <= lead <= 60 for lead in rule.leads), "leads must be 0 to 60 days"),  # noqa: PLR2004
        (len(set(rule.leads)) == len(rule.leads), "leads must differ"),
        (5 <= rule.slot_minutes <= 240, "slot_minutes must be 5 to 240"),  # noqa: PLR2004 -- minutes
        (1 <= rule.seats <= 99, "seats must be 1 to 99"),  # noqa: PLR2004 -- voters at once
        (
            rule.holiday in HOLIDAY_POLICIES,
            f"holiday '{rule.holiday}' is not one of {', '.join(HOLIDAY_POLICIES)}",
        ),
    )
    return tuple(fault for good, fault in checks if not good)


# -- occasions ------------------------------------------------------------------------------------------


def occasions_between(
    rule: DutyRule, since: date, until: date, calendar: Calendar
) -> tuple[PlannedOccasion, ...]:
    """Plan the occasions whose nominal date is since <= day < until."""
    days = nominal_dates(rule, since, until)
    if not days:
        return ()
    following = nominal_dates(rule, days[-1] + _ONE_DAY, days[-1] + _LONGEST_GAP)[:1]
    pairs = list(pairwise((*days, *(following or (date.max,)))))
    return tuple(_plan(rule, day, next_day, calendar) for day, next_day in pairs)


def _plan(rule: DutyRule, day: date, next_day: date, calendar: Calendar) -> PlannedOccasion:
    if rule.holiday == "hold":
        return PlannedOccasion(nominal_date=day, held_on=day)
    known = calendar.knows(day.year)
    if calendar.is_workday(day):
        return PlannedOccasion(nominal_date=day, held_on=day, provisional=not known)
    if rule.holiday == "skip":
        return PlannedOccasion(
            nominal_date=day, held_on=None, reason=calendar.name(day), provisional=not known
        )
    put_off = calendar.next_workday(day)
    return PlannedOccasion(
        nominal_date=day,
        # A week of holidays would put two weekly occasions on one day: the earlier one gives way.
        held_on=put_off if put_off < next_day else None,
        reason=calendar.name(day),
        provisional=not (known and calendar.knows(put_off.year)),
    )


# -- reminders ------------------------------------------------------------------------------------------


def due_between(
    rules: Iterable[DutyRule], since: datetime, until: datetime, calendar: Calendar, zone: tzinfo = SHANGHAI
) -> tuple[DueReminder, ...]:
    """Give every reminder whose instant is since <= instant < until, in the order of their instants."""
    first, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    due = [
        DueReminder(rule=rule, occasion=occasion, lead=lead, at=at)
        for rule in rules
        for occasion in occasions_between(rule, *reach(rule, first, last), calendar)
        for lead, at in reminder_instants(rule, occasion, zone)
        if since <= at < until
    ]
    return tuple(sorted(due, key=lambda reminder: (reminder.at, reminder.rule.key)))


def reach(rule: DutyRule, first: date, last: date) -> tuple[date, date]:
    """Give the nominal dates (from, up to) that may need a reminder on a day of first <= day <= last."""
    # Put off over the longest holiday on one side; the longest lead and an evening before on the other.
    return first - timedelta(days=15), last + timedelta(days=max(rule.leads, default=0) + 2)


def reminder_instants(
    rule: DutyRule, occasion: PlannedOccasion, zone: tzinfo = SHANGHAI
) -> tuple[tuple[int, datetime], ...]:
    """Give (lead, usual instant) of each reminder; a skipped occasion is told once, at the longest lead."""
    if occasion.dropped:
        return ()
    if occasion.held_on is not None:
        leads = tuple(sorted(set(rule.leads), reverse=True))
        return tuple((lead, _instant(rule, occasion.held_on, lead, zone)) for lead in leads)
    lead = max(rule.leads, default=0)
    return ((lead, _instant(rule, occasion.nominal_date, lead, zone)),)


def _instant(rule: DutyRule, held_on: date, lead: int, zone: tzinfo) -> datetime:
    if lead:
        return datetime.combine(held_on - timedelta(days=lead), _MORNING_BEFORE, zone)
    latest = datetime.combine(held_on, rule.starts, zone) - _NOTICE_BEFORE_START - LONGEST_SPREAD
    for moment in _MORNING_ITSELF:
        at = datetime.combine(held_on, moment, zone)
        if at <= latest:
            return at
    return datetime.combine(held_on - _ONE_DAY, _EVENING_BEFORE, zone)


def length_of(starts: time, ends: time | None) -> timedelta:
    """Give how long an occasion takes; what names no end takes two hours."""
    if ends is None:
        return _DEFAULT_LENGTH
    day = date.min
    return datetime.combine(day, ends) - datetime.combine(day, starts)


def over_at(held_on: date, starts: time, ends: time | None, zone: tzinfo = SHANGHAI) -> datetime:
    """Give the instant after which a reminder for this day is of no use."""
    if ends is not None:
        return datetime.combine(held_on, ends, zone)
    return datetime.combine(held_on, starts, zone) + _DEFAULT_LENGTH
