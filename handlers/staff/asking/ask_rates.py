"""Honest rates in chat: each with numerator, denominator and period; units in the order of what is certain."""

from dataclasses import replace
from datetime import timedelta

from handlers.cases.reach import scope_of
from handlers.context import Context
from handlers.papers.rate_words import FOUR, back_and_withdrawn, rate_line
from handlers.staff.asking.ask_compare import other_span
from handlers.staff.asking.ask_counts import narrowed
from handlers.staff.asking.ask_open import Answer, Row, behind, case_rows
from handlers.staff.asking.ask_scope import group_name, instant, period_of, subject_of
from nlp.asking.questions import Query
from storage.cases import selections
from storage.cases.selections import DUE, Selection
from storage.figures import rates
from storage.figures.rates import Counts, Ranked

_BEHIND = {
    "ontime": ("late", "on-time"),
    "overdue-rate": ("late", "on-time"),
    "reported": ("reported", "answered"),
    "confirmed": ("confirmed", "said", "asked"),
    "content": ("content", "graded"),
}
"""Which cases stand behind a rate: those opened first, and the others."""
_UNITS_SHOWN = 7


def rates_answer(ctx: Context, query: Query, wanted: Selection, offset: int = 0) -> Answer:
    """Answer a question about one rate, all four, or the order of units."""
    due = replace(wanted, basis=DUE, marks=("kept", *query.states))
    if query.by:
        return _ranking(ctx, query, due, offset)
    counted = rates.count_outcomes(ctx.session, scope_of(ctx), replace(due, marks=query.states)).get(
        "", Counts()
    )
    when, what = _due_until(ctx, query), subject_of(ctx, query)
    if not counted.due:
        return ctx.texts("ask_rates_none", when=when, what=what), []
    head = ctx.texts(
        "ask_rates", when=when, what=what, count=counted.due, aside=back_and_withdrawn(ctx, counted)
    )
    if query.measure == "rates":
        lines = [(measure, rate_line(ctx, measure, counted)) for measure in FOUR]
        rows = [(line, _opens(measure, line, due)) for measure, line in lines]
        return head, [*rows, *_seen_again(ctx, due), *_beside(ctx, query, due, counted)]
    said, then = _compared(ctx, query, due)
    means = ctx.texts(f"ask_means_{query.measure.replace('-', '_')}")
    text = f"{head}\n{rate_line(ctx, query.measure, counted)}{said}\n{means}"
    rows = [row for mark in _BEHIND[query.measure] for row in _marked(ctx, due, mark, counted)]
    return text, [*rows, *then, *_beside(ctx, query, due, counted)]


def rate_opened(ctx: Context, opened: str) -> Answer:
    """Open a rate to the cases above its line, and to those below it."""
    measure, _, rest = opened.partition(":")
    line, _, text = rest.partition(":")
    due = selections.from_text(text)
    first, *others = _BEHIND[measure]
    states = tuple(mark for mark in due.marks if mark != "kept")
    counted = rates.count_outcomes(ctx.session, scope_of(ctx), replace(due, marks=states)).get("", Counts())
    count = _count_of(first, counted)
    said = ctx.texts("ask_behind", line=line, what=ctx.texts(_open_key(first)), count=count)
    more = [row for mark in others for row in _marked(ctx, due, mark, counted)]
    return said, [*case_rows(ctx, _with_mark(due, first), count), *more]


def _count_of(mark: str, counted: Counts) -> int:
    """Give how many cases have a mark, without counting them again."""
    if mark == "late":
        return counted.due - counted.on_time
    return int(getattr(counted, mark.replace("-", "_")))


def _opens(measure: str, line: str, due: Selection) -> str:
    return f"rate:{measure}:{line.replace(':', '：')}:{due.as_text()}"


def _open_key(mark: str) -> str:
    return f"ask_open_{mark.replace('-', '_')}"


def _with_mark(due: Selection, mark: str) -> Selection:
    return replace(due, marks=(*due.marks, mark))


def _marked(ctx: Context, due: Selection, mark: str, counted: Counts) -> list[Row]:
    """Give the line that opens the cases of which this is true; nothing where there are none."""
    count, name = _count_of(mark, counted), ctx.texts(_open_key(mark))
    label = ctx.texts("staff_figure", name=name, count=count)
    return [behind(label, _with_mark(due, mark))] if count else []


def _beside(ctx: Context, query: Query, due: Selection, counted: Counts) -> list[Row]:
    """Open what is told beside the rates: all that came due, what came back, what was taken back."""
    whole = replace(due, marks=("withdrawn", *query.states))
    figures = (
        ("ask_open_due", counted.due, due),
        ("ask_open_reopened", counted.reopened, _with_mark(due, "reopened")),
        ("ask_open_excused", counted.excused, _with_mark(due, "excused")),
        ("ask_open_withdrawn", counted.withdrawn, whole),
    )
    return [
        behind(ctx.texts("staff_figure", name=ctx.texts(key), count=count), meant)
        for key, count, meant in figures
        if count
    ]


def _seen_again(ctx: Context, due: Selection) -> list[Row]:
    """Give what was found on the spot (回头看), beside the rates and never in them; nothing where nobody has looked."""
    both = [_with_mark(due, mark) for mark in ("rechecked", "recheck-held")]
    seen, held = (rates.count(ctx.session, scope_of(ctx), meant) for meant in both)
    return [behind(ctx.texts("ask_rechecked", seen=seen, held=held), both[0])] if seen else []


def _due_until(ctx: Context, query: Query) -> str:
    """Give the span; one that is not over ends yesterday, as what is due today is not late yet."""
    period = period_of(ctx, query)
    if period is None or period.until <= ctx.now.date():
        return period.label if period else ""
    yesterday = ctx.now.date() - timedelta(days=1)
    return ctx.texts("ask_until", period=period.label, month=yesterday.month, day=yesterday.day)


def _compared(ctx: Context, query: Query, due: Selection) -> tuple[str, list[Row]]:
    """Say the rate of the other span, which opens too."""
    period = period_of(ctx, query)
    if not query.compare or period is None:
        return "", []
    both = other_span(period, query.compare, ctx.now.date() - timedelta(days=1))
    then = replace(due, since=instant(ctx, both.then_since), until=instant(ctx, both.then_until))
    counted = rates.count_outcomes(ctx.session, scope_of(ctx), replace(then, marks=query.states)).get(
        "", Counts()
    )
    label = ctx.texts(
        f"ask_span_{query.compare}", since=both.then_since, until=both.then_until - timedelta(days=1)
    )
    line = rate_line(ctx, query.measure, counted)
    rows = [(label, _opens(query.measure, line, then))] if counted.due else []
    return ctx.texts("ask_rate_then", span=label, line=line), rows


# -- order ------------------------------------------------------------------------------------------------


def _ranking(ctx: Context, query: Query, due: Selection, offset: int) -> Answer:
    """List units by the lower end of their interval, each to be opened; those with too few cases last, without a place."""
    if query.measure == "rates" or query.by == "month":
        return ctx.texts("ask_rank_which"), []
    counted = rates.count_outcomes(ctx.session, scope_of(ctx), replace(due, marks=query.states), query.by)
    measure = "ontime" if query.measure == "overdue-rate" else query.measure
    enough, few = rates.ranking((key, *each.rate(measure)) for key, each in counted.items() if key)
    when, what = _due_until(ctx, query), subject_of(ctx, query)
    if not enough and not few:
        return ctx.texts("ask_rates_none", when=when, what=what), []
    units = [*(enough[::-1] if query.low else enough), *few]
    text = ctx.texts(
        "ask_rank",
        when=when,
        what=what,
        measure=ctx.texts(f"ask_measure_{query.measure.replace('-', '_')}"),
        order=ctx.texts("ask_worst_first" if query.low else "ask_best_first"),
        few=ctx.texts("ask_rank_few", count=len(few), fewest=rates.FEWEST_TO_RANK) if few else "",
    )
    rows = []
    for unit in units[offset : offset + _UNITS_SHOWN]:
        line = f"{group_name(ctx, query.by, unit.key)}{_share(query, unit)}"
        opens = _opens(query.measure, line, narrowed(ctx, due, query.by, unit.key))
        rows.append((line if unit.ranked else ctx.texts("ask_rank_apart", unit=line), opens))
    if len(units) > offset + _UNITS_SHOWN:
        rows.append((ctx.texts("staff_more"), f"groups:{offset + _UNITS_SHOWN}"))
    return text, rows


def _share(query: Query, unit: Ranked) -> str:
    above = unit.below - unit.above if query.measure == "overdue-rate" else unit.above
    return f"{above / unit.below:.1%}（{above}/{unit.below}）"
