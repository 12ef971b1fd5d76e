"""Giving a case back (退回): on what basis it is not theirs and whose it is; whoever sent it decides."""

from handlers import wording
from handlers.cases.reach import numbered, take_step
from handlers.cases.referred import ask_words, case_of, numbered_case, row_of
from handlers.context import Context
from handlers.errors import Refusal
from handlers.messages import IncomingMessage
from handlers.staff.referral import reviewing
from handlers.staff.referral.answers import tell_part
from nlp.sayings.refusals import lacking_grounds
from storage.cases import referrals
from storage.models import Case
from storage.people.people import OpenQuestion

_LONGEST = 500


def refuse(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    line = numbered(rest)
    if line is None:
        return ctx.texts("department_refuse_how")
    case = numbered_case(ctx, line.number)
    if line.rest:
        return refuse_case(ctx, case, line.rest)
    row_of(ctx, case)
    ask_words(ctx, case, "refuse")
    return ctx.texts("department_refuse_what", number=case.number)


def refuse_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    return refuse_case(ctx, case_of(ctx, int(question.subject)), value.strip())


def refuse_case(ctx: Context, case: Case, reason: str) -> str:
    """Give a case back with two points; who sent it decides, and until then the department answers for it."""
    row = row_of(ctx, case)
    if row.state == referrals.REFUSED:
        raise Refusal(ctx.texts("department_refused_already", number=case.number))
    if missing := lacking_grounds(reason, _names(ctx, row.department)):
        ask_words(ctx, case, "refuse")
        lacks = "、".join(ctx.texts(f"department_refuse_lacks_{name}") for name in missing)
        return ctx.texts("department_refuse_short", number=case.number, lacks=lacks)
    reason = reason[:_LONGEST]
    name = wording.department_name(row.department, ctx)
    step_id = take_step(ctx, case, "refused" if row.lead else "part refused", note=f"{name}：{reason}")
    row.state, row.reason = "refused", reason
    if row.lead:
        reviewing.tell_refused(ctx, case, row)
        return ctx.texts("department_refused", number=case.number)
    text = ctx.texts("part_refused_told", number=case.number, department=name, reason=reason)
    tell_part(ctx, case, f"part refused/{step_id}", text)
    return ctx.texts("department_part_refused", number=case.number)


def _names(ctx: Context, own: str) -> list[str]:
    """Give all names of the other departments."""
    others = [each for key, each in ctx.district.departments.items() if key != own]
    return [name for each in others for name in (each.name, each.short, *each.aliases) if name]
