"""Honest rates in chat: each with numerator, denominator and period; units in the order of what is certain."""

from dataclasses import replace
from datetime import timedelta

from handlers.context import Context
from handlers.rate_words import FOUR, back_and_withdrawn, rate_line
from handlers.staff.ask_compare import other_span
from handlers.staff.ask_scope import group_name, instant, period_of, subject_of
from handlers.staff.cases import scope_of
from nlp.questions import Query
from storage import cases, rates, selections
from storage.questions import option
from storage.rates import Counts, Ranked
from storage.selections import DUE, Selection

_BEHIND = {
    "ontime": ("late", "on-time"),
    "overdue-rate": ("late", "on-time"),
    "reported": ("reported",),
    "confirmed": ("confirmed", "said"),
    "content": ("content", "graded"),
}
"""Which cases can be opened behind a rate."""
_UNITS_SHOWN = 8


def rates_answer(ctx: Context, query: Query, wanted: Selection) -> tuple[str, list[dict[str, str]]]:
    """Answer a question about one rate, all four, or the order of units."""
    due = replace(wanted, basis=DUE, marks=("kept", *query.states))
    if query.by:
        return _ranking(ctx, query, due), []
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
        options = [
            option(digit, rate_line(ctx, measure, counted), _cases(due, _BEHIND[measure][0]))
            for digit, measure in enumerate(FOUR, 1)
        ]
        options += _seen_again(ctx, due, len(options) + 1)
        return head, options
    text = f"{head}\n{rate_line(ctx, query.measure, counted)}{_compared(ctx, query, due)}"
    text += "\n" + ctx.texts(f"ask_means_{query.measure.replace('-', '_')}")
    options = [
        option(digit, ctx.texts(f"ask_open_{mark.replace('-', '_')}"), _cases(due, mark))
        for digit, mark in enumerate(_BEHIND[query.measure], 1)
    ]
    return text, options


def _seen_again(ctx: Context, due: Selection, digit: int) -> list[dict[str, str]]:
    """Give what was found on the spot (回头看), beside the rates and never in them; nothing where nobody has looked."""
    marked = {
        mark: selections.where(replace(due, marks=(*due.marks, mark)))
        for mark in ("rechecked", "recheck-held")
    }
    seen, held = (cases.count_cases(ctx.session, scope_of(ctx), where) for where in marked.values())
    if not seen:
        return []
    return [option(digit, ctx.texts("ask_rechecked", seen=seen, held=held), _cases(due, "rechecked"))]


def _cases(due: Selection, mark: str) -> str:
    return f"page:0:{replace(due, marks=(*due.marks, mark)).as_text()}"


def _due_until(ctx: Context, query: Query) -> str:
    """Give the span; one that is not over ends yesterday, as what is due today is not late yet."""
    period = period_of(ctx, query)
    if period is None or period.until <= ctx.now.date():
        return period.label if period else ""
    yesterday = ctx.now.date() - timedelta(days=1)
    return ctx.texts("ask_until", period=period.label, month=yesterday.month, day=yesterday.day)


def _compared(ctx: Context, query: Query, due: Selection) -> str:
    period = period_of(ctx, query)
    if not query.compare or period is None:
        return ""
    both = other_span(period, query.compare, ctx.now.date() - timedelta(days=1))
    then = replace(
        due, marks=query.states, since=instant(ctx, both.then_since), until=instant(ctx, both.then_until)
    )
    counted = rates.count_outcomes(ctx.session, scope_of(ctx), then).get("", Counts())
    label = ctx.texts(
        f"ask_span_{query.compare}", since=both.then_since, until=both.then_until - timedelta(days=1)
    )
    return ctx.texts("ask_rate_then", span=label, line=rate_line(ctx, query.measure, counted))


# -- order ------------------------------------------------------------------------------------------------


def _ranking(ctx: Context, query: Query, due: Selection) -> str:
    """List units by the lower end of their interval; those with too few cases apart, without a place."""
    if query.measure == "rates" or query.by == "month":
        return ctx.texts("ask_rank_which")
    counted = rates.count_outcomes(ctx.session, scope_of(ctx), replace(due, marks=query.states), query.by)
    measure = "ontime" if query.measure == "overdue-rate" else query.measure
    enough, few = rates.ranking((key, *each.rate(measure)) for key, each in counted.items() if key)
    if query.low:
        enough = enough[::-1]
    lines = [
        ctx.texts("ask_rank_line", place=place, name=_unit(ctx, query, unit), share=_share(query, unit))
        for place, unit in enumerate(enough[:_UNITS_SHOWN], 1)
    ]
    if few:
        named = "、".join(f"{_unit(ctx, query, unit)}{_share(query, unit)}" for unit in few[:_UNITS_SHOWN])
        lines.append(ctx.texts("ask_rank_few", fewest=rates.FEWEST_TO_RANK, units=named))
    head = ctx.texts(
        "ask_rank",
        when=_due_until(ctx, query),
        what=subject_of(ctx, query),
        measure=ctx.texts(f"ask_measure_{query.measure.replace('-', '_')}"),
        order=ctx.texts("ask_worst_first" if query.low else "ask_best_first"),
    )
    if not enough and not few:
        return ctx.texts("ask_rates_none", when=_due_until(ctx, query), what=subject_of(ctx, query))
    return "\n".join((head, *lines))


def _unit(ctx: Context, query: Query, unit: Ranked) -> str:
    return group_name(ctx, query.by, unit.key)


def _share(query: Query, unit: Ranked) -> str:
    above = unit.below - unit.above if query.measure == "overdue-rate" else unit.above
    return f"{above / unit.below:.1%}（{above}/{unit.below}）"
