"""How long somebody is given, as people write it: 10个工作日, 十天, 两周, 到12月7日, 下周五前, 月底."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

_ONES = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_N = r"\d{1,3}|[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九]|半"
_WITHIN = r"(?:之内|以内|内|前|之前|以前)?"
_BEFORE = r"(?:前|之前|以前|止|为止|内|之内)?"
_DAYS = re.compile(rf"(?<![\d一二两三四五六七八九十])({_N})个?(?:工作日|天|日)(?!历){_WITHIN}")
_SPAN = re.compile(rf"({_N})个?(周|星期|礼拜|月){_WITHIN}")
_DATE = re.compile(rf"(?:到|至|在)?(?:(\d{{4}})年)?(\d{{1,2}})月(\d{{1,2}})[日号]?{_BEFORE}")
_WEEKDAY = re.compile(rf"(?:到|至|在)?(本|这|下)个?(?:周|星期|礼拜)([一二三四五六日天]){_BEFORE}")
_MONTH_END = re.compile(rf"(?:到|至|在)?(本|这个?|下个?)?月底{_BEFORE}")
_BARE = re.compile(r"(?<!\S)(\d{1,3})(?!\S)")
_WEEKDAYS = {**_ONES, "日": 7, "天": 7}


@dataclass(frozen=True, slots=True)
class Limit:
    """So many working days, or a last day; and the words without it."""

    rest: str
    days: int | None = None
    until: date | None = None


def read_limit(words: str, today: date) -> Limit | None:
    """Give the limit that words name; None if they name none, or a day that there is not."""
    if found := _DATE.search(words):
        day = _day_of(found, today)
        return Limit(_without(words, found), until=day) if day else None
    if found := _WEEKDAY.search(words):
        monday = today - timedelta(days=today.isoweekday() - 1)
        weeks = 1 if found[1] == "下" else 0
        day = monday + timedelta(weeks=weeks, days=_WEEKDAYS[found[2]] - 1)
        return Limit(_without(words, found), until=day)
    if found := _MONTH_END.search(words):
        return Limit(_without(words, found), until=_month_end(today, later=(found[1] or "").startswith("下")))
    if found := _SPAN.search(words):
        number = number_of(found[1])
        day = today + (timedelta(days=number * 30) if found[2] == "月" else timedelta(weeks=number))
        return Limit(_without(words, found), until=day + timedelta(days=15 * (found[1] == "半")))
    if (found := _DAYS.search(words) or _BARE.search(words)) and found[1] != "半":
        return Limit(_without(words, found), days=number_of(found[1]))
    return None


def number_of(words: str) -> int:
    """Read 十五 and 15 as 15; 半 counts as nothing."""
    if words.isdigit():
        return int(words)
    tens, ten, ones = words.rpartition("十")
    if not ten:
        return _ONES.get(ones, 0)
    return _ONES.get(tens, 1) * 10 + _ONES.get(ones, 0)


def _without(words: str, found: re.Match[str]) -> str:
    return f"{words[: found.start()]} {words[found.end() :]}".strip()


def _day_of(found: re.Match[str], today: date) -> date | None:
    """Give a date; without a year the next one that comes."""
    month, day = int(found[2]), int(found[3])
    for year in (int(found[1]),) if found[1] else (today.year, today.year + 1):
        try:
            told = date(year, month, day)
        except ValueError:
            return None
        if found[1] or told >= today:
            return told
    return None


def _month_end(today: date, *, later: bool) -> date:
    year, month = (
        (today.year + today.month // 12, today.month % 12 + 1) if later else (today.year, today.month)
    )
    return date(year, month, calendar.monthrange(year, month)[1])
