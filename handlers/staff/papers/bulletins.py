"""民情通报 in chat: drafted, its problems picked and worded, read, handed in, printed again."""

import re
from datetime import date, timedelta
from functools import partial

from handlers.context import Context
from handlers.errors import Refusal
from handlers.messages import IncomingMessage
from handlers.papers.bulletin import collect, number_told, told_of
from handlers.papers.quotable import why_not
from handlers.route import AnswerHandler
from handlers.staff.papers import picking
from handlers.staff.papers.papers import check_way, file_scope
from handlers.staff.papers.signing import ISSUERS, hand_in, issue_answer, row_of_office, told, want
from nlp.times.periods import Period, find_period
from storage.cases import cases
from storage.casework import support
from storage.figures import bulletins
from storage.figures.documents import scope_from
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.models import Bulletin
from storage.people.people import OpenQuestion

_NUMBER = re.compile(r"(?:(\d{4})年?)?第?(\d{1,4})期?")


def bulletin(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Draft a bulletin of a span of days, or print an issued one again (`通报 8期`)."""
    check_way(ctx)
    if found := _NUMBER.fullmatch(rest.strip()):
        return print_again(ctx, issuer_of(ctx), _year_of(ctx, found[1], int(found[2])), int(found[2]))
    issuer, today = issuer_of(ctx), ctx.now.date()
    period = find_period(rest, today) if rest else _since_the_last(ctx, issuer, today)
    if period is None:
        raise Refusal(ctx.texts("bulletin_how"))
    row = bulletins.draft(
        ctx.session,
        issuer,
        since=period.since,
        until=min(period.until, today + timedelta(days=1)),
        scope=file_scope(ctx),
        facts={},
        by=ctx.sender.person_id,
        now=ctx.now,
    )
    row.facts = collect(ctx.session, ctx, row)
    ctx.session.flush()
    return ask_draft(ctx, row)


def _year_of(ctx: Context, named: str | None, number: int) -> int:
    """Give the year that was named, else this one; where it has no such number yet, the one before."""
    this = ctx.now.year
    if named:
        return int(named)
    issued = [
        year for year in (this, this - 1) if bulletins.find_issued(ctx.session, issuer_of(ctx), year, number)
    ]
    return issued[0] if issued else this


def issuer_of(ctx: Context) -> str:
    """Give whose series it is: the widest office that the person holds."""
    for role in ISSUERS:
        for grant in ctx.sender.grants:
            if grant.role == role:
                return grant.area if role != "district" else ""
    raise Refusal(ctx.texts("bulletin_how"))


def _since_the_last(ctx: Context, issuer: str, today: date) -> Period:
    """Begin where the last one ended, so that nothing is told twice."""
    last = bulletins.last_issued(ctx.session, issuer)
    if last and last.until > today:
        raise Refusal(ctx.texts("bulletin_today_told", number=last.number))
    since = last.until if last else today.replace(day=1)
    return Period(since, today + timedelta(days=1), "")


def ask_draft(ctx: Context, row: Bulletin, key: str = "bulletin_drafted", **gaps: str) -> str:
    """Say what a draft tells, and offer to read it, hand it in, or pick what it tells of."""
    facts = row.facts
    options = [option(digit, ctx.texts(f"bulletin_do_{value}"), value) for digit, value in _DRAFT]
    if "picked" in facts:
        options.insert(2, option(3, ctx.texts("bulletin_do_pick_again", count=len(facts["picked"])), "pick"))
    elif facts["offered"]:
        options.insert(2, option(3, ctx.texts("bulletin_do_pick", count=len(facts["offered"])), "pick"))
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="bulletin",
        subject=str(row.id),
        options=options,
        now=ctx.now,
    )
    return ctx.texts(key, told=told(ctx, row), menu=menu(options), **gaps)


_DRAFT = ((1, "read"), (2, "submit"), (0, "leave"))


def draft_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    row = row_of_office(ctx, question)
    if value == "leave":
        return ctx.texts("bulletin_left")
    if row.state != "draft":
        return ctx.texts("bulletin_gone")
    if value == "read":
        want(ctx, row)
        return ctx.texts("bulletin_reading", more=ask_draft(ctx, row))
    undecided = "picked" not in row.facts and row.facts["offered"] and "cases" not in row.facts
    if value == "pick" or undecided:
        key = "pick_head_quotation" if "cases" in row.facts else "pick_head_problem"
        return picking.ask(ctx, "bulletin_pick", str(row.id), row.facts["offered"], ctx.texts(key))
    return hand_in(ctx, row, question)


def pick_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Take which problems the bulletin tells of, and in which words; they are shown as they will stand."""
    row = row_of_office(ctx, question)
    further = None if "cases" in row.facts else partial(_further, ctx, row)
    picked = picking.read(ctx, value, row.facts["offered"], further)
    if not bulletins.pick(ctx.session, row, picked):
        return ctx.texts("bulletin_gone")
    row = row_of_office(ctx, question)
    if not picked:
        return ask_draft(ctx, row, "bulletin_picked_none")
    return ask_draft(ctx, row, "bulletin_picked", lines=picking.told(picked))


def _further(ctx: Context, row: Bulletin, number: str) -> dict[str, str]:
    """Give the line of a case that was not proposed, if it may stand in a bulletin of these days' issuer."""
    case = cases.find_case(ctx.session, scope_from(row.scope), number, ctx.now)
    if case is None:
        raise Refusal(ctx.texts("staff_not_found", number=number))
    added = bulletins.words_added(ctx.session, [case.id])
    if why := why_not(ctx, case, added.get(case.id, ())):
        raise Refusal(ctx.texts("not_printed", number=case.number, why=why))
    return told_of(ctx.session, ctx, case, support.people_behind(ctx.session, [case.id])[case.id])


def print_again(ctx: Context, issuer: str, year: int, number: int) -> str:
    row = bulletins.find_issued(ctx.session, issuer, year, number)
    if row is None:
        raise Refusal(ctx.texts("bulletin_unknown", year=year, before=year - 1, number=number))
    want(ctx, row)
    return ctx.texts("bulletin_again", number=number_told(ctx, year, number, row.total or 0))


BULLETIN_ANSWERS: dict[str, AnswerHandler] = {
    "bulletin": draft_answer,
    "bulletin_issue": issue_answer,
    "bulletin_pick": pick_answer,
}
