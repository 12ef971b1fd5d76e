"""代答: staff enter what a department without an account has answered; it is checked and reviewed like any other answer."""

import re

from handlers import wording
from handlers.cases.reach import find, find_again, numbered
from handlers.cases.tell_departments import tell_people
from handlers.context import Context
from handlers.errors import Refusal
from handlers.messages import IncomingMessage
from handlers.route import AnswerHandler, Group, Route
from handlers.staff.cases import detail
from handlers.staff.referral.answers import LONGEST, classes, lacks, write_answer, write_part
from handlers.staff.referral.units import UnknownUnitError, ask_which, unit
from storage.cases import referrals
from storage.cases.cases import OFFICES
from storage.messages import questions
from storage.messages.questions import menu
from storage.models import Case, Referral
from storage.people.people import OpenQuestion

_COMMAND = re.compile(r"代(?:答|为答复|答复)")
_LONGEST_NAME = 10
"""What is longer is the beginning of a sentence, and no name."""
_UNIT = re.compile(r"(\S{1,40}?)[\s:：,，]{1,20}(.+)", re.DOTALL)


def enter(ctx: Context, message: IncomingMessage, rest: str) -> str:
    """Read `代答 42 住建局 12月2日已换新灯，附验收单`; without a department the lead is meant."""
    line = numbered(_COMMAND.sub("", message.text or rest, count=1))
    if line is None or not line.rest:
        return ctx.texts("staff_enter_how")
    return enter_words(ctx, find(ctx, line.number), line.rest)


def enter_words(ctx: Context, case: Case, words: str) -> str:
    """Find whose answer it is; a name that is none of theirs is asked about."""
    rows = [row for row in referrals.latest_round(ctx.session, case.id) if row.state in referrals.LIVE]
    if not rows or not referrals.is_held(case):
        raise Refusal(ctx.texts("staff_not_held", number=case.number))
    named = _UNIT.fullmatch(words)
    if named is None or (len(named[1]) > _LONGEST_NAME and ctx.district.department(named[1]) is None):
        return _enter(ctx, case, rows[0], words)
    try:
        department = unit(ctx, named[1])
    except UnknownUnitError as unknown:
        return ask_which(ctx, case, "enter_unit", words, unknown.name)
    row = next((row for row in rows if row.department == department.key), None)
    if row is None:
        names = "、".join(wording.department_name(row.department, ctx) for row in rows)
        raise Refusal(ctx.texts("staff_enter_not", number=case.number, department=names))
    return _enter(ctx, case, row, named[2])


def unit_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    case = find_again(ctx, question.subject)
    if value == "nothing":
        return ctx.texts("staff_unchanged", number=case.number)
    return enter_words(ctx, case, value)


def _enter(ctx: Context, case: Case, row: Referral, words: str) -> str:
    """Check the words as a department's own; then ask for the class of a lead's answer."""
    if len(words) > LONGEST:
        raise Refusal(ctx.texts("staff_too_long", limit=LONGEST))
    name = wording.department_name(row.department, ctx)
    if missing := lacks(ctx, words):
        raise Refusal(ctx.texts("staff_enter_bare", number=case.number, department=name, lacks=missing))
    if not row.lead:
        write_part(ctx, case, row, words, entered=_entered(ctx))
        _tell(ctx, case, row)
        return ctx.texts("staff_part_entered", number=case.number, department=name)
    options = classes(ctx)
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="enter_result",
        subject=str(case.id),
        options=options,
        data={"answer": words, "department": row.department},
        now=ctx.now,
    )
    return ctx.texts("department_which_result", number=case.number, menu=menu(options))


def result_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Write the answer down; who entered it sees it for review at once, as far as it is theirs to review."""
    case = find_again(ctx, question.subject)
    lead = referrals.leading(ctx.session, case.id)
    if lead is None or lead.department != question.data["department"]:
        raise Refusal(ctx.texts("staff_not_held", number=case.number))
    write_answer(ctx, case, lead, question.data["answer"], value, entered=_entered(ctx))
    _tell(ctx, case, lead)
    return detail(ctx, case)


def _entered(ctx: Context) -> str:
    return ctx.texts("entered_by", name=ctx.sender.name)


def _tell(ctx: Context, case: Case, row: Referral) -> None:
    """Tell the department's people, where there are any, what was written in its name."""
    text = ctx.texts("department_entered", number=case.number, name=ctx.sender.name, text=row.answer)
    tell_people(ctx, case, [row.department], f"entered/{row.id}/{ctx.now.isoformat()}", text)


ENTERING_ROUTES = (
    Route(
        name="staff enter",
        handler=enter,
        starts=("代答",),
        roles=OFFICES,
        help="代答 编号 单位 内容：单位没有账号，替它录答复，同样审核",
        example="代答 42 住建局 12月2日已换新灯",
        group=Group.REFER,
    ),
)

ENTERING_ANSWERS: dict[str, AnswerHandler] = {"enter_unit": unit_answer, "enter_result": result_answer}
