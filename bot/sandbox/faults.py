"""What shall go wrong: in calls to the pretend platform, by API and person, and in its callbacks."""

import threading
from collections import Counter
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

Kind = Literal["errcode", "html", "empty", "status", "hang", "reset", "slow"]
QUOTA_GONE = "45009"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that goes wrong, so many times."""

    kind: Kind
    api: str = ""
    """The path after `/cgi-bin/`; empty means any."""
    person: str = ""
    """Only calls to this person; empty means any call."""
    times: int = 1
    code: int = 0
    """The errcode or the HTTP status."""
    milliseconds: int = 0
    acts: bool = False
    """The platform does what was asked, and only its answer is lost."""


class Faults:
    """The faults to come, and the count of what was called and refused."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []
        self._calls: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._faulty: Counter[str] = Counter()

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def take(self, api: str, person: str) -> Fault | None:
        """Count a call; give the first fault that is meant for it and use it once."""
        with self._lock:
            self._calls[api] += 1
            for index, fault in enumerate(self._waiting):
                if fault.api in ("", api) and fault.person in ("", person):
                    self._waiting[index] = replace(fault, times=fault.times - 1)
                    self._waiting = [each for each in self._waiting if each.times > 0]
                    self._faulty[fault.kind] += 1
                    return fault
        return None

    def refuse(self, code: int) -> None:
        with self._lock:
            self._refused[str(code)] += 1

    def shown(self) -> dict[str, Any]:
        with self._lock:
            return {
                "waiting": [asdict(fault) for fault in self._waiting],
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
