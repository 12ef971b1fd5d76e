"""专报 and 督办表 in chat: chosen cases for the leadership, issued like a bulletin; the supervision list of a month."""

import re
from datetime import timedelta

from handlers.cases.reach import find
from handlers.context import Context
from handlers.errors import Refusal
from handlers.messages import IncomingMessage, Role
from handlers.papers.bulletin import SPECIAL, copies_to
from handlers.papers.quotable import is_grave, why_not
from handlers.papers.spans import read_span
from handlers.papers.special import collect_special
from handlers.route import Group, Route
from handlers.staff.papers.bulletins import ask_draft, issuer_of, print_again
from handlers.staff.papers.papers import check_way, file_scope
from nlp.text.case_numbers import several_at_start
from storage.figures import bulletins, documents
from storage.models import Case

_OFFICES = frozenset({Role.STREET, Role.DISTRICT})
_AGAIN = re.compile(r"(?:(\d{4})年?)?第?(\d{1,4})期")
_MOST, _LONGEST = 20, 40


def special(ctx: Context, message: IncomingMessage, rest: str) -> str:
    """Draft a 专报 of chosen cases (`专报 42 47 51 题目`), or print an issued one again (`专报 3期`)."""
    check_way(ctx)
    line = rest.strip()
    if again := _AGAIN.fullmatch(line):
        return print_again(ctx, f"{SPECIAL}{issuer_of(ctx)}", int(again[1] or ctx.now.year), int(again[2]))
    numbers, title = several_at_start(message.text.strip().partition("专报")[2])
    if not numbers or not title:
        raise Refusal(ctx.texts("special_how"))
    if len(numbers) > _MOST or len(title) > _LONGEST:
        raise Refusal(ctx.texts("special_too_much", most=_MOST, longest=_LONGEST))
    if is_grave(title):
        raise Refusal(ctx.texts("words_not_printed"))
    scope, today = file_scope(ctx), ctx.now.date()
    issuer = f"{SPECIAL}{issuer_of(ctx)}"
    found = [_case(ctx, each) for each in numbers]
    row = bulletins.draft(
        ctx.session,
        issuer,
        since=today,
        until=today + timedelta(days=1),
        scope=scope,
        facts={
            **collect_special(ctx.session, ctx, scope, title, found),
            "copies": copies_to(issuer, ctx),
        },
        by=ctx.sender.person_id,
        now=ctx.now,
    )
    return ask_draft(ctx, row)


def _case(ctx: Context, number: str) -> Case:
    """Give a case that may stand in a paper."""
    case = find(ctx, number)
    if case.sealed:
        raise Refusal(ctx.texts("staff_sealed_stays", number=case.number))
    added = bulletins.words_added(ctx.session, [case.id])
    if why := why_not(ctx, case, added.get(case.id, ())):
        raise Refusal(ctx.texts("not_printed", number=case.number, why=why))
    return case


def ask_supervision(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Have the supervision list of a month made into a sheet."""
    check_way(ctx)
    span = read_span(f"{rest.strip().removesuffix('份') or '本月'}月报", ctx.now.date())
    if span is None or span.since > ctx.now.date():
        raise Refusal(ctx.texts("supervision_how"))
    documents.want(
        ctx.session,
        "supervision",
        by=ctx.sender.person_id,
        scope=file_scope(ctx),
        now=ctx.now,
        params={"since": span.since.isoformat(), "until": span.until.isoformat()},
    )
    return ctx.texts("supervision_wanted", label=span.label)


SPECIAL_ROUTES = (
    Route(
        name="staff special",
        handler=special,
        starts=("专报",),
        roles=_OFFICES,
        help="专报 几个编号 题目：挑几件带背景报领导，签发后有编号；“专报 3期”重印",
        example="专报 42 47 加装电梯",
        group=Group.PAPERS,
    ),
    Route(
        name="staff supervision sheet",
        handler=ask_supervision,
        pattern=re.compile(r"督办(?:月)?表\s*+((?:.{0,7}月份?)?)"),
        roles=_OFFICES,
        help="督办表 11月：挂牌的件，责任人和期限，批示，做成表格",
        example="督办表 11月",
        group=Group.PAPERS,
    ),
)
