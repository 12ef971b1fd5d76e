"""Hide what tells who a person is: numbers, names, accounts, flats; what happened, and where, stays readable."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from ahocorasick_rs import AhoCorasick

from nlp.masking.accounts import find_accounts
from nlp.masking.flats import find_flats
from nlp.masking.name_lists import COMPOUND, surnames
from nlp.masking.names import find_names
from nlp.masking.normal import normalised
from nlp.masking.numbers import find_numbers
from nlp.masking.spans import CONTACT, HIDDEN, KINDS, NAME, Span

__all__ = [
    "COMPOUND",
    "CONTACT",
    "HIDDEN",
    "SURNAMES",
    "Hidden",
    "Masked",
    "mask",
    "masked",
    "names_in",
    "names_somebody",
]

SURNAMES = "".join(sorted(surnames()))

Hidden = Mapping[str, int]
"""How many of each kind were taken out."""


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without what tells who a person is, and what was taken out."""

    text: str
    hidden: Hidden


def names_somebody(text: str) -> bool:
    """Tell whether something stands in a text that leads to a person by itself: a number, an account, a name."""
    return not CONTACT.isdisjoint(masked(text, flats=False).hidden)


def mask(text: str) -> str:
    """Give a text without the numbers and names that lead to a person; what happened stays readable."""
    return masked(text).text


def names_in(text: str) -> frozenset[str]:
    """Give the names of people in a text, so that they can be hidden in another where nothing announces them."""
    read = normalised(text).text
    return frozenset(_names(read, find_names(read, [*find_numbers(read), *find_accounts(read)])))


def masked(text: str, *, flats: bool = True, known: Collection[str] = ()) -> Masked:
    """Hide what leads to a person, and `known` names wherever they stand. The whole text is read.

    `flats` tells whether numbers of flats are among it.
    """
    return _masked(text, flats, frozenset(known))


# Several ask one after the other what of one message is for others.
@lru_cache(maxsize=16)
def _masked(text: str, flats: bool, known: frozenset[str]) -> Masked:
    read = normalised(text)
    found = [*find_numbers(read.text), *find_accounts(read.text)]
    found += find_names(read.text, found)
    found += _said_again(read.text, _names(read.text, found) | known)
    if flats:
        found += find_flats(read.text)
    if not found:
        return Masked(text, {})
    kept: list[str] = []
    counted: dict[str, int] = {}
    place = 0
    for span in _apart(found):
        start, end = read.span(span.start, span.end)
        kept += text[place:start], span.shown
        place = end
        counted[span.kind] = counted.get(span.kind, 0) + 1
    kept.append(text[place:])
    return Masked("".join(kept), {kind: counted[kind] for kind in KINDS if kind in counted})


def _names(text: str, found: Iterable[Span]) -> set[str]:
    return {text[span.start : span.end] for span in found if span.kind == NAME and span.end - span.start > 1}


def _said_again(text: str, names: Collection[str]) -> list[Span]:
    """Give where names that were found once stand again, with nothing beside them that tells."""
    if not names:
        return []
    again = AhoCorasick(sorted(names)).find_matches_as_indexes(text)
    return [Span(start, end, NAME) for _, start, end in again]


def _apart(found: Collection[Span]) -> list[Span]:
    """Give spans that do not overlap and hide all that any of them hides."""
    apart: list[Span] = []
    for span in sorted(found, key=lambda each: (each.start, -each.end)):
        if apart and span.start < apart[-1].end:
            if span.end > apart[-1].end:
                last = apart[-1]
                apart[-1] = Span(last.start, span.end, last.kind, last.shown)
            continue
        apart.append(span)
    return apart
