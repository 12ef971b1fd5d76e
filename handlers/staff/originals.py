"""看原文: the words as they were written, for an office that may see them, with a reason that the voter can read."""

import re

from handlers.cases import case_words, reads
from handlers.cases.reach import find, numbered
from handlers.cases.referred import leading_of, numbered_case
from handlers.context import Context
from handlers.errors import Refusal
from handlers.messages import IncomingMessage, Role
from handlers.route import AnswerHandler, Group, Route
from handlers.safety import gate
from storage.cases import cases
from storage.messages import questions
from storage.models import Case
from storage.people import openness
from storage.people.people import OpenQuestion

_SHORTEST_REASON = 4
_WHOLE_TEXT = 600
_STAFF = frozenset({Role.STATION, Role.STREET, Role.DISTRICT})


def for_department(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Read `42 要联系住户`: the lead department sees name and number only where the voter allows it."""
    return _for_department(ctx, rest)


def for_staff(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Show it to those who answer for the case; where the voter hides it from the station, to the district desk alone."""
    return _for_staff(ctx, rest)


def _for_department(ctx: Context, rest: str) -> str:
    line = numbered(rest)
    if line is None:
        return ctx.texts("original_how")
    return show_lead(ctx, numbered_case(ctx, line.number), line.rest)


def may_lead(ctx: Context, case: Case) -> bool:
    """Tell whether the voter lets departments see name and number."""
    return openness.of_case(ctx.session, case) == openness.NAMED


def show_lead(ctx: Context, case: Case, reason: str = "") -> str:
    """Show it to the people of the department that answers for the case, and to no assisting one."""
    leading_of(ctx, case)
    if not may_lead(ctx, case):
        raise Refusal(ctx.texts("original_not_allowed", number=case.number))
    return _shown(ctx, case, reason, frozenset({openness.NAMED}))


def _for_staff(ctx: Context, rest: str) -> str:
    line = numbered(rest)
    if line is None:
        return ctx.texts("original_how")
    case = find(ctx, line.number)
    if openness.of_case(ctx.session, case) == openness.HIDDEN and not ctx.sender.holds(Role.DISTRICT):
        raise Refusal(ctx.texts("original_hidden", number=case.number))
    return _shown(ctx, case, line.rest, frozenset(openness.LEVELS))


def _shown(ctx: Context, case: Case, reason: str, levels: frozenset[str]) -> str:
    """Show the words as they were written; those of supporters who chose another level stay without name and number."""
    if len(reason) < _SHORTEST_REASON:
        questions.ask(
            ctx.session,
            person_id=ctx.sender.person_id,
            kind="original",
            subject=case.number,
            data={"free": True},
            now=ctx.now,
        )
        return ctx.texts("original_why", number=case.number)
    parts = cases.later_parts(ctx.session, case)
    chosen = openness.of_cases(ctx.session, {case.id, *(part.case_id for part in parts)})
    said = case_words.whole_text(
        case, parts, ctx, lambda case_id, text: text if chosen[case_id] in levels else gate.clean(text)
    )
    reads.note(ctx, reads.ORIGINAL_READ, case_id=case.id, reason=reason)
    return ctx.texts("original_shown", number=case.number, text=said[:_WHOLE_TEXT])


def take_reason(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Take the reason that was asked for; all is looked at again."""
    show = _for_staff if ctx.sender.holds(*_STAFF) else _for_department
    if len(value.strip()) < _SHORTEST_REASON:
        return ctx.texts("original_how")
    return show(ctx, f"{question.subject} {value.strip()}")


STAFF_ORIGINAL_ROUTES = (
    Route(
        name="staff original",
        handler=for_staff,
        pattern=re.compile(r"看?原文\s*+((?:\d.*)?)", re.DOTALL),
        roles=_STAFF,
        help="看原文 编号 原因：看选民没隐去的原话，选民看得到谁为什么看",
        example="看原文 42 要联系住户",
        group=Group.MEND,
    ),
)

DEPARTMENT_ORIGINAL_ROUTES = (
    Route(
        name="department original",
        handler=for_department,
        pattern=re.compile(r"看?原文\s*+((?:\d.*)?)", re.DOTALL),
        roles=frozenset({Role.DEPARTMENT}),
        help="看原文 编号 原因：选民同意给单位看的，才看得到姓名、电话",
        example="看原文 42 要联系住户",
        group=Group.DEPARTMENT,
    ),
)

ORIGINAL_ANSWERS: dict[str, AnswerHandler] = {"original": take_reason}
