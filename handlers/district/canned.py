"""Canned replies (范例) of a district: which fit a case and a step, and how their gaps and blanks are filled."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from handlers.texts import placeholders

STEPS = ("reply", "pause", "answer", "return")
"""What staff write to the voter, what they ask the voter, what a department answers, why an answer goes back."""
GAPS = ("编号", "问题", "地点", "日期", "单位")
"""What is filled from the case: number, topic, place, today's date, and who writes."""
LONGEST = 200
SHOWN = 3
_BLANK = re.compile(r"〔([^〔〕{}]{1,12})〕")
_HALF = re.compile(r"[〔〕]")
_GAP = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CannedReply:
    """One sentence that is written again and again."""

    key: str
    step: str
    topics: tuple[str, ...] = ()
    """Keys of topics; empty fits all."""
    text: str


def fitting(replies: Iterable[CannedReply], step: str, topic: str) -> list[CannedReply]:
    """Give the replies for a step that fit a topic: those made for it first, in the order of the sheet."""
    here = [each for each in replies if each.step == step and (not each.topics or topic in each.topics)]
    return sorted(here, key=lambda each: not each.topics)[:SHOWN]


def filled(text: str, values: Mapping[str, str]) -> str:
    """Fill the gaps that the case fills; blanks such as 〔几盏〕 stay for the person."""
    return _GAP.sub(lambda gap: values.get(gap[1], gap[0]), text)


def next_blank(text: str) -> str:
    """Give what the first blank asks for; empty where none is left."""
    found = _BLANK.search(text)
    return found[1] if found else ""


def with_blank(text: str, words: str) -> str:
    """Put words into the first blank."""
    return _BLANK.sub(lambda _: words, text, count=1)


def faults_of(text: str, forbidden: Iterable[str]) -> Iterator[str]:
    """Say why a sentence cannot be offered."""
    for gap in sorted(placeholders(text) - {*GAPS}):
        yield f"text has the gap {{{gap}}}; known: {', '.join(f'{{{each}}}' for each in GAPS)}"
    if _HALF.search(_BLANK.sub("", text)):
        yield "text has a blank that is none: write 〔几盏〕, at most 12 letters between the brackets"
    if len(text) > LONGEST:
        yield f"text has {len(text)} characters, at most {LONGEST} fit"
    for word in forbidden:
        if word in text:
            yield f"text says '{word}', a legal word of petitions and permits"
