"""What staff write of an activity in a line: the day, how many came, how many deputies, what was done, and the rest."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from nlp.times.time_words import period_at

_N = r"(?:\d{1,6}|[一二两三四五六七八九十百零]{1,5})"
_NO_MORE = r"(?![\d一二三四五六七八九十百零]|月|日|号|年|点|[:.]\d)"
_NAMES = r"[\u4e00-\u9fff·]{2,4}?(?:[、和及][\u4e00-\u9fff·]{2,4}?){0,4}"
_DEPUTIES = re.compile(
    rf"(?:人大)?代表(?:参加|到场|出席|到站|一共|有|共|来了?|改成|改为|应该是|应为|是|人数|[:：]){{0,4}}({_N}){_NO_MORE}(?:人次|人|名|位|个)?"
    rf"|({_N})(?:名|位|个)?(?:人大)?代表(?:参加|参与|到场|出席|到站)?"
    # Named ones: “代表陈立新1人”, “代表陈立新、周敏等3人”.
    rf"|(?:人大)?代表(?![接参到来选群出看走视调和有共]){_NAMES}等?({_N}){_NO_MORE}(?:人次|人|名|位)"
)
_CAME = r"(?:接待选民|接待群众|接待|来访|来了?|到场|参加|选民|群众|居民|人数|改成|改为|一共|共|[:：])"
_PEOPLE = re.compile(
    rf"{_CAME}{{1,4}}({_N})(?:人次|人|位|名)(?!大|民|员)(?:选民|群众|居民|老百姓)?"
    # Without such a word before it, “三位老人” are no visitors.
    rf"|({_N})(?:人次|(?:人|位|名)(?=(?:选民|群众|居民|老百姓|来访|参加|到场|来)|$))(?:选民|群众|居民|老百姓|来访|参加|到场|来){{0,4}}"
)
_THINGS = re.compile(
    r"(?>办成|办了|办实事|办好事|办|解决了?|做了|收集|征集|提出?|建议|意见|实事|好事|问题|[:：]){0,6}"
    rf"({_N})(?:件次|件|条|桩)(?:实事|好事|事|建议|意见|问题){{0,4}}"
)
_BARE_DAY = re.compile(r"(?<![\d月])(\d{1,2})[号日]")
_WEEKDAY = re.compile(r"(上个?|这个?|本)?(?:周|星期|礼拜)([一二三四五六日天])")
_STOP = re.compile(
    r"其中|人数|件数|日期|代表|改成|改为|应该|不对|错了|一共|总共|活动|参加|到场|来了|接待|选民|群众|本次|[的了有和在共来是改应为:：()（）]"
)
_BETWEEN = re.compile(r"[\s，,、；;。]+")
_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a line says; what it does not say is empty."""

    day: date | None = None
    kind: str = ""
    people: int | None = None
    deputies: int | None = None
    things: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Piece:
    slot: str
    start: int
    end: int
    value: object


def read_activity(line: str, today: date, kinds: Iterable[tuple[str, str]] = ()) -> Said:
    """Read a folded line; `kinds` are names of kinds with their keys. What names no figure stays as text."""
    found: dict[str, object] = {}
    kept: list[str] = []
    named = sorted(kinds, key=lambda pair: -len(pair[0]))
    for part in filter(None, _BETWEEN.split(line)):
        pieces = list(_pieces(part, today, named))
        for piece in pieces:
            found.setdefault(piece.slot, piece.value)
        rest = _without(part, pieces)
        if _STOP.sub("", rest):
            kept.append(_after_first(part, pieces))
    return Said(text="，".join(filter(None, kept)), **found)  # type: ignore[arg-type]


def number_of(words: str) -> int:
    """Read a number in digits or in Chinese, up to 999."""
    if words.isdigit():
        return int(words)
    total = 0
    for unit, worth in (("百", 100), ("十", 10)):
        if unit in words:
            before, _, words = words.partition(unit)
            total += worth * (_DIGITS.get(before[-1:], 1))
    return total + _DIGITS.get(words[-1:], 0)


def _pieces(part: str, today: date, kinds: list[tuple[str, str]]) -> Iterator[_Piece]:
    """Find the fields of a part, each letter in one of them at most."""
    if day := _day(part, today):
        yield day
        part = _blank(part, day)
    for name, key in kinds:
        if (at := part.find(name)) >= 0:
            yield _Piece("kind", at, at + len(name), key)
            break
    for slot, pattern in (("deputies", _DEPUTIES), ("people", _PEOPLE), ("things", _THINGS)):
        if found := pattern.search(part):
            number = next(filter(None, found.groups()))
            piece = _Piece(slot, found.start(), found.end(), number_of(number))
            yield piece
            part = _blank(part, piece)


def _blank(part: str, piece: _Piece) -> str:
    return part[: piece.start] + "\0" * (piece.end - piece.start) + part[piece.end :]


def _day(part: str, today: date) -> _Piece | None:
    for start in range(len(part)):
        named = period_at(part, start, today)
        if named and not named.ends_only and (named.period.until - named.period.since).days == 1:
            return _Piece("day", start, named.end, named.period.since)
    if found := _BARE_DAY.search(part):
        day = _last_called(int(found[1]), today)
        return _Piece("day", found.start(), found.end(), day) if day else None
    if found := _WEEKDAY.search(part):
        weekday = "一二三四五六日天".index(found[2]) % 7 if found[2] != "天" else 6
        monday = today - timedelta(days=today.weekday())
        day = monday + timedelta(days=weekday - (7 if (found[1] or "").startswith("上") else 0))
        return _Piece("day", found.start(), found.end(), day)
    return None


def _last_called(number: int, today: date) -> date | None:
    """Give the last day that has this number in its month."""
    first = today.replace(day=1)
    for _ in range(3):
        try:
            day = first.replace(day=number)
        except ValueError:
            day = None
        if day and day <= today:
            return day
        first = (first - timedelta(days=1)).replace(day=1)
    return None


def _without(part: str, pieces: list[_Piece]) -> str:
    for piece in pieces:
        part = _blank(part, piece)
    return part.replace("\0", "")


def _after_first(part: str, pieces: list[_Piece]) -> str:
    """Leave out the day and figures with which a part begins; a sentence that holds them further on stays whole."""
    begins = 0
    while piece := next((each for each in pieces if each.start == begins and each.slot != "kind"), None):
        begins = piece.end
    return part[begins:].strip("：: ")
