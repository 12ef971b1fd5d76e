"""Giving a case back (退回): with the reason, and whoever sent it decides."""

from handlers.context import Context
from handlers.departments.own_cases import ask_words, case_of, leading_of, numbered_case
from handlers.errors import Refusal
from handlers.messages import IncomingMessage
from handlers.staff import reviewing
from handlers.staff.cases import numbered, take_step
from storage import referrals
from storage.models import Case
from storage.people import OpenQuestion

_LONGEST = 500
_SHORTEST_REASON = 6


def refuse(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    line = numbered(rest)
    if line is None:
        return ctx.texts("department_refuse_how")
    case = numbered_case(ctx, line.number)
    if line.rest:
        return refuse_case(ctx, case, line.rest)
    leading_of(ctx, case)
    ask_words(ctx, case, "refuse")
    return ctx.texts("department_refuse_what", number=case.number)


def refuse_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    return refuse_case(ctx, case_of(ctx, int(question.subject)), value.strip())


def refuse_case(ctx: Context, case: Case, reason: str) -> str:
    """Give a case back with the reason; who sent it decides, and until then the department answers for it."""
    leading = leading_of(ctx, case)
    if leading.state == referrals.REFUSED:
        raise Refusal(ctx.texts("department_refused_already", number=case.number))
    if len(reason) < _SHORTEST_REASON:
        ask_words(ctx, case, "refuse")
        return ctx.texts("department_refuse_short", number=case.number)
    take_step(
        ctx,
        case,
        "refused",
        note=f"{reviewing.department_name(ctx, leading.department)}：{reason[:_LONGEST]}",
    )
    leading.state, leading.reason = "refused", reason[:_LONGEST]
    reviewing.tell_refused(ctx, case, leading)
    return ctx.texts("department_refused", number=case.number)
