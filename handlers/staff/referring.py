"""Handing a case to departments (转办交办): the terms are shown with their sum before anything goes out."""

import re
from dataclasses import dataclass, replace

from handlers import wording
from handlers.asking import owe_question
from handlers.context import Context, World
from handlers.deadlines import LONGEST, Deadline, deadline
from handlers.district.pack import Department
from handlers.errors import Refusal
from handlers.messages import IncomingMessage
from handlers.routing import AnswerHandler, Group, Route
from handlers.staff.cases import find, find_again, numbered, take_step, topic_label
from handlers.telling import tell_voter
from storage import questions, referrals
from storage.cases import OFFICES
from storage.models import Case
from storage.people import OpenQuestion
from storage.questions import menu, option

_DAYS = re.compile(r"(\d{1,3})个?(?:工作日|天|日)")
_ASSISTING = re.compile(r"协办[:：]?\s*(.+)")
_BETWEEN = re.compile(r"[\s,，、;；]+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What staff asked for: departments by key, and working days."""

    lead: str
    days: int
    assisting: tuple[str, ...] = ()

    def as_data(self) -> dict[str, object]:
        return {"lead": self.lead, "days": self.days, "assisting": list(self.assisting)}


def refer(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Read `42 住建局 10天 协办 街道办` and show the terms."""
    line = numbered(rest)
    if line is None:
        return ctx.texts("staff_refer_how")
    case = find(ctx, line.number)
    return _propose(ctx, case, _read(ctx, case, line.rest))


def _read(ctx: Context, case: Case, words: str) -> Wanted:
    assisting = _ASSISTING.search(words)
    named = _ASSISTING.sub("", words)
    days = _DAYS.search(named)
    name = _DAYS.sub("", named).strip(" ,，、")
    topic = ctx.district.topics.get(case.topic)
    lead = _department(ctx, name or (topic.department if topic else ""))
    helpers = (
        [_department(ctx, each).key for each in _BETWEEN.split(assisting[1]) if each] if assisting else []
    )
    wanted = Wanted(lead.key, int(days[1]) if days else ctx.district.settings.answer_days)
    return replace(wanted, assisting=tuple(key for key in helpers if key != lead.key))


def _department(ctx: Context, name: str) -> Department:
    found = ctx.district.department(name)
    if found is None:
        raise Refusal(ctx.texts("staff_department_unknown", name=wording.clipped(name, 12)))
    return found


def _propose(ctx: Context, case: Case, wanted: Wanted) -> str:
    """Show lead, assisting departments and the sum of the days; one digit sends it."""
    if not 0 < wanted.days <= LONGEST:
        raise Refusal(ctx.texts("staff_refer_days_how", most=LONGEST))
    if case.sealed:
        raise Refusal(ctx.texts("staff_sealed_stays", number=case.number))
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
    until = deadline(ctx, wanted.days)
    return ctx.texts(
        "staff_refer_terms",
        number=case.number,
        what=f"{wording.clipped(case.place_text, 10)}{topic_label(ctx, case)}",
        lead=short_name(ctx, wanted.lead),
        assisting=_names(ctx, wanted.assisting) or ctx.texts("staff_none"),
        sum=days_sum(ctx, until),
        menu=menu(options),
    )


def days_sum(ctx: World, until: Deadline) -> str:
    """Say the deadline with its sum: `10个工作日：11月24日至12月7日（周一），去掉4个休息日`."""
    key = "staff_days_sum" if until.passed_over > 0 else "staff_days_sum_plain"
    return ctx.texts(
        key,
        days=until.days,
        first=wording.short_day(until.first),
        due=wording.day(until.due),
        off=until.passed_over,
    )


def short_name(ctx: World, key: str) -> str:
    """Give a department as people call it."""
    return wording.department_name(key, ctx)


def _names(ctx: Context, keys: tuple[str, ...]) -> str:
    return "、".join(short_name(ctx, key) for key in keys)


def _wanted(question: OpenQuestion) -> Wanted:
    data = question.data
    return Wanted(data["lead"], int(data["days"]), tuple(data["assisting"]))


def refer_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    case = find_again(ctx, question.subject)
    if value == "nothing":
        return ctx.texts("staff_unchanged", number=case.number)
    if value == "send":
        return send(ctx, case, _wanted(question))
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind=f"refer_{value}",
        subject=question.subject,
        data={**question.data, ("number" if value == "days" else "free"): True},
        now=ctx.now,
    )
    return ctx.texts(f"staff_refer_{value}_what")


def days_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Take another number of working days, `15` or `15天`."""
    case = find_again(ctx, question.subject)
    days = re.search(r"\d{1,3}", value)
    return _propose(ctx, case, replace(_wanted(question), days=int(days[0]) if days else 0))


def assist_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    case = find_again(ctx, question.subject)
    wanted = _wanted(question)
    keys = [_department(ctx, name).key for name in _BETWEEN.split(value.strip()) if name]
    assisting = tuple(dict.fromkeys((*wanted.assisting, *(key for key in keys if key != wanted.lead))))
    return _propose(ctx, case, replace(wanted, assisting=assisting))


def send(ctx: Context, case: Case, wanted: Wanted) -> str:
    """Hand the case over, tell the departments' people and the voter."""
    until = deadline(ctx, wanted.days)
    name = short_name(ctx, wanted.lead)
    step_id = take_step(ctx, case, "referred", note=name, answer_by=until.due)
    told = hand_over(ctx, case, wanted, until, by=ctx.sender.person_id)
    text = ctx.texts("voter_referred", number=case.number, department=name, day=wording.day(until.due))
    tell_voter(ctx, case, step_id, text, short="referred")
    receipt = ctx.district.calendar.add_workdays(ctx.now.date(), ctx.district.settings.receipt_days)
    if told:
        return ctx.texts("staff_referred", number=case.number, department=name, day=wording.day(receipt))
    department = ctx.district.departments[wanted.lead]
    phone = department.phone or ctx.texts("staff_no_phone")
    return ctx.texts("staff_referred_nobody", number=case.number, department=name, phone=phone)


def hand_over(
    ctx: Context, case: Case, wanted: Wanted, until: Deadline, *, by: int | None, again: bool = False
) -> bool:
    """Write the round down and ask the departments' people to accept it; False if the lead has nobody bound.

    `by` is the person of an office who hands it over and reviews what comes back, never the voter. `again`: the voter
    says that it is not solved.
    """
    calendar, settings = ctx.district.calendar, ctx.district.settings
    terms = referrals.Terms(
        lead=wanted.lead,
        assisting=wanted.assisting,
        days=until.days,
        due=until.due,
        receipt_due=calendar.add_workdays(ctx.now.date(), settings.receipt_days),
    )
    rows = referrals.send(ctx.session, case.id, terms, by=by, now=ctx.now)
    heads = referrals.people_of(ctx.session, [wanted.lead], ctx.now)
    for row in rows:
        for person_id in referrals.people_of(ctx.session, [row.department], ctx.now):
            key = ("department_again" if again else "department_new") + ("" if row.lead else "_assist")
            values = ("accept", "refuse", "read") if row.lead else ("read",)
            owe_question(
                ctx,
                person_id,
                kind="department_case",
                subject=str(case.id),
                text=ctx.texts(
                    key,
                    desk=ctx.district.settings.desk_name,
                    number=case.number,
                    what=f"{wording.place_told(case.place_text, ctx)}，{topic_label(ctx, case)}",
                    day=wording.day(until.due),
                    lead=short_name(ctx, wanted.lead),
                ),
                options=[
                    option(digit, ctx.texts(f"department_do_{value}"), value)
                    for digit, value in enumerate(values, start=1)
                ],
                dedupe_key=f"referral/{row.id}/{person_id}",
                case_id=case.id,
            )
    return bool(heads)


REFERRING_ROUTES = (
    Route(
        name="staff refer",
        handler=refer,
        pattern=re.compile(r"转办?\s*((?:\d.*)?)", re.DOTALL),
        roles=OFFICES,
        help="转 编号 单位 几天：转给承办单位，先核对再发出",
        example="转 42 住建局 10天",
        group=Group.REFER,
    ),
)

REFERRING_ANSWERS: dict[str, AnswerHandler] = {
    "refer": refer_answer,
    "refer_days": days_answer,
    "refer_assist": assist_answer,
}
