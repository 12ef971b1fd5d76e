"""All names of a district in one automaton: which places a sentence names, word for word or by the stem of a name."""

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ahocorasick_rs import MATCHKIND_STANDARD, AhoCorasick

from nlp.places import place_context as around
from nlp.places.geo import Coordinate
from nlp.places.place_names import (
    ENDINGS,
    GENERIC,
    ROADS,
    everyday_words,
    needs_its_ending,
    other_spellings,
    short_title,
    stem,
    without_prefix,
)
from nlp.text.fold import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A street, community, estate, road or other spot that people name."""

    key: str
    name: str
    kind: str = ""
    area: str = ""
    """Key of the community or street in which it lies (its own key, if it is one)."""
    station: str = ""
    aliases: tuple[str, ...] = ()
    point: Coordinate | None = None
    parent: str = ""
    """Key of the area around that area; it tells places of one name apart when the message names it too."""


@dataclass(frozen=True, slots=True, eq=False)
class Mention:
    """Words of a message that name a place, or several of one name."""

    start: int
    end: int
    places: tuple[Place, ...]
    exact: bool
    """Named in full, not by the stem of its name or with a slip."""


STREET_KINDS = frozenset({"street", "town"})
COMMUNITY_KINDS = frozenset({"community", "village"})
NARROW = 3
_WIDTHS = dict.fromkeys(STREET_KINDS, 1) | dict.fromkeys(COMMUNITY_KINDS, 2) | {"district": 0}


def width(place: Place) -> int:
    """Give how narrow a place is: 1 a street, 2 a community, 3 anything smaller."""
    return _WIDTHS.get(place.kind, NARROW)


_KINDS_SAID = (
    (re.compile(r"社区|居委会?|居民(?:区|委员会)"), ("community", "village")),
    (re.compile(r"村委会?|村民委员会|村(?!民|里)"), ("village", "community")),
    (re.compile(r"街道|镇(?!上|里)|乡(?!下|里)|办事处|街办"), ("street", "town")),
)
"""What people say after a stem, and the kinds of place they mean, the likeliest first."""
_GROUP = 1 << 31
_NO_PLACES = frozenset({"城中村", "自然村", "行政村", "中心村", "小山村", "新农村", "同村", "全村"})
"""Words that end like a village and are none."""


class NameTable:
    """Every name, alias, spelling and stem; built once per version of the pack."""

    def __init__(
        self, places: Sequence[Place], names: Sequence[Sequence[str]], prefixes: tuple[str, ...]
    ) -> None:
        self._places = tuple(places)
        exact: dict[str, int] = {}
        loose: dict[str, int] = {}
        self._groups: list[tuple[int, ...]] = []
        self._streets = streets = {
            place.key: stem(folded(place.name)) for place in places if place.kind in STREET_KINDS
        }
        self._street_stems = tuple(filter(None, streets.values()))
        for index, known in enumerate(names):
            for name in known:
                self._own(exact, name, index)
        for index, place in enumerate(self._places):
            for name in names[index]:
                for other in other_spellings(name):
                    self._own(loose if other in exact else exact, other, index)
                rest = _short_form(name, place, prefixes, streets)
                if rest and (width(place) == NARROW or (place.kind in COMMUNITY_KINDS and rest not in exact)):
                    self._own(exact, rest, index)
                if name_stem := stem(name):
                    self._own(loose, name_stem, index)
        stems = [name for name in loose if name not in exact]
        self._exact_count = len(exact)
        self._owners = array("I", [*exact.values(), *(loose[name] for name in stems)])
        self._matcher = AhoCorasick([*exact, *stems], matchkind=MATCHKIND_STANDARD)

    def streets_around(self, place: Place) -> list[str]:
        """Give the stems of the streets in which a place lies."""
        stems = (self._streets.get(key, "") for key in (place.area, place.parent))
        return [before for before in stems if before]

    def __bool__(self) -> bool:
        return len(self._owners) > 0

    def _own(self, owners: dict[str, int], name: str, index: int) -> None:
        owner = owners.setdefault(name, index)
        if owner == index:
            return
        if owner >= _GROUP:
            group = self._groups[owner - _GROUP]
            if index not in group:
                self._groups[owner - _GROUP] = (*group, index)
        else:
            owners[name] = _GROUP + len(self._groups)
            self._groups.append((owner, index))

    def _owned(self, pattern: int) -> tuple[Place, ...]:
        owner = self._owners[pattern]
        if owner < _GROUP:
            return (self._places[owner],)
        return tuple(self._places[index] for index in self._groups[owner - _GROUP])

    def pieces(self, text: str) -> Iterator[tuple[str, tuple[Place, ...]]]:
        """Give every name in a folded text, those inside longer ones too, but none that is an everyday word."""
        for pattern, start, end in self._matcher.find_matches_as_indexes(text, overlapping=True):
            name = text[start:end]
            everyday = needs_its_ending(name) if pattern >= self._exact_count else GENERIC.fullmatch(name)
            if not everyday:
                yield name, self._owned(pattern)

    def mentions(self, text: str) -> list[Mention]:
        """Give what a folded text names, the longest name where several overlap, in the order of the text.

        A mention without places is something else than it looks like: a matter if it is exact, else another place.
        """
        hits = self._matcher.find_matches_as_indexes(text, overlapping=True)
        if len(hits) > 1:
            hits.sort(key=lambda hit: (hit[1] - hit[2], hit[0] >= self._exact_count, hit[1]))
        kept: list[Mention] = []
        for pattern, start, end in hits:
            if kept and any(start < other.end and other.start < end for other in kept):
                continue
            mention = self._read(text, pattern, start, end)
            if mention is not None:
                kept.append(mention)
        if len(kept) > 1:
            kept.sort(key=lambda each: each.start)
        known = {each.end for each in kept if each.places}
        return [
            replace(each, places=(), exact=False)
            if each.start not in known and around.is_in_another_town(text, each.start)
            else each
            for each in kept
        ]

    def _read(self, text: str, pattern: int, start: int, end: int) -> Mention | None:
        """Read one hit; a mention without places blocks the shorter names inside it."""
        if pattern < self._exact_count:
            return self._exactly(text, pattern, start, end)
        return self._loosely(text, pattern, start, end)

    def _exactly(self, text: str, pattern: int, start: int, end: int) -> Mention | None:
        name = text[start:end]
        if around.is_another_place(text, start):
            return Mention(start - 1, end, (), exact=False)
        ending = next((ending for ending in ENDINGS if name.endswith(ending)), "")
        if not ending and around.is_part_of_longer(text, name, end):
            return None
        if GENERIC.fullmatch(name) and not around.says_where(text, start, end):
            return Mention(start, end, (), exact=True)
        if ending in {"社区", "村"} and name.removesuffix(ending) in everyday_words():
            if around.is_a_matter(text, start, end):
                return Mention(start, end, (), exact=True)
            if not self._begins_a_name(text, start):
                return None
        return Mention(start, end, self._owned(pattern), exact=True)

    def _begins_a_name(self, text: str, start: int) -> bool:
        """Tell whether a name can begin here: 丽景花园社区 is not 花园社区, 柳荫和平社区 is 和平社区."""
        return around.is_free_before(text, start) or text.endswith(self._street_stems, 0, start)

    def _loosely(self, text: str, pattern: int, start: int, end: int) -> Mention | None:
        """Read a name said without its ending or with another one: 东苑3幢, 东苑居委会 for 东苑社区."""
        name_stem = text[start:end]
        everyday = needs_its_ending(name_stem)
        if around.is_another_place(text, start) or (everyday and not self._begins_a_name(text, start)):
            return None
        places = self._owned(pattern)
        for said, kinds in _KINDS_SAID:
            if word := said.match(text, end):
                by_kind = (tuple(place for place in places if place.kind == kind) for kind in kinds)
                found = next(filter(None, by_kind), ())
                if not found or text[start : word.end()] in _NO_PLACES:
                    return None
                return Mention(start, word.end(), found, exact=True)
        estate = text.startswith("小区", end)
        if estate or (around.has_house_number(text, end) and not name_stem.endswith(ROADS)):
            narrow = tuple(place for place in places if width(place) == NARROW)
            inside = () if everyday else tuple(place for place in places if place.kind in COMMUNITY_KINDS)
            meant = narrow or _outermost(inside)
            return Mention(start, end + 2 * estate, meant, exact=False) if meant else None
        alone = text.strip(" 。.!,") == name_stem
        if not alone and (everyday or not around.stands_alone(text, start, end)):
            return None
        return Mention(start, end, _outermost(places), exact=False)


def names_of(place: Place) -> tuple[str, ...]:
    """Give the names of a place in the form in which they are looked for."""
    name = short_title(folded(place.name))
    if not place.aliases:
        return (name,)
    return (name, *(short_title(folded(alias)) for alias in place.aliases if alias.strip()))


def folded(name: str) -> str:
    """Give a name as it is looked for."""
    name = fold(name)
    lowered = name.lower()
    return name if lowered == name else lowered  # the same object: a hundred thousand copies weigh much


def _short_form(name: str, place: Place, prefixes: tuple[str, ...], streets: dict[str, str]) -> str:
    """Give what people leave of a name: 人民医院 of 青禾区人民医院, 中心小学 of 柳荫中心小学."""
    if rest := without_prefix(name, prefixes):
        return rest
    for before in (streets.get(place.area, ""), streets.get(place.parent, "")):
        rest = name.removeprefix(before) if before and name.startswith(before) else ""
        if rest and (GENERIC.fullmatch(rest) or (place.kind in COMMUNITY_KINDS and stem(rest))):
            return rest
    return ""


def _outermost(places: tuple[Place, ...]) -> tuple[Place, ...]:
    """Of places in one another give the one around the others: 东苑 is 东苑社区 with 东苑小区 in it."""
    if len(places) <= 1:
        return places
    for place in places:
        if all(place.key in {other.key, other.area, other.parent} for other in places):
            return (place,)
    return places


def told_apart(places: tuple[Place, ...], named: Iterable[Place]) -> tuple[Place, ...]:
    """Of places with one name keep those around which the message names the area too."""
    keys = {key for other in named for key in (other.key, other.area, other.parent)} - {""}
    kept = tuple(place for place in places if {place.area, place.parent} & keys)
    if kept:
        return kept
    # Two entries of one area and one station are one place to whoever takes care.
    by_care = {(place.station, place.area): place for place in reversed(places)}
    return places if len(by_care) > 1 else (places[0],)
