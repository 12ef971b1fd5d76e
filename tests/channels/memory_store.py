"""The shared token row, in memory; several keepers may stand on one."""

import threading
from datetime import datetime, timedelta

from bot.channels.token_keeper import Token

LEASE = timedelta(seconds=10)


class MemoryStore:
    """Keeps the promises of storage's row."""

    def __init__(self) -> None:
        self.token: Token | None = None
        self.leased_until: datetime | None = None
        self._lock = threading.Lock()

    def read(self) -> Token | None:
        return self.token

    def try_lease(self, now: datetime) -> bool:
        with self._lock:
            if self.leased_until and self.leased_until > now:
                return False
            self.leased_until = now + LEASE
            return True

    def write(self, token: Token) -> None:
        with self._lock:
            self.token, self.leased_until = token, None
