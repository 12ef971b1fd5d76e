"""Are two messages about the same trouble? Asked only of messages about one place: what they share beyond it decides."""

import re
from dataclasses import dataclass
from functools import lru_cache

from nlp.text.bigrams import bigrams, runs
from nlp.topics.lexicon import OTHER

_SAYS_NOTHING = re.compile(
    r"投诉|反映|举报|关于|建议|请问|咨询|希望|领导|你好|您好|尊敬|政府|有关部门|相关部门|问题|严重|我们|小区|居民|业主|附近|旁边|居住|生活|解决"
    r"|请求|求|社区|街道|坏了|没人|不修|幢|单元|半个?月|几天|每天|天天"
    r"|门口|堵[了住死塞着得]?|不亮|停了|断了|漏了|满了"
)
"""Words that stand in messages of every kind."""
_BUILDING = re.compile(r"(?<![\d.])(\d{1,3}|[一二三四五六七八九十]{1,3})(?:号楼|幢|栋)")
_OF_A_BUILDING = re.compile(r"灯|电梯|楼道|楼梯|单元门|门禁|下水道|化粪池|管道|漏水|渗水|屋顶|外墙")
"""What each building has of its own; an outage or a noise may be the same in the next one."""
_NUMERALS = str.maketrans("一二三四五六七八九", "123456789")
_READ = 2_000
_SHARED_SHARE = 0.02
"""Of the shorter message, where both belong to one category."""
_ACROSS_SHARED, _ACROSS_SHARE = 2, 0.1
"""What messages of different categories must share: the router may have heard two sides of one trouble."""
_SHORT = 20
"""A message of so few pairs says little but its topic: one topic at one place is enough, and another topic is another trouble."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a message tells, ready to be compared."""

    topic: str
    category: str
    pairs: frozenset[str]
    buildings: frozenset[str]
    """The numbers of the buildings whose own lamps, lifts or pipes it tells of."""


# The open cases of a place are compared with every new message there.
@lru_cache(maxsize=1024)
def told(text: str, topic: str, category: str, places: tuple[str, ...] = ()) -> Told:
    """Give what a message tells beside the names of its place."""
    said = text[:_READ]
    for name in filter(None, places):
        said = said.replace(name, " ")
    pairs = frozenset(bigrams(runs(_SAYS_NOTHING.sub(" ", said))))
    return Told(topic, category, pairs, _buildings(said) if _OF_A_BUILDING.search(said) else frozenset())


def _buildings(said: str) -> frozenset[str]:
    """Give the numbers of the buildings that are named, each in digits: 三幢 is 3幢, 十二号楼 is 12幢."""
    return frozenset(_digits(number) for number in _BUILDING.findall(said))


def _digits(number: str) -> str:
    if number.isdecimal():
        return number.lstrip("0")
    tens, ten, ones = number.translate(_NUMERALS).rpartition("十")
    return f"{tens or 1}{ones or 0}" if ten else ones


def alike(one: Told, other: Told) -> bool:
    """Tell whether two messages about one place are about the same trouble."""
    if OTHER in {one.category, other.category}:
        return False
    if one.buildings and other.buildings and one.buildings.isdisjoint(other.buildings):
        return False
    shared = len(one.pairs & other.pairs)
    shorter = min(len(one.pairs), len(other.pairs))
    if one.topic == other.topic and shorter <= _SHORT:
        return True
    share = shared / max(1, shorter)
    long_or_same = shorter > _SHORT or one.topic == other.topic
    if long_or_same and one.category == other.category and shared and share >= _SHARED_SHARE:
        return True
    return shared >= _ACROSS_SHARED and share >= _ACROSS_SHARE
