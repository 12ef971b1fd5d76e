"""Handing a case to departments (转办交办): the terms are shown with their sum before anything goes out."""

import re
from dataclasses import replace

from handlers import wording
from handlers.alarms.verifying import before_referral
from handlers.cases.deadlines import LONGEST, deadline
from handlers.cases.handing_over import (
    Wanted,
    days_sum,
    displaced,
    hidden_from_department,
    refuse_grave,
    send,
)
from handlers.cases.reach import find, find_again, holder, numbered, topic_label
from handlers.context import Context
from handlers.errors import Refusal
from handlers.messages import IncomingMessage
from handlers.route import AnswerHandler, Group, Route
from handlers.staff.cases import act
from handlers.staff.referral.units import UnknownUnitError, ask_which, unit, units
from nlp.times.day_limits import Limit, read_limit
from storage.cases import cases, referrals
from storage.cases.cases import OFFICES
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.models import Case, Referral
from storage.people.people import OpenQuestion

_ASSISTING = re.compile(r"协办[:：]?\s*+(.+)")


def refer(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Read `42 住建局 10天 协办 街道办` and show the terms."""
    line = numbered(rest)
    if line is None:
        return ctx.texts("staff_refer_how")
    return refer_case(ctx, find(ctx, line.number), line.rest)


def refer_case(ctx: Context, case: Case, words: str) -> str:
    """Show the terms; where a department has the case already, ask what is meant first."""
    _referable(ctx, case)
    if asked := before_referral(ctx, case):
        return asked
    held = holder(ctx, case)
    try:
        wanted, days = read_terms(ctx, case, words, held)
    except UnknownUnitError as unknown:
        return ask_which(ctx, case, "refer_unit", words, unknown.name)
    if held and not referrals.given_back(case, held):
        return _ask_about_held(ctx, case, held, wanted, days=days)
    return propose(ctx, case, wanted)


def act_on(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Begin what the digit below a case stands for; handing it over starts with the department of its topic."""
    if value == "refer":
        return refer_case(ctx, find_again(ctx, question.subject), "")
    return act(ctx, question, value)


def unit_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Go on with the department that the digit named."""
    case = find_again(ctx, question.subject)
    return (
        ctx.texts("staff_unchanged", number=case.number)
        if value == "nothing"
        else refer_case(ctx, case, value)
    )


def _referable(ctx: Context, case: Case) -> None:
    """Refuse at once what can no longer be handed over, and say what can be done instead."""
    if case.sealed:
        raise Refusal(ctx.texts("staff_sealed_stays", number=case.number))
    refuse_grave(ctx, case)
    reviews = referrals.awaits_review(case, referrals.leading(ctx.session, case.id))
    if cases.allowed("referred", case.state) is not None and not reviews:
        return
    key = f"staff_refer_not_{case.state}"
    state = ctx.texts(f"state_{case.state}")
    raise Refusal(ctx.texts(key if key in ctx.texts else "staff_refer_not", number=case.number, state=state))


def read_terms(ctx: Context, case: Case, words: str, held: Referral | None) -> tuple[Wanted, int]:
    """Read departments and days; the days are 0 where none were written."""
    limit = read_limit(words, ctx.now.date())
    days = working_days(ctx, limit) if limit else 0
    named = limit.rest if limit else words
    assisting = _ASSISTING.search(named)
    name = _ASSISTING.sub("", named).strip(" ,，、")
    topic = ctx.district.topics.get(case.topic)
    usual = held.department if held and assisting else topic.department if topic else ""
    lead = unit(ctx, name or usual)
    wanted = Wanted(lead.key, days or ctx.district.settings.answer_days)
    helpers = units(ctx, assisting[1]) if assisting else ()
    return replace(wanted, assisting=tuple(key for key in helpers if key != lead.key)), days


def working_days(ctx: Context, limit: Limit) -> int:
    """Give a limit in working days; a day that is past or too far is refused."""
    days = limit.days
    if days is None and limit.until is not None:
        days = ctx.district.calendar.workdays_between(ctx.now.date(), limit.until)
    if days is None or not 0 < days <= LONGEST:
        raise Refusal(ctx.texts("staff_refer_days_how", most=LONGEST))
    return days


def _ask_about_held(ctx: Context, case: Case, held: Referral, wanted: Wanted, *, days: int) -> str:
    """Say which department has a case since when, and offer another lead, a helper or another day."""
    others = _names(ctx, tuple(row.department for row in referrals.assisting(ctx.session, case.id)))
    if wanted.lead != held.department:
        joining = (wanted.lead, *wanted.assisting)
        offered = [("lead", wording.department_name(wanted.lead, ctx)), ("join", _names(ctx, joining))]
    else:
        joining = wanted.assisting
        offered = [("join", _names(ctx, joining))] if joining else [("redate", str(days))] if days else []
    known = {
        "number": case.number,
        "department": wording.department_name(held.department, ctx),
        "since": wording.short_day(held.sent_at.astimezone(ctx.now.tzinfo).date()),
        "day": wording.day(held.due),
        "assisting": others or ctx.texts("staff_none"),
    }
    if not offered:
        return ctx.texts("staff_refer_held_how", **known)
    options = [
        option(digit, ctx.texts(f"staff_held_{value}", name=name), value)
        for digit, (value, name) in enumerate(offered, start=1)
    ]
    options.append(option(0, ctx.texts("staff_held_nothing"), "nothing"))
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="refer_held",
        subject=str(case.id),
        options=options,
        data={**wanted.as_data(), "joining": list(joining)},
        now=ctx.now,
    )
    return ctx.texts("staff_refer_held", **known, menu=menu(options))


def propose(ctx: Context, case: Case, wanted: Wanted) -> str:
    """Show lead, assisting departments and the sum of the days; one digit sends it."""
    if not 0 < wanted.days <= LONGEST:
        raise Refusal(ctx.texts("staff_refer_days_how", most=LONGEST))
    options = [
        option(digit, ctx.texts(f"staff_refer_{value}"), value)
        for digit, value in ((1, "send"), (2, "days"), (3, "assist"), (0, "nothing"))
    ]
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="refer",
        subject=str(case.id),
        options=options,
        data=wanted.as_data(),
        now=ctx.now,
    )
    left = next((each for each in ctx.sender.questions if each.kind == "refer"), None)
    note = ""
    if left and left.subject != str(case.id):
        other = ctx.session.get_one(Case, int(left.subject))
        note = f"{ctx.texts('staff_refer_left', number=other.number)}\n"
    hidden = hidden_from_department(ctx, case)
    before = displaced(ctx, case, wanted)
    lead = wording.department_name(wanted.lead, ctx)
    if before:
        lead = ctx.texts(
            "staff_refer_instead", lead=lead, before=wording.department_name(before.department, ctx)
        )
    return note + ctx.texts(
        "staff_refer_terms",
        number=case.number,
        what=f"{wording.clipped(case.place_text, 10)}{topic_label(ctx, case)}",
        lead=lead,
        assisting=_names(ctx, wanted.assisting) or ctx.texts("staff_none"),
        sum=days_sum(ctx, deadline(ctx, wanted.days)),
        hidden=ctx.texts("staff_refer_hidden", hidden=hidden) if hidden else "",
        menu=menu(options),
    )


def _names(ctx: Context, keys: tuple[str, ...]) -> str:
    return "、".join(wording.department_name(key, ctx) for key in keys)


def refer_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    case = find_again(ctx, question.subject)
    if value == "nothing":
        return ctx.texts("staff_unchanged", number=case.number)
    if value == "send":
        return send(ctx, case, Wanted.from_data(question.data))
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind=f"refer_{value}",
        subject=question.subject,
        data={**question.data, "free": True, "number": value == "days"},
        now=ctx.now,
    )
    return ctx.texts(f"staff_refer_{value}_what")


def days_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Take another limit: `15`, `十天`, `到12月7日`."""
    case = find_again(ctx, question.subject)
    limit = read_limit(value.strip(), ctx.now.date())
    if limit is None:
        raise Refusal(ctx.texts("staff_refer_days_how", most=LONGEST))
    return propose(ctx, case, replace(Wanted.from_data(question.data), days=working_days(ctx, limit)))


def assist_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Take the names of further departments; one that is not known changes nothing yet."""
    case, wanted = find_again(ctx, question.subject), Wanted.from_data(question.data)
    try:
        keys = units(ctx, value.strip())
    except UnknownUnitError as unknown:
        names = f"{wording.department_name(wanted.lead, ctx)} {wanted.days}天 协办 {_names(ctx, wanted.assisting)} {value.strip()}"
        return ask_which(ctx, case, "refer_unit", names, unknown.name)
    assisting = tuple(dict.fromkeys((*wanted.assisting, *(key for key in keys if key != wanted.lead))))
    return propose(ctx, case, replace(wanted, assisting=assisting))


REFERRING_ROUTES = (
    Route(
        name="staff refer",
        handler=refer,
        pattern=re.compile(r"(?:转办?|[换改]主办)\s*+((?:\d.*)?)", re.DOTALL),
        roles=OFFICES,
        help="转 编号 单位 几天：转给承办单位，先核对再发出",
        example="转 42 住建局 10天",
        group=Group.REFER,
    ),
)

REFERRING_ANSWERS: dict[str, AnswerHandler] = {
    "staff_case": act_on,
    "refer": refer_answer,
    "refer_unit": unit_answer,
    "refer_days": days_answer,
    "refer_assist": assist_answer,
}
