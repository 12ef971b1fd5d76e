"""How far the checking of a report has come (核对), who has not answered, and issuing it with frozen figures."""

from collections.abc import Sequence

from handlers import wording
from handlers.context import Context
from handlers.errors import Refusal
from handlers.messages import Role
from handlers.papers.report import count_span
from handlers.papers.spans import Span, params_of, title_of
from handlers.route import AnswerHandler
from handlers.staff.papers.objections import objection_answer, show_objection
from handlers.staff.papers.papers import check_way, file_scope
from storage.figures import documents, report_checks
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.models import FigureCheck, Report
from storage.people.people import OpenQuestion


def issuer_of(ctx: Context) -> str:
    """Give whose report it is: the district's, or the street's."""
    for role in (Role.DISTRICT, Role.STREET):
        for grant in ctx.sender.grants:
            if grant.role == role:
                return grant.area if role == Role.STREET else ""
    raise Refusal(ctx.texts("staff_not_yours", words=""))


def with_phone(ctx: Context, key: str) -> str:
    known = ctx.district.departments.get(key)
    phone = (known.phone if known else "") or ctx.texts("staff_no_phone")
    return f"{wording.department_name(key, ctx)} {phone}"


def tell_state(ctx: Context, report: Report | None) -> str:
    if report is None:
        return ctx.texts("check_none")
    checks = report_checks.checks_of(ctx.session, report.id)
    doubted = report_checks.objections_of(ctx.session, report.id)
    undecided = sum(not objection.decision for objection, _, _ in doubted)
    silent = [each for each in checks if each.state == "asked"]
    options = (
        [option(1, ctx.texts("check_do_objections", count=undecided), "objections")] if undecided else []
    )
    options += [option(2, ctx.texts("check_do_silent", count=len(silent)), "silent:0")] if silent else []
    options += [
        option(3, ctx.texts("check_do_issue"), "issue"),
        option(9, ctx.texts("check_do_drop"), "drop"),
    ]
    _ask(ctx, report, options)
    return ctx.texts(
        "check_state",
        title=title_of(ctx, _span(report)),
        count=len(checks),
        day=wording.day(report.check_until),
        agreed=_names(ctx, checks, "agreed"),
        objected=_names(ctx, checks, "objected"),
        silent=_names(ctx, checks, "asked"),
        menu=menu(options),
    )


def _names(ctx: Context, checks: Sequence[FigureCheck], state: str) -> str:
    named = [wording.department_name(each.department, ctx) for each in checks if each.state == state]
    return ctx.texts("check_names", count=len(named), names="、".join(named)) if named else "0"


def _ask(ctx: Context, report: Report, options: list[dict[str, str]]) -> None:
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="check_state",
        subject=str(report.id),
        options=options,
        now=ctx.now,
    )


def _span(report: Report) -> Span:
    return Span(report.kind, report.since, report.until, report.label)


def state_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Open the objections or the silent ones, issue the report, or leave it."""
    report = report_checks.in_check(ctx.session, issuer_of(ctx))
    if report is None or str(report.id) != question.subject:
        return ctx.texts("check_gone")
    if value == "objections":
        return show_objection(ctx, report)
    if value == "drop":
        report_checks.drop(ctx.session, report.id)
        return ctx.texts("check_dropped", title=title_of(ctx, _span(report)))
    if value.startswith("silent:"):
        return _silent(ctx, report)
    return _issue(ctx, report, sure=value == "issue now")


def _silent(ctx: Context, report: Report) -> str:
    """List who has not answered, with telephone numbers; a digit notes that one said it is right."""
    silent = [each for each in report_checks.checks_of(ctx.session, report.id) if each.state == "asked"]
    options = [
        option(digit, with_phone(ctx, each.department), str(each.id))
        for digit, each in enumerate(silent[:8], start=1)
    ]
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="check_phoned",
        subject=str(report.id),
        options=options,
        now=ctx.now,
    )
    return ctx.texts("check_silent", menu=menu(options))


def phoned_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Note that a department agreed on the telephone."""
    report = report_checks.in_check(ctx.session, issuer_of(ctx))
    found = next(
        (
            each
            for each in (report_checks.checks_of(ctx.session, report.id) if report else ())
            if str(each.id) == value and str(each.report_id) == question.subject
        ),
        None,
    )
    if found is None:
        return ctx.texts("check_gone")
    report_checks.answer(ctx.session, found, "agreed", by=ctx.sender.person_id, now=ctx.now)
    return f"{ctx.texts('check_phoned', name=wording.department_name(found.department, ctx))}\n{tell_state(ctx, report)}"


# -- issuing --------------------------------------------------------------------------------------------------


def _issue(ctx: Context, report: Report, *, sure: bool) -> str:
    """Freeze the figures; with somebody silent before the last day it is asked once more."""
    doubted = report_checks.objections_of(ctx.session, report.id)
    if undecided := sum(not objection.decision for objection, _, _ in doubted):
        return f"{ctx.texts('check_undecided', count=undecided)}\n{tell_state(ctx, report)}"
    silent = sum(each.state == "asked" for each in report_checks.checks_of(ctx.session, report.id))
    if silent and ctx.now.date() <= report.check_until and not sure:
        options = [
            option(1, ctx.texts("check_do_issue"), "issue now"),
            option(2, ctx.texts("check_do_silent", count=silent), "silent:0"),
        ]
        _ask(ctx, report, options)
        day = wording.day(report.check_until)
        return ctx.texts("check_not_all", count=silent, day=day, menu=menu(options))
    check_way(ctx)
    span = _span(report)
    facts = count_span(ctx.session, ctx, span, file_scope(ctx)).as_data()
    facts["objections"] = [
        {
            "department": wording.department_name(check.department, ctx),
            "number": case.number,
            "reason": objection.reason,
            "decision": ctx.texts(f"check_decided_{objection.decision}"),
        }
        for objection, check, case in doubted
    ]
    if not report_checks.issue(ctx.session, report.id, facts, by=ctx.sender.person_id, now=ctx.now):
        return ctx.texts("check_gone")
    documents.want(
        ctx.session,
        "report",
        by=ctx.sender.person_id,
        scope=file_scope(ctx),
        now=ctx.now,
        params={**params_of(span), "report": report.id},
    )
    return ctx.texts("check_done", title=title_of(ctx, span))


ISSUING_ANSWERS: dict[str, AnswerHandler] = {
    "check_state": state_answer,
    "check_phoned": phoned_answer,
    "check_objection": objection_answer,
}
