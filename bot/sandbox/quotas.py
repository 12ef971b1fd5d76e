"""How often each API may be called on one day, as the platform counts it, and how the counts are cleared."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

DAILY = {
    "token": 2_000,
    "stable_token": 500_000,
    "message/custom/send": 500_000,
    "message/template/send": 100_000,
    "qrcode/create": 100_000,
    "media/upload": 5_000,
    "media/get": 10_000,
    "menu/create": 1_000,
    "user/info": 5_000_000,
}
"""By the path after `/cgi-bin/`; the other APIs have limits that nobody reaches."""
CLEARED_A_MONTH = 10


class Quotas:
    """Counts the calls of the day; at midnight all begin anew."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._limits = dict(DAILY)
        self._day: date | None = None
        self._used: Counter[str] = Counter()
        self._cleared: list[datetime] = []

    def take(self, api: str) -> bool:
        """Count a call; False where none is left, and then it does not count."""
        with self._lock:
            self._turn_the_day()
            if api in self._limits and self._used[api] >= self._limits[api]:
                return False
            self._used[api] += 1
            return True

    def leave(self, api: str, calls: int) -> None:
        """Let so many more calls be allowed today, as if the others had been made; as many as usual tomorrow."""
        with self._lock:
            self._turn_the_day()
            self._used[api] = max(0, self._limits[api] - calls)

    def clear(self) -> bool:
        """Begin all counts anew; False where that was done too often this month."""
        now = self._clock()
        with self._lock:
            self._cleared = [at for at in self._cleared if (at.year, at.month) == (now.year, now.month)]
            if len(self._cleared) >= CLEARED_A_MONTH:
                return False
            self._cleared.append(now)
            self._used.clear()
            return True

    def of(self, api: str) -> dict[str, int] | None:
        """Give limit, used and left of an API in the platform's words; None where it has no limit."""
        with self._lock:
            self._turn_the_day()
            if api not in self._limits:
                return None
            limit, used = self._limits[api], self._used[api]
            return {"daily_limit": limit, "used": used, "remain": limit - used}

    def shown(self) -> dict[str, Any]:
        """Give what was used today of every API that has a limit."""
        return {api: self.of(api) for api in DAILY}

    def _turn_the_day(self) -> None:
        today = self._clock().date()
        if today != self._day:
            self._day = today
            self._used.clear()
