"""An hour as people say it: `10点`, `九点半`, `下午2点20`, `9:40`."""

import re
from datetime import time

_NUMERALS = {
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
}
_NUMERALS |= {"十一": 11, "十二": 12}
_SAID = re.compile(
    r"(?:改|换|约)?(?:到|在|成)?(上午|早上|下午|中午)?(\d{1,2}|十[一二]|[一二两三四五六七八九十])(?:点钟?|时|:|：)"
    r"(?:(半)|(一刻)|(\d{1,2})分?)?(?:以后|之后|后|吧|行吗|行不行|可以吗|好吗|来|可以|左右|钟){0,5}"
)
_NOON, _LAST_MINUTE = 12, 59


def time_said(line: str) -> time | None:
    """Give the time of day that a whole line names."""
    found = _SAID.fullmatch(line.strip())
    if found is None:
        return None
    half, hour_said = found[1], found[2]
    hour = int(hour_said) if hour_said.isdigit() else _NUMERALS[hour_said]
    if half in {"下午", "中午"} and hour < _NOON:
        hour += _NOON
    minute = 30 if found[3] else 15 if found[4] else int(found[5] or 0)
    return time(hour, minute) if hour < 2 * _NOON and minute <= _LAST_MINUTE else None
