"""Spans of time as staff write them in a question, each with the place where it stands in the line."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from nlp.times.periods import YEARS, Period, find_period

_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_DIGITS |= {"十一": 11, "十二": 12, "半": 0}
_N = r"\d{1,3}|十[一二]?|[一二两三四五六七八九]"
_Y = r"(?:(?P<year>\d{4}年|今年|去年|前年)(?:度)?的?)?"
_M = rf"(?P<month>{_N})月份?"
_M2 = rf"(?P<month2>{_N})月份?"
_TO = r"(?:到|至|-|~|—)"
_MONTHS, _QUARTER = 12, 3


@dataclass(frozen=True, slots=True)
class Named:
    """A span of time that a line names, and where."""

    end: int
    period: Period
    ends_only: bool = False
    """Only its last day was named, as in 到11月20日为止."""


def _number(words: str) -> int:
    return int(words) if words.isdigit() else _DIGITS[words]


def _year(found: re.Match[str], today: date) -> int | None:
    named = found["year"]
    if not named:
        return None
    return int(named[:4]) if named[0].isdigit() else today.year - ("今年", "去年", "前年").index(named)


def _first_of(number: int) -> date:
    return date(number // _MONTHS, number % _MONTHS + 1, 1)


def _span(year: int, first: int, months: int, label: str, today: date) -> Period:
    since = _first_of(year * _MONTHS + first - 1)
    until = _first_of(year * _MONTHS + first - 1 + months)
    return Period(since, until, label if year == today.year else f"{year}年{label}")


def _a_day(found: re.Match[str], today: date, month: int, day: int) -> date:
    year = _year(found, today)
    if year is not None:
        return date(year, month, day)
    this_year = date(today.year, month, day)
    return this_year if this_year <= today else date(today.year - 1, month, day)


def _days(found: re.Match[str], today: date) -> Period | None:
    first = _number(found["month"])
    last = _number(found["month2"]) if found["month2"] else first
    since = _a_day(found, today, first, _number(found["day"]))
    until = date(since.year, last, _number(found["day2"]))
    if until < since:
        return None
    return Period(
        since, until + timedelta(days=1), f"{since.month}月{since.day}日到{until.month}月{until.day}日"
    )


def _day(found: re.Match[str], today: date) -> Period | None:
    day = _a_day(found, today, _number(found["month"]), _number(found["day"]))
    year = "" if day.year == today.year else f"{day.year}年"
    return Period(day, day + timedelta(days=1), f"{year}{day.month}月{day.day}日")


def _until(found: re.Match[str], today: date) -> Period | None:
    day = _a_day(found, today, _number(found["month"]), _number(found["day"]))
    label = "今年" if day.year == today.year else f"{day.year}年"
    return Period(date(day.year, 1, 1), day + timedelta(days=1), f"{label}到{day.month}月{day.day}日")


def _months(found: re.Match[str], today: date) -> Period | None:
    first, last = _number(found["month"]), _number(found["month2"])
    if not 1 <= first < last <= _MONTHS:
        return None
    return _span(_year(found, today) or today.year, first, last - first + 1, f"{first}到{last}月", today)


def _month(found: re.Match[str], today: date) -> Period | None:
    month = _number(found["month"])
    if not 1 <= month <= _MONTHS:
        return None
    year = _year(found, today) or (today.year if month <= today.month else today.year - 1)
    return _span(year, month, 1, f"{month}月", today)


def _quarter(found: re.Match[str], today: date) -> Period | None:
    quarter = _number(found["quarter"])
    year = _year(found, today) or today.year
    first = (quarter - 1) * _QUARTER + 1
    if not found["year"] and date(year, first, 1) > today:
        year -= 1
    return _span(year, first, _QUARTER, f"{'一二三四'[quarter - 1]}季度", today)


def _quarters(found: re.Match[str], today: date) -> Period | None:
    count = _number(found["quarters"])
    return _span(
        _year(found, today) or today.year, 1, count * _QUARTER, f"前{'一二三'[count - 1]}季度", today
    )


def _half(found: re.Match[str], today: date) -> Period | None:
    second = found["half"] == "下"
    return _span(_year(found, today) or today.year, 7 if second else 1, 6, f"{found['half']}半年", today)


def _whole_year(found: re.Match[str], _today: date) -> Period | None:
    year = int(found["whole"])
    return Period(date(year, 1, 1), date(year + 1, 1, 1), f"{year}年")


def _lately(found: re.Match[str], today: date) -> Period | None:
    count, unit = _number(found["count"]), found["unit"].removeprefix("个")
    until = today + timedelta(days=1)
    if unit in {"天", "日", "周", "星期"}:
        days = count * (1 if unit in {"天", "日"} else 7)
        since = until - timedelta(days=days)
    else:
        back = {"月": 1, "季度": _QUARTER, "年": _MONTHS}[unit] * count
        if found["count"] == "半":
            back = 6
        since = _same_day(until, back)
    return Period(since, until, f"近{found['count']}{found['unit']}") if since < until else None


def _same_day(day: date, months_back: int) -> date:
    first = _first_of(day.year * _MONTHS + day.month - 1 - months_back)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return min(first + timedelta(days=day.day - 1), last)


def _by_name(found: re.Match[str], today: date) -> Period | None:
    words = found["name"]
    if words == "前天":
        return Period(today - timedelta(days=2), today - timedelta(days=1), words)
    if words.startswith("上上"):
        this = today.year * _MONTHS + today.month - 1
        return Period(_first_of(this - 2), _first_of(this - 1), f"{_first_of(this - 2).month}月")
    if words in {"前年", "前年度"}:
        return Period(date(today.year - 2, 1, 1), date(today.year - 1, 1, 1), f"{today.year - 2}年")
    return find_period({"年初": "今年", "开年": "今年", "全年": "今年"}.get(words, words), today)


_Read = Callable[[re.Match[str], date], Period | None]
_PATTERNS: tuple[tuple[re.Pattern[str], _Read, bool], ...] = (
    (
        re.compile(
            rf"从?{_Y}{_M}(?P<day>\d{{1,2}})[日号]?{_TO}(?:{_M2})?(?P<day2>\d{{1,2}})[日号]?(?:为止)?"
        ),
        _days,
        False,
    ),
    (re.compile(rf"从?{_Y}(?P<month>{_N})月?份?{_TO}{_M2}"), _months, False),
    (
        re.compile(rf"(?:截至|截止到?|到|至){_Y}{_M}(?P<day>\d{{1,2}})[日号](?:为?止)?"),
        _until,
        True,
    ),
    (re.compile(rf"{_Y}{_M}(?P<day>\d{{1,2}})[日号]"), _day, False),
    (re.compile(rf"{_Y}{_M}(?!\d)"), _month, False),
    (re.compile(rf"{_Y}第?(?P<quarter>[一二三四1-4])季度"), _quarter, False),
    (
        re.compile(rf"{_Y}(?:前(?=[一二两三123])|[一1]{_TO}(?=[二三23]))(?P<quarters>[一二两三123])个?季度"),
        _quarters,
        False,
    ),
    (re.compile(rf"{_Y}(?P<half>[上下])半年"), _half, False),
    (re.compile(r"(?P<whole>\d{4})年度?"), _whole_year, False),
    (
        re.compile(
            r"(?:最近|近|过去|这)(?P<count>\d{1,3}|十[一二]?|[一二两三四五六七八九半])"
            r"(?P<unit>天|日|周|个?星期|个?月|个?季度|年)(?:内|里)?"
        ),
        _lately,
        False,
    ),
    (
        re.compile(
            r"(?P<name>今天|今日|当天|昨天|昨日|前天|本周|这周|这一周|这个?星期|本星期|这个?礼拜|上周|上一周|上个?星期|上个?礼拜|上上个?月|上个月|上月|本月|这个月|当月"
            r"|上个季度|上季度|本季度|这个季度|这季度|去年|前年度?|今年|本年度|本年|年初|开年|全年)(?:度)?(?:以来|至今|内|里)?"
        ),
        _by_name,
        False,
    ),
)


def period_at(line: str, start: int, today: date) -> Named | None:
    """Read the longest span of time that begins at this place of a folded line."""
    best: Named | None = None
    for pattern, read, ends_only in _PATTERNS:
        found = pattern.match(line, start)
        if found is None or (best and found.end() <= best.end):
            continue
        try:
            period = read(found, today)
        except (ValueError, OverflowError):  # the 31st of a short month, the year 0, a million years
            continue
        if period and period.since.year in YEARS and period.until.year in YEARS:
            best = Named(found.end(), period, ends_only)
    return best
