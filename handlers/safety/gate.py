"""The one gate between people's words and whatever others read: it masks, refuses grave matters, and says what it did."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from handlers.context import World
from handlers.safety.grave import Grave, kind_of
from nlp.alarms import private
from nlp.masking import CONTACT, Hidden, masked
from nlp.masking import names_in as names_told

__all__ = [
    "Audience",
    "Grave",
    "Told",
    "clean",
    "for_joined",
    "for_the_house",
    "grave",
    "hidden_told",
    "in_lists",
    "names_in",
    "names_somebody",
    "place",
    "stands",
    "told",
]


class Audience(StrEnum):
    """Who reads it."""

    DEPARTMENT = "department"
    HEAD = "head"
    DEPUTY = "deputy"
    SHEET = "sheet"
    """Lists of cases that are printed or handed on: 台账, 督办表."""
    PAPER = "paper"
    """What is written for the public or the leadership: 通报, 专报, 建议稿, 发言意见."""
    VOTER = "voter"
    """Another voter: an offer to join."""


class Matter(Protocol):
    """A case, or a row that stands for one."""

    @property
    def sealed(self) -> bool: ...
    @property
    def urgency(self) -> str: ...
    @property
    def private(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an audience reads of somebody's words, and what was done to them."""

    text: str
    hidden: Hidden = field(default_factory=dict)
    """How many of each kind were taken out: `{"phone": 1, "flat": 1}`."""
    refused: Grave | None = None
    """Why nothing of the words is told."""


_NEVER = frozenset({Grave.DESPAIR, Grave.SEALED, Grave.ELECTION, Grave.ABUSE})
_LEFT_OUT = {
    Audience.DEPARTMENT: _NEVER,
    Audience.HEAD: _NEVER,
    Audience.DEPUTY: _NEVER,
    Audience.SHEET: _NEVER | {Grave.MERGED},
    Audience.PAPER: frozenset(Grave),
    Audience.VOTER: frozenset(Grave),
}
"""What does not stand before an audience at all."""
_KEPT_BACK = frozenset({Grave.EMERGENCY, Grave.RUDE})
_WITHOUT_WORDS = {Audience.SHEET: _KEPT_BACK, Audience.DEPUTY: _KEPT_BACK}
"""What stands there, but not with its words: the same for deputies as in a list."""
_NOT_PRIVATE = frozenset({Audience.DEPARTMENT, Audience.HEAD})
"""Whoever answers for a case reads what is private in it, without the person."""
_MASKED_IS_ENOUGH = frozenset({Audience.SHEET, Audience.DEPUTY})
"""Where all that is private is a name or a number, they read the rest with it hidden; papers still say nothing of it."""


def grave(case: Matter) -> Grave | None:
    """Say why a case is not for others; None for an ordinary matter."""
    return kind_of(case)


def stands(case: Matter, audience: Audience) -> bool:
    """Tell whether a case may stand before an audience at all."""
    return kind_of(case) not in _LEFT_OUT[audience]


def in_lists(case: Matter, audience: Audience) -> bool:
    """Tell whether a list may say more of a case than its number: what it is about, and where."""
    return kind_of(case) not in _LEFT_OUT[audience] | _WITHOUT_WORDS.get(audience, frozenset())


def told(case: Matter, words: str, audience: Audience, world: World, *, flat: bool = False) -> Told:
    """Give words of a case as an audience may read them; `flat` keeps the number of the flat, where it was released."""
    found = kind_of(case, words)
    if found in _LEFT_OUT[audience] | _WITHOUT_WORDS.get(audience, frozenset()):
        return Told(text=world.texts("gate_withheld"), refused=found)
    if _is_private(case, words, audience):
        key = "gate_withheld" if audience in _MASKED_IS_ENOUGH else "paper_private"
        return Told(text=world.texts(key))
    read = masked(words, flats=not flat)
    return Told(text=read.text, hidden=read.hidden)


def _is_private(case: Matter, words: str, audience: Audience) -> bool:
    """Tell whether a matter, or what was added to it, is nobody else's business even without the person."""
    if audience in _NOT_PRIVATE or not case.private:
        return False
    if audience in _MASKED_IS_ENOUGH and case.private == private.CONTACT:
        return bool(private.matter_of(f"{case.text}\n{words}"))
    return True


def place(place_text: str) -> str:
    """Give a place as others may read it: building and unit stay, the flat does not."""
    return masked(place_text).text


def clean(words: str) -> str:
    """Give words that belong to no case, or that the house itself reads, without what tells who a person is."""
    return masked(words).text


def for_joined(words: str, known: Collection[str] = ()) -> Told:
    """Give an office's words as those voters read them who joined another's case; `known` are names told in the case."""
    read = masked(words, known=known)
    return Told(text=read.text, hidden=read.hidden)


def names_in(texts: Iterable[str]) -> frozenset[str]:
    """Give the names that people told in a case, so that they are hidden where nothing announces them."""
    return frozenset(name for text in texts for name in names_told(text))


def for_the_house(words: str) -> str:
    """Give words as the house reads them where a voter wants to stay unknown to it: the flat stays, somebody has to go there."""
    return masked(words, flats=False).text


def names_somebody(words: str) -> bool:
    """Tell whether whoever reads these words learns who somebody is."""
    return not CONTACT.isdisjoint(masked(words, flats=False).hidden)


def hidden_told(hidden: Hidden, world: World) -> str:
    """Say what was taken out, as the clerk is shown it before sending: `电话1处、户号1处`."""
    return "、".join(world.texts(f"hidden_{kind}", count=count) for kind, count in hidden.items())
