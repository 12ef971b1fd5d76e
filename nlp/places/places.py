"""Which place of the district a message is about: the longest name wins, the place complained of before the home."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from nlp.places.place_names import prefixes_of
from nlp.places.place_roles import Role, comes_home, is_denied, role_of
from nlp.places.place_slips import SlipIndex
from nlp.places.place_table import NARROW, Mention, NameTable, Place, names_of, told_apart, width
from nlp.places.place_words import Words, place_like
from nlp.text.fold import fold

__all__ = ["NOWHERE", "Gazetteer", "Place", "PlaceMatch"]

_LONGEST_READ = 600
_SPACE_IN_WORDS = re.compile(r"(?<=[\u4e00-\u9fff]) +(?=[\u4e00-\u9fff])")


@dataclass(frozen=True, slots=True)
class PlaceMatch:
    """What was found: one place, several of the same name, or only words that look like a place."""

    places: tuple[Place, ...] = ()
    mention: str = ""
    """The words that name it."""
    unknown: str = ""
    """Words that look like a place but are not in the gazetteer."""


NOWHERE = PlaceMatch()


class Gazetteer:
    """All names of a district, ready for search. Built once per version of the pack."""

    def __init__(self, places: Iterable[Place], *, around: Sequence[str] = ()) -> None:
        """Take the places, and the names of district and city that people put before them or leave out."""
        self._places = tuple(places)
        names = [names_of(place) for place in self._places]
        self._table = NameTable(self._places, names, prefixes_of(*(fold(name) for name in around)))
        self._slips = SlipIndex(names, lambda index: names_of(self._places[index]))

    def find(self, text: str) -> PlaceMatch:
        """Find the place a message is about; spaces stand inside names (东苑 小区) or, if that finds nothing, around them."""
        folded = fold(text[:_LONGEST_READ]).lower()
        if " " not in folded:
            return self._find(folded)
        found = self._find(_SPACE_IN_WORDS.sub("", folded))
        apart = NOWHERE if found.places else self._find(_SPACE_IN_WORDS.sub(",", folded))
        return apart if apart.places else found

    def _find(self, folded: str) -> PlaceMatch:
        read = self._table.mentions(folded) if self._table else []
        mentions = [each for each in read if each.places]
        strangers: list[Words] = []
        for words in place_like(
            folded, [(each.start, each.end) for each in read if each.places or each.exact]
        ):
            mention = self._with_a_slip(words)
            if mention is not None:
                mentions.append(mention)
            elif words.text:
                strangers.append(words)
        if not mentions:
            return PlaceMatch(unknown=strangers[0].text) if strangers else NOWHERE
        best = _chosen(folded, mentions, strangers)
        return best if len(best.places) <= 1 else self._in_a_street_named(best, folded)

    def names_in(self, folded: str) -> list[tuple[str, tuple[Place, ...]]]:
        """Give every name that stands in a folded text, longer and shorter ones, with the places that have it."""
        return list(self._table.pieces(folded)) if self._table else []

    def _in_a_street_named(self, match: PlaceMatch, folded: str) -> PlaceMatch:
        """Of places with one name keep those whose street the message names in short: 柳荫和平社区."""
        elsewhere = folded.replace(match.mention, " ")
        kept = tuple(
            place
            for place in match.places
            if any(before in elsewhere for before in self._table.streets_around(place))
        )
        return replace(match, places=kept) if kept else match

    def _with_a_slip(self, words: Words) -> Mention | None:
        said, found = self._slips.meant(words.run, len(words.text))
        if not found:
            return None
        places = tuple(self._places[index] for index in sorted(found))
        if len({place.name for place in places}) > 1:
            return None
        return Mention(words.end - len(said), words.end, places, exact=False)


def _chosen(folded: str, mentions: Sequence[Mention], strangers: Sequence[Words]) -> PlaceMatch:
    if len(mentions) == 1 and not strangers:
        (only,) = mentions
        if is_denied(folded, only.start):
            return NOWHERE
        places = told_apart(only.places, ()) if len(only.places) > 1 else only.places
        return PlaceMatch(places=places, mention=folded[only.start : only.end])
    starts = {each.start for each in mentions} | {words.start for words in strangers}
    roles = {each: role_of(folded, each.start, each.end, starts) for each in mentions}
    best = max(mentions, key=lambda each: _rank(each, roles[each]))
    home = next((each for each in mentions if roles[each] is Role.HOME), None)
    if (
        home
        and best is not home
        and (_lies_in(home, best) or _is_about_home(folded, home, best, roles[best]))
    ):
        best = home
    role = roles[best]
    if role is Role.DENIED:
        return PlaceMatch(unknown=strangers[0].text) if strangers else NOWHERE
    if stranger := _meant_instead(folded, best, role, strangers):
        return PlaceMatch(unknown=stranger)
    others = [place for other in mentions if other is not best for place in other.places]
    places = told_apart(best.places, others) if len(best.places) > 1 else best.places
    return PlaceMatch(places=places, mention=folded[best.start : best.end])


def _rank(mention: Mention, role: Role) -> tuple[int, bool, int, int, bool, int]:
    narrow = max(map(width, mention.places))
    # A street alone is too wide to be the point even where the complaint begins with it.
    return (
        min(role, Role.PLAIN),
        narrow == NARROW,
        role,
        narrow,
        mention.exact,
        -mention.start,
    )


def _lies_in(home: Mention, best: Mention) -> bool:
    around = {place.key for place in best.places}
    return all({place.area, place.parent} & around for place in home.places)


def _is_about_home(folded: str, home: Mention, best: Mention, role: Role) -> bool:
    return role is not Role.COMPLAINED and home.end < best.start and comes_home(folded, home.end, best.start)


def _meant_instead(folded: str, best: Mention, role: Role, strangers: Sequence[Words]) -> str:
    """Give the words of a place nobody listed where they, and not the best known place, are complained of."""
    for words in strangers:
        said = role_of(folded, words.start, words.end, ())
        loosely = not best.exact and said > Role.HOME
        if loosely or (
            role <= Role.HOME and said >= Role.PLAIN and not comes_home(folded, best.end, words.start)
        ):
            return words.text
    return ""
