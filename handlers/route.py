"""What a route is: how a typed line finds its handler."""

import enum
import re
from collections.abc import Callable
from dataclasses import dataclass

from handlers.context import Context
from handlers.messages import IncomingMessage, Kind
from storage.people.people import OpenQuestion, Sender


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back in the same breath; `refused` means it was a replay and is not answered."""

    text: str
    route: str
    refused: bool = False


Handler = Callable[[Context, IncomingMessage, str], str | None]
"""Takes the message and what stood behind the command word; gives the reply, or None if it was no command after all."""

AnswerHandler = Callable[[Context, OpenQuestion, str], str]
"""Takes an open question and the value chosen (or the words typed, where it takes words)."""


class Group(enum.StrEnum):
    """A heading of 帮助, in the order in which they are shown."""

    DEPARTMENT = "department"
    DEPUTY = "deputy"
    CASES = "cases"
    REFER = "refer"
    FIND = "find"
    PAPERS = "papers"
    DUTIES = "duties"
    MEND = "mend"
    SUPERVISE = "supervise"
    WORDS = "words"
    ACCOUNTS = "accounts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One way a message can go; the first match in the list wins."""

    name: str
    handler: Handler
    words: tuple[str, ...] = ()
    """The whole line is one of these."""
    starts: tuple[str, ...] = ()
    """The line begins with one of these; the rest goes to the handler."""
    pattern: re.Pattern[str] | None = None
    """The line matches wholly; the rest is its first group, or the line."""
    kinds: frozenset[Kind] = frozenset({Kind.TEXT, Kind.CLICK})
    roles: frozenset[str] = frozenset()
    """Who may take it; empty means anyone. Others do not even see that it exists."""
    needs_rest: bool = False
    """With `starts`: something must follow the word."""
    help: str = ""
    """How 帮助 explains it: the command and what stands behind it, a colon, what it does; empty hides it."""
    example: str = ""
    """A line that may be typed as it is."""
    group: Group = Group.CASES
    """The heading under which 帮助 shows it."""

    def match(self, message: IncomingMessage, sender: Sender, line: str) -> str | None:
        """Give the rest of the line if this route takes the message."""
        if message.kind not in self.kinds or (self.roles and not sender.holds(*self.roles)):
            return None
        if not (self.words or self.starts or self.pattern):
            return line
        if line in self.words:
            return ""
        for word in self.starts:
            if line.startswith(word):
                rest = line[len(word) :].strip(" :：,，")
                if rest or not self.needs_rest:
                    return rest
        if self.pattern and (found := self.pattern.fullmatch(line)):
            return found[1] if found.re.groups else line
        return None
