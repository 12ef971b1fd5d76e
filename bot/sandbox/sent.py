"""The pretend platform's book of sends: everything that it took, whether or not a person got to see it."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One message that the platform took for one person."""

    person: str
    kind: str
    """`text`, `template`, `subscription`, `card`, `file` …"""
    text: str
    at: datetime
    values: tuple[str, ...] = ()
    """What stands in the fields of a template."""
    msgid: str = ""
    client_id: str = ""
    """The caller's own id, by which the platform knows a repetition."""
    dropped: str = ""
    """Why the person never saw it, where the platform takes a message and shows it to nobody."""


class SentBook:
    """Keeps every send in order."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sent: list[Sent] = []

    def add(self, sent: Sent) -> None:
        with self._lock:
            self._sent.append(sent)

    def of(self, people: Iterable[str]) -> list[Sent]:
        """Give what went to these people, the oldest first."""
        wanted = frozenset(people)
        with self._lock:
            return [each for each in self._sent if each.person in wanted]
