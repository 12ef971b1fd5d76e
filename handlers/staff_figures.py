"""How many cases came (统计): by category and by station, each figure opened to its numbers by a digit."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from handlers import wording
from handlers.context import Context
from handlers.messages import IncomingMessage
from handlers.routing import AnswerHandler
from handlers.staff_cases import case_page, scope_of
from nlp.lexicon import CATEGORIES
from nlp.periods import Period, find_period
from storage import questions, reports
from storage.people import OpenQuestion
from storage.questions import menu, option

_CATEGORIES_SHOWN = 4
_STATIONS_SHOWN = 2


def show_figures(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Count the cases filed in the span that was named, this month if none was."""
    today = ctx.now.date()
    period = find_period(rest, today) or find_period("本月", today)
    return figures_of(ctx, period) if period else ctx.texts("staff_figures_how")


def figures_of(ctx: Context, period: Period) -> str:
    since, until = _midnight(ctx, period.since), _midnight(ctx, period.until)
    counted = reports.figures(ctx.session, scope_of(ctx), since, until)
    if not counted.total:
        return ctx.texts("staff_figures_none", period=period.label)
    span = f"filed|{since.isoformat()}|{until.isoformat()}"
    found = [(ctx.texts("staff_figures_all"), counted.total, f"{span}|*|*")]
    for category, count in counted.by_category[:_CATEGORIES_SHOWN]:
        found.append((CATEGORIES.get(category, (category, ""))[0], count, f"{span}|{category}|*"))
    if len(counted.by_station) > 1:
        for station, count in counted.by_station[:_STATIONS_SHOWN]:
            name = wording.station_name(station, ctx).removesuffix("联络站")
            found.append((wording.clipped(name, 8), count, f"{span}|*|{station}"))
    options = [
        option(digit, ctx.texts("staff_figure", name=name, count=count), value)
        for digit, (name, count, value) in enumerate(found, start=1)
    ]
    questions.ask(
        ctx.session, person_id=ctx.sender.person_id, kind="staff_figures", options=options, now=ctx.now
    )
    return ctx.texts("staff_figures", period=period.label, count=counted.total, menu=menu(options))


def _midnight(ctx: Context, day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(ctx.district.settings.timezone))


def open_figure(ctx: Context, _question: OpenQuestion, value: str) -> str:
    return case_page(ctx, value)


FIGURE_ANSWERS: dict[str, AnswerHandler] = {"staff_figures": open_figure}
