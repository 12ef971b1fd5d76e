"""Which of the places in a message the trouble is at, and which is only the sender's home, a landmark or a comparison."""

import re
from collections.abc import Collection
from enum import IntEnum

_BEFORE = 16
_AFTER = 12
_STOP = "。!?;\n"


class Role(IntEnum):
    """What a place does in a sentence; a higher one is nearer to what is complained of."""

    DENIED = 0
    COMPARED = 1
    HOME = 2
    LANDMARK = 3
    PLAIN = 4
    COMPLAINED = 5


_DENIED = re.compile(r"(?:不是(?:在|指|说)?|而非|并非|不在|除了?)$")
_DENIED_WORDS = 3
_COMPARED = re.compile(
    r"(?:像|学习|参照|参考|比照|对标|借鉴|如同|例如|比如|不如|相比|类似|听说|看到|据说|隔壁的?|以前|原来|原先|曾经?|之前|小时候|去年还?)"
    r"[^,。;!?\n]{0,5}$"
)
_COMPARED_AFTER = re.compile(
    r"(?:的?(?:居民|业主)?(?:那样|一样|那边|那里)|[^,。;!?\n]{0,2}(?:都|早就?|已经?)[^,。;!?\n]{1,10}[了过])"
)
_LIVING = re.compile(
    r"(?:(?:我们?|本人|俺|咱们?)(?:一?家|全家|现在?|目前|长期|一直)?(?:居?住在?|家在|是|户口在|户籍在|老家|来自|租住?在?|家)"
    r"|家住|居住[在于]|作为|身为|租住在?|户口在|户籍在|从)[^,。;!?\n]{0,5}$"
)
_MOVED = re.compile(r"(?:搬|迁)")
_WORKS_AFTER = re.compile(
    r"(?:[^,。;!?\n]{0,4})?(?:上班|工作(?!人员)|打工|读书|上学|买了?房|买的房|租房|长大)(?!的|路|时)"
)
_AFFECTED_AFTER = re.compile(
    r"(?:[^,。;!?\n]{0,4})?的?(?:业主|居民|住户|村民|租户|租客|老人|家长|学生|孩子)(?!委|群|代表|大会|自治|楼|区)"
)
_COMPLAINED = re.compile(
    r"(?:投诉|反映|举报|反应|关于|建议|请|希望|要求|恳请|呼吁|咨询|问一?下?)[^,。;!?\n]{0,6}$"
)
_LANDMARK_AFTER = re.compile(
    r"(?:[东南西北]门)?(?:旁边?|附近|对面|隔壁|门口|门前|[东南西北]侧|[东南西北]边|[东南西北]面|后面|前面|周边|边上|外面?|出来|过去)的?"
)
_NEXT_TO = 4
"""A landmark is followed by what it stands beside within so many letters."""
_LANDMARK_BEFORE = re.compile(r"(?:靠近|临近|紧邻|毗邻|挨着|挨近|离|距离?|对着|正对|直到|通往|通向|开往)$")
_OWN_ESTATE = re.compile(
    r"[,。;!?\s](?:我们|咱们|我家|本|现在|最近|这几天|目前)?的?(?:小区|楼道|家里|楼上|楼下|单元|电梯|楼里)(?!门口|外|旁|对面|附近|边)"
)


def role_of(folded: str, start: int, end: int, starts: Collection[int]) -> Role:
    """Tell what the place written from `start` to `end` does in a message whose places begin at `starts`."""
    before = folded[max(0, start - _BEFORE) : start]
    after = folded[end : end + _AFTER]
    if is_denied(folded, start):
        return Role.DENIED
    if _COMPLAINED.search(before):
        return Role.LANDMARK if _is_landmark(before, folded, end, starts) else Role.COMPLAINED
    if _COMPARED.search(before) or _COMPARED_AFTER.match(after):
        return Role.COMPARED
    if _LIVING.search(before) and not (before.endswith("从") and not _MOVED.search(after)):
        return Role.HOME
    if _WORKS_AFTER.match(after) or _AFFECTED_AFTER.match(after):
        return Role.HOME
    return Role.LANDMARK if _is_landmark(before, folded, end, starts) else Role.PLAIN


def is_denied(folded: str, start: int) -> bool:
    """Tell whether the message says that it is not there."""
    return _DENIED.search(folded, max(0, start - _DENIED_WORDS), start) is not None


def _is_landmark(before: str, folded: str, end: int, starts: Collection[int]) -> bool:
    if _LANDMARK_BEFORE.search(before):
        return True
    beside = _LANDMARK_AFTER.match(folded, end)
    return beside is not None and any(0 <= start - beside.end() <= _NEXT_TO for start in starts)


def comes_home(folded: str, home_end: int, other_start: int) -> bool:
    """Tell whether a message speaks of the sender's own estate again before it names another place."""
    between = folded[home_end - 1 : other_start]
    found = _OWN_ESTATE.search(between)
    return found is not None and any(mark in between[found.end() :] for mark in ",，" + _STOP)
