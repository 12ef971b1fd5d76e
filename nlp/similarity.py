"""Are two messages about the same trouble? Asked only of messages about one place: what they share beyond it decides."""

import re
from dataclasses import dataclass
from functools import lru_cache

from nlp.bigrams import bigrams, runs
from nlp.lexicon import OTHER

_SAYS_NOTHING = re.compile(
    r"投诉|反映|举报|关于|建议|请问|咨询|希望|领导|你好|您好|尊敬|政府|有关部门|相关部门|问题|严重|我们|小区|居民|业主|附近|旁边|居住|生活|解决"
    r"|请求|求|社区|街道|坏了|没人|不修|幢|单元|半个?月|几天|每天|天天"
)
"""Words that stand in messages of every kind."""
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


# The open cases of a place are compared with every new message there.
@lru_cache(maxsize=1024)
def told(text: str, topic: str, category: str, places: tuple[str, ...] = ()) -> Told:
    """Give what a message tells beside the names of its place."""
    said = text[:_READ]
    for name in filter(None, places):
        said = said.replace(name, " ")
    return Told(topic, category, frozenset(bigrams(runs(_SAYS_NOTHING.sub(" ", said)))))


def alike(one: Told, other: Told) -> bool:
    """Tell whether two messages about one place are about the same trouble."""
    if OTHER in {one.category, other.category}:
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
