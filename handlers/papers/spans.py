"""The months of a report as people name them: `11月月报`, `三季度报告`, `上半年报告`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from handlers.context import World
from nlp.times.periods import find_period

_MONTHS = {"month": 1, "quarter": 3, "half": 6}
ASKED = re.compile(r"(?!通报)(.{0,10}?(?:督办)?月报|.{0,10}?(?:季报|季度报告|季度报)|.{0,10}?半年报告?)")
_QUARTER = re.compile(r"(?:(\d{4})年)?(?:第)?([一二三四1234])季")
_HALF = re.compile(r"(?:(\d{4})年|(去年|今年))?(上|下)半年")
_NUMERALS = "一二三四"
_TWELVE = 12


@dataclass(frozen=True, slots=True)
class Span:
    """The months of a report, and what it is called."""

    kind: str
    since: date
    until: date
    label: str

    @property
    def before(self) -> tuple[date, date]:
        return _first(self.since, -_MONTHS[self.kind]), self.since


def read_span(line: str, today: date) -> Span | None:
    """Read `11月月报`, `三季度报告`, `上半年报告`; without a span, the last whole one."""
    if "半年" in line:
        return _half(line, today)
    if "季" in line:
        return _quarter(line, today)
    named = (
        line.replace("督办", "").removesuffix("报").removesuffix("月") if line.endswith("月月报") else line
    )
    period = find_period(f"{named}月" if line.endswith("月月报") else line.removesuffix("月报"), today)
    since = period.since if period else _first(today, -1)
    if since.day != 1:
        return None
    return Span("month", since, _first(since, 1), f"{since.year}年{since.month}月")


def _quarter(line: str, today: date) -> Span | None:
    now = (today.month - 1) // 3
    if named := _QUARTER.search(line):
        quarter = int(named[2]) - 1 if named[2].isdigit() else _NUMERALS.index(named[2])
        year = int(named[1]) if named[1] else today.year - (quarter > now)
        since = date(year, quarter * 3 + 1, 1)
    else:
        since = _first(date(today.year, now * 3 + 1, 1), 0 if "本季" in line or "这季" in line else -3)
    label = f"{since.year}年{_NUMERALS[(since.month - 1) // 3]}季度"
    return Span("quarter", since, _first(since, 3), label)


def _half(line: str, today: date) -> Span | None:
    named = _HALF.search(line)
    if named is None:
        return None
    later = named[3] == "下"
    year = int(named[1]) if named[1] else today.year - (named[2] == "去年")
    if not named[1] and not named[2] and later and today.month <= 6:  # noqa: PLR2004 -- June
        year -= 1
    since = date(year, 7 if later else 1, 1)
    return Span("half", since, _first(since, 6), f"{year}年{named[3]}半年")


def _first(day: date, months: int) -> date:
    number = day.year * _TWELVE + day.month - 1 + months
    return date(number // _TWELVE, number % _TWELVE + 1, 1)


def title_of(world: World, span: Span) -> str:
    return world.texts(f"report_title_{span.kind}", label=span.label)


def span_of(params: Mapping[str, Any]) -> Span:
    since, until = (date.fromisoformat(params[name]) for name in ("since", "until"))
    return Span(params["kind"], since, until, params["label"])


def params_of(span: Span) -> Mapping[str, str]:
    return {
        "kind": span.kind,
        "since": span.since.isoformat(),
        "until": span.until.isoformat(),
        "label": span.label,
    }
