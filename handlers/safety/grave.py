"""Matters that are not for others: despair, sealed, election, emergencies, abuse, scraps, what was put to another case."""

import re
from enum import StrEnum
from typing import Protocol

from nlp.alarms.nuisance import insults
from nlp.alarms.signals import detect
from nlp.topics.lexicon import OTHER
from storage.models import State


class Grave(StrEnum):
    """Why a matter is not for others."""

    SEALED = "sealed"
    DESPAIR = "despair"
    ELECTION = "election"
    EMERGENCY = "emergency"
    MERGED = "merged"
    ABUSE = "abuse"
    """Nothing but abuse."""
    RUDE = "rude"
    """A matter in words that no paper prints."""
    SCRAP = "scrap"
    """A piece of a conversation, and no matter by itself."""


DESPAIR = "suicide"
_FEWEST = 6
"""What has fewer letters says no matter, whatever they are."""
_NOT_LETTERS = re.compile(r"[^\u3400-\u9fff\U00020000-\U0003ffffA-Za-z0-9]")
_SCRAP = re.compile(
    r"还能在哪|还能是哪|说了(?:啊|呀|吗|不是)|不是说了|刚才|刚刚|上面那|那个就是|就是那|就在那|在吗|有人吗|你好|您好|谢谢|不知道|不清楚|啥时候|什么时候(?:来|有人)|"
    r"有人来|怎么(?:弄|用|发)|不(?:太)?会(?:弄|用)|人呢|好的|收到|知道了"
)
_LONGEST_SCRAP = 24
_PIECE, _SHARED = 3_000, 200
"""Signals are read in pieces that overlap, so that nothing at a border is missed."""


class Matter(Protocol):
    """A case, or a row that stands for one."""

    @property
    def sealed(self) -> bool: ...
    @property
    def urgency(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def text(self) -> str: ...


def kind_of(case: Matter, words: str = "") -> Grave | None:
    """Say why a case, or words that belong to it, are not for others; the gravest reason counts."""
    read = f"{case.text}\n{words}" if words and words != case.text else case.text
    despair, election = _said(read)
    rude, other = insults(read), case.category == OTHER
    found = (
        (Grave.SEALED, case.sealed),
        (Grave.DESPAIR, despair or case.urgency == DESPAIR),
        (Grave.ELECTION, election),
        (Grave.EMERGENCY, bool(case.urgency)),
        (Grave.MERGED, case.state == State.MERGED),
        (Grave.ABUSE, rude and other),
        (Grave.RUDE, rude),
        (Grave.SCRAP, other and is_scrap(case.text)),
    )
    return next((kind for kind, is_so in found if is_so), None)


def is_grave(text: str) -> bool:
    """Tell whether words alone, of which nothing else is known, are not to be told of to others."""
    return any(_said(text)) or insults(text)


def speaks_of_election(text: str) -> bool:
    """Tell whether words report that an election was tampered with."""
    return _said(text)[1]


def _said(text: str) -> tuple[bool, bool]:
    """Tell whether despair, and whether an election, is spoken of anywhere in a text, however long it is."""
    starts = range(0, max(1, len(text) - _SHARED), _PIECE - _SHARED)
    signals = [detect(text[start : start + _PIECE]) for start in starts]
    return any(each.suicide for each in signals), any(each.election for each in signals)


def is_scrap(text: str) -> bool:
    """Tell a piece of a conversation from a matter that nobody could put under a topic."""
    letters = _NOT_LETTERS.sub("", text)
    return len(letters) < _FEWEST or (len(letters) <= _LONGEST_SCRAP and bool(_SCRAP.search(letters)))
