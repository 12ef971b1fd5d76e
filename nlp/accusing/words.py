"""The words of an accusation and what each of them is, read from one table."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

SURNAME = "surname"
_WORDS = Path(__file__).with_name("words.txt")
_LEFT_UNDONE = frozenset({"idle", "slack", "insult"})


@cache
def shipped() -> dict[str, str]:
    """Give the kind of each word; a word that stands under two kinds has the first."""
    kinds: dict[str, str] = {}
    for kind, words in table(_WORDS):
        if kind != SURNAME:
            for word in words:
                kinds.setdefault(word, kind)
    # “从来不上班” denies nothing: the denial is the deed.
    for word, kind in [
        pair for pair in kinds.items() if pair[0].startswith("不") and pair[1] in _LEFT_UNDONE
    ]:
        for always in ("从来", "从", "总", "老是", "都"):
            kinds.setdefault(always + word, kind)
    return kinds


@cache
def kinds() -> tuple[str, ...]:
    """Give the kinds that a word may have."""
    return tuple(sorted({kind for kind, _ in table(_WORDS)} - {SURNAME}))


@cache
def surnames() -> frozenset[str]:
    """Give the usual surnames of one letter."""
    return frozenset(word for kind, words in table(_WORDS) if kind == SURNAME for word in words)


def table(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Give each kind of a table with its words; a line that begins with # is a remark."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, *words = line.split()
            yield kind, words
