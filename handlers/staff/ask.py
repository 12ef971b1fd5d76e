"""Free questions of staff about cases: how it was understood, the number, and the cases behind it by digit."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

from handlers import wording
from handlers.context import Context
from handlers.messages import IncomingMessage, Kind
from handlers.question_names import all_names, names_in
from handlers.rate_words import imported_aside
from handlers.routing import AnswerHandler, Route
from handlers.staff.ask_compare import other_span
from handlers.staff.ask_rates import rates_answer
from handlers.staff.ask_scope import (
    group_name,
    instant,
    is_rate,
    period_of,
    selection_of,
    states_of,
    subject_of,
)
from handlers.staff.cases import SHOWN, detail, find_again, scope_of
from handlers.staff.lists import case_line
from handlers.staff.visitors import file_for_visitor
from nlp.fold import fold
from nlp.questions import Query, Unclear, as_data, from_data, nearest, read_question
from storage import cases, questions, rates, selections
from storage.people import OpenQuestion, Sender
from storage.questions import menu, option
from storage.selections import CLOSED, Selection

KIND = "asked"
_GROUPS_SHOWN = 7
_MOST_BEFORE = 5
_LONGEST = 40
_ASKS = re.compile(
    r".*(?:[几多](?:件|条|起|宗|个)|多少|哪些|哪几|哪个|哪家|哪[一]?类|率|满意度|排名|排行|同比|环比|平均|列出|列表|清单|最近的|最新|"
    r"各(?:街道|单位|部门|类|站|月|局)|按(?:街道|单位|部门|类别|站|月)|(?:没办结|未办结|在办|超期|逾期|挂牌督办|挂牌|急件|撤回)的?件?$).*"
)
_FOLLOWS = re.compile(r"(?:那么?|换成|改成|再看|其中|只看).+|.+呢")


class AskRoute(Route):
    """Takes what reads like a question about cases, and what changes one thing of the question before."""

    def match(self, message: IncomingMessage, sender: Sender, line: str) -> str | None:
        if message.kind is not Kind.TEXT or not sender.holds(*self.roles) or len(line) > _LONGEST:
            return None
        asked_before = bool(sender.questions) and sender.questions[0].kind == KIND
        follows = asked_before and _FOLLOWS.fullmatch(line)
        return line if follows or _ASKS.fullmatch(line) else None


def ask(ctx: Context, message: IncomingMessage, rest: str) -> str | None:
    """Answer a question about cases; None where it is none after all."""
    line = fold(rest).lower()
    before = _before(ctx)
    names = names_in(line, ctx.district)
    read = read_question(line, ctx.now.date(), names, before[-1] if before else None)
    if isinstance(read, Query):
        return answer(ctx, read, before if _FOLLOWS.fullmatch(line) else [])
    if read is None or len(read.words) > len(line) // 2:
        return None
    return _not_understood(ctx, message.text, read)


def _before(ctx: Context) -> list[Query]:
    """Give the questions asked before in this row, the last one at the end."""
    if not ctx.sender.questions or ctx.sender.questions[0].kind != KIND:
        return []
    return [from_data(data) for data in ctx.sender.questions[0].data.get("asked", ())]


def _not_understood(ctx: Context, text: str, unclear: Unclear) -> str:
    """Say which words were not understood, and offer what is near."""
    offers = unclear.offers or nearest(unclear.words, unclear.rest or Query(), all_names(ctx.district))
    options = [option(digit, offer.words, f"offer:{digit - 1}") for digit, offer in enumerate(offers[:3], 1)]
    options.append(option(9, ctx.texts("file_this"), "file"))
    _open(ctx, options, offers=[as_data(offer.query) for offer in offers], text=text)
    return ctx.texts("ask_unclear", words=wording.clipped(unclear.words, 12), menu=menu(options))


def _open(ctx: Context, options: list[dict[str, str]], **data: Any) -> None:  # noqa: ANN401 -- kept as JSON
    questions.ask(
        ctx.session, person_id=ctx.sender.person_id, kind=KIND, options=options, data=data, now=ctx.now
    )


def answer(ctx: Context, query: Query, before: list[Query]) -> str:
    """Answer a question as it was understood; `before` is what 0 goes back to."""
    asked = [*before[-_MOST_BEFORE:], query]
    wanted = selection_of(ctx, query)
    if is_rate(query):
        text, options = rates_answer(ctx, query, wanted)
    elif query.measure == "days":
        text, options = _days(ctx, query, wanted)
    elif query.by:
        text, options = _groups(ctx, query, wanted)
    else:
        text, options = _list(ctx, query, wanted)
    return _shown(ctx, text, options, asked)


def _shown(ctx: Context, text: str, options: list[dict[str, str]], asked: list[Query]) -> str:
    if len(asked) > 1:
        options = [*options, option(0, ctx.texts("ask_back"), "back")]
    _open(ctx, options, asked=[as_data(query) for query in asked])
    shown = "\n".join(filter(None, (text, menu(options))))
    return f"{shown}\n{ctx.texts('ask_over' if options else 'ask_nothing')}"


def _when(ctx: Context, query: Query) -> str:
    period = period_of(ctx, query)
    return ctx.texts("ask_filed", period=period.label) if period else ctx.texts("ask_ever")


def _list(ctx: Context, query: Query, wanted: Selection) -> tuple[str, list[dict[str, str]]]:
    """Count the cases of a question and show the first of them."""
    scope = scope_of(ctx)
    total = cases.count_cases(ctx.session, scope, selections.where(wanted))
    meant = replace(wanted, marks=query.states)
    when, what = _when(ctx, query), subject_of(ctx, query)
    if query.states:
        count = cases.count_cases(ctx.session, scope, selections.where(meant))
        state = states_of(ctx, query)
        text = ctx.texts("ask_part", when=when, what=what, total=total, state=state, count=count)
    else:
        count = total
        text = ctx.texts("ask_total", when=when, what=what, count=count)
    if query.states == ("open",):
        late = cases.count_cases(ctx.session, scope, selections.where(replace(wanted, marks=("overdue",))))
        text += ctx.texts("ask_late", count=late) if late else ""
    text += _compared(ctx, query, meant, count)
    if query.states == ("closed",) and query.period:
        closed = rates.count(ctx.session, scope, replace(wanted, basis=CLOSED))
        text += ctx.texts("ask_closed", count=closed)
    options = _page(ctx, meant, count, 0, newest=query.measure == "latest")
    before = replace(meant, imported=True)
    imported = rates.count(ctx.session, scope, before)
    text += imported_aside(ctx, imported)
    if imported:
        options.append(option(SHOWN + 2, ctx.texts("ask_open_imported"), f"page:0:{before.as_text()}"))
    return text, options


def _compared(ctx: Context, query: Query, meant: Selection, count: int) -> str:
    """Say the number of the other span; one that is not over is compared as far as it has gone."""
    period = period_of(ctx, query)
    if not query.compare or period is None:
        return ""
    both = other_span(period, query.compare, ctx.now.date())
    now = replace(meant, since=instant(ctx, both.since), until=instant(ctx, both.until))
    then = replace(meant, since=instant(ctx, both.then_since), until=instant(ctx, both.then_until))
    here = count
    if both.until != period.until:
        here = cases.count_cases(ctx.session, scope_of(ctx), selections.where(now))
    there = cases.count_cases(ctx.session, scope_of(ctx), selections.where(then))
    more = here - there
    return ctx.texts(
        f"ask_compare_{query.compare}",
        since=_full_day(both.then_since),
        until=_full_day(both.then_until - timedelta(days=1)),
        count=there,
        more=ctx.texts("ask_more" if more >= 0 else "ask_fewer", count=abs(more)),
        share=f"（{more / there:+.1%}）" if there else "",
    )


def _full_day(day: Any) -> str:  # noqa: ANN401
    return f"{day.year}年{day.month}月{day.day}日"


def _page(
    ctx: Context, meant: Selection, count: int, offset: int, *, newest: bool = False
) -> list[dict[str, str]]:
    find = cases.newest_cases if newest else cases.list_cases
    found = find(ctx.session, scope_of(ctx), selections.where(meant), limit=SHOWN, offset=offset)
    options = [option(digit, case_line(ctx, case), f"case:{case.id}") for digit, case in enumerate(found, 1)]
    if count > offset + SHOWN:
        options.append(
            option(
                SHOWN + 1,
                ctx.texts("staff_more"),
                f"{'newest' if newest else 'page'}:{offset + SHOWN}:{meant.as_text()}",
            )
        )
    return options


def _days(ctx: Context, query: Query, wanted: Selection) -> tuple[str, list[dict[str, str]]]:
    days, count = rates.days_to_answer(ctx.session, scope_of(ctx), replace(wanted, marks=query.states))
    when, what = _when(ctx, query), subject_of(ctx, query)
    if not count:
        return ctx.texts("ask_days_none", when=when, what=what), []
    return ctx.texts("ask_days", when=when, what=what, days=f"{days:.1f}", count=count), []


# -- groups -----------------------------------------------------------------------------------------------


def _groups(ctx: Context, query: Query, wanted: Selection) -> tuple[str, list[dict[str, str]]]:
    """Count in groups, the largest first; months in their order."""
    meant = replace(wanted, marks=query.states)
    counted = rates.count_groups(ctx.session, scope_of(ctx), meant, query.by)
    ordered = sorted(counted.items(), key=lambda pair: (pair[1] if query.low else -pair[1], pair[0]))
    if query.by == "month":
        ordered = sorted(counted.items())
    shown, rest = ordered[:_GROUPS_SHOWN], ordered[_GROUPS_SHOWN:]
    if query.by == "month":
        shown, rest = ordered[-_GROUPS_SHOWN:], ordered[:-_GROUPS_SHOWN]
    lines = [ctx.texts("staff_figure", name=group_name(ctx, query.by, key), count=n) for key, n in shown]
    state = states_of(ctx, query)
    head = ctx.texts(
        "ask_groups",
        when=_when(ctx, query),
        what=subject_of(ctx, query),
        state=state,
        count=sum(counted.values()),
        aside=imported_aside(ctx, rates.count(ctx.session, scope_of(ctx), replace(meant, imported=True))),
    )
    if query.by in {"department", "month"}:
        text = "\n".join((head, *lines))
        options = []
    else:
        text = head
        options = [
            option(digit, line, f"page:0:{_narrowed(meant, query.by, key).as_text()}")
            for digit, (line, (key, _)) in enumerate(zip(lines, shown, strict=True), 1)
            if key
        ]
        text = "\n".join((head, *(line for line, (key, _) in zip(lines, shown, strict=True) if not key)))
    if rest:
        text += "\n" + ctx.texts("ask_groups_rest", groups=len(rest), count=sum(n for _, n in rest))
    return text, options


def _narrowed(meant: Selection, by: str, key: str) -> Selection:
    if by == "category":
        return replace(meant, only_category=key)
    return replace(meant, street=key) if by == "street" else replace(meant, only_station=key)


# -- digits -----------------------------------------------------------------------------------------------


def picked(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Open a case, a further page, a group, the question before, or what was offered."""
    kind, _, rest = value.partition(":")
    if kind == "case":
        return detail(ctx, find_again(ctx, rest))
    if kind == "file":
        return file_for_visitor(ctx, question.data["text"])
    if kind == "offer":
        return answer(ctx, from_data(question.data["offers"][int(rest)]), [])
    asked = [from_data(data) for data in question.data.get("asked", ())]
    if kind == "back":
        return answer(ctx, asked[-2], asked[:-2])
    offset, _, text = rest.partition(":")
    meant = selections.from_text(text)
    count = cases.count_cases(ctx.session, scope_of(ctx), selections.where(meant))
    options = _page(ctx, meant, count, int(offset), newest=kind == "newest")
    return _shown(ctx, ctx.texts("ask_page", count=count), options, asked[-1:])


ASK_ANSWERS: dict[str, AnswerHandler] = {KIND: picked}
