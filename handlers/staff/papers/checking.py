"""Before a report is issued the departments check their own figures (核对): asked, heard, decided, then frozen."""

import re
from datetime import date

from handlers import wording
from handlers.context import Context
from handlers.errors import Refusal
from handlers.messages import IncomingMessage, Role
from handlers.papers.spans import Span, params_of, read_span, title_of
from handlers.pushes.asking import owe_question
from handlers.pushes.send_times import When
from handlers.route import AnswerHandler, Group, Route
from handlers.staff.papers.issuing import ISSUING_ANSWERS, issuer_of, tell_state, with_phone
from handlers.staff.papers.papers import file_scope
from storage.cases import referrals
from storage.cases.selections import in_days
from storage.figures import report_checks
from storage.figures.period_figures import DepartmentFigures, department_figures
from storage.messages import questions, recipients
from storage.messages.questions import menu, option
from storage.people.people import OpenQuestion

_OFFICES = frozenset({Role.STREET, Role.DISTRICT})
_DAYS_TO_CHECK = 3
"""Working days, where the person in charge names no day."""
_UNTIL = re.compile(r"(\d{1,2})月(\d{1,2})[日号]前?$")
_NAMED = 3
"""Numbers named in a message; the others are counted."""


def check(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Begin to check a report (`核对 11月月报 12月3日`), or tell how far it has come."""
    if not rest.strip():
        return tell_state(ctx, report_checks.in_check(ctx.session, issuer_of(ctx)))
    line = rest.strip()
    until = _until(ctx, line)
    span = read_span(_UNTIL.sub("", line).strip(), ctx.now.date())
    if span is None:
        raise Refusal(ctx.texts("check_how"))
    if span.until > ctx.now.date():
        raise Refusal(ctx.texts("check_early", title=title_of(ctx, span), day=wording.short_day(span.until)))
    if report_checks.find_issued(ctx.session, issuer_of(ctx), span.kind, span.since):
        raise Refusal(ctx.texts("check_issued", title=title_of(ctx, span)))
    found = _figures(ctx, span)
    if not found:
        raise Refusal(ctx.texts("check_nobody", title=title_of(ctx, span)))
    reached = [key for key in found if _people(ctx, key)]
    options = [option(1, ctx.texts("check_do_send"), "send"), option(0, ctx.texts("check_do_not"), "not")]
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="check_send",
        data={"span": dict(params_of(span)), "until": until.isoformat()},
        options=options,
        now=ctx.now,
    )
    return ctx.texts(
        "check_draft",
        title=title_of(ctx, span),
        count=len(found),
        day=wording.day(until),
        without=_phones(ctx, [key for key in found if key not in reached]),
        menu=menu(options),
    )


def _until(ctx: Context, line: str) -> date:
    calendar, today = ctx.district.calendar, ctx.now.date()
    named = _UNTIL.search(line)
    if named is None:
        return calendar.add_workdays(today, _DAYS_TO_CHECK)
    try:
        day = date(today.year, int(named[1]), int(named[2]))
    except ValueError:
        raise Refusal(ctx.texts("check_how")) from None
    day = day if day >= today else day.replace(year=today.year + 1)
    if (day - today).days > 31:  # noqa: PLR2004 -- a month
        raise Refusal(ctx.texts("check_how"))
    return day


def _figures(ctx: Context, span: Span) -> dict[str, DepartmentFigures]:
    return department_figures(ctx.session, file_scope(ctx), in_days(ctx.now, span.since, span.until))


def _people(ctx: Context, department: str) -> list[int]:
    """Give who of a department can be reached here."""
    people = list(referrals.holders(ctx.session, Role.DEPARTMENT, department, ctx.now))
    accounts = recipients.accounts_of(ctx.session, set(people))
    return [person_id for person_id in people if accounts.get(person_id)]


def _phones(ctx: Context, departments: list[str]) -> str:
    """Name those who have no account, each with the telephone number."""
    if not departments:
        return ""
    named = "、".join(with_phone(ctx, key) for key in departments)
    return ctx.texts("check_without", count=len(departments), named=named)


def send(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Send each department its own figures."""
    if value != "send":
        return ctx.texts("check_left")
    said = question.data["span"]
    span = Span(
        said["kind"], date.fromisoformat(said["since"]), date.fromisoformat(said["until"]), said["label"]
    )
    until = date.fromisoformat(question.data["until"])
    told = {key: _told(ctx, span, each, until) for key, each in _figures(ctx, span).items()}
    report = report_checks.begin(
        ctx.session,
        issuer_of(ctx),
        span=(span.kind, span.since, span.until, span.label),
        scope=file_scope(ctx),
        check_until=until,
        told=told,
        by=ctx.sender.person_id,
        now=ctx.now,
    )
    asked = 0
    for each in report_checks.checks_of(ctx.session, report.id):
        people = _people(ctx, each.department)
        asked += bool(people)
        for person_id in people:
            owe_question(
                ctx,
                person_id,
                kind="figures_check",
                subject=str(each.id),
                text=each.text,
                options=[option(1, ctx.texts("check_do_agree"), "agree")],
                dedupe_key=f"figures check/{each.id}/{person_id}",
                when=When.IN_PEACE,
            )
    return ctx.texts("check_sent", count=asked, day=wording.day(until))


def _told(ctx: Context, span: Span, found: DepartmentFigures, until: date) -> str:
    counts = found.counts
    return ctx.texts(
        "check_told",
        title=title_of(ctx, span),
        due=counts.due,
        on_time=counts.on_time,
        late=counts.due - counts.on_time,
        late_numbers=_numbers(ctx, found.late),
        unsolved=len(found.unsolved),
        unsolved_numbers=_numbers(ctx, found.unsolved),
        day=wording.day(until),
    )


def _numbers(ctx: Context, numbers: list[str]) -> str:
    if not numbers:
        return ""
    named = "、".join(numbers[:_NAMED])
    key = "check_numbers" if len(numbers) <= _NAMED else "check_numbers_more"
    return ctx.texts(key, numbers=named, more=len(numbers) - _NAMED)


CHECKING_ROUTES = (
    Route(
        name="staff check figures",
        handler=check,
        pattern=re.compile(r"核对\s*+(|.{0,12}(?:月报|季报|季度报告?|半年报告?).{0,10})"),
        roles=_OFFICES,
        help="核对 11月月报：发布前请各单位核对自己的数；回“核对”看谁回了，再发布",
        example="核对 11月月报",
        group=Group.PAPERS,
    ),
)

CHECKING_ANSWERS: dict[str, AnswerHandler] = {
    "check_send": send,
    **ISSUING_ANSWERS,
}
