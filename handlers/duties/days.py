"""The days on which deputies come together: the next one, and the one that a line names."""

import re
from datetime import date, timedelta

from handlers.context import World
from handlers.duties.roster import PUT_OFF_AT_MOST, Gathering, gatherings

_AHEAD = timedelta(days=100)


_DAY = re.compile(r"(?:(\d{1,2})月)?(\d{1,2})[日号]")


_LAST_MONTH = 12


def next_gathering(
    world: World, stations: frozenset[str] | None, *, receiving: bool = False
) -> Gathering | None:
    """Give the next occasion at these stations, today's included; `receiving` counts only those with voters."""
    today = world.now.date()
    held = (
        each
        for each in gatherings(world.district, today - PUT_OFF_AT_MOST, today + _AHEAD)
        if (stations is None or each.station in stations)
        and (each.event.occasion.held_on or date.min) >= today
        and (each.event.rule.receives_voters or not receiving)
    )
    return min(held, key=lambda each: (each.event.day, each.event.rule.starts), default=None)


def day_named(words: str, today: date) -> date | None:
    """Give the next day that is called so (`10号`, `12月10日`); None where no day is named."""
    found = _DAY.search(words)
    if found is None:
        return None
    month, day = int(found[1] or 0), int(found[2])
    for ahead in range(_LAST_MONTH + 1):
        year, index = divmod(today.year * _LAST_MONTH + today.month - 1 + ahead, _LAST_MONTH)
        try:
            candidate = date(year, index + 1, day)
        except ValueError:
            continue
        if candidate >= today and month in {0, candidate.month}:
            return candidate
    return None
