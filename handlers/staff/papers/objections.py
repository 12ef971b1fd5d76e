"""What departments doubt about their figures: one at a time, each decided by a person, with the reason kept."""

from handlers import wording
from handlers.cases.reach import take_step
from handlers.context import Context
from storage.figures import report_checks
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.models import Case, FigureCheck, Objection, Report
from storage.people.people import OpenQuestion


def show_objection(ctx: Context, report: Report) -> str:
    """Show the first objection that nobody has decided."""
    doubted = report_checks.objections_of(ctx.session, report.id)
    if not doubted or doubted[0][0].decision:
        return ctx.texts("objection_all_decided", count=len(doubted))
    objection, check, case = doubted[0]
    options = (
        [option(1, ctx.texts("objection_do_excuse"), "excused")] if _can_excuse(ctx, check, case) else []
    )
    options += [
        option(2, ctx.texts("objection_do_keep"), "kept"),
        option(0, ctx.texts("objection_do_later"), "later"),
    ]
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="check_objection",
        subject=f"{report.id}:{objection.id}",
        options=options,
        now=ctx.now,
    )
    return ctx.texts(
        "objection_shown",
        department=wording.department_name(check.department, ctx),
        number=case.number,
        reason=objection.reason,
        menu=menu(options),
    )


def _can_excuse(ctx: Context, check: FigureCheck, case: Case) -> bool:
    """Only what was answered can have been answered in time; what voters say nobody changes."""
    return bool(report_checks.late_rounds(ctx.session, case.id, check.department, ctx.now.date()))


def objection_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Take the decision, and show the next objection."""
    report_id, objection_id = map(int, question.subject.split(":"))
    report = ctx.session.get_one(Report, report_id)
    found = next(
        (each for each in report_checks.objections_of(ctx.session, report_id) if each[0].id == objection_id),
        None,
    )
    if found is None or report.state != report_checks.CHECKING:
        return ctx.texts("check_gone")
    if value == "later":
        return ctx.texts("objection_later")
    objection, check, case = found
    if value == report_checks.EXCUSED:
        _excuse(ctx, objection, check, case)
    report_checks.decide(ctx.session, objection, value, by=ctx.sender.person_id, now=ctx.now)
    told = ctx.texts(f"objection_{value}", number=case.number)
    return f"{told}\n{show_objection(ctx, report)}"


def _excuse(ctx: Context, objection: Objection, check: FigureCheck, case: Case) -> None:
    """Count the department's answers to a case as given in time; who decided it and why stays in its history."""
    take_step(ctx, case, "excused", note=objection.reason)
    for row in report_checks.late_rounds(ctx.session, case.id, check.department, ctx.now.date()):
        row.excused_at = ctx.now
    ctx.session.flush()
