"""The register of activities in chat (活动清单): looked through, and each record put right or struck by who wrote it."""

import re
from datetime import date

from handlers import wording
from handlers.activities import recording
from handlers.activities.words import count_span, full_line, kind_name, phrase, sentence, span_named
from handlers.cases.reach import scope_of
from handlers.context import Context
from handlers.errors import Refusal
from handlers.messages import IncomingMessage
from handlers.route import AnswerHandler, Group, Route
from nlp.times.periods import Period
from storage.activity import activities
from storage.activity.activities import Sums, entry_of
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.models import Activity
from storage.people import people
from storage.people.people import OpenQuestion

SHOWN = 5
_TOLD = 16


def show_list(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """List what was written down this year, or in the span that is named."""
    words = rest.strip()
    period = span_named(words or "今年", ctx)
    if period is None:
        raise Refusal(ctx.texts("activity_list_how"))
    return page(ctx, period, "", 0)


def page(ctx: Context, period: Period | None, kind: str, offset: int) -> str:
    """Show a page of the register, each record by a digit."""
    since, until = (period.since, period.until) if period else (None, None)
    scope, kinds = scope_of(ctx), [kind] if kind else []
    total = activities.count(ctx.session, scope, since, until, kinds=kinds)
    label = period.label if period else ctx.texts("activity_ever")
    if not total:
        return ctx.texts("activity_list_none", period=label)
    found = activities.listed(ctx.session, scope, since, until, kinds=kinds, limit=SHOWN, offset=offset)
    options = [option(digit, _line(ctx, row), f"one:{row.id}") for digit, row in enumerate(found, start=1)]
    if total > offset + SHOWN:
        options.append(option(SHOWN + 1, ctx.texts("staff_more"), f"more:{offset + SHOWN}"))
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="activity_list",
        options=options,
        data={"period": _kept(period), "kind": kind},
        now=ctx.now,
    )
    figures = count_span(ctx.session, ctx, scope, since, until)
    told = (
        phrase(ctx.district.activities[kind], figures.kinds.get(kind, Sums()), always=True)
        if kind in ctx.district.activities
        else sentence(ctx, figures)
    )
    return ctx.texts("activity_list", period=label, count=total, told=told, menu=menu(options))


def offer(ctx: Context, period: Period | None, kind: str) -> str:
    """Offer the records behind a figure by a digit."""
    since, until = (period.since, period.until) if period else (None, None)
    count = activities.count(ctx.session, scope_of(ctx), since, until, kinds=[kind] if kind else [])
    if not count:
        return ""
    options = [option(1, ctx.texts("activity_open"), "more:0")]
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="activity_list",
        options=options,
        data={"period": _kept(period), "kind": kind},
        now=ctx.now,
    )
    return menu(options)


def _kept(period: Period | None) -> list[str]:
    return [period.since.isoformat(), period.until.isoformat(), period.label] if period else []


def _line(ctx: Context, row: Activity) -> str:
    entry = entry_of(row)
    return ctx.texts(
        "activity_line",
        day=wording.short_day(row.held_on),
        kind=kind_name(ctx, row.kind),
        text=wording.clipped(full_line(ctx, entry).split("，", 2)[2].rstrip("。"), _TOLD + 14),
    )


def list_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    what, _, rest = value.partition(":")
    if what == "more":
        kept = question.data["period"]
        period = Period(date.fromisoformat(kept[0]), date.fromisoformat(kept[1]), kept[2]) if kept else None
        return page(ctx, period, question.data["kind"], int(rest))
    return _show(ctx, _own(ctx, int(rest)))


def _own(ctx: Context, activity_id: int) -> Activity:
    row = activities.find(ctx.session, scope_of(ctx), activity_id)
    if row is None:
        raise Refusal(ctx.texts("activity_gone"))
    return row


def _show(ctx: Context, row: Activity) -> str:
    """Show a record; only who wrote it down is offered to change it."""
    mine = row.recorded_by == ctx.sender.person_id
    options = [
        option(1, ctx.texts("activity_do_change"), f"change:{row.id}"),
        option(2, ctx.texts("activity_do_strike"), f"strike:{row.id}"),
    ]
    if mine:
        questions.ask(
            ctx.session, person_id=ctx.sender.person_id, kind="activity_one", options=options, now=ctx.now
        )
    at = row.recorded_at.astimezone(ctx.now.tzinfo).date()
    return ctx.texts(
        "activity_shown",
        entry=full_line(ctx, entry_of(row)),
        who=people.name_of(ctx.session, row.recorded_by),
        day=wording.short_day(at),
        imported=ctx.texts("activity_imported") if row.import_id else "",
        menu=menu(options) if mine else ctx.texts("activity_not_mine"),
    )


def one_answer(ctx: Context, _question: OpenQuestion, value: str) -> str:
    """Begin to put a record right, or ask once more before it is struck."""
    what, _, rest = value.partition(":")
    row = _own(ctx, int(rest))
    if row.recorded_by != ctx.sender.person_id:
        raise Refusal(ctx.texts("activity_gone"))
    if what == "change":
        return recording.correct(ctx, row.id, entry_of(row))
    if what == "strike":
        options = [
            option(1, ctx.texts("activity_do_strike"), f"struck:{row.id}"),
            option(0, ctx.texts("activity_do_not_strike"), f"keep:{row.id}"),
        ]
        questions.ask(
            ctx.session, person_id=ctx.sender.person_id, kind="activity_one", options=options, now=ctx.now
        )
        return ctx.texts("activity_strike", entry=full_line(ctx, entry_of(row)), menu=menu(options))
    if what == "keep":
        return ctx.texts("activity_left")
    activities.strike(ctx.session, row, by=ctx.sender.person_id, now=ctx.now)
    return ctx.texts("activity_struck")


ACTIVITY_ROUTES: tuple[Route, ...] = (
    Route(
        name="staff activity list",
        handler=show_list,
        pattern=re.compile(r"活动\s*+(?:清单|列表|记录)\s*+(.{0,24})"),
        roles=recording.STAFF,
        help="活动清单：记过的活动，自己记的可以改、可以划掉；后面可写时间",
        example="活动清单 今年",
        group=Group.DUTIES,
    ),
    Route(
        name="staff activity",
        handler=recording.begin,
        pattern=re.compile(r"(?:记|登记|录|记录)?(?:一下|一次|一个|个)?活动((?:[\s:,]+.*)?)", re.DOTALL),
        roles=recording.STAFF,
        help="活动：接待、视察调研、办实事等记一笔，一句话写明哪天、几人、做了什么",
        example="活动",
        group=Group.DUTIES,
    ),
)

ACTIVITY_ANSWERS: dict[str, AnswerHandler] = {
    "activity_words": recording.words_answer,
    "activity_number": recording.number_answer,
    "activity_confirm": recording.confirm_answer,
    "activity_list": list_answer,
    "activity_one": one_answer,
}
