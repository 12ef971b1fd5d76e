"""督办月报, 季度报告, 半年报告: what came, what was due, who was late, what voters say; beside the span before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from docx.document import Document as Docx
from sqlalchemy.orm import Session

from handlers import wording
from handlers.activities import words as activities
from handlers.context import World
from handlers.papers import charts, official
from handlers.papers.bulletin import issuer_name
from handlers.papers.paper import Paper, Render, scope_name
from handlers.papers.rate_words import FOUR, back_and_withdrawn, percent, rate_line
from handlers.papers.spans import Span, span_of, title_of
from nlp.topics.lexicon import CATEGORIES
from storage.figures.documents import Wanted
from storage.figures.period_figures import (
    AGES,
    DepartmentFigures,
    PeriodFigures,
    by_age,
    by_month,
    figures_from,
    period_figures,
)
from storage.models import Report
from storage.people.scopes import Scope

_WIDTHS = (20, 11, 10, 20, 17, 17, 13, 48)
_NONE = "—"
_TREND = 6
"""Months of the first chart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """All that a report says in figures."""

    scope: str
    now: PeriodFigures
    before: PeriodFigures
    trend: Mapping[str, int]
    ages: Sequence[int]
    names: Mapping[str, str]
    """Of departments and streets, as they were called then."""
    activities: str = ""
    """What stations did, in a sentence."""

    def as_data(self) -> dict[str, Any]:
        """Give it as it is kept with a report that was issued."""
        return {
            "scope": self.scope,
            "now": self.now.as_data(),
            "before": self.before.as_data(),
            "trend": dict(self.trend),
            "ages": list(self.ages),
            "names": dict(self.names),
            "activities": self.activities,
        }


def counted_from(data: Mapping[str, Any]) -> Counted:
    """Read what `as_data` wrote."""
    return Counted(
        scope=data["scope"],
        now=figures_from(data["now"]),
        before=figures_from(data["before"]),
        trend=data["trend"],
        ages=data["ages"],
        names=data["names"],
        activities=data.get("activities", ""),
    )


def count_span(session: Session, world: World, span: Span, scope: Scope) -> Counted:
    """Count the span and the one before it."""
    now = period_figures(session, scope, span.since, span.until, world.now)
    names = {key: wording.department_name(key, world) for key in now.departments}
    return Counted(
        scope=scope_name(scope, world.district),
        names=names | {key: _street(world, key) for key in now.by_street},
        now=now,
        before=period_figures(session, scope, *span.before, world.now),
        trend=by_month(session, scope, span.until, _TREND, world.now),
        ages=by_age(session, scope, world.now),
        activities=_activities(session, world, span, scope),
    )


def _activities(session: Session, world: World, span: Span, scope: Scope) -> str:
    """Say what stations did in the span and in the one before it; nothing where nothing was written down."""
    now, before = (
        activities.count_span(session, world, scope, since, until)
        for since, until in ((span.since, span.until), span.before)
    )
    told = activities.sentence(world, now)
    return told and world.texts(
        "report_activities",
        told=told,
        deputies=activities.deputies_told(world, now),
        before=activities.sentence(world, before) or _NONE,
    )


def make_chart(session: Session, world: World, wanted: Wanted) -> Render:
    """Draw the charts of a span one below the other, for a phone."""
    span = span_of(wanted.params)
    counted = count_span(session, world, span, wanted.scope)
    return lambda: Paper(
        name=f"{span.label}_{counted.scope}.png",
        content=charts.below(_drawn(world, span, counted, world.now.date())),
        rows=counted.now.filed,
    )


def make_report(session: Session, world: World, wanted: Wanted) -> Render:
    """Make a draft of what is counted now, or an issued report of what was frozen."""
    span = span_of(wanted.params)
    if issued := wanted.params.get("report"):
        report = session.get_one(Report, int(issued))
        signed_by = issuer_name(report.issuer, world)
        at = (report.issued_at or report.begun_at).astimezone(world.now.tzinfo)
        counted = counted_from(report.facts)
        marked = world.texts("report_issued", scope=counted.scope, day=wording.full_day(at.date()))
        name = f"{title_of(world, span)}_{counted.scope}.docx"
        notes = [world.texts("report_objection", **each) for each in report.facts["objections"]]
    else:
        at, notes, signed_by = world.now, [], ""
        counted = count_span(session, world, span, wanted.scope)
        marked = world.texts("report_draft", scope=counted.scope, at=f"{at:%Y-%m-%d %H:%M}")
        name = f"{title_of(world, span)}_{counted.scope}_草稿.docx"

    def render() -> Paper:
        now = counted.now
        return Paper(
            name=name,
            content=_written(world, span, counted, at=at, marked=marked, notes=notes, signed_by=signed_by),
            rows=now.filed,
            facts={"filed": now.filed, "due": now.outcomes.due, "on_time": now.outcomes.on_time},
        )

    return render


def _written(
    world: World,
    span: Span,
    counted: Counted,
    *,
    at: datetime,
    marked: str,
    notes: Sequence[str],
    signed_by: str,
) -> bytes:
    now, before, drawn = counted.now, counted.before, _drawn(world, span, counted, at.date())
    say = world.texts
    paper = official.new_paper(at, title_of(world, span))
    official.title(paper, title_of(world, span))
    official.text(paper, marked)
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
    if counted.activities:
        official.text(paper, counted.activities)
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
        official.grid(paper, _departments(world, counted), _WIDTHS, headed=True)
    for note in notes:
        official.text(paper, note)
    official.heading(paper, say("report_rates"))
    for measure in FOUR:
        earlier = percent(*before.outcomes.rate(measure)) or _NONE
        official.text(paper, say("report_rate", line=rate_line(world, measure, outcomes), before=earlier))
    if now.seen_again or before.seen_again:
        official.text(paper, _seen_again(world, now, before))
    _how(paper, world)
    if signed_by:
        official.signed(paper, signed_by, wording.full_day(at.date()))
    return official.finished(paper)


def _seen_again(world: World, now: PeriodFigures, before: PeriodFigures) -> str:
    """Say what was found on the spot (回头看), beside what departments and voters say."""
    return world.texts(
        "report_seen_again",
        seen=now.seen_again,
        held=now.held,
        failed=now.seen_again - now.held,
        before=_part((before.held, before.seen_again)),
    )


def _how(paper: Docx, world: World) -> None:
    """Write how the figures are counted, in the words of the chat."""
    say = world.texts
    official.heading(paper, say("report_how"))
    official.text(paper, say("report_how_due"))
    for measure in FOUR:
        official.text(paper, f"{say(f'ask_measure_{measure}')}，{say(f'ask_means_{measure}')}")
    official.text(paper, say("report_how_seen_again"))
    official.text(paper, say("report_how_activities"))
    official.text(paper, say("report_how_sealed"))


def _drawn(world: World, span: Span, counted: Counted, day: date) -> list[bytes]:
    """Draw the charts, as far as there is a font to write them with."""
    say, font = world.texts, world.switches.font
    if not font:
        return []
    now, ages = counted.now, counted.ages
    at = say("chart_at", day=day.isoformat())
    heads = {_head(key): count for key, count in now.by_category.items()}
    streets = {counted.names[key]: count for key, count in now.by_street.items()}
    both = {(counted.names[key], _head(head)): count for (key, head), count in now.by_both.items()}
    steps = [
        say("chart_age_upto", days=AGES[0]),
        *(say("chart_age_between", more=low + 1, days=high) for low, high in pairwise(AGES)),
        say("chart_age_more", days=AGES[-1]),
    ]
    return [
        charts.bars(say("chart_trend"), at, counted.trend, font),
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


def _departments(world: World, counted: Counted) -> list[tuple[str, ...]]:
    names = ("department", "due", "on_time", "rate", "reported", "confirmed", "seen_again", "late")
    rows = [
        (
            counted.names[key],
            str(each.counts.due),
            str(each.counts.on_time),
            percent(*each.counts.rate("ontime")) or _NONE,
            _part(each.counts.rate("reported")),
            _part(each.counts.rate("confirmed")),
            _part((each.held, each.seen_again)),
            "\n".join(_named(world, each)),
        )
        for key, each in counted.now.departments.items()
    ]
    return [tuple(world.texts(f"report_column_{name}") for name in names), *rows]


def _named(world: World, each: DepartmentFigures) -> list[str]:
    """Give the numbers that are late or not solved, each once, with what is wrong."""
    wrong = {number: [world.texts("report_late")] for number in each.late}
    for number in each.unsolved:
        wrong.setdefault(number, []).append(world.texts("report_unsolved"))
    return [f"{number}（{'，'.join(what)}）" for number, what in wrong.items()]


def _part(rate: tuple[int, int]) -> str:
    above, below = rate
    return f"{above}/{below}" if below else _NONE
