"""Which place of the district a message names: the longest name wins, the place complained of before the home."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from ahocorasick_rs import MATCHKIND_LEFTMOST_LONGEST, AhoCorasick

from nlp.fold import fold
from nlp.geo import Coordinate


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


@dataclass(frozen=True, slots=True)
class PlaceMatch:
    """What was found: one place, several of the same name, or only words that look like a place."""

    places: tuple[Place, ...] = ()
    mention: str = ""
    """The words that name it."""
    unknown: str = ""
    """Words that look like a place but are not in the gazetteer."""


NOWHERE = PlaceMatch()

_WIDE_KINDS = {"street": 1, "town": 1, "district": 0}
_COMMUNITY_KINDS = {"community": 2, "village": 2}
_NARROW = 3
_LONGEST_READ = 600
_SHORTEST_STEM = 2

_ENDINGS = (
    "小区",
    "社区",
    "街道",
    "花园",
    "家园",
    "新村",
    "公寓",
    "新苑",
    "名苑",
    "佳苑",
    "雅苑",
    "花苑",
    "嘉园",
    "苑",
    "村",
    "镇",
)
_KIND_OF_ENDING = {"社区": _COMMUNITY_KINDS, "街道": _WIDE_KINDS, "镇": _WIDE_KINDS}
_HOUSE_NUMBER = re.compile(
    r"\d{1,3}(?:号楼?|幢|栋|单元|区|期|弄)|[一二三四五六七八九十]+(?:期|区|号楼|幢|栋)|业主|居民|物业|门口|里面?的?"
)
_COMMON_STEMS = frozenset(  # words of daily use that are no place without their ending
    [
        "和平",
        "幸福",
        "人民",
        "胜利",
        "光明",
        "团结",
        "建设",
        "新华",
        "文化",
        "中心",
        "解放",
        "友谊",
        "健康",
        "安全",
        "平安",
        "和谐",
        "文明",
        "长安",
        "永安",
        "民主",
        "友好",
        "阳光",
        "春天",
        "世纪",
        "时代",
        "未来",
        "国际",
        "城市",
        "花园",
        "公园",
        "学院",
        "大学",
        "医院",
        "市场",
        "商业",
        "工业",
        "农业",
        "科技",
        "教育",
        "东方",
        "南方",
        "北方",
        "西方",
        "中央",
        "中山",
        "环城",
        "老街",
        "东门",
        "西门",
        "南门",
        "北门",
        "金融",
        "交通",
        "朝阳",
        "康乐",
        "大桥",
    ]
)

_LIVING = re.compile(
    r"(?:我们?|本人|俺|咱们?)(?:家?住在?|家在|是|户口在|户籍在|老家)[^,。;!?\n]{0,5}$|家住[^,。;!?\n]{0,5}$"
)
_COMPLAINED = re.compile(r"(?:投诉|反映|举报|反应|关于|建议|请)[^,。;!?\n]{0,6}$")

_UNKNOWN = re.compile(
    r"[\u4e00-\u9fffa-z0-9]{1,12}?(?:小区|社区|花园|[家佳嘉雅名]园|新村|公寓|[名佳雅花嘉]苑|[华豪]庭|公馆|华府|大厦|广场|公园|地铁站|街道|大道|[一二三四五六七八九]区|[^这那哪条马道公铁问走修半水电网线思出里边面]路(?!灯)"
    r"|[^逛上大这那条一]街(?!道)|巷(?!子)|[^农全本我们个乡城山该这]村(?!民|干|委|书|里|庄|支|主)|镇(?!长|政|里|干)|弄堂)"
)
_CUT_BEFORE = re.compile(
    r".*(?:我家住在?|我家在|我们家|我家|我住在?|家住在?|住在|位于|感谢|谢谢|表扬|下雨|雨天|雨后|投诉|反映|举报|关于|对于|请问|希望|建议|领导|你好|您好|[在到从去的和与跟及由向往为是至有让把离走住对了就给经过系,]|导致|进入|目前|届时|并且|请求|迁移|再次|享受|附近|周边|关于|几个)",
    re.DOTALL,
)
_NO_NAME = re.compile(
    r"(?:昨天|今天|前天|去年|今年|最近|现在|这里|那里|这边|那边|我们?|本|这个?|那个?|该|各个?|每个?|整个?|全|老旧|旧|老|新|隔壁|附近|旁边|一个|某|多个?|几个|所有|小|大|很多|别的?|其他|农民|居民|商业|步行|美食|民宿|"
    r"新建|高档|安置|回迁|封闭式?|开放式?|无物业|门口|消防|高速|乡|本地|哪个?|什么|人行|非机动车|主干|生活|社会|市民|休闲|文化|小吃|各|条|两|三|出|没)*"
    r"(?:小区|社区|花园|家园|新村|公寓|大厦|广场|公园|地铁站|街道|大道|道?路|街|巷|村|镇|弄堂|区)"
)
_SHORTEST_UNKNOWN = 3


@dataclass(frozen=True, slots=True)
class _Mention:
    start: int
    words: str
    places: tuple[Place, ...]
    exact: bool


class Gazetteer:
    """All names of a district, ready for search. Built once per version of the pack."""

    def __init__(self, places: Iterable[Place]) -> None:
        exact: dict[str, dict[str, Place]] = {}
        loose: dict[str, dict[str, Place]] = {}
        for place in places:
            names = {fold(name).lower() for name in (place.name, *place.aliases) if name.strip()}
            for name in names:
                exact.setdefault(name, {})[place.key] = place
            for stem in {_stem(name) for name in names} - names:
                if len(stem) >= _SHORTEST_STEM:
                    loose.setdefault(stem, {})[place.key] = place
        self._exact = {name: tuple(found.values()) for name, found in exact.items()}
        self._loose = {stem: tuple(found.values()) for stem, found in loose.items() if stem not in exact}
        self._names = tuple(self._exact) + tuple(self._loose)
        self._matcher = AhoCorasick(self._names, matchkind=MATCHKIND_LEFTMOST_LONGEST)

    def find(self, text: str) -> PlaceMatch:
        """Find the place a message is about."""
        folded = fold(text[:_LONGEST_READ]).lower()
        mentions = list(self._mentions(folded)) if self._names else []
        if not mentions:
            return PlaceMatch(unknown=_unknown_place(folded))
        best = max(mentions, key=lambda mention: _rank(mention, folded))
        if not best.exact and (unknown := _unknown_place(folded)) and best.words not in unknown:
            return PlaceMatch(unknown=unknown)
        return PlaceMatch(places=_told_apart(best, mentions), mention=best.words)

    def _mentions(self, folded: str) -> Iterator[_Mention]:
        for index, start, end in self._matcher.find_matches_as_indexes(folded):
            name = self._names[index]
            known = self._exact.get(name)
            if known:
                yield _Mention(start, name, known, exact=True)
            elif found := self._loosely(name, folded, end):
                yield _Mention(start, name, found, exact=False)

    def _loosely(self, stem: str, folded: str, end: int) -> tuple[Place, ...]:
        """Read a name said without its ending or with another one: 东苑3幢, 东苑花园 for 东苑小区."""
        places = self._loose[stem]
        rest = folded[end:]
        ending = next((ending for ending in _ENDINGS if rest.startswith(ending)), "")
        if ending in _KIND_OF_ENDING:
            kinds = _KIND_OF_ENDING[ending]
            return tuple(place for place in places if place.kind in kinds)
        if ending or _HOUSE_NUMBER.match(rest):
            return tuple(place for place in places if _width(place) == _NARROW) or places
        if folded.strip(" 。.!,") == stem:
            return places
        if re.match(r"[^,。;!?\n]?(?:路|街|大道|巷|桥|站|医院|学校|小学|中学|市场)", rest):
            return ()
        return () if stem in _COMMON_STEMS else places


def _stem(name: str) -> str:
    return next((name.removesuffix(ending) for ending in _ENDINGS if name.endswith(ending)), name)


def _width(place: Place) -> int:
    return _WIDE_KINDS.get(place.kind, _COMMUNITY_KINDS.get(place.kind, _NARROW))


def _rank(mention: _Mention, folded: str) -> tuple[int, int, int, int, int]:
    before = folded[max(0, mention.start - 14) : mention.start]
    role = 1 if _COMPLAINED.search(before) else -1 if _LIVING.search(before) else 0
    width = max(map(_width, mention.places))
    # A street alone is too wide to be the point even where the complaint begins with it.
    return (int(width >= _NARROW), role, width, int(mention.exact), -mention.start)


def _told_apart(best: _Mention, mentions: list[_Mention]) -> tuple[Place, ...]:
    """Of places with one name keep those around which the message names the area too."""
    if len(best.places) == 1:
        return best.places
    named = {
        key
        for other in mentions
        if other is not best
        for place in other.places
        for key in (place.key, place.area)
    }
    named.discard("")
    kept = tuple(place for place in best.places if {place.area, place.parent} & named)
    if kept:
        return kept
    # Two entries of one area and one station are one place to whoever takes care.
    by_care = sorted(best.places, key=lambda place: (place.station, place.area))
    groups = [next(same) for _, same in groupby(by_care, key=lambda place: (place.station, place.area))]
    return best.places if len(groups) > 1 else (best.places[0],)


def _unknown_place(folded: str) -> str:
    """Give the first words that look like the name of a place, without what stands before it."""
    for found in _UNKNOWN.finditer(folded):
        words = _CUT_BEFORE.sub("", found[0])
        if len(words) >= _SHORTEST_UNKNOWN and not _NO_NAME.fullmatch(words):
            return words
    return ""
