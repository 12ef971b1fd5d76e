"""Words that look like the name of a place, whether or not the gazetteer has it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# Every branch begins with a letter and looks behind afterwards: so written, it is ten times faster.
_ENDING = re.compile(
    r"(?:小区|社区|花园|家园|佳园|嘉园|雅园|名园|新村|公寓|苑|庭(?<![家法开]庭)(?![审长院])|公馆|华府|名邸|大厦|广场|公园|地铁站|街道|大道"
    r"|区(?<=[一二三四五六七八九]区)|路(?<![靠之老旧这那哪条马道公铁问走修半水电网线思出里边面的]路)(?![灯面况由程线途费权])"
    r"|街(?<![逛上大这那条一]街)(?!道)|巷(?!子)|村(?<![农全本我们个乡城山该这]村)(?![民干委书里庄支主])"
    r"|镇(?![长政里干])|弄(?<![来去再又乱]弄)(?![得好不清到坏成死丢脏虚错走]))(?!社区|街道|小区|新村)"
)
_NAMES = re.compile(r"[\u4e00-\u9fffa-z0-9]{1,12}$")
_LONGEST = 12
_SHORTEST = 3
_CUT_BEFORE = re.compile(
    r".{0,24}(?:我家住在?|我家在|我们家|我家|我住在?|家住在?|住在|位于|感谢|谢谢|表扬|下雨|雨天|雨后|投诉|反映|举报|关于|对于|请问"
    r"|希望|建议|领导|你好|您好|[在到从去的和与跟及由向往为是至有让把离走住对了就给经过系,]|导致|进入|目前|届时|并且|请求|迁移"
    r"|再次|享受|附近|周边|关于|几个)",
    re.DOTALL,
)
_NO_NAME = re.compile(
    r"\A(?:昨天|今天|前天|去年|今年|最近|现在|这里|那里|这边|那边|我们?|本|这个?|那个?|该|各个?|每个?|整个?|全|老旧|旧|老|新|隔壁|附近|旁边|一个|某|多个?|几个|所有|小|大|很多|别的?|其他|农民|居民|商业|步行|美食|民宿|"
    r"新建|高档|安置|回迁|封闭式?|开放式?|无物业|门口|消防|高速|乡|本地|哪个?|什么|人行|非机动车|主干|生活|社会|市民|休闲|文化|小吃|各|条|两|三|出|没){0,6}"
    r"(?:小区|社区|花园|家园|新村|公寓|大厦|广场|公园|地铁站|街道|大道|道?路|街|巷|村|镇|弄堂|区)"
)


@dataclass(frozen=True, slots=True)
class Words:
    """Words that look like a place, and where they stand."""

    start: int
    end: int
    text: str
    run: str
    """With what stands before it, which may still belong to the name."""


def place_like(folded: str, taken: list[tuple[int, int]]) -> Iterator[Words]:
    """Give words with the ending of a place outside the spans already understood; without text if it is no name."""
    read_to = 0
    for ending in _ENDING.finditer(folded):
        start, end = ending.span()
        if any(first < end and start < last for first, last in taken):
            continue
        begin = max(read_to, start - _LONGEST, *(last for _, last in taken if last <= start), 0)
        read_to = end
        run = _NAMES.search(folded, begin, start)
        if run is None:
            continue
        whole = folded[run.start() : end]
        words = _CUT_BEFORE.sub("", whole)
        named = len(words) >= _SHORTEST and not _NO_NAME.fullmatch(words)
        if not named and words == whole:
            continue
        yield Words(end - len(words), end, words if named else "", whole)
