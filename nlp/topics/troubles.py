"""Several troubles in one message: the clauses that are surely about something else than the first."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nlp.topics.classify import SPEAKS, Classification, classify
from nlp.topics.lexicon import OTHER, Lexicon

LONGEST = 60
"""Characters; a longer letter tells one story in many words, and a clerk reads it whole."""
MOST = 3

_NUMBERED = re.compile(r"(?<![\d.])(?:[1-4][.、)）](?!\d)|第[一二三四][,，、]?|[一二三四](?:是|、))")
_FURTHER = re.compile(r"还有|另外|此外|再有|再就是|顺便|其次|以及")
_MARK = re.compile(rf"(?>(?:{_NUMBERED.pattern}|{_FURTHER.pattern})[\s，,：:]*+)+")
"""What is set before a further matter, with the space or comma that may follow."""
_PLAINLY = re.compile(r"[，,。；;！!\s](?:还有|另外)(?!\w{0,3}[个条些部])|^\s*+1[.、)）](?!\d)")
"""A sentence of its own for the further matter, or a list from the first letter: nobody lists mere parts of one so."""
_ALSO = re.compile(r"[^，,。；;\n]{0,8}也(?!许|是(?:因为|由于))")
_BREAK = re.compile(r"[，,。.；;！!？?、\n\s]+")
_SET_BESIDE = "\ue001"
_NO_TROUBLE_OF_ITS_OWN = re.compile(
    r"导致|造成|影响|所以|因此|害得|引起|致使|以致|怕|担心|万一|不然|否则|隐患|希望|建议|要求|麻烦"
    r"|没人(?:管|理|来|修|处理)|不(?:管|理|处理|解决)|没(?:有)?(?:解决|结果|反应|进展|回应)|态度|反映|投诉|打(?:过|了)?电话"
)
"""What came of a trouble, what is wished, and who did nothing about it."""
_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Trouble:
    """One of several troubles in a message."""

    words: str
    """The clause that tells it, as it was written."""
    found: Classification


def troubles(text: str, lexicon: Lexicon) -> tuple[Trouble, ...]:
    """Give the different troubles a message tells, the first one first; nothing where it tells only one.

    A further clause counts only where its writer sets it beside the first (“还有…”, “2、…”, “…也…”) and its topic is
    another one; after a mere “也” it must be sure, what is named as a further matter need only be told by a word.
    """
    if len(text) > LONGEST or not ("也" in text or _FURTHER.search(text) or _NUMBERED.search(text)):
        return ()
    told: list[Trouble] = []
    plainly = _PLAINLY.search(text) is not None
    for clause, beside in _clauses(text):
        found = classify(clause, lexicon)
        if not _says_a_topic(found, named=plainly and (not told or beside == _SET_BESIDE)):
            continue
        if not told or (beside and _is_another(found, told, named=beside == _SET_BESIDE)):
            told.append(Trouble(clause, found))
    return tuple(told[:MOST]) if len(told) > 1 else ()


def _says_a_topic(found: Classification, *, named: bool) -> bool:
    """Tell whether a clause has a topic that is sure, or one that is likely where its writer names it as a matter."""
    if found.category == OTHER or not found.ask:
        return found.category != OTHER
    return named and found.confidence >= SPEAKS and found.topic != found.category and bool(found.because)


def _is_another(found: Classification, told: list[Trouble], *, named: bool) -> bool:
    """Tell whether a topic is a new one; a mere “也” must lead to another category."""
    if found.topic == found.category or found.topic in {each.found.topic for each in told}:
        return False
    return named or found.category not in {each.found.category for each in told}


def _clauses(text: str) -> Iterator[tuple[str, str]]:
    """Give each clause and what sets it beside the one before: nothing, the mark of a list, or “也”."""
    listed = _MARK.sub(f"\n{_SET_BESIDE}", text)
    for piece in _BREAK.split(listed):
        clause = piece.lstrip(_SET_BESIDE)
        if len(clause) < _SHORTEST:
            continue
        beside = _SET_BESIDE if piece != clause else "也" if _ALSO.match(clause) else ""
        yield clause, "" if _NO_TROUBLE_OF_ITS_OWN.search(clause) else beside
