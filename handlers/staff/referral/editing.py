"""An office changes a few words of a department's answer before the voter reads it; both versions are kept."""

import re

from handlers.cases.reach import find, find_again, numbered, take_step
from handlers.context import Context
from handlers.errors import Refusal
from handlers.messages import IncomingMessage
from handlers.route import AnswerHandler, Group, Route
from handlers.staff.cases import detail
from handlers.staff.referral.answers import LONGEST, lacks
from handlers.staff.referral.reviewing import ask_edit, reviewed
from storage.cases.cases import OFFICES
from storage.models import Case
from storage.people.people import OpenQuestion

_COMMAND = re.compile(r"改答[复復]")


def edit(ctx: Context, message: IncomingMessage, rest: str) -> str:
    """Read `改答复 42 全文`; without a text it is asked for."""
    line = numbered(_COMMAND.sub("", message.text or rest, count=1))
    if line is None:
        return ctx.texts("review_edit_how")
    case = find(ctx, line.number)
    return edit_case(ctx, case, line.rest) if line.rest else ask_edit(ctx, case, reviewed(ctx, case))


def edit_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    return edit_case(ctx, find_again(ctx, question.subject), value.strip())


def edit_case(ctx: Context, case: Case, words: str) -> str:
    """Keep another text beside the department's own, and show what differs before it goes out."""
    referral = reviewed(ctx, case)
    if len(words) > LONGEST:
        raise Refusal(ctx.texts("staff_too_long", limit=LONGEST))
    if words != referral.answer and (missing := lacks(ctx, words)):
        raise Refusal(ctx.texts("review_edit_bare", number=case.number, lacks=missing))
    take_step(ctx, case, "answer edited", note=words)
    referral.edited = "" if words == referral.answer else words
    return detail(ctx, case)


EDITING_ROUTES = (
    Route(
        name="staff edit",
        handler=edit,
        starts=("改答复",),
        roles=OFFICES,
        help="改答复 编号 全文：发给选民前改单位的话，先看改了哪里，原话也留着",
        example="改答复 42",
        group=Group.REFER,
    ),
)

EDITING_ANSWERS: dict[str, AnswerHandler] = {"review_edit": edit_answer}
