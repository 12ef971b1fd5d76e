"""Whether words accuse somebody of the house: who is said to have done what, found by whose deed stands nearest."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from nlp.accusing.doers import Hit, hits
from nlp.accusing.features import features
from nlp.accusing.mentions import DESCRIBED, HOUSE, PERSONAL, SURE, VAGUE, WHO, Mention, mentions
from nlp.accusing.model import shipped_model
from nlp.accusing.names import Names
from nlp.accusing.naming import only_names
from nlp.accusing.nicknames import nicknames
from nlp.accusing.tokens import (
    BYNAME,
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
    STOPS,
    STREET,
    Cutter,
    Sentence,
    Token,
    sentences,
)
from nlp.accusing.words import shipped
from nlp.text.fold import fold

_OFFICES = frozenset({DEPARTMENT, "bureau", STREET, "area"})
_WORST = frozenset({MONEY, "threat", "leak"})
_BESIDE = DEEDS | {"take", "complain", "title", STATION, "mp", "deputy"}
"""What stands beside a name: without one of these a likeness is none."""
_OURS = HOUSE | {NAME, NICK, "deputy"}
"""Who must be in a piece of a letter: everybody writes to an office about departments."""
_SHORT = 60
"""A text this short in several lines is one sentence, broken on purpose."""
_LETTER = 150
"""Beyond so many characters a text is a letter of many people, and only who is named surely is one of ours."""
_CHAT = 60
"""A text longer than this is written like a letter."""
_CHUNK, _OVERLAP = 120, 40
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
    guessed: bool = False
    """Only how it sounds tells, and no deed with its doer."""


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
        called = nicknames(names, titles)
        self._surnames = {word: surname for word, (_, surname) in called.items()}
        self._names = Names(names)
        kinds = {word: kind for word, (kind, _) in called.items()}
        kinds |= words
        kinds |= {fold(body): kind for body, kind in bodies.items()}
        kinds |= dict.fromkeys(names, NAME)
        self._cutter = Cutter(kinds)

    def surname(self, nick: str) -> str:
        return self._surnames.get(nick, "")

    def read(self, text: str) -> Accusing | None:
        """Read a text whole; None where it accuses nobody of the house.

        What a deed and its doer tell is believed; else a model that has learned from examples says how much it sounds like it.
        """
        plain = fold(text)
        cuts = self._cuts(plain)
        for cut in cuts:
            if (found := self._by_deeds(cut)) and (found.clear or _sounding(cut, firm=cut.is_firm())):
                return found
        # A long letter holds letters that look like some name, by chance.
        told = [cut for cut in cuts if len(plain) <= _LETTER or cut.text == plain]
        sounding = [each for each in map(self._by_examples, told) if each is not None]
        return next((each for each in sounding if each.clear), sounding[0] if sounding else None)

    def named(self, text: str) -> tuple[Whom, ...]:
        """Give everybody of the house whom a text names or describes, whatever it says of them."""
        found = (
            _whom(each)
            for cut in self._cuts(fold(text))
            for sentence in cut.sentences
            for each in mentions(sentence)
            if only_names(each, sentence.text)
        )
        return tuple(dict.fromkeys(found))

    def features(self, text: str) -> set[str] | None:
        """Give what the model is shown of a short text; None where nobody of the house is in it."""
        return self._cut(self._named(fold(text))).features()

    def _cuts(self, plain: str) -> "list[_Cut]":
        """Cut a text as it stands, with disguised names written out, and without blanks between its letters."""
        squeezed = _squeezed(plain)
        forms = dict.fromkeys((*([self._named(squeezed)] if squeezed else []), plain, self._named(plain)))
        return [self._cut(form) for form in forms]

    def _cut(self, text: str) -> "_Cut":
        tokens = self._cutter.tokens(text)
        return _Cut(text, tokens, sentences(text, tokens))

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
            near = each.start in starts or each.end in ends or whole[each.start].isascii()
            if near and each.start >= done and taken.isdisjoint(range(each.start, each.end)):
                out += [whole[done : each.start], each.name]
                done = each.end
        return "".join((*out, whole[done:]))

    def _by_deeds(self, cut: "_Cut") -> Accusing | None:
        letter = len(cut.text) > _LETTER
        found: list[Hit] = []
        before: tuple[Mention, ...] = ()
        for sentence in cut.sentences:
            named = tuple(mentions(sentence))
            found += hits(sentence, named, before)
            before = named or before
        found = [hit for hit in found if _counts(hit, letter=letter)]
        if not found:
            return None
        whom = [*map(_whom, (hit.mention for hit in found)), *_beside(cut)]
        return Accusing(tuple(dict.fromkeys(whom)), clear=any(_is_clear(hit) for hit in found))

    def _by_examples(self, cut: "_Cut") -> Accusing | None:
        if not any(token.kind in WHO for token in cut.tokens):
            return None
        if len(cut.text) <= _LETTER:
            return _sounding(cut, firm=cut.is_firm())
        found = (
            _sounding(piece, firm=not any(token.kind == NAME for token in piece.tokens))
            for piece in map(self._cut, _chunks(cut.text))
            if any(token.kind in _OURS for token in piece.tokens)
        )
        return next(filter(None, found), None)


@dataclass(frozen=True, slots=True)
class _Cut:
    """A text with its words, once all together and once by sentences."""

    text: str
    tokens: list[Token]
    sentences: list[Sentence]

    def is_firm(self) -> bool:
        """Tell whether it must sound much like an accusation: it is written like a letter, and names nobody of the house."""
        return len(self.text) > _CHAT and not any(
            each.kinds & {NAME, NICK, STATION} and each.sure > VAGUE for each in self.mentions()
        )

    def mentions(self) -> Iterator[Mention]:
        return (each for sentence in self.sentences for each in mentions(sentence))

    def features(self) -> set[str] | None:
        return features(self.text, self.tokens, self.sentences)


def _sounding(cut: _Cut, *, firm: bool) -> Accusing | None:
    """Tell by examples whether a text accuses; `firm`: it must sound much like it, as in letters about departments."""
    model, found = shipped_model(), cut.features()
    score = model.score(found) if found else model.unclear - 1
    least = model.letter if firm else model.unclear
    return _meant(cut, clear=score >= model.clear) if score >= least else None


def _meant(cut: _Cut, *, clear: bool) -> Accusing:
    """Give everybody whom a text names: which of them is meant, the model does not know."""
    named = [each for each in cut.mentions() if each.sure >= VAGUE]
    return Accusing(tuple(dict.fromkeys((*map(_whom, named), *_beside(cut)))), clear=clear, guessed=True)


def _beside(cut: _Cut) -> Iterator[Whom]:
    """Give all names of a text: whoever is named beside the accused may be a witness, or be meant as well."""
    return (Whom(((NAME, token.word),)) for token in cut.tokens if token.kind == NAME)


def _chunks(text: str) -> Iterator[str]:
    """Cut a long text into pieces of whole sentences; a sentence that is too long comes in pieces that overlap."""
    start = 0
    while start < len(text):
        end = min(start + _CHUNK, len(text))
        stop = max((text.rfind(mark, start, end) for mark in STOPS), default=-1)
        if end < len(text) and stop > start:
            yield text[start : stop + 1]
            start = stop + 1
        else:
            yield text[start:end]
            start = end if end == len(text) else end - _OVERLAP


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
    if kinds <= {BYNAME} or deed == LEISURE or (letter and sure < SURE) or (deed == "paid" and hit.asks):
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
