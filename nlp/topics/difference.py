"""What stands otherwise in a second version of a sentence: what was taken out, what was put in."""

from dataclasses import dataclass
from difflib import SequenceMatcher

_TOGETHER = 1
"""Changes with no more than so many letters between them read as one."""
_BEFORE = 4


@dataclass(frozen=True, slots=True)
class Change:
    """One place that differs; `after` are the letters before it."""

    removed: str
    added: str
    after: str


def changes(before: str, now: str) -> list[Change]:
    """Give the places that differ, from the first to the last."""
    spans: list[list[int]] = []
    for kind, start, end, new_start, new_end in SequenceMatcher(
        None, before, now, autojunk=False
    ).get_opcodes():
        if kind == "equal":
            continue
        if spans and start - spans[-1][1] <= _TOGETHER:
            spans[-1][1], spans[-1][3] = end, new_end
        else:
            spans.append([start, end, new_start, new_end])
    return [
        Change(before[start:end], now[new_start:new_end], before[max(0, start - _BEFORE) : start])
        for start, end, new_start, new_end in spans
    ]
