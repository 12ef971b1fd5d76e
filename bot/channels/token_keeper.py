"""The access token: fetched by one process at a time, shared by all, replaced when the platform refuses it."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.channels.base import Reaction, SendError

REFRESH_BEFORE = timedelta(minutes=4)
"""The platform hands out the next token in the last five minutes, and takes both meanwhile."""
USELESS_BEFORE = timedelta(seconds=30)
REPLACE_GAP = timedelta(seconds=30)
"""The platform does not refresh by force more often. Counted over all processes, as is the next."""
FORCE_GAP = timedelta(minutes=75)
"""Refreshing by force is allowed 20 times a day."""
FAILURE_KEPT = timedelta(seconds=5)
WAITS = 20
WAIT_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Token:
    """An access token and when it ends."""

    value: str = field(repr=False)
    expires_at: datetime


class TokenStore(Protocol):
    """The row that all processes share."""

    def read(self) -> Token | None:
        """Give the token last written."""
        ...

    def try_lease(self, now: datetime) -> bool:
        """Become the one who refreshes, for some seconds longer than a call may take; False if another is."""
        ...

    def release(self) -> None:
        """End the lease without a token: nothing was asked."""
        ...

    def may_replace(self, now: datetime) -> bool:
        """Take the turn to ask for another token; False if any process took it less than REPLACE_GAP ago."""
        ...

    def may_force(self, now: datetime) -> bool:
        """Take the turn to demand one by force; False if any process took it less than FORCE_GAP ago."""
        ...

    def write(self, token: Token) -> None:
        """Share a fresh token and end the lease."""
        ...


Fetch = Callable[[bool], tuple[str, int]]
"""Asks the platform for a token, by force or not; gives it with its seconds, or raises SendError."""


class TokenKeeper:
    """Gives the token of one account."""

    def __init__(
        self, store: TokenStore, clock: Callable[[], datetime], pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._store = store
        self._clock = clock
        self._pause = pause
        self._lock = threading.Lock()
        self._token: Token | None = None
        self._failure: tuple[datetime, str, Reaction] | None = None

    def current(self, fetch: Fetch) -> str:
        """Give a token that is good for a while; fetch one if there is none."""
        token = self._token
        if token is None or self._left(token) <= REFRESH_BEFORE:
            with self._lock:
                token = self._token = self._renewed(fetch)
        return token.value

    def replace(self, refused: str, fetch: Fetch) -> str:
        """Give another token than the one the platform just refused."""
        with self._lock:
            token = self._token = self._replacement(refused, fetch)
        return token.value

    def _renewed(self, fetch: Fetch) -> Token:
        shared = self._store.read()
        if shared and self._left(shared) > REFRESH_BEFORE:
            return shared
        if shared and self._left(shared) > USELESS_BEFORE:
            return self._renewed_early(shared, fetch)
        return self._one_fetches(
            lambda: self._fetched(fetch, force=False), lambda token: self._left(token) > USELESS_BEFORE
        )

    def _renewed_early(self, shared: Token, fetch: Fetch) -> Token:
        """Fetch the next token while the old one is still good; if that fails now, it will do later."""
        if not self._store.try_lease(self._clock()):
            return shared
        try:
            token = self._fetched(fetch, force=False)
        except SendError:
            return shared
        self._store.write(token)
        return token

    def _replacement(self, refused: str, fetch: Fetch) -> Token:
        def is_another(token: Token) -> bool:
            return token.value != refused and self._left(token) > USELESS_BEFORE

        def fetch_another() -> Token:
            if not self._store.may_replace(self._clock()):
                raise self._refused()
            token = self._fetched(fetch, force=False)
            if token.value != refused:
                return token
            if not self._store.may_force(self._clock()):
                raise self._refused()
            return self._fetched(fetch, force=True)

        shared = self._store.read()
        if shared and is_another(shared):
            return shared
        return self._one_fetches(fetch_another, is_another)

    def _refused(self) -> SendError:
        """Let the next one ask again when its turn comes."""
        self._store.release()
        return SendError("token_refused", retryable=True)

    def _one_fetches(self, fetch: Callable[[], Token], is_enough: Callable[[Token], bool]) -> Token:
        """Fetch under the lease, or wait for the one who holds it."""
        if self._failure and self._clock() - self._failure[0] < FAILURE_KEPT:
            raise SendError(self._failure[1], retryable=True, reaction=self._failure[2])
        try:
            token = self._leased(fetch, is_enough)
        except SendError as error:
            # Those who wait behind the lock hear the same, instead of asking one after the other.
            self._failure = (self._clock(), error.code, error.reaction)
            raise
        self._failure = None
        return token

    def _leased(self, fetch: Callable[[], Token], is_enough: Callable[[Token], bool]) -> Token:
        for _ in range(WAITS):
            leased = self._store.try_lease(self._clock())
            shared = self._store.read()
            if shared and is_enough(shared):
                token = shared  # another one was quicker
            elif leased:
                token = fetch()
            else:
                self._pause(WAIT_SECONDS)
                continue
            if leased:
                self._store.write(token)
            return token
        raise SendError("token_busy", retryable=True)

    def _fetched(self, fetch: Fetch, *, force: bool) -> Token:
        asked_at = self._clock()
        value, seconds = fetch(force)
        return Token(value, asked_at + timedelta(seconds=seconds))

    def _left(self, token: Token) -> timedelta:
        return token.expires_at - self._clock()
