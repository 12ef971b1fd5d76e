"""督办月报, 季度报告, 半年报告: what came, what was due, who was late, what voters say; beside the span before."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from sqlalchemy.orm import Session

from handlers.context import World
from handlers.papers import charts, official
from handlers.papers.ledger import department_name
from handlers.papers.paper import Paper, Render, scope_name
from handlers.rate_words import FOUR, back_and_withdrawn, percent, rate_line
from nlp.lexicon import CATEGORIES
from nlp.periods import find_period
from storage.documents import Wanted
from storage.period_figures import AGES, PeriodFigures, by_age, by_month, period_figures

_MONTHS = {"month": 1, "quarter": 3, "half": 6}
ASKED = re.compile(r"(?!通报)(.{0,10}?(?:督办)?月报|.{0,10}?(?:季报|季度报告|季度报)|.{0,10}?半年报告?)")
_QUARTER = re.compile(r"(?:(\d{4})年)?(?:第)?([一二三四1234])季")
_HALF = re.compile(r"(?:(\d{4})年|(去年|今年))?(上|下)半年")
_NUMERALS = "一二三四"
_WIDTHS = (30, 18, 15, 19, 21, 21, 32)
_NONE = "—"
_TWELVE = 12
_TREND = 6
"""Months of the first chart."""


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


def _span_of(params: Mapping[str, Any]) -> Span:
    since, until = (date.fromisoformat(params[name]) for name in ("since", "until"))
    return Span(params["kind"], since, until, params["label"])


def make_chart(session: Session, world: World, wanted: Wanted) -> Render:
    """Draw the charts of a span one below the other, for a phone."""
    span = _span_of(wanted.params)
    now = period_figures(session, wanted.scope, span.since, span.until, world.now)
    trend = by_month(session, wanted.scope, span.until, _TREND, world.now)
    ages = by_age(session, wanted.scope, world.now)
    name = f"{span.label}_{scope_name(wanted.scope, world.district)}.png"
    return lambda: Paper(
        name=name, content=charts.below(_drawn(world, span, now, trend, ages)), rows=now.filed
    )


def make_report(session: Session, world: World, wanted: Wanted) -> Render:
    """Count the span and the one before it."""
    span = _span_of(wanted.params)
    now = period_figures(session, wanted.scope, span.since, span.until, world.now)
    before = period_figures(session, wanted.scope, *span.before, world.now)
    scope = scope_name(wanted.scope, world.district)
    trend = by_month(session, wanted.scope, span.until, _TREND, world.now)
    ages = by_age(session, wanted.scope, world.now)

    def render() -> Paper:
        return Paper(
            name=f"{title_of(world, span)}_{scope}_草稿.docx",
            content=_written(
                world,
                span,
                scope,
                now=now,
                before=before,
                drawn=_drawn(world, span, now, trend, ages),
            ),
            rows=now.filed,
            facts={"filed": now.filed, "due": now.outcomes.due, "on_time": now.outcomes.on_time},
        )

    return render


def _written(
    world: World,
    span: Span,
    scope: str,
    *,
    now: PeriodFigures,
    before: PeriodFigures,
    drawn: Sequence[bytes],
) -> bytes:
    say = world.texts
    paper = official.new_paper(world.now, title_of(world, span))
    official.title(paper, title_of(world, span))
    official.text(paper, say("report_draft", scope=scope, at=f"{world.now:%Y-%m-%d %H:%M}"))
    official.heading(paper, say("report_whole"))
    official.text(
        paper,
        say(
            "report_whole_text",
            filed=now.filed,
            filed_before=before.filed,
            handed_over=now.handed_over,
            done=now.done,
            closed=now.closed,
            open=now.open_now,
        ),
    )
    if now.imported:
        official.text(paper, say("report_imported", count=now.imported))
    official.heading(paper, say("report_heads"))
    official.grid(paper, _categories(world, now, before), (76, 40, 40), headed=True)
    for png in drawn:
        official.picture(paper, png)
    if not drawn:
        official.text(paper, say("report_no_font"))
    official.heading(paper, say("report_departments"))
    outcomes = now.outcomes
    official.text(
        paper,
        say(
            "report_due",
            due=outcomes.due,
            aside=back_and_withdrawn(world, outcomes),
            before=before.outcomes.due,
        ),
    )
    if now.departments:
        official.grid(paper, _departments(world, now), _WIDTHS, headed=True)
    official.heading(paper, say("report_rates"))
    for measure in FOUR:
        earlier = percent(*before.outcomes.rate(measure)) or _NONE
        official.text(paper, say("report_rate", line=rate_line(world, measure, outcomes), before=earlier))
    official.heading(paper, say("report_how"))
    for key in ("report_how_due", *(f"ask_means_{measure}" for measure in FOUR), "report_how_sealed"):
        official.text(paper, say(key))
    return official.finished(paper)


def _drawn(
    world: World, span: Span, now: PeriodFigures, trend: Mapping[str, int], ages: Sequence[int]
) -> list[bytes]:
    """Draw the charts, as far as there is a font to write them with."""
    say, font = world.texts, world.switches.font
    if not font:
        return []
    at = say("chart_at", day=f"{world.now:%Y-%m-%d}")
    heads = {_head(key): count for key, count in now.by_category.items()}
    streets = {_street(world, key): count for key, count in now.by_street.items()}
    both = {(_street(world, key), _head(head)): count for (key, head), count in now.by_both.items()}
    steps = [
        say("chart_age_upto", days=AGES[0]),
        *(say("chart_age_between", more=low + 1, days=high) for low, high in pairwise(AGES)),
        say("chart_age_more", days=AGES[-1]),
    ]
    return [
        charts.bars(say("chart_trend"), at, trend, font),
        charts.bars(say("chart_heads", label=span.label), at, heads, font),
        charts.bars(say("chart_streets", label=span.label), at, streets, font),
        charts.heat(say("chart_heat", label=span.label), at, both, font),
        charts.bars(say("chart_ages"), at, dict(zip(steps, ages, strict=True)), font),
    ]


def _head(category: str) -> str:
    return CATEGORIES.get(category, ("", category))[1].rpartition("·")[2]


def _street(world: World, key: str) -> str:
    found = world.district.areas.get(key)
    return found.name if found else world.texts("district_desk")


def _categories(world: World, now: PeriodFigures, before: PeriodFigures) -> list[tuple[str, ...]]:
    head = tuple(world.texts(f"report_column_{name}") for name in ("head", "now", "before"))
    rows = [
        (CATEGORIES.get(key, ("", key))[1], str(count), str(before.by_category.get(key, 0)))
        for key, count in now.by_category.items()
    ]
    return [head, *rows]


def _departments(world: World, now: PeriodFigures) -> list[tuple[str, ...]]:
    names = ("department", "due", "on_time", "rate", "reported", "confirmed", "late")
    rows = [
        (
            department_name(key, world),
            str(each.counts.due),
            str(each.counts.on_time),
            percent(*each.counts.rate("ontime")) or _NONE,
            _part(each.counts.rate("reported")),
            _part(each.counts.rate("confirmed")),
            "、".join((*each.late, *(f"{number}（没解决）" for number in each.unsolved))),
        )
        for key, each in now.departments.items()
    ]
    return [tuple(world.texts(f"report_column_{name}") for name in names), *rows]


def _part(rate: tuple[int, int]) -> str:
    above, below = rate
    return f"{above}/{below}" if below else _NONE


def params_of(span: Span) -> Mapping[str, str]:
    return {
        "kind": span.kind,
        "since": span.since.isoformat(),
        "until": span.until.isoformat(),
        "label": span.label,
    }
