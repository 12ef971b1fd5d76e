"""Access tokens as the platform gives them: the plain ones replace each other, the stable ones stay."""

import secrets
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

LIFE = timedelta(hours=2)
OVERLAP = timedelta(minutes=5)
FORCED_APART = timedelta(seconds=30)
FORCED_A_DAY = 20

OK, INVALID, EXPIRED, DAILY_LIMIT = 0, 40001, 42001, 45009


class Tokens:
    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._until: dict[str, datetime] = {}
        self._plain = self._stable = ""
        self._forced: list[datetime] = []
        self.given = 0
        """How many tokens were made."""

    def plain(self) -> tuple[str, int]:
        """Give a new token; the former stays good for five minutes."""
        with self._lock:
            self._plain = self._replace(self._plain)
            return self._plain, self._left(self._plain)

    def stable(self, *, force: bool) -> tuple[str, int]:
        """Give the token of now, or a new one if forced or near its end; an empty one is a refusal."""
        now = self._clock()
        with self._lock:
            if force:
                self._forced = [at for at in self._forced if at.date() == now.date()]
                if len(self._forced) >= FORCED_A_DAY:
                    return "", 0
                force = not self._forced or now - self._forced[-1] >= FORCED_APART
            if force:
                self._forced.append(now)
            if force or self._until.get(self._stable, now) - now <= OVERLAP:
                self._stable = self._replace(self._stable)
            return self._stable, self._left(self._stable)

    def revoke(self) -> None:
        """Let no token of before be good any longer, as when the secret is changed or another system asks."""
        with self._lock:
            self._until.clear()
            self._plain = self._stable = ""

    def check(self, token: str) -> int:
        with self._lock:
            if token not in self._until:
                return INVALID
            return OK if self._until[token] > self._clock() else EXPIRED

    def _replace(self, old: str) -> str:
        now = self._clock()
        if old:
            self._until[old] = min(self._until[old], now + OVERLAP)
        # As long as the platform's: keep at least 512 characters.
        new = f"99_{secrets.token_urlsafe(96)}"
        self._until[new] = now + LIFE
        self.given += 1
        return new

    def _left(self, token: str) -> int:
        return int((self._until[token] - self._clock()).total_seconds())
