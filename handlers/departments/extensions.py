"""More days for a department (延期): asked for once with a reason, decided by whoever sent the case."""

import re

from handlers import wording
from handlers.cases.deadlines import LONGEST, put_off
from handlers.cases.handing_over import days_sum
from handlers.cases.reach import find_again, numbered, take_step
from handlers.cases.referred import ask_words, case_of, leading_of, numbered_case
from handlers.cases.tell_departments import tell_people, units_told
from handlers.cases.telling import reach_of_voters, tell_voter, voters_told
from handlers.context import Context
from handlers.errors import Refusal
from handlers.messages import IncomingMessage, Role
from handlers.pushes.asking import owe_question
from handlers.pushes.notices import owe_notice
from handlers.pushes.send_times import When
from handlers.route import AnswerHandler, Group, Route
from handlers.staff.cases import OF_ANY_CASE, act
from handlers.staff.referral.reviewing import reviewers
from nlp.times.day_limits import read_limit
from storage.cases import referrals
from storage.messages.questions import option
from storage.models import Case, Referral
from storage.people.people import OpenQuestion

_DAYS = re.compile(r"(?<![\d月])(\d{1,3})个?(?:工作日|天|日)[\s，,。；;]*")
_ASKING = re.compile(r"申请|请|再|延期|延长|延|需要|要|给|宽限|[\s，,。]")
"""What only asks for days and gives no reason."""
_MOST_REASON = 60
_MARKS = " ，,。"


def extend(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Read `42 5天 原因`."""
    line = numbered(rest)
    if line is None:
        return ctx.texts("department_extend_how")
    case = numbered_case(ctx, line.number)
    if line.rest:
        return _ask_extension(ctx, case, line.rest)
    leading_of(ctx, case)
    ask_words(ctx, case, "extend")
    return ctx.texts("department_extend_what", number=case.number)


def extend_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    return _ask_extension(ctx, case_of(ctx, int(question.subject)), value.strip())


def _days_and_reason(ctx: Context, leading: Referral, words: str) -> tuple[int, str, str]:
    """Give how many working days are wanted, or up to which day, what is said beside, and the reason as it is passed on."""
    if found := _DAYS.search(words):
        beside = _DAYS.sub("", words, count=1).strip(_MARKS)
        # A number in the midst of a sentence is part of the reason; one that stands before it is not.
        reason = beside if _DAYS.match(words) else words.strip(_MARKS)
        return int(found[1]), beside, wording.clipped(reason, _MOST_REASON)
    today = ctx.now.date()
    limit = read_limit(words, today)
    if limit is None or limit.until is None:
        return 0, words, ""
    days = ctx.district.calendar.workdays_between(max(leading.due, today), limit.until)
    beside = limit.rest.strip(_MARKS)
    return days, beside, wording.clipped(beside, _MOST_REASON)


def _ask_extension(ctx: Context, case: Case, words: str) -> str:
    """Ask whoever sent the case for more days; until they decide the old day stands."""
    leading = leading_of(ctx, case)
    if leading.extension_asked_at is not None:
        raise Refusal(ctx.texts("department_extended_once", number=case.number))
    days, beside, reason = _days_and_reason(ctx, leading, words)
    if not 0 < days <= LONGEST or not _ASKING.sub("", beside):
        ask_words(ctx, case, "extend")
        return ctx.texts("department_extend_what", number=case.number)
    name = wording.department_name(leading.department, ctx)
    take_step(ctx, case, "extension asked", note=f"{name}：{reason}（{days}天）")
    leading.extension_asked_at = ctx.now
    until = put_off(ctx, leading.due, days)
    text = ctx.texts(
        "extension_wanted", number=case.number, department=name, reason=reason, sum=days_sum(ctx, until)
    )
    values = ((1, "grant"), (2, "deny"))
    for person_id in reviewers(ctx, case, leading):
        owe_question(
            ctx,
            person_id,
            kind="extension",
            subject=str(case.id),
            text=text,
            options=[option(digit, ctx.texts(f"extension_{value}"), value) for digit, value in values],
            data={"days": days},
            dedupe_key=f"extension/{leading.id}/{person_id}",
            when=When.BY_DAY,
            case_id=case.id,
        )
    return ctx.texts("department_extension_asked", number=case.number, day=wording.day(leading.due))


def decide(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Grant the days or not; the department hears either, the voter hears of the new day."""
    if value in OF_ANY_CASE:
        return act(ctx, question, value)
    case = find_again(ctx, question.subject)
    leading = referrals.leading(ctx.session, case.id)
    if leading is None or leading.state not in referrals.WAITING or leading.extended_days:
        raise Refusal(ctx.texts("over_desk_answered", number=case.number))
    name = wording.department_name(leading.department, ctx)
    if value != "grant":
        take_step(ctx, case, "extension refused", note=name)
        text = ctx.texts(
            "department_not_extended", number=case.number, due=wording.due_told(leading.due, ctx)
        )
        told = units_told(
            ctx, tell_people(ctx, case, [leading.department], f"extension/{leading.id}/no", text)
        )
        return ctx.texts(
            "extension_denied", number=case.number, due=wording.due_told(leading.due, ctx), told=told
        )
    until = put_off(ctx, leading.due, int(question.data["days"]))
    day = wording.day(until.due)
    step_id = take_step(ctx, case, "extended", note=wording.short_day(until.due), answer_by=until.due)
    leading.due, leading.extended_days = until.due, until.days
    text = ctx.texts("department_extended", number=case.number, sum=days_sum(ctx, until))
    tell_people(ctx, case, [leading.department], f"extension/{leading.id}/yes", text)
    voters = voters_told(ctx, reach_of_voters(ctx, case))
    tell_voter(ctx, case, step_id, ctx.texts("voter_extended", number=case.number, department=name, day=day))
    return ctx.texts(
        "extension_granted", number=case.number, department=name, sum=days_sum(ctx, until), voters=voters
    )


def help_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Pass on which other department is needed; who sent the case decides."""
    case = case_of(ctx, int(question.subject))
    leading = leading_of(ctx, case)
    name, words = wording.department_name(leading.department, ctx), wording.clipped(value, _MOST_REASON)
    take_step(ctx, case, "help asked", note=f"{name}：{words}")
    for person_id in reviewers(ctx, case, leading):
        key = f"help/{leading.id}/{ctx.now.isoformat()}"
        text = ctx.texts("desk_help", number=case.number, department=name, words=words)
        owe_notice(ctx, person_id, case, when=When.BY_DAY, dedupe_key=key, text=text)
    return ctx.texts("department_help_asked", number=case.number, day=wording.day(leading.due))


EXTENSION_ROUTES = (
    Route(
        name="department extend",
        handler=extend,
        pattern=re.compile(r"延期\s*+((?:\d.*)?)", re.DOTALL),
        roles=frozenset({Role.DEPARTMENT}),
        help="延期 编号 几天 原因：一件只能申请一次",
        example="延期 42 5天 等配件到货",
        group=Group.DEPARTMENT,
    ),
)

EXTENSION_ANSWERS: dict[str, AnswerHandler] = {
    "department_extend": extend_answer,
    "department_help": help_answer,
    "extension": decide,
}
