"""门牌: the office asks the voter whether the department may know the flat, and gives it with one digit; it ends with the round."""

import re

from handlers import wording
from handlers.cases import reads
from handlers.cases.reach import find, find_again, holder, numbered
from handlers.context import Context
from handlers.errors import Refusal
from handlers.messages import IncomingMessage
from handlers.pushes.asking import owe_question
from handlers.pushes.send_times import When
from handlers.route import AnswerHandler, Group, Route
from storage.cases.cases import OFFICES
from storage.cases.referrals import AGREED, ASKED, DECLINED, SHOWN
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.models import Case, Referral
from storage.people.people import OpenQuestion

RELEASE = "door_release"


def ask_door(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Read `门牌 42`: ask the voter first; where the voter has agreed, offer to give it."""
    line = numbered(rest)
    if line is None:
        return ctx.texts("door_how")
    case = find(ctx, line.number)
    lead = _lead(ctx, case)
    said = {"number": case.number, "department": wording.department_name(lead.department, ctx)}
    if lead.door == AGREED:
        options = release_options(ctx)
        questions.ask(
            ctx.session,
            person_id=ctx.sender.person_id,
            kind=RELEASE,
            subject=str(case.id),
            options=options,
            now=ctx.now,
        )
        return f"{ctx.texts('door_agreed', **said)}\n{menu(options)}"
    if lead.door:
        return ctx.texts(
            {ASKED: "door_waits", DECLINED: "door_declined", SHOWN: "door_is_shown"}[lead.door], **said
        )
    if case.voter_id is None:
        raise Refusal(ctx.texts("door_nobody", number=case.number))
    lead.door = ASKED
    owe_question(
        ctx,
        case.voter_id,
        when=When.BY_DAY,
        kind="door_told",
        subject=str(lead.id),
        text=ctx.texts("door_voter", **said),
        options=[option(1, ctx.texts("door_yes"), "yes"), option(0, ctx.texts("door_no"), "no")],
        dedupe_key=f"door/{lead.id}",
        case_id=case.id,
    )
    return ctx.texts("door_asked", **said)


def release_options(ctx: Context) -> list[dict[str, str]]:
    return [option(1, ctx.texts("door_give"), "give"), option(0, ctx.texts("door_keep"), "keep")]


def _lead(ctx: Context, case: Case) -> Referral:
    lead = holder(ctx, case)
    if lead is None:
        raise Refusal(ctx.texts("staff_not_held", number=case.number))
    return lead


def release(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Give the flat to the department that answers for the case now, or keep it; what is given is noted in the audit."""
    case = find_again(ctx, question.subject)
    lead = _lead(ctx, case)
    said = {"number": case.number, "department": wording.department_name(lead.department, ctx)}
    if value != "give" or lead.door != AGREED:
        return ctx.texts("door_kept", number=case.number)
    lead.door = SHOWN
    reads.note(ctx, reads.FLAT_RELEASED, case_id=case.id, reason=said["department"])
    return ctx.texts("door_released", **said)


DOOR_ROUTES = (
    Route(
        name="staff door",
        handler=ask_door,
        pattern=re.compile(r"(?:放)?门牌\s*+((?:\d.*)?)", re.DOTALL),
        roles=OFFICES,
        help="门牌 编号：部门要上门，先问选民愿不愿意，愿意了再给",
        example="门牌 42",
        group=Group.REFER,
    ),
)

DOOR_ANSWERS: dict[str, AnswerHandler] = {RELEASE: release}
