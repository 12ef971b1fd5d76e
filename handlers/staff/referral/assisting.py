"""A case that a department has already: a further department beside it (协办), one less, another lead, another day."""

import re

from handlers import wording
from handlers.cases.handing_over import Wanted, ask_people, days_sum, redate
from handlers.cases.reach import find, find_again, holder, numbered, take_step
from handlers.cases.tell_departments import tell_people, units_told
from handlers.context import Context
from handlers.errors import Refusal
from handlers.messages import IncomingMessage
from handlers.route import AnswerHandler, Group, Route
from handlers.staff.referral.referring import propose
from handlers.staff.referral.units import UnknownUnitError, ask_which, units
from storage.cases import referrals
from storage.cases.cases import OFFICES
from storage.models import Case, Referral
from storage.people.people import OpenQuestion


def held_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Do what was chosen about a case that a department has."""
    case, data = find_again(ctx, question.subject), question.data
    if value == "nothing":
        return ctx.texts("staff_unchanged", number=case.number)
    if value == "join":
        return join(ctx, case, tuple(data["joining"]))
    if value == "redate":
        _held(ctx, case)
        until, reached = redate(ctx, case, int(data["days"]))
        told = units_told(ctx, reached)
        return ctx.texts("staff_redated", number=case.number, sum=days_sum(ctx, until), told=told)
    others = [row.department for row in referrals.assisting(ctx.session, case.id)]
    assisting = tuple(key for key in dict.fromkeys((*others, *data["assisting"])) if key != data["lead"])
    return propose(ctx, case, Wanted(data["lead"], int(data["days"]), assisting))


def _held(ctx: Context, case: Case) -> Referral:
    held = holder(ctx, case)
    if held is None or not referrals.is_held(case) or held.state not in referrals.WAITING:
        raise Refusal(ctx.texts("staff_not_held", number=case.number))
    return held


def assist(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Read `协办 42 城管局`."""
    line = numbered(rest)
    if line is None or not line.rest:
        return ctx.texts("staff_assist_how")
    return assist_case(ctx, find(ctx, line.number), line.rest)


def assist_case(ctx: Context, case: Case, words: str) -> str:
    _held(ctx, case)
    try:
        return join(ctx, case, units(ctx, words))
    except UnknownUnitError as unknown:
        return ask_which(ctx, case, "assist_unit", words, unknown.name)


def unit_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    case = find_again(ctx, question.subject)
    return (
        ctx.texts("staff_unchanged", number=case.number)
        if value == "nothing"
        else assist_case(ctx, case, value)
    )


def join(ctx: Context, case: Case, departments: tuple[str, ...]) -> str:
    """Let departments assist with a case by the day of the lead; they and the lead hear of it."""
    held = _held(ctx, case)
    wanted = [key for key in departments if key != held.department]
    rows = referrals.join(ctx.session, held, wanted, by=ctx.sender.person_id, now=ctx.now)
    if not rows:
        raise Refusal(ctx.texts("staff_assists_already", number=case.number))
    names = _names(ctx, rows)
    step_id = take_step(ctx, case, "assisting added", note=names)
    for row in rows:
        ask_people(ctx, case, row, lead=held.department)
    text = ctx.texts("department_assisted", number=case.number, names=names)
    tell_people(ctx, case, [held.department], f"assisted/{step_id}", text)
    unbound = [row for row in rows if not referrals.people_of(ctx.session, [row.department], ctx.now)]
    if unbound:
        return ctx.texts(
            "staff_assist_added_nobody", number=case.number, names=names, silent=_names(ctx, unbound)
        )
    return ctx.texts("staff_assist_added", number=case.number, names=names, day=wording.day(held.due))


def leave(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Read `撤协办 42 城管局`; without a name all who assist are taken off."""
    line = numbered(rest)
    if line is None:
        return ctx.texts("staff_leave_how")
    case = find(ctx, line.number)
    held = _held(ctx, case)
    try:
        wanted = units(ctx, line.rest)
    except UnknownUnitError:
        wanted = ()
    rows = [
        row for row in referrals.assisting(ctx.session, case.id) if row.department in wanted or not line.rest
    ]
    if not rows:
        assisting = _names(ctx, referrals.assisting(ctx.session, case.id)) or ctx.texts("staff_none")
        raise Refusal(ctx.texts("staff_assists_not", number=case.number, assisting=assisting))
    names = _names(ctx, rows)
    step_id = take_step(ctx, case, "assisting taken off", note=names)
    for row in rows:
        row.state = "ended"
    gone = [row.department for row in rows]
    left = ctx.texts("department_left", number=case.number)
    told = units_told(ctx, tell_people(ctx, case, gone, f"left/{step_id}", left))
    text = ctx.texts("department_assisted_less", number=case.number, names=names)
    tell_people(ctx, case, [held.department], f"left/{step_id}", text)
    return ctx.texts("staff_assist_left", number=case.number, names=names, told=told)


def _names(ctx: Context, rows: list[Referral]) -> str:
    return "、".join(wording.department_name(row.department, ctx) for row in rows)


ASSISTING_ROUTES = (
    Route(
        name="staff assist",
        handler=assist,
        pattern=re.compile(r"(?:加?协办)\s*+((?:\d.*)?)", re.DOTALL),
        roles=OFFICES,
        help="协办 编号 单位：给主办单位加一个配合的，期限同主办",
        example="协办 42 城管局",
        group=Group.REFER,
    ),
    Route(
        name="staff leave",
        handler=leave,
        pattern=re.compile(r"(?:撤|去掉|取消)协办\s*+((?:\d.*)?)", re.DOTALL),
        roles=OFFICES,
        help="撤协办 编号 单位：不用再配合了",
        example="撤协办 42 城管局",
        group=Group.REFER,
    ),
)

ASSISTING_ANSWERS: dict[str, AnswerHandler] = {"refer_held": held_answer, "assist_unit": unit_answer}
