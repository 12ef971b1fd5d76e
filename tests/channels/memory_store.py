"""The shared token row, in memory; several keepers may stand on one."""

import threading
from datetime import datetime, timedelta

from bot.channels.token_keeper import FORCE_GAP, REPLACE_GAP, Token

LEASE = timedelta(seconds=10)


class MemoryStore:
    """Keeps the promises of storage's row."""

    def __init__(self) -> None:
        self.token: Token | None = None
        self.leased_until: datetime | None = None
        self.replaced_at: datetime | None = None
        self.forced_at: datetime | None = None
        self._lock = threading.Lock()

    def read(self) -> Token | None:
        return self.token

    def try_lease(self, now: datetime) -> bool:
        with self._lock:
            if self.leased_until and self.leased_until > now:
                return False
            self.leased_until = now + LEASE
            return True

    def release(self) -> None:
        with self._lock:
            self.leased_until = None

    def may_replace(self, now: datetime) -> bool:
        with self._lock:
            if self.replaced_at and now - self.replaced_at < REPLACE_GAP:
                return False
            self.replaced_at = now
            return True

    def may_force(self, now: datetime) -> bool:
        with self._lock:
            if self.forced_at and now - self.forced_at < FORCE_GAP:
                return False
            self.forced_at = now
            return True

    def write(self, token: Token) -> None:
        with self._lock:
            self.token, self.leased_until = token, None
