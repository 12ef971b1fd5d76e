"""When a push may go out: not at night, and not in the minutes in which everybody sends. The one place for it."""

import enum
import zlib
from datetime import datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from handlers.calendar.times import SHANGHAI, SPREAD
from handlers.district.pack import DistrictSettings

QUIET_FROM = time(21, 0)
QUIET_UNTIL = time(7, 30)
CROWDED = frozenset({0, 30})
"""Minutes in which everybody sends; the platforms ask to leave them out."""

_ONE_DAY = timedelta(days=1)


class When(enum.Enum):
    """When a push may go out, as whoever owes it must say."""

    AT_ONCE = "at once"
    """At any hour: alerts, and answers to somebody who has just written."""
    BY_DAY = "by day"
    """Now, or in the morning if it is night: what one person does is told to another."""
    IN_PEACE = "in peace"
    """By day, and not in the minutes in which everybody sends: what many get at once, or a job tells."""


def planned(when: When | datetime, now: datetime, settings: DistrictSettings, *, whose: object) -> datetime:
    """Give the instant before which a push stays; an instant that was planned already stands."""
    if isinstance(when, datetime):
        return when
    if when is When.AT_ONCE:
        return now
    return (in_daytime if when is When.BY_DAY else in_peace)(now, settings, whose=whose)


def around(usual: datetime, whose: object) -> datetime:
    """Give somebody's own minute around a usual time: within three minutes of it, never that minute itself."""
    return usual + timedelta(minutes=_of(SPREAD, whose))


def out_of_quiet_hours(
    at: datetime,
    zone: tzinfo = SHANGHAI,
    quiet_from: time = QUIET_FROM,
    quiet_until: time = QUIET_UNTIL,
    *,
    whose: object = "",
) -> datetime:
    """Put off an instant of the night to somebody's own minute of the morning."""
    local = at.astimezone(zone)
    if quiet_until <= local.time() < quiet_from:
        return local
    day = local.date() if local.time() < quiet_until else local.date() + _ONE_DAY
    return datetime.combine(day, quiet_until, zone) + _a_little(whose)


def in_daytime(at: datetime, settings: DistrictSettings, *, whose: object = "") -> datetime:
    """Put off an instant of the district's night to the morning; by day it stays what it is."""
    zone = ZoneInfo(settings.timezone)
    return out_of_quiet_hours(at, zone, settings.quiet_from, settings.quiet_to, whose=whose)


def in_peace(at: datetime, settings: DistrictSettings, *, whose: object) -> datetime:
    """Put off what many get at once: out of the night, and out of the minutes in which everybody sends."""
    local = in_daytime(at, settings, whose=whose)
    return local + _a_little(whose) if local.minute in CROWDED else local


def _a_little(whose: object) -> timedelta:
    return timedelta(minutes=_of([minutes for minutes in SPREAD if minutes > 0], whose))


def _of(minutes: tuple[int, ...] | list[int], whose: object) -> int:
    """Choose by whose it is, so that the same person always gets the same minute."""
    return minutes[zlib.crc32(str(whose).encode()) % len(minutes)]
