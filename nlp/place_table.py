"""All names of a district in one automaton: which places a sentence names, word for word or by the stem of a name."""

import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ahocorasick_rs import MATCHKIND_STANDARD, AhoCorasick

from nlp.fold import fold
from nlp.geo import Coordinate
from nlp.place_names import (
    ENDINGS,
    GENERIC,
    NAMED_ENDINGS,
    ROADS,
    everyday_words,
    needs_its_ending,
    other_spellings,
    short_title,
    stem,
    without_prefix,
)


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
_HOUSE_NUMBER = re.compile(
    r"\d{1,3}(?:号楼?|幢|栋|单元|区|期|弄)|[一二三四五六七八九十]+(?:期|区|号楼|幢|栋)"
    r"|(?:小区)?(?:业主|居民|物业|门口|里面?的?)"
)
_PART_OF_LONGER = re.compile(
    r"[^,。;!?\n的]?(?:大?[路街巷](?!边|口|灯|面|上)|大道|桥|站|中心|寺|庙|公司|集团|酒店|宾馆|商场|超市|城(?!管)|馆|专业|医院|学校|小学|中学|幼儿园|市场|广场|公园|大厦|大学|学院|"
    + "|".join(NAMED_ENDINGS)
    + ")"
)
_ROAD_PART = re.compile(
    r"(?:第?[一二三四五六七八九十\d]+|实验|中心)?(?:小区|社区|新村|花园|家园|公寓|[名佳雅花嘉新]?苑|村(?!民|口)|小学|中学|幼儿园|医院|公园|大厦|广场|街道|镇)"
)
_OTHER_BEFORE = re.compile(r"(?<![城区市县镇以路街河江湖山湾岸最很更重创翻全])[东西南北新]$")
_BARE_BEFORE = re.compile(
    "(?:^|[^\u4e00-\u9fff]|[在住到去从往离和与及是们区县市镇道家于对就为让给望议请映诉报的向来这那把了])$"
)
"""What stands before a place that is said by its stem alone: 在七格, 我们七格, never 学物联网 of 物联网社区."""
_SLOGAN = re.compile(
    r"(?:创建|建设|打造|共建|争创|构建|评选|荣获|全国|省级|市级|示范|申报|评为)[^,。;!?\n]{0,3}$"
)
_OF_VILLAGES = re.compile("[里规民级务容貌集企庄]")
"""What follows a village that is no name: 建设村里的路, 创建村规民约."""
_WISHED = re.compile(r"(?:建|增设|增加|引进|新建|开办|缺少?|没有|规划|落户|多[设办开])[^,。;!?\n]{0,6}$")
_AT_AFTER = re.compile(
    r"门口|门前|大门|[东南西北]门|旁|边上|附近|对面|后面|前面|[东南西北]侧|周边|周围|一带|路口|停车|里面|院内|地块|公交站|这边|那边|外面"
)
_AT_BEFORE = re.compile(r"(?:在|到|去|位于|住|从)$")

_GROUP = 1 << 31
_SHORT_NAME = 3


class NameTable:
    """Every name, alias, spelling and stem; built once per version of the pack."""

    def __init__(
        self, places: Sequence[Place], names: Sequence[Sequence[str]], prefixes: tuple[str, ...]
    ) -> None:
        self._places = tuple(places)
        exact: dict[str, int] = {}
        loose: dict[str, int] = {}
        self._groups: list[tuple[int, ...]] = []
        streets = self._streets = {
            place.key: stem(folded(place.name)) for place in places if place.kind in STREET_KINDS
        }
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
        return kept

    def _read(self, text: str, pattern: int, start: int, end: int) -> Mention | None:
        """Read one hit; a mention without places blocks the shorter names inside it."""
        if pattern < self._exact_count:
            return self._exactly(text, pattern, start, end)
        return self._loosely(text, pattern, start, end)

    def _exactly(self, text: str, pattern: int, start: int, end: int) -> Mention | None:
        name = text[start:end]
        if _OTHER_BEFORE.search(text, max(0, start - 2), start):
            return Mention(start - 1, end, (), exact=False)
        ending = next((ending for ending in ENDINGS if name.endswith(ending)), "")
        if not ending and _is_part_of_longer(text, name, end):
            return None
        if GENERIC.fullmatch(name) and not _says_where(text, start, end):
            return Mention(start, end, (), exact=True)
        everyday = ending in {"社区", "村"} and name.removesuffix(ending) in everyday_words()
        if everyday and (_SLOGAN.search(text, 0, start) or _OF_VILLAGES.match(text, end)):
            return Mention(start, end, (), exact=True)
        return Mention(start, end, self._owned(pattern), exact=True)

    def _loosely(self, text: str, pattern: int, start: int, end: int) -> Mention | None:
        """Read a name said without its ending or with another one: 东苑3幢, 东苑居委会 for 东苑社区."""
        if _OTHER_BEFORE.search(text, max(0, start - 2), start):
            return None
        name_stem = text[start:end]
        places = self._owned(pattern)
        for said, kinds in _KINDS_SAID:
            if word := said.match(text, end):
                by_kind = (tuple(place for place in places if place.kind == kind) for kind in kinds)
                found = next(filter(None, by_kind), ())
                return Mention(start, word.end(), found, exact=True) if found else None
        estate = text.startswith("小区", end)
        if estate or (_HOUSE_NUMBER.match(text, end) and not name_stem.endswith(ROADS)):
            narrow = tuple(place for place in places if width(place) == NARROW)
            return Mention(start, end + 2 * estate, narrow or _outermost(places), exact=False)
        alone = text.strip(" 。.!,") == name_stem
        if not alone and (
            needs_its_ending(name_stem)
            or _PART_OF_LONGER.match(text, end)
            or not _BARE_BEFORE.search(text, max(0, start - 1), start)
        ):
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


def _is_part_of_longer(text: str, name: str, end: int) -> bool:
    """Tell whether a name without an ending of its own goes on to another one: 滨河路小学, 翠湖大厦."""
    if name.endswith(ROADS):
        return _ROAD_PART.match(text, end) is not None
    if len(name) > _SHORT_NAME:
        return False
    return _PART_OF_LONGER.match(text, end) is not None


def _says_where(text: str, start: int, end: int) -> bool:
    """Tell whether an institution is named as a spot on the map, and not as a matter."""
    if _WISHED.search(text, max(0, start - 10), start):
        return False
    return bool(_AT_AFTER.match(text, end) or _AT_BEFORE.search(text, max(0, start - 2), start))


def _outermost(places: tuple[Place, ...]) -> tuple[Place, ...]:
    """Of places in one another give the one around the others: 东苑 is 东苑社区 with 东苑小区 in it."""
    if len(places) == 1:
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
