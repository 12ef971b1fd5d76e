"""Deadlines in working days, with the sum that leads to them."""

from dataclasses import dataclass
from datetime import date

from handlers.context import World

LONGEST = 180
"""Working days; more is a slip of the pen."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """So many working days after a day, and the days that were passed over."""

    days: int
    first: date
    due: date
    passed_over: int
    """Days off between the first and the last day."""


def deadline(world: World, days: int) -> Deadline:
    """Count working days from tomorrow by the official calendar."""
    calendar, today = world.district.calendar, world.now.date()
    first, due = calendar.next_workday(today), calendar.add_workdays(today, days)
    return Deadline(days, first, due, (due - first).days + 1 - days)


def put_off(world: World, due: date, days: int) -> Deadline:
    """Count further working days from a due day, or from today where it is past."""
    calendar, start = world.district.calendar, max(due, world.now.date())
    first, later = calendar.next_workday(start), calendar.add_workdays(start, days)
    return Deadline(days, first, later, (later - first).days + 1 - days)


def half(days: int) -> int:
    """Give the shorter clock of a case that comes back unsolved."""
    return max(1, days // 2)
