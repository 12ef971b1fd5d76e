"""A text as the words that matter for an accusation: one walk, each word with its kind."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ahocorasick_rs import MATCHKIND_LEFTMOST_LONGEST, AhoCorasick

from nlp.accusing.words import surnames

BREAKS = frozenset(",，、 \t\u3000:：")
STOPS = frozenset("。.!！?？;；\n…")
MONEY, FAVOUR, THREAT, REVENGE, LEAK = "money", "favour", "threat", "revenge", "leak"
INSULT, IDLE, LEISURE, SLACK = "insult", "idle", "leisure", "slack"
DEEDS = frozenset({MONEY, FAVOUR, THREAT, REVENGE, LEAK, INSULT, IDLE, LEISURE, SLACK})
GRAVE = frozenset({MONEY, FAVOUR, THREAT, REVENGE, LEAK})
NAME, NICK, BYNAME = "name", "nick", "byname"
STATION, STREET, DESK, DEPARTMENT = "station", "street", "desk", "department"
"""Kinds that a roster gives: a whole name, a surname beside a title, how friends call somebody, and the bodies by their names."""
_PIECE, _SHARED = 60, 30
"""Tokens that are read at once: whose deed it is stands nearer than so many."""
_OR_ELSE = ("就", "别想", "休想", "甭想", "不办", "不给", "不批", "不让", "没门", "免谈")
_PASSIVE = "被"
_REACH = 9
"""So many characters may stand between taking and what is taken."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word: where it stands, what it is, and what it says."""

    start: int
    end: int
    kind: str
    word: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """The tokens between two full stops, in order; deeds that two words make together stand among them."""

    text: str
    tokens: tuple[Token, ...]


@dataclass(slots=True)
class Cutter:
    """Finds the words of all kinds; built once for a roster."""

    kinds: Mapping[str, str]
    _words: list[str] = field(init=False)
    _search: AhoCorasick = field(init=False)

    def __post_init__(self) -> None:
        self._words = sorted(word for word in self.kinds if word)
        self._search = AhoCorasick(self._words, matchkind=MATCHKIND_LEFTMOST_LONGEST)

    def tokens(self, text: str) -> list[Token]:
        found = self._search.find_matches_as_indexes(text)
        return [
            Token(start, end, self.kinds[self._words[index]], self._words[index])
            for index, start, end in found
        ]


def sentences(text: str, tokens: Iterable[Token]) -> list[Sentence]:
    """Give the sentences in order, each with its own tokens; one without end comes in pieces that overlap."""
    stops = [index for index, letter in enumerate(text) if letter in STOPS]
    groups: dict[int, list[Token]] = {}
    for token in tokens:
        groups.setdefault(bisect_left(stops, token.start), []).append(token)
    return [
        Sentence(text, tuple(piece))
        for group in groups.values()
        for piece in _pieces(_with_pairs(_real(group, text), text))
    ]


def _pieces(tokens: list[Token]) -> Iterator[list[Token]]:
    for start in range(0, max(1, len(tokens) - _SHARED), _PIECE - _SHARED):
        yield tokens[start : start + _PIECE]


def _real(tokens: list[Token], text: str) -> list[Token]:
    """Leave out deeds that are denied (`从不收礼`) or suffered (`被骗`)."""
    kept: list[Token] = []
    for token in tokens:
        denied = bool(kept) and kept[-1].kind == "not" and not _broken(text, kept[-1].end, token.start, 3)
        if denied and token.kind in {MONEY, "take", "goods"} and _is_condition(text, token):
            denied = False
        if token.kind in DEEDS | {"take"} and (
            denied or text[max(0, token.start - 1) : token.start] == _PASSIVE
        ):
            continue
        kept.append(token)
    return kept


def _is_condition(text: str, token: Token) -> bool:
    """Tell whether what is denied is what somebody asks for: `不送礼就别想办`."""
    return any(word in text[token.end : token.end + 9] for word in _OR_ELSE)


def _with_pairs(tokens: list[Token], text: str) -> list[Token]:
    """Put in the deed that two words make together: taking and what is taken (`收` … `两条烟`), or mine and handed on."""
    out: list[Token] = []
    for index, token in enumerate(tokens):
        if token.kind == "mine":
            out.append(_handed_on(tokens, index, text) or token)
            continue
        if token.kind != "take":
            out.append(token)
            continue
        taken = next(
            (
                other
                for other in tokens[index + 1 : index + 5]
                if other.kind in {"goods", "things"} and not _broken(text, token.end, other.start, _REACH)
            ),
            None,
        )
        if taken is not None:
            word = token.word + taken.word
            out.append(Token(token.start, taken.end, MONEY if taken.kind == "goods" else "paid", word))
        else:
            out.append(token)
    return out


def _handed_on(tokens: list[Token], index: int, text: str) -> Token | None:
    """Give the deed of somebody who hands on what is mine: `把我电话给了对方`."""
    mine = tokens[index]
    if not text[: mine.start].endswith(("把", "将", "拿")):
        return None
    after = tokens[index + 1 : index + 3]
    passed = any(
        other.kind in {"handed", "take"} and not _broken(text, mine.end, other.start, _REACH)
        for other in after
    )
    return Token(mine.start, mine.end, LEAK, mine.word) if passed else None


def _broken(text: str, start: int, end: int, most: int) -> bool:
    return end - start > most or any(letter in BREAKS for letter in text[start:end])


def breaks(text: str, start: int, end: int) -> bool:
    """Tell whether a clause ends between two places."""
    return any(letter in BREAKS for letter in text[start:end])


def named_after(text: str, start: int, end: int) -> bool:
    """Tell whether words can be the name of somebody: `的李大勇收了`."""
    stretch = text[start:end].removeprefix("的")
    return 2 <= len(stretch) <= 3 and stretch[0] in surnames()  # noqa: PLR2004 -- letters of a name
