"""Receptions that voters may book: which are ahead at a station, and which times of them are free. Pure."""

from collections.abc import Collection
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.calendar.occasions import DutyRule, length_of, over_at
from handlers.context import World
from handlers.district.pack import Station
from handlers.duties.forms import Event
from handlers.duties.roster import PUT_OFF_AT_MOST, Gathering, receptions_at

_AHEAD = timedelta(days=100)
_LATE_COMER = timedelta(minutes=30)
"""Nobody can book a time that is nearer than this."""


def receptions_ahead(station: Station, world: World, most: int = 3) -> list[Gathering]:
    """Give the next receptions at a station that are not over, the soonest first."""
    today, zone = world.now.date(), ZoneInfo(world.district.settings.timezone)
    found = [
        each
        for each in receptions_at(station, world.district, today - PUT_OFF_AT_MOST, today + _AHEAD)
        if each.event.occasion.held_on
        and over_at(each.event.occasion.held_on, each.event.rule.starts, each.event.rule.ends, zone)
        > world.now
    ]
    return sorted(found, key=lambda each: (each.event.day, each.event.rule.starts))[:most]


def places_of(rule: DutyRule) -> int:
    """Give how many voters can book one occasion."""
    times = length_of(rule.starts, rule.ends) // timedelta(minutes=rule.slot_minutes)
    return max(times, 1) * rule.seats


def time_of(rule: DutyRule, place: int) -> time:
    """Give when the voter is received who has this place."""
    return minutes_after(rule.starts, rule.slot_minutes * (place // rule.seats))


def minutes_after(moment: time, minutes: int) -> time:
    total = min(moment.hour * 60 + moment.minute + minutes, 24 * 60 - 1)
    return time(total // 60, total % 60)


def free_places(event: Event, gone: Collection[int], now: datetime, zone: ZoneInfo) -> list[int]:
    """Give the free places of an occasion, one for each time that can still be booked."""
    rule, found = event.rule, dict[int, int]()
    for place in range(places_of(rule)):
        at = datetime.combine(event.day, time_of(rule, place), zone)
        if place not in gone and at - _LATE_COMER > now:
            found.setdefault(place // rule.seats, place)
    return list(found.values())
