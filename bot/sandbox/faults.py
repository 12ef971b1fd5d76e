"""What shall go wrong: in calls to the pretend platform, by API and person, and in its callbacks."""

import math
import random
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

Kind = Literal["errcode", "html", "empty", "status", "hang", "reset", "slow"]
QUOTA_GONE = "45009"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that goes wrong: so many times, among so many calls, until then."""

    kind: Kind
    api: str = ""
    """The path after `/cgi-bin/`; empty means any."""
    person: str = ""
    """Only calls to this person; empty means any call."""
    times: int = 1
    chance: float = 1.0
    """How likely each call meets it."""
    seed: int = 0
    """The same seed strikes the same calls."""
    calls: int = 0
    """Among how many calls that it is meant for; 0 for any number."""
    until: datetime | None = None
    code: int = 0
    """The errcode or the HTTP status."""
    milliseconds: int = 0
    acts: bool = False
    """The platform does what was asked, and only its answer is lost."""


class _Waiting:
    """A fault to come, and what is left of it."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self._times = fault.times
        self._calls = fault.calls or math.inf
        self._dice = random.Random(fault.seed)  # noqa: S311 -- so that a day can be played again

    def is_for(self, api: str, person: str) -> bool:
        return self.fault.api in ("", api) and self.fault.person in ("", person)

    def strikes(self) -> bool:
        """Count a call that it is meant for; tell whether it meets it."""
        self._calls -= 1
        if self._dice.random() >= self.fault.chance:
            return False
        self._times -= 1
        return True

    def is_over(self, now: datetime) -> bool:
        ended = self.fault.until is not None and self.fault.until <= now
        return ended or self._times <= 0 or self._calls <= 0

    def shown(self, now: datetime) -> dict[str, Any]:
        until = self.fault.until.astimezone(now.tzinfo) if self.fault.until else None
        left = 0 if math.isinf(self._calls) else int(self._calls)
        told = {"times": self._times, "calls": left, "until": until.isoformat() if until else ""}
        return {**asdict(self.fault), **told}


class Faults:
    """The faults to come, and the count of what was called and refused."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting: list[_Waiting] = []
        self._calls: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._faulty: Counter[str] = Counter()

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._waiting.append(_Waiting(fault))

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def take(self, api: str, person: str) -> Fault | None:
        """Count a call; give the first fault that meets it and use it once."""
        with self._lock:
            self._calls[api] += 1
            self._forget_what_is_over()
            struck = next(
                (each for each in self._waiting if each.is_for(api, person) and each.strikes()), None
            )
            self._forget_what_is_over()
            if struck is None:
                return None
            self._faulty[struck.fault.kind] += 1
            return struck.fault

    def _forget_what_is_over(self) -> None:
        now = self._clock()
        self._waiting = [each for each in self._waiting if not each.is_over(now)]

    def refuse(self, code: int) -> None:
        with self._lock:
            self._refused[str(code)] += 1

    def shown(self) -> dict[str, Any]:
        now = self._clock()
        with self._lock:
            self._forget_what_is_over()
            return {
                "waiting": [each.shown(now) for each in self._waiting],
                "calls": dict(self._calls),
                "refused": dict(self._refused),
                "faulty": dict(self._faulty),
            }


class CallbackTricks:
    """How the next callbacks are delivered otherwise than once, in order and with an answer read."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._repeats: list[int] = []
        self._drops = self._holds = 0
        self._told: Counter[str] = Counter()

    def plan(self, *, repeat: int = 1, messages: int = 1, drop: int = 0, hold: int = 0) -> None:
        """Repeat each of the next messages; read no answer to the next tries; let the next ones overtake."""
        with self._lock:
            self._repeats = [repeat] * messages if repeat > 1 else []
            self._drops, self._holds = drop, hold

    def times(self) -> int:
        """Say how often the next message is delivered."""
        with self._lock:
            return self._repeats.pop() if self._repeats else 1

    def drops_answer(self) -> bool:
        with self._lock:
            self._drops -= 1
            return self._drops >= 0

    def holds(self) -> bool:
        """Say whether the next message waits until the one after it has gone out."""
        with self._lock:
            self._holds -= 1
            return self._holds >= 0

    def count(self, what: str) -> None:
        with self._lock:
            self._told[what] += 1

    def counted(self) -> dict[str, int]:
        with self._lock:
            return dict(self._told)
