"""Whether words accuse somebody of the house: who is said to have done what, found by whose deed stands nearest."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from nlp.accusing.doers import Hit, hits
from nlp.accusing.mentions import DESCRIBED, HOUSE, PERSONAL, SURE, VAGUE, WHO, Mention, mentions
from nlp.accusing.names import Names
from nlp.accusing.tokens import (
    DEEDS,
    DEPARTMENT,
    DESK,
    GRAVE,
    IDLE,
    INSULT,
    LEISURE,
    MONEY,
    NAME,
    NICK,
    SLACK,
    STATION,
    STREET,
    Cutter,
    nicknames,
    sentences,
)
from nlp.accusing.words import shipped
from nlp.fold import fold

_OFFICES = frozenset({DEPARTMENT, "bureau", STREET, "area"})
_WORST = frozenset({MONEY, "threat", "leak"})
_BESIDE = DEEDS | {"take", "complain", "title", STATION, "mp", "deputy"}
"""What stands beside a name: without one of these a likeness is none."""
_SAYS = DEEDS | {"take", "mine", "complain"}
_SHORT = 60
"""A text this short in several lines is one sentence, broken on purpose."""
_LETTER = 150
"""Beyond so many characters a text is a letter of many people, and only who is named surely is one of ours."""
_BEFORE = 4


@dataclass(frozen=True, slots=True)
class Whom:
    """Somebody as the words name them: parts of the roster's kinds (name, nick, station …) with the word."""

    parts: tuple[tuple[str, str], ...]

    def words(self, kind: str) -> Iterator[str]:
        return (word for each, word in self.parts if each == kind)


@dataclass(frozen=True, slots=True)
class Accusing:
    """What a text says against somebody of the house."""

    whom: tuple[Whom, ...]
    clear: bool
    """Nobody would doubt it; else a person looks whether it is one."""


class Reader:
    """Reads texts for accusations against the people and bodies of one roster."""

    def __init__(
        self, people: Iterable[str], bodies: Mapping[str, str], more: Mapping[str, str] | None = None
    ) -> None:
        """`bodies`: names of stations, streets, the desk and departments with their kind; `more`: a district's own words."""
        names = sorted({fold(name) for name in people if len(name) > 1})
        words = {**shipped(), **(more or {})}
        titles = [word for word, kind in words.items() if kind in {"title", "called"}] + [
            "站长",
            "副站长",
            "联络员",
        ]
        self._surnames = nicknames(names, titles)
        self._names = Names(names)
        kinds = dict.fromkeys(self._surnames, NICK)
        kinds |= words
        kinds |= {fold(body): kind for body, kind in bodies.items()}
        kinds |= dict.fromkeys(names, NAME)
        self._cutter = Cutter(kinds)

    def surname(self, nick: str) -> str:
        return self._surnames.get(nick, "")

    def read(self, text: str) -> Accusing | None:
        """Read a text whole; None where it accuses nobody of the house."""
        plain = fold(text)
        tokens = self._cutter.tokens(plain)
        squeezed = _squeezed(plain)
        found = self._read(self._named(squeezed)) if squeezed else None
        if found or not any(token.kind in _SAYS for token in tokens):
            return found
        if any(token.kind in WHO for token in tokens) and (found := self._read(plain)):
            return found
        named = self._named(plain)
        return self._read(named) if named != plain else None

    def _named(self, plain: str) -> str:
        """Give a text with every disguised name as the roster writes it."""
        whole = self._names.apart(plain)
        if any(token.kind == NAME for token in self._cutter.tokens(whole)):
            return whole
        tokens = self._cutter.tokens(whole)
        beside = [token for token in tokens if token.kind in _BESIDE]
        places = {
            place
            for token in beside
            for place in (
                *range(token.start - _BEFORE * 2, token.start),
                *range(token.end, token.end + _BEFORE + 1),
            )
        }
        starts = {token.end + gap for token in beside for gap in range(_BEFORE + 1)}
        ends = {token.start + gap for token in beside for gap in range(-_BEFORE - 2, _BEFORE + 1)}
        taken = {place for token in tokens if token.kind in WHO for place in range(token.start, token.end)}
        likely = (*self._names.latin(whole), *self._names.alike(whole, places))
        out: list[str] = []
        done = 0
        for each in sorted(likely, key=lambda each: each.start):
            near = each.start in starts or each.end in ends
            if near and each.start >= done and taken.isdisjoint(range(each.start, each.end)):
                out += [whole[done : each.start], each.name]
                done = each.end
        return "".join((*out, whole[done:]))

    def _read(self, text: str) -> Accusing | None:
        tokens = self._cutter.tokens(text)
        letter = len(text) > _LETTER
        found: list[Hit] = []
        before: tuple[Mention, ...] = ()
        for sentence in sentences(text, tokens):
            named = tuple(mentions(sentence))
            found += hits(sentence, named, before)
            before = named or before
        found = [hit for hit in found if _counts(hit, letter=letter)]
        if not found:
            return None
        whom = [_whom(hit.mention) for hit in found]
        # Whoever is named beside the accused may be a witness, or be meant as well: they do not read it either.
        whom += [Whom(((NAME, token.word),)) for token in tokens if token.kind == NAME]
        return Accusing(tuple(dict.fromkeys(whom)), clear=any(_is_clear(hit) for hit in found))


def _squeezed(plain: str) -> str:
    """Give a text without its blanks where they stand between single letters (`收 红 包`); empty where they do not."""
    if "\n" in plain and len(plain) <= _SHORT:
        return "".join(plain.split())
    words = plain.split(" ")
    single = sum(len(word) == 1 for word in words)
    return "".join(words) if single > 1 and len(words) > 2 else ""  # noqa: PLR2004 -- one letter may stand alone


def _whom(mention: Mention) -> Whom:
    return Whom(tuple((token.kind, token.word) for token in mention.tokens))


def _counts(hit: Hit, *, letter: bool) -> bool:
    """Tell whether who and what together make an accusation."""
    sure, deed, kinds = hit.mention.sure, hit.deed, hit.mention.kinds
    if deed == LEISURE or (letter and sure < SURE) or (deed == "paid" and hit.asks):
        return False
    if kinds == {"ours"} and sure == VAGUE:
        return deed in _WORST and not hit.asks
    if not kinds & (PERSONAL | HOUSE) and kinds & _OFFICES:
        # A department that does not do its work is an ordinary matter; one that takes money or threatens is not.
        return deed in _WORST | {"revenge"}
    if sure == DESCRIBED:
        return deed not in {IDLE, SLACK, "paid"} or not _is_some_clerk(kinds)
    titled = kinds & {"title", NICK}
    return sure == SURE or deed in GRAVE or bool(titled and deed in {INSULT, "paid"})


def _is_some_clerk(kinds: set[str]) -> bool:
    """Tell whether only somebody of a department is meant, with no title and no name."""
    return bool(kinds & _OFFICES) and not kinds & {"title", NICK, "mp", "house", STATION, DESK}


def _is_clear(hit: Hit) -> bool:
    return hit.mention.sure >= DESCRIBED and hit.deed not in {SLACK, "paid"}
