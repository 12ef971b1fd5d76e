"""Lists of cases for staff: by name, a few at a time, every case and the next page opened by a digit."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement

from handlers import wording
from handlers.cases.reach import find_again, scope_of, topic_label
from handlers.context import Context
from handlers.messages import IncomingMessage
from handlers.route import AnswerHandler
from handlers.staff.cases import SHOWN, detail
from storage.cases import cases, referrals, selections
from storage.cases.selections import in_days
from storage.cases.selections import where as selected
from storage.casework import support
from storage.casework.clusters import countable
from storage.messages import alarms, missed_alerts, questions
from storage.messages.questions import menu, option
from storage.models import Case
from storage.people.people import OpenQuestion


def condition(ctx: Context, name: str) -> ColumnElement[bool]:
    """Give the condition of a list by its name, as an open question keeps it."""
    kind, *spans = name.split("|")
    if kind in {"filed", "imported"}:
        since, until, category, station = spans
        span = replace(
            in_days(ctx.now),
            since=datetime.fromisoformat(since),
            until=datetime.fromisoformat(until),
            imported=kind == "imported",
        )
        where = selected(span)
        if category != "*":
            where &= Case.category == category
        return where if station == "*" else where & (Case.station == station)
    if kind == "cluster":
        place, topic, begun = spans
        return (
            countable()
            & (Case.place == place)
            & (Case.topic == topic)
            & (Case.filed_at > datetime.fromisoformat(begun))
        )
    if kind == "sealed":
        return missed_alerts.unseen_by(ctx.sender.person_id)
    if kind == "soon":
        today = ctx.now.date()
        return cases.referral_soon_where(today, ctx.district.calendar.add_workdays(today, _SOON))
    if kind in _NEAR:
        return _NEAR[kind](ctx.now.date(), ctx.district.calendar.next_workday(ctx.now.date()))
    return _DATED[kind](ctx.now.date()) if kind in _DATED else _LISTS[kind]()


_SOON = 3
"""So many working days are left of what is soon due."""
_LISTS: Mapping[str, Callable[[], ColumnElement[bool]]] = {
    "open": cases.open_where,
    "new": cases.new_where,
    "alarms": alarms.open_where,
    "urgent": cases.urgent_where,
    "voices": cases.unheard_where,
    "returned": cases.returned_where,
    "added": cases.added_where,
    "supervised": cases.supervised_where,
    "review": referrals.reviewed_where,
    "refused": referrals.refused_where,
    "extension": referrals.extension_where,
    "recheck_held": partial(selections.rechecked, "held"),
    "recheck_failed": partial(selections.rechecked, "failed"),
    "recheck_unclear": partial(selections.rechecked, "unclear"),
}

_NEAR: Mapping[str, Callable[[date, date], ColumnElement[bool]]] = {
    "supervised_due": lambda _today, near: cases.supervised_due_where(near),
    "promised": cases.promised_where,
    "next": lambda today, near: cases.referral_soon_where(today + timedelta(days=1), near),
}
"""Lists up to the next working day."""
_DATED = {
    "unfinished": cases.unfinished_where,
    "overdue": cases.overdue_where,
    "due": cases.referral_due_where,
    "late": cases.referral_late_where,
}


def count(ctx: Context, name: str) -> int:
    return cases.count_cases(ctx.session, scope_of(ctx), condition(ctx, name))


def case_page(ctx: Context, name: str, offset: int = 0) -> str:
    """Show one page of a list; every case and the next page by a digit."""
    total = count(ctx, name)
    found = cases.list_cases(ctx.session, scope_of(ctx), condition(ctx, name), limit=SHOWN, offset=offset)
    if not found:
        return case_page(ctx, name) if offset else ctx.texts("staff_list_empty")
    behind = support.people_behind(ctx.session, [case.id for case in found])
    options = [
        option(digit, case_line(ctx, case, behind[case.id]), str(case.id))
        for digit, case in enumerate(found, start=1)
    ]
    if total > offset + SHOWN:
        options.append(option(SHOWN + 1, ctx.texts("staff_more"), f"more:{offset + SHOWN}"))
    kind = name.partition("|")[0]
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="staff_list",
        subject=kind,
        data={"list": name},
        options=options,
        now=ctx.now,
    )
    heading = ctx.texts(f"staff_list_{kind}")
    return ctx.texts("staff_list", heading=heading, count=total, menu=menu(options))


def case_line(ctx: Context, case: Case, people: int = 1) -> str:
    if case.sealed:
        return ctx.texts("own_line_sealed", number=case.number)
    topic = ctx.texts(f"urgency_{case.urgency}") if case.urgency else topic_label(ctx, case)
    place = wording.clipped(case.place_text, 6) or ctx.texts("place_unknown")
    said = ctx.texts("staff_case_line", number=case.number, topic=wording.clipped(topic, 5), place=place)
    return ctx.texts("staff_case_line_many", line=said, count=people) if people > 1 else said


def pick(ctx: Context, question: OpenQuestion, value: str) -> str:
    if value.startswith("more:"):
        return case_page(ctx, question.data["list"], int(value.removeprefix("more:")))
    return detail(ctx, find_again(ctx, value))


def show_open(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    return case_page(ctx, "open")


def show_soon(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    return case_page(ctx, "soon")


def show_refused(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    return case_page(ctx, "refused")


LIST_ANSWERS: dict[str, AnswerHandler] = {"staff_list": pick}
