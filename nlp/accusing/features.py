"""What a model sees of a text in which somebody of the house is named: letters with every name as its class, and kinds of words."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

from ahocorasick_rs import MATCHKIND_LEFTMOST_LONGEST, AhoCorasick

from nlp.accusing.doers import hits
from nlp.accusing.mentions import VAGUE, Mention, mentions
from nlp.accusing.tokens import BYNAME, DEPARTMENT, DESK, NAME, NICK, STATION, STREET, Sentence, Token
from nlp.accusing.words import table

_CLASSES = {NAME: "Ⓝ", NICK: "Ⓚ", BYNAME: "Ⓑ", STATION: "Ⓢ", STREET: "Ⓣ", DESK: "Ⓓ", DEPARTMENT: "Ⓟ"}
"""Whoever a roster names is one letter, which no folded text holds: what is learned is true for every roster."""
_RUN = 3
_OFTEN = 3
_WHO, _OTHER = "who", "other"


def features(text: str, tokens: Sequence[Token], sentences: Sequence[Sentence]) -> set[str] | None:
    """Give what stands in a text; None where nobody of the house is named or described."""
    named = [tuple(mentions(sentence)) for sentence in sentences]
    meant = [each for group in named for each in group if each.sure >= VAGUE]
    if not meant:
        return None
    letters = _classed(text, tokens)
    found = {*letters, *map("".join, pairwise(letters))}
    for sentence, group in zip(sentences, named, strict=True):
        found |= _runs("#", [token.kind for token in sentence.tokens])
        for hit in hits(sentence, group, ()):
            found |= {f"#did {hit.deed}", f"#did {hit.deed} {hit.mention.sure}"}
    for each in meant:
        found.add(f"#sure {each.sure}")
        found |= {f"#who {kind}" for kind in each.kinds}
    return found | _of_signs(text, tokens, meant)


def _classed(text: str, tokens: Iterable[Token]) -> str:
    out: list[str] = []
    done = 0
    for token in tokens:
        if token.kind in _CLASSES and token.start >= done:
            out += [text[done : token.start], _CLASSES[token.kind]]
            done = token.end
    return "".join((*out, text[done:]))


def _of_signs(text: str, tokens: Iterable[Token], meant: Iterable[Mention]) -> set[str]:
    """Give the signs in their order, and after whom each of them stands: one of the house, or others."""
    placed = [(each.start, _WHO) for each in meant]
    placed += [(token.start, _OTHER) for token in tokens if token.kind == "other"]
    placed += _signs(text)
    kinds = [kind for _, kind in sorted(placed)]
    found = _runs("$", kinds)
    last = ""
    for kind in kinds:
        if kind in {_WHO, _OTHER}:
            last = kind
        elif last:
            found.add(f"${last} … {kind}")
    for kind, times in Counter(kinds).items():
        found |= {f"${kind} ×{often}" for often in range(2, min(times, _OFTEN) + 1)}
    return found


def _runs(mark: str, kinds: Sequence[str]) -> set[str]:
    return {
        mark + " ".join(kinds[start : start + length])
        for length in range(1, _RUN + 1)
        for start in range(len(kinds) - length + 1)
    }


def _signs(text: str) -> Iterator[tuple[int, str]]:
    words, kinds, search = _search()
    return ((start, kinds[words[index]]) for index, start, _ in search.find_matches_as_indexes(text))


@cache
def _search() -> tuple[list[str], dict[str, str], AhoCorasick]:
    kinds: dict[str, str] = {}
    for kind, words in table(Path(__file__).with_name("signs.txt")):
        for word in words:
            kinds.setdefault(word, kind)
    listed = sorted(kinds)
    return listed, kinds, AhoCorasick(listed, matchkind=MATCHKIND_LEFTMOST_LONGEST)
