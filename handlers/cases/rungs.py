"""The rungs of the ladder on which an unanswered case climbs: pure decisions by working days."""

import enum
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, time
from math import ceil

from handlers.calendar.holidays import Calendar
from handlers.district.pack import DistrictSettings

NAGS_AT, NAGS_UNTIL = time(9, 10), time(17, 30)
ASKED_EVERY = 2
"""The desk is asked anew after so many working days (再等两天)."""
_PER_CENT = 100


class Rung(enum.StrEnum):
    """Who hears of an unanswered case."""

    RECEIPT = "receipt"
    """The department has not accepted it; whoever sent it hears so too."""
    NAG = "nag"
    OVERDUE = "overdue"
    HEAD = "head"
    """The desk is asked whether to tell the department's head."""
    LEADER = "leader"
    """The head was told: the desk is asked whether to tell the leader in charge."""
    SUPERVISION = "supervision"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """What the rungs depend on."""

    sent: date
    receipt_due: date
    due: date
    accepted: bool
    told: Collection[Rung] = ()
    """Those above the department whom a person has told already."""


def late_by(due: date, today: date, calendar: Calendar) -> int:
    """Count the working days since a due day; 0 on the day itself and before."""
    return max(0, calendar.workdays_between(due, today))


def rungs(clock: Clock, today: date, calendar: Calendar, settings: DistrictSettings) -> tuple[Rung, ...]:
    """Give what is to happen today; the department hears at most one thing a day, on the due day its morning card."""
    if not calendar.is_workday(today) or today == clock.due:
        return ()
    if today < clock.due:
        total = calendar.workdays_between(clock.sent, clock.due)
        passed = calendar.workdays_between(clock.sent, today)
        if passed >= ceil(total * settings.nag_percent / _PER_CENT):
            return (Rung.NAG,)
        return (Rung.RECEIPT,) if not clock.accepted and today >= clock.receipt_due else ()
    late = late_by(clock.due, today, calendar)
    found = [Rung.OVERDUE] if late < settings.desk_after_days else []
    if late >= settings.desk_after_days and Rung.HEAD not in clock.told:
        found.append(Rung.HEAD)
    if late >= settings.leader_after_days and Rung.HEAD in clock.told and Rung.LEADER not in clock.told:
        found.append(Rung.LEADER)
    if late >= settings.supervise_after_days:
        found.append(Rung.SUPERVISION)
    return tuple(found)
