"""How many: the number of a question with the cases behind it, beside another span, in days, in groups."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from handlers import wording
from handlers.cases.reach import scope_of
from handlers.context import Context
from handlers.papers.rate_words import imported_aside
from handlers.staff.asking.ask_compare import other_span
from handlers.staff.asking.ask_open import Answer, Row, behind, case_rows, counted
from handlers.staff.asking.ask_scope import group_name, instant, period_of, states_of, subject_of
from nlp.asking.questions import Query
from storage.cases.selections import CLOSED, NOBODY, Selection
from storage.figures import rates
from storage.figures.period_figures import people_heard

GROUPS_SHOWN = 7
_DECEMBER = 12


def when_of(ctx: Context, query: Query) -> str:
    period = period_of(ctx, query)
    return ctx.texts("ask_filed", period=period.label) if period else ctx.texts("ask_ever")


def list_answer(ctx: Context, query: Query, wanted: Selection) -> Answer:
    """Count the cases of a question, show the first of them, and let every other number be opened too."""
    scope, meant = scope_of(ctx), replace(wanted, marks=query.states)
    total = rates.count(ctx.session, scope, wanted)
    when, what = when_of(ctx, query), subject_of(ctx, query)
    more: list[Row] = []
    if query.states:
        count = rates.count(ctx.session, scope, meant)
        text = ctx.texts(
            "ask_part", when=when, what=what, total=total, state=states_of(ctx, query), count=count
        )
    else:
        count = total
        text = ctx.texts("ask_total", when=when, what=what, count=count)
    if query.states == ("open",):
        overdue = replace(wanted, marks=("overdue",))
        late = rates.count(ctx.session, scope, overdue)
        text += ctx.texts("ask_late", count=late) if late else ""
        more += [behind(ctx.texts("ask_open_overdue", count=late), overdue)] if late else []
    said, then = _compared(ctx, query, meant, count)
    text, more = text + said, more + then
    if query.states and total > count:
        more.append(behind(ctx.texts("ask_open_all", count=total), wanted))
    if query.states == ("open",):
        more += counted(ctx, "ask_open_unsolved", replace(wanted, marks=("unsolved",)))
    if query.states == ("closed",) and query.period:
        in_span = replace(wanted, basis=CLOSED)
        text += ctx.texts("ask_closed", count=rates.count(ctx.session, scope, in_span))
        more += counted(ctx, "ask_open_closed", in_span)
    before = replace(meant, imported=True)
    imported = rates.count(ctx.session, scope, before)
    text += imported_aside(ctx, imported)
    more += [behind(ctx.texts("ask_open_imported"), before)] if imported else []
    return text, [*case_rows(ctx, meant, count, newest=query.measure == "latest"), *more]


def _compared(ctx: Context, query: Query, meant: Selection, count: int) -> tuple[str, list[Row]]:
    """Say the number of the other span; one that is not over is compared as far as it has gone."""
    period = period_of(ctx, query)
    if not query.compare or period is None:
        return "", []
    both = other_span(period, query.compare, ctx.now.date())
    now = replace(meant, since=instant(ctx, both.since), until=instant(ctx, both.until))
    then = replace(meant, since=instant(ctx, both.then_since), until=instant(ctx, both.then_until))
    here = count if both.until == period.until else rates.count(ctx.session, scope_of(ctx), now)
    there = rates.count(ctx.session, scope_of(ctx), then)
    more = here - there
    said = ctx.texts(
        f"ask_compare_{query.compare}",
        since=wording.full_day(both.then_since),
        until=wording.full_day(both.then_until - timedelta(days=1)),
        count=there,
        more=ctx.texts("ask_more" if more >= 0 else "ask_fewer", count=abs(more)),
        share=f"（{more / there:+.1%}）" if there else "",
    )
    rows = [behind(ctx.texts("ask_open_now", count=here), now)] if here != count else []
    return said, [*rows, *counted(ctx, f"ask_open_then_{query.compare}", then)]


def _people_by(ctx: Context, query: Query, meant: Selection, offset: int) -> Answer:
    """Say how many voters were heard at each place, the most cases first."""
    groups = rates.count_groups(ctx.session, scope_of(ctx), meant, query.by)
    shown, rest = _page(query, groups, offset)
    rows = []
    for key, count in shown:
        here = narrowed(ctx, meant, query.by, key)
        people = people_heard(ctx.session, scope_of(ctx), here)
        name = group_name(ctx, query.by, key)
        rows.append(behind(ctx.texts("ask_people_of", name=name, people=people, count=count), here))
    if rest:
        label = ctx.texts("ask_groups_rest", groups=len(rest), count=sum(many for _, many in rest))
        rows.append((label, f"groups:{offset + GROUPS_SHOWN}"))
    text = ctx.texts(
        "ask_people_groups",
        when=when_of(ctx, query),
        what=subject_of(ctx, query),
        state=states_of(ctx, query),
    )
    return text, rows


def people_answer(ctx: Context, query: Query, wanted: Selection, offset: int = 0) -> Answer:
    """Say how many voters were heard, each once, and show their cases."""
    meant = replace(wanted, marks=query.states)
    scope = scope_of(ctx)
    if query.by:
        return _people_by(ctx, query, meant, offset)
    count = rates.count(ctx.session, scope, meant)
    text = ctx.texts(
        "ask_people",
        when=when_of(ctx, query),
        what=subject_of(ctx, query),
        state=states_of(ctx, query),
        people=people_heard(ctx.session, scope, meant),
        count=count,
    )
    return text, case_rows(ctx, meant, count)


def days_answer(ctx: Context, query: Query, wanted: Selection) -> Answer:
    """Say how many days it took on average, and over which cases."""
    meant = replace(wanted, marks=query.states)
    days, count = rates.days_to_answer(ctx.session, scope_of(ctx), meant)
    when, what = when_of(ctx, query), subject_of(ctx, query)
    if not count:
        return ctx.texts("ask_days_none", when=when, what=what), []
    text = ctx.texts("ask_days", when=when, what=what, days=f"{days:.1f}", count=count)
    answered = replace(meant, marks=(*meant.marks, "has-answer"))
    return text, [behind(ctx.texts("ask_open_days", count=count), answered)]


# -- groups -----------------------------------------------------------------------------------------------


def groups_answer(ctx: Context, query: Query, wanted: Selection, offset: int = 0) -> Answer:
    """Count in groups, the largest first; months in their order, the newest page first. Each opens to its cases."""
    meant = replace(wanted, marks=query.states)
    groups = rates.count_groups(ctx.session, scope_of(ctx), meant, query.by)
    before = replace(meant, imported=True)
    imported = rates.count(ctx.session, scope_of(ctx), before)
    text = ctx.texts(
        "ask_groups",
        when=when_of(ctx, query),
        what=subject_of(ctx, query),
        state=states_of(ctx, query),
        count=sum(groups.values()),
        aside=imported_aside(ctx, imported),
    )
    shown, rest = _page(query, groups, offset)
    rows = [
        behind(
            ctx.texts("staff_figure", name=group_name(ctx, query.by, key), count=count),
            narrowed(ctx, meant, query.by, key),
        )
        for key, count in shown
    ]
    if rest:
        count = sum(many for _, many in rest)
        label = ctx.texts("ask_groups_rest", groups=len(rest), count=count)
        rows.append((label, f"groups:{offset + GROUPS_SHOWN}"))
    if imported:
        rows.append(behind(ctx.texts("ask_open_imported"), before))
    return text, rows


def _page(
    query: Query, groups: dict[str, int], offset: int
) -> tuple[Sequence[tuple[str, int]], Sequence[tuple[str, int]]]:
    """Give the groups of this page, and those that follow."""
    if query.by == "month":
        ordered = sorted(groups.items())
        end = len(ordered) - offset
        return ordered[max(0, end - GROUPS_SHOWN) : end], ordered[: max(0, end - GROUPS_SHOWN)]
    ordered = sorted(groups.items(), key=lambda pair: (pair[1] if query.low else -pair[1], pair[0]))
    return ordered[offset : offset + GROUPS_SHOWN], ordered[offset + GROUPS_SHOWN :]


def narrowed(ctx: Context, meant: Selection, by: str, key: str) -> Selection:
    """Give the selection of one group; those that belong to none are a group too."""
    if by == "month":
        first = date(int(key[:4]), int(key[5:]), 1)
        last = date(first.year + first.month // _DECEMBER, first.month % _DECEMBER + 1, 1)
        since, until = instant(ctx, first), instant(ctx, last)
        return replace(meant, since=max(since, meant.since or since), until=min(until, meant.until or until))
    named = key or NOBODY
    if by == "category":
        return replace(meant, only_category=named)
    if by == "department":
        return replace(meant, first_department=named)
    return replace(meant, street=named) if by == "street" else replace(meant, only_station=named)
