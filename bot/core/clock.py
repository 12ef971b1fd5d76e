"""The only reader of the real clock; everything else is given the time."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
"""Gives the present instant, aware, in the district's time zone."""


def shanghai_now(timezone: str = "Asia/Shanghai") -> Clock:
    """Make the real clock of a time zone."""
    zone = ZoneInfo(timezone)
    return lambda: datetime.now(zone)
