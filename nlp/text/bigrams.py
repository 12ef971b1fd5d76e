"""Pairs of characters: what the search index holds, so that words of two characters are found without a segmenter."""

import re
from collections.abc import Iterable

from nlp.text.fold import fold

PAIR = 2
_RUN = re.compile(r"[^\W_]+")


def runs(text: str) -> list[str]:
    """Give the stretches of letters, digits and Chinese characters between everything else, in lower case."""
    return _RUN.findall(fold(text).lower())


def bigrams(stretches: Iterable[str]) -> set[str]:
    """Give each pair of neighbours once: 路灯坏 is 路灯 and 灯坏."""
    return {run[at : at + PAIR] for run in stretches for at in range(len(run) - 1)}
