"""The words of which a pattern must hold one to match at all, read off the pattern itself.

One search for them all is much cheaper than the patterns, and cannot drift from them.
"""

import re
from collections.abc import Iterable
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)
_EVERYWHERE = frozenset("人我的了在有要不是他她们个大上下到说去就都也这那里没来")
"""Letters of nearly every message: as words to look for they are worth nothing."""
_MOST_LETTERS = 20


def needed_words(patterns: Iterable[re.Pattern[str]]) -> frozenset[str]:
    """Give words of which a text holds one wherever one of the patterns matches."""
    words: set[str] = set()
    for pattern in patterns:
        found = _of_all(parser.parse(pattern.pattern, pattern.flags))
        if not found:
            raise ValueError(f"a pattern may match without any word of its own: {pattern.pattern[:60]}")
        words |= found
    return frozenset(words)


def _of_all(parts: Any) -> frozenset[str]:  # noqa: ANN401 -- a parsed pattern
    """Give the rarest words of which a sequence must hold one; nothing where it needs none."""
    choices: list[frozenset[str]] = []
    run = ""
    for kind, value in parts:
        if kind is op.LITERAL:
            run += chr(value)
            continue
        choices.append(frozenset({run}) if run else frozenset())
        run = ""
        choices.append(_of_one(kind, value))
    choices.append(frozenset({run}) if run else frozenset())
    return min(filter(None, choices), key=_commonness, default=frozenset())


def _of_one(kind: Any, value: Any) -> frozenset[str]:  # noqa: ANN401 -- a part of one
    if kind is op.BRANCH:
        branches = [_of_all(branch) for branch in value[1]]
        return frozenset().union(*branches) if all(branches) else frozenset()
    if kind is op.SUBPATTERN:
        return _of_all(value[-1])
    if kind is op.ATOMIC_GROUP:
        return _of_all(value)
    if kind in _REPEATS:
        return _of_all(value[2]) if value[0] else frozenset()
    if kind is op.IN and len(value) <= _MOST_LETTERS and all(each is op.LITERAL for each, _ in value):
        return frozenset(chr(letter) for _, letter in value)
    return frozenset()


def _commonness(words: frozenset[str]) -> int:
    return sum(1_000 if word in _EVERYWHERE else 30 if len(word) == 1 else 1 for word in words)
