"""The same sentence once more, with a sign or two changed so that it does not look the same."""

import re

from nlp.text.bigrams import bigrams
from nlp.text.fold import fold

_READ = 200
_SHORTEST = 6
"""Signs; shorter sentences are answers and commands, which may well come twice."""
_ENOUGH = 0.65
"""The share of pairs: one changed sign changes two of them."""
_NO_WORD = re.compile(r"[\W_]+")
_COUNTED = re.compile(r"^\d+|(?<!\d)\d+$")
_NUMBERS = re.compile(r"\d+|(?<![一二三四五六七八九十])[一二三四五六七八九十]+(?=[幢栋号楼单元室弄组])")


def repeats(said: str, before: str) -> bool:
    """Tell whether somebody says the same again; another number inside is another place or day."""
    one, other = _bare(said), _bare(before)
    if min(len(one), len(other)) < _SHORTEST or _NUMBERS.findall(one) != _NUMBERS.findall(other):
        return False
    pairs, others = bigrams([one]), bigrams([other])
    return len(pairs & others) >= _ENOUGH * len(pairs | others)


def _bare(text: str) -> str:
    return _COUNTED.sub("", _NO_WORD.sub("", fold(text[:_READ])).lower())
