"""The sandbox's own time: it runs like a real clock and can be turned forward."""

import threading
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.core.clock import Clock, shanghai_now
from handlers.calendar.holidays import Calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
DECEMBER = 12
RECEPTION_DAY = 10
NOTICE = timedelta(days=7, minutes=25)
"""From 8:35 a week before, when the reminders of 8:30 are out, each in its own minute, to the reception at 9:00."""


class SandboxClock:
    """A clock for sandbox and bot together; what was jumped over has passed for both."""

    def __init__(self, start: datetime | None = None, real: Clock | None = None) -> None:
        self._real = real or shanghai_now()
        self._lock = threading.Lock()
        self._ahead = start - self._real() if start else timedelta(0)

    def __call__(self) -> datetime:
        with self._lock:
            return self._real().astimezone(SHANGHAI) + self._ahead

    def jump_to(self, instant: datetime) -> None:
        """Turn forward to an instant; a naive one is meant in Shanghai. Raises ValueError for the past."""
        aware = instant if instant.tzinfo else instant.replace(tzinfo=SHANGHAI)
        with self._lock:
            step = aware - (self._real() + self._ahead)
            if step < timedelta(0):
                raise ValueError("the clock cannot be turned back")
            self._ahead += step


def next_reception(now: datetime, *, notice: timedelta = timedelta(0)) -> datetime:
    """Give the next reception day, 9:00, whose notice is still ahead; weekends and holidays put it off."""
    calendar = Calendar()
    year, month = now.year, now.month
    while True:
        day = datetime(year, month, RECEPTION_DAY, 9, tzinfo=SHANGHAI)
        if not calendar.is_workday(day.date()):
            day = datetime.combine(calendar.next_workday(day.date()), day.time(), SHANGHAI)
        if day - notice > now:
            return day
        year, month = (year + 1, 1) if month == DECEMBER else (year, month + 1)


def jumps(now: datetime) -> list[tuple[str, datetime]]:
    """List the instants that the page offers, each with what to call it."""
    tomorrow = datetime.combine(now.date() + timedelta(days=1), time(8, 35), SHANGHAI)
    reminder = next_reception(now, notice=NOTICE) - NOTICE
    reception = next_reception(now)
    far = [
        (f"{reminder.month}月{reminder.day}日 8:35 提醒", reminder),
        (f"{reception.month}月{reception.day}日 9:00 接待", reception),
    ]
    return [
        ("+10分钟", now + timedelta(minutes=10)),
        ("+1小时", now + timedelta(hours=1)),
        ("明天8:35", tomorrow),
        *sorted(far, key=lambda jump: jump[1]),
    ]
