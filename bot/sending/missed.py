"""Messages that could not be kept: who is to be told, with the next answer, that something did not arrive."""

from collections import OrderedDict
from datetime import datetime, timedelta

from handlers.intake import Intake

REPEATED_FOR = timedelta(seconds=20)
"""The platform may still bring it again; only then is it certain that it did not."""
REMEMBERED_FOR = timedelta(days=1)
MOST_SENDERS = 10_000

Person = tuple[str, str]


class Missed:
    """Remembers in memory, because the database is what failed; each process knows what it had to refuse."""

    def __init__(self) -> None:
        self._refused: OrderedDict[Person, dict[str, datetime]] = OrderedDict()

    def __bool__(self) -> bool:
        return bool(self._refused)

    def refused(self, intake: Intake, now: datetime) -> None:
        """Note a message that was not kept."""
        if intake.message is None:
            return
        person = intake.channel, intake.sender
        self._refused.setdefault(person, {})[intake.dedupe_key] = now
        self._refused.move_to_end(person)
        while len(self._refused) > MOST_SENDERS:
            self._refused.popitem(last=False)

    def kept(self, intake: Intake) -> None:
        """Forget a message that arrived after all, when the platform brought it again."""
        person = intake.channel, intake.sender
        waiting = self._refused.get(person, {})
        waiting.pop(intake.dedupe_key, None)
        if not waiting:
            self._refused.pop(person, None)

    def overdue(self, intake: Intake, now: datetime) -> list[str]:
        """Give, and forget, the keys of this person's messages that nobody will bring again."""
        person = intake.channel, intake.sender
        waiting = self._refused.get(person, {})
        over = [key for key, refused_at in waiting.items() if now - refused_at > REPEATED_FOR]
        told = [key for key in over if now - waiting[key] < REMEMBERED_FOR]
        for key in over:
            del waiting[key]
        if not waiting:
            self._refused.pop(person, None)
        return told
