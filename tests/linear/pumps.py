"""Texts that a pattern may stumble over, made of the pattern's own words."""

import re._constants as op  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Iterator
from itertools import islice, pairwise, product
from typing import Any

_WITH_PARTS = {op.SUBPATTERN, op.ATOMIC_GROUP, op.ASSERT, op.ASSERT_NOT}
_REPEATS = {op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT}
_CATEGORIES = {
    op.CATEGORY_DIGIT: "1",
    op.CATEGORY_SPACE: " ",
    op.CATEGORY_WORD: "龘",
    op.CATEGORY_NOT_DIGIT: "龘",
    op.CATEGORY_NOT_SPACE: "龘",
    op.CATEGORY_NOT_WORD: "，",
}
_ANY = "龘"
"""A letter that no word of ours holds, so that nothing behind it matches by chance."""
_WAYS = 4
"""How many ways of saying one part are tried; optional words make more of them than anybody can read."""
_OTHER_WORDS = ("路灯坏了，", "在幸福路☂")
_FAILS = "☂"


def pumps_of(pattern: str, flags: int) -> list[tuple[str, str]]:
    """Give pairs of what must stand before and what is to be repeated, each once."""
    found = dict.fromkeys(_pumps(parser.parse(pattern, flags), ""))
    return [(before, pump) for before, pump in found if pump]


def ways_of_saying(pattern: str) -> list[str]:
    """Give what a pattern matches, each of its alternatives in a way or two."""
    return _every_way(parser.parse(pattern, 0))


def _every_way(parts: Any) -> list[str]:
    said = [""]
    for kind, value in parts:
        here = _alternatives(kind, value)
        first = here[0] if here else ""
        # Each alternative once, with the first ways of saying all the rest: not every way with every other.
        said = [said[0] + each for each in here or [""]] + [each + first for each in said[1:]]
    return list(dict.fromkeys(said))


def _alternatives(kind: Any, value: Any) -> list[str]:
    if kind is op.BRANCH:
        return [way for branch in value[1] for way in _every_way(branch)]
    if kind is op.SUBPATTERN:
        return _every_way(value[-1])
    if kind in _REPEATS:
        least = value[0]
        return ([] if least else [""]) + [way * max(least, 1) for way in _every_way(value[2])]
    return _ways_of(kind, value)


def texts_of(before: str, pump: str, length: int) -> tuple[str, ...]:
    """Give the repetition alone up to a length, and behind what must come first, among other words."""
    run = pump * max(length // len(pump), 1)
    return run, f"{before}{run}{_FAILS}{_OTHER_WORDS[0]}{before}{run}{_OTHER_WORDS[1]}"


def _pumps(parts: Any, before: str) -> Iterator[tuple[str, str]]:
    run = ""
    for kind, value in parts:
        if kind is op.LITERAL:
            run += chr(value)
            before += chr(value)
            continue
        yield "", run
        run = ""
        yield from _pumps_of_one(kind, value, before)
        before += _one_way([(kind, value)])
    yield "", run


def _pumps_of_one(kind: Any, value: Any, before: str) -> Iterator[tuple[str, str]]:
    if kind in _REPEATS:
        body = _ways(value[2])
        yield from ((before, each) for each in (*body, "".join(body), *map("".join, pairwise(body))))
        yield from _pumps(value[2], before)
    elif kind is op.BRANCH:
        for branch in value[1]:
            yield from (("", way) for way in _ways(branch)[:2])
            yield from _pumps(branch, before)
    elif kind in _WITH_PARTS:
        yield from _pumps(value if kind is op.ATOMIC_GROUP else value[-1], before)
    elif kind is not op.AT:
        yield before, _one_way([(kind, value)])


def _one_way(parts: Any) -> str:
    return next(iter(_ways(parts)), "")


def _ways(parts: Any) -> list[str]:
    """Give a few ways of saying a part, among them the shortest that says something and one with all that may be said."""
    each = [_ways_of(kind, value) for kind, value in parts]
    shortest = "".join(min(ways, key=len) for ways in each)
    fullest = "".join(max(ways, key=len) for ways in each)
    more = ("".join(chosen) for chosen in islice(product(*each), _WAYS))
    return [way for way in dict.fromkeys((shortest, fullest, *more)) if way]


def _ways_of(kind: Any, value: Any) -> list[str]:
    if kind is op.BRANCH:
        said = [way for branch in value[1] for way in _ways(branch)[:2]]
    elif kind in {op.SUBPATTERN, op.ATOMIC_GROUP}:
        said = _ways(value if kind is op.ATOMIC_GROUP else value[-1])
    elif kind in _REPEATS:
        least, _, body = value
        said = ([] if least else [""]) + [way * max(least, 1) for way in _ways(body)]
    else:
        said = _letters(kind, value)
    return said or [""]


def _letters(kind: Any, value: Any) -> list[str]:
    """Give letters that a part may be: of a class its first three, of one of exclusions a letter of no word."""
    if kind is op.LITERAL:
        return [chr(value)]
    if kind in {op.NOT_LITERAL, op.ANY} or (kind is op.IN and value[0][0] is op.NEGATE):
        return [_ANY]
    if kind is not op.IN:
        return []
    return [
        chr(of) if what is op.LITERAL else chr(of[0]) if what is op.RANGE else _CATEGORIES[of]
        for what, of in value[:3]
    ]
