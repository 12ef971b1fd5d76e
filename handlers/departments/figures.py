"""A department checks its own figures before a report is issued: it agrees with 1, or names numbers and its reason."""

import re

from handlers import wording
from handlers.context import Context
from handlers.errors import Refusal
from handlers.messages import IncomingMessage, Role
from handlers.pushes.owing import owe
from handlers.pushes.send_times import When
from handlers.route import AnswerHandler, Group, Route
from nlp.text.case_numbers import several_at_start
from storage.cases import referrals
from storage.cases.referrals import departments_of
from storage.figures import report_checks
from storage.models import FigureCheck, Report
from storage.people.people import OpenQuestion

_COMMAND = re.compile(r"(?:有出入|有异议)")
_SHORTEST, _LONGEST = 4, 200


def agree(ctx: Context, question: OpenQuestion, _value: str) -> str:
    """Take that the figures are right."""
    check = report_checks.check_of(ctx.session, departments_of(ctx.sender.grants), int(question.subject))
    if check is None:
        return ctx.texts("figures_over")
    if check.state != "objected":
        _answered(ctx, check, "agreed")
        return ctx.texts("figures_agreed")
    return ctx.texts("figures_rest_agreed")


def object_to(ctx: Context, message: IncomingMessage, _rest: str) -> str | None:
    """Take `0031 12月1日已答复，有回执`; no command where no figures are being checked."""
    check = report_checks.check_of(ctx.session, departments_of(ctx.sender.grants))
    if check is None:
        return None
    numbers, reason = several_at_start(_COMMAND.sub("", message.text, count=1))
    if not numbers or len(reason) < _SHORTEST:
        return ctx.texts("figures_how")
    report = ctx.session.get_one(Report, check.report_id)
    if ctx.now.date() > report.check_until:
        raise Refusal(ctx.texts("figures_too_late", day=wording.day(report.check_until)))
    found = [(number, referrals.find_number(ctx.session, {check.department}, number)) for number in numbers]
    if unknown := [number for number, case in found if case is None]:
        raise Refusal(ctx.texts("department_not_found", number="、".join(unknown)))
    for _, case in found:
        if case is not None:
            report_checks.object_to(
                ctx.session, check, case.id, reason[:_LONGEST], by=ctx.sender.person_id, now=ctx.now
            )
    _answered(ctx, check, "objected")
    named = "、".join(case.number for _, case in found if case is not None)
    return ctx.texts("figures_objected", numbers=named)


def _answered(ctx: Context, check: FigureCheck, state: str) -> None:
    """Note the answer; who is in charge hears once that all have answered."""
    if not report_checks.answer(ctx.session, check, state, by=ctx.sender.person_id, now=ctx.now):
        return
    report = ctx.session.get_one(Report, check.report_id)
    owe(
        ctx.session,
        ctx,
        report.begun_by,
        when=When.BY_DAY,
        dedupe_key=f"figures checked/{report.id}",
        kind="notice",
        text=ctx.texts("figures_all_answered", label=report.label),
    )


FIGURES_ROUTES = (
    Route(
        name="department figures",
        handler=object_to,
        pattern=re.compile(r"((?:有出入|有异议).*|\d{1,6}(?:-\d{1,6})?[\s:,、和及].{4,})", re.DOTALL),
        roles=frozenset({Role.DEPARTMENT}),
        help="有出入 编号 理由：核对数字时说哪一件不对",
        example="有出入 0031 12月1日已答复，有回执",
        group=Group.DEPARTMENT,
    ),
)

FIGURES_ANSWERS: dict[str, AnswerHandler] = {"figures_check": agree}
