"""Spans of time as people name them: 本月, 上个月, 11月, 本季度, 今年."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS_IN_YEAR = 12
_MONTHS_IN_QUARTER = 3


@dataclass(frozen=True, slots=True)
class Period:
    """The days since <= day < until, and how they are called."""

    since: date
    until: date
    label: str


def _day(today: date, back: int) -> tuple[date, date]:
    day = today - timedelta(days=back)
    return day, day + timedelta(days=1)


def _week(today: date, back: int) -> tuple[date, date]:
    monday = today - timedelta(days=today.weekday() + 7 * back)
    return monday, monday + timedelta(days=7)


def _months(today: date, back: int, length: int) -> tuple[date, date]:
    """Give the span of `length` months in which today lies, `back` spans ago."""
    number = today.year * _MONTHS_IN_YEAR + today.month - 1
    first = (number // length - back) * length
    return _first_of(first), _first_of(first + length)


def _first_of(number: int) -> date:
    return date(number // _MONTHS_IN_YEAR, number % _MONTHS_IN_YEAR + 1, 1)


_Span = Callable[[date], tuple[date, date]]

_NAMED: tuple[tuple[tuple[str, ...], _Span], ...] = (
    (("今天", "今日", "当天"), lambda today: _day(today, 0)),
    (("昨天", "昨日"), lambda today: _day(today, 1)),
    (
        ("本周", "这周", "这一周", "这个星期", "这星期", "本星期", "这个礼拜", "这礼拜"),
        lambda today: _week(today, 0),
    ),
    (("上周", "上一周", "上个星期", "上星期", "上个礼拜", "上礼拜"), lambda today: _week(today, 1)),
    (("上个月", "上月"), lambda today: _months(today, 1, 1)),
    (("本月", "这个月", "当月"), lambda today: _months(today, 0, 1)),
    (("上个季度", "上季度"), lambda today: _months(today, 1, _MONTHS_IN_QUARTER)),
    (("本季度", "这个季度", "这季度"), lambda today: _months(today, 0, _MONTHS_IN_QUARTER)),
    (("去年",), lambda today: _months(today, 1, _MONTHS_IN_YEAR)),
    (("今年", "本年", "本年度"), lambda today: _months(today, 0, _MONTHS_IN_YEAR)),
)
YEARS = range(1990, 2101)
"""Years that anybody asks about; another one is a slip of the finger."""
_MONTH = re.compile(r"(?:(\d{4})年|(去年|今年))?(\d{1,2})月份?(?!\d*[日号\d])")


def find_period(text: str, today: date) -> Period | None:
    """Find the span of time that a folded text names; a bare month is the latest one that has begun."""
    if month := _MONTH.search(text):
        return _named_month(month, today)
    for names, span in _NAMED:
        named = next((name for name in names if name in text), None)
        if named:
            return Period(*span(today), named)
    return None


def names_no_month(text: str, today: date) -> str:
    """Give the words of a month that no calendar has, or of a year nobody asks about; empty for any other text."""
    found = _MONTH.search(text)
    return found[0] if found and _named_month(found, today) is None else ""


def _named_month(found: re.Match[str], today: date) -> Period | None:
    number = int(found[3])
    if not 1 <= number <= _MONTHS_IN_YEAR:
        return None
    year = today.year
    if found[1]:
        year = int(found[1])
    elif found[2] == "去年" or (not found[2] and number > today.month):
        year -= 1
    if year not in YEARS:
        return None
    since = date(year, number, 1)
    label = f"{number}月" if year == today.year else f"{year}年{number}月"
    return Period(since, (since + timedelta(days=31)).replace(day=1), label)
