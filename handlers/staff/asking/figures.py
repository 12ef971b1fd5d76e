"""How many cases came (统计): by category and by station, each figure opened to its numbers by a digit."""

import re
from datetime import date, datetime

from handlers import wording
from handlers.cases.reach import scope_of
from handlers.context import Context
from handlers.messages import IncomingMessage
from handlers.papers.rate_words import imported_aside
from handlers.route import AnswerHandler
from handlers.staff.asking.ask import ask
from handlers.staff.asking.ask_scope import instant
from handlers.staff.lists import case_page
from nlp.times.periods import Period, find_period, names_no_month
from nlp.topics.lexicon import CATEGORIES
from storage.cases.selections import in_days
from storage.figures import reports
from storage.figures.reports import Figures
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.people.people import OpenQuestion

_CATEGORIES_SHOWN = 4
_STATIONS_SHOWN = 2
_PAGE = 7

PERIODS = (
    r"(?:(?:\d{4}年|去年|今年)?\d{1,2}月份?|本周|这周|上周|(?:这个|本|上个|上)星期|本月|这个月|当月|上个?月"
    r"|(?:本|这个?|上个?)季度|今年|本年度?|去年|今天|今日|当天|昨天|昨日)"
)
_COUNTED = r"(?:多少|几)(?:件|条|起|宗|民情|问题|诉求)"
QUESTION = re.compile(
    rf"(统计.*|{PERIODS}.{{0,40}}?{_COUNTED}.*|(?:一共|总共)?(?:来|收到|接到|登记)了?{_COUNTED}.*)"
)
_UNDERSTOOD = re.compile(
    rf"统计|{PERIODS}|一共|总共|共|收到|接到|登记|新到|来|收|记|有|反映|了|多少|几|件|条|起|宗"
    r"|民情|问题|诉求|数|情况|的|到底|呢|吗|啊|呀|[\s,，、:：?？]"
)


def show_figures(ctx: Context, message: IncomingMessage, rest: str) -> str:
    """Count the cases filed in the span that was named, this month if none was.

    A word that narrows the count makes it a question, which is answered only if every word is understood.
    """
    if unclear := _UNDERSTOOD.sub("", rest):
        return ask(ctx, message, rest) or ctx.texts(
            "staff_figures_unclear", words=wording.clipped(unclear, 12)
        )
    today = ctx.now.date()
    if strange := names_no_month(rest, today):
        return ctx.texts("staff_time_unknown", words=strange)
    period = find_period(rest, today) or find_period("本月", today)
    return figures_of(ctx, period) if period else ctx.texts("staff_figures_how")


def figures_of(ctx: Context, period: Period) -> str:
    """Give the largest figures; what does not fit on the page follows by a digit."""
    counted = _count(ctx, period)
    if not (counted.total or counted.imported or counted.opinions):
        return ctx.texts("staff_figures_none", period=period.label)
    shown, rest = _split(ctx, period, counted)
    options = _options(ctx, shown)
    if rest:
        options.append(option(len(options) + 1, ctx.texts("staff_more"), _page_name(period, 0)))
    return _asked(ctx, "staff_figures", period, counted, options)


def _rest_of(ctx: Context, period: Period, offset: int) -> str:
    counted = _count(ctx, period)
    _, rest = _split(ctx, period, counted)
    if not rest[offset:]:
        return figures_of(ctx, period)
    options = _options(ctx, rest[offset : offset + _PAGE])
    if len(rest) > offset + _PAGE:
        options.append(option(len(options) + 1, ctx.texts("staff_more"), _page_name(period, offset + _PAGE)))
    return _asked(ctx, "staff_figures_rest", period, counted, options)


_Figure = tuple[str, int, str]
"""A name, how many, and the list of cases behind it."""


def _split(ctx: Context, period: Period, counted: Figures) -> tuple[list[_Figure], list[_Figure]]:
    """Give the figures of the first page, and the others."""
    since, until = _instants(ctx, period)
    days = f"{since.isoformat()}|{until.isoformat()}"
    span = f"filed|{days}"
    total = (ctx.texts("staff_figures_all"), counted.total, f"{span}|*|*")
    imported = (ctx.texts("staff_figures_imported"), counted.imported, f"imported|{days}|*|*")
    categories = [
        (CATEGORIES.get(category, ("", category))[1], count, f"{span}|{category}|*")
        for category, count in counted.by_category
    ]
    stations = [
        (_short_station(ctx, station), count, f"{span}|*|{station}") for station, count in counted.by_station
    ]
    stations = stations if len(stations) > 1 else []
    return (
        [total, *categories[:_CATEGORIES_SHOWN], *stations[:_STATIONS_SHOWN]],
        [
            *categories[_CATEGORIES_SHOWN:],
            *stations[_STATIONS_SHOWN:],
            *([imported] if counted.imported else []),
        ],
    )


def _short_station(ctx: Context, station: str) -> str:
    return wording.clipped(wording.station_name(station, ctx).removesuffix("联络站"), 6)


def _options(ctx: Context, found: list[_Figure]) -> list[dict[str, str]]:
    return [
        option(digit, ctx.texts("staff_figure", name=name, count=count), value)
        for digit, (name, count, value) in enumerate(found, start=1)
    ]


def _asked(ctx: Context, key: str, period: Period, counted: Figures, options: list[dict[str, str]]) -> str:
    questions.ask(
        ctx.session, person_id=ctx.sender.person_id, kind="staff_figures", options=options, now=ctx.now
    )
    return ctx.texts(
        key,
        period=period.label,
        count=counted.total,
        aside=imported_aside(ctx, counted.imported, counted.opinions),
        menu=menu(options),
    )


def _count(ctx: Context, period: Period) -> Figures:
    return reports.figures(ctx.session, scope_of(ctx), in_days(ctx.now, period.since, period.until))


def _instants(ctx: Context, period: Period) -> tuple[datetime, datetime]:
    return instant(ctx, period.since), instant(ctx, period.until)


def _page_name(period: Period, offset: int) -> str:
    return f"rest|{period.since.isoformat()}|{period.until.isoformat()}|{period.label}|{offset}"


def open_figure(ctx: Context, _question: OpenQuestion, value: str) -> str:
    """Open a figure to its case numbers, or the next page of figures."""
    if not value.startswith("rest|"):
        return case_page(ctx, value)
    _, since, until, label, offset = value.split("|")
    return _rest_of(ctx, Period(date.fromisoformat(since), date.fromisoformat(until), label), int(offset))


FIGURE_ANSWERS: dict[str, AnswerHandler] = {"staff_figures": open_figure}
