"""What the district desk decides about an overdue case: head and leader hear of it only by a named person's hand."""

from handlers import wording
from handlers.cases import case_words
from handlers.cases.reach import find_again, take_step
from handlers.cases.rungs import Rung, late_by
from handlers.context import Context
from handlers.errors import Refusal
from handlers.escalation.nagging import TOLD, reasons
from handlers.messages import Role
from handlers.pushes.asking import owe_question
from handlers.pushes.reaching import reach, why_told
from handlers.pushes.send_times import When
from handlers.route import AnswerHandler
from handlers.safety import gate
from handlers.staff.cases import OF_ANY_CASE, act
from storage.cases import cases, referrals
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.models import Case, Referral
from storage.people import people
from storage.people.people import OpenQuestion

_WHOLE_TEXT = 600


def decide(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Show the draft of what a head or leader would read, or whom to ring up, or wait."""
    if value in OF_ANY_CASE:
        return act(ctx, question, value)
    case = find_again(ctx, question.subject)
    referral = _waiting(ctx, case)
    department = ctx.district.departments.get(referral.department)
    if value == "wait":
        return ctx.texts("over_desk_waits", number=case.number)
    if value == "phone":
        phone = (department.phone if department else "") or ctx.texts("staff_no_phone")
        name = wording.department_name(referral.department, ctx)
        return ctx.texts("over_desk_phoned", department=name, phone=phone, number=case.number)
    rung = Rung(value)
    person_id = _addressee(ctx, referral, rung)
    options = [option(1, ctx.texts("over_desk_send"), "send"), option(0, ctx.texts("over_desk_not"), "not")]
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="over_send",
        subject=question.subject,
        options=options,
        data={"rung": str(rung), "due": referral.due.isoformat()},
        now=ctx.now,
    )
    draft = _letter(ctx, case, referral, person_id)
    return ctx.texts("over_desk_draft", draft=draft, menu=menu(options))


def _waiting(ctx: Context, case: Case) -> Referral:
    """Give the department that has not answered yet."""
    found = referrals.leading(ctx.session, case.id)
    if found is None or found.state not in referrals.WAITING or not ctx.sender.holds(Role.DISTRICT):
        raise Refusal(ctx.texts("over_desk_answered", number=case.number))
    return found


def _addressee(ctx: Context, referral: Referral, rung: Rung) -> int:
    """Give the person of the roster who is the head, or the leader in charge."""
    department = ctx.district.departments.get(referral.department)
    name = wording.department_name(referral.department, ctx)
    if rung is Rung.HEAD:
        found = next(iter(referrals.holders(ctx.session, Role.HEAD, referral.department, ctx.now)), None)
    else:
        key = department.leader if department else ""
        found = people.by_roster_key(ctx.session, f"staff:{key}") if key else None
    if found is None:
        raise Refusal(ctx.texts(f"over_desk_no_{rung}", department=name))
    return found


def _letter(ctx: Context, case: Case, referral: Referral, person_id: int) -> str:
    late = late_by(referral.due, ctx.now.date(), ctx.district.calendar)
    return ctx.texts(
        "head_told",
        name=people.name_of(ctx.session, person_id),
        number=case.number,
        what=wording.place_told(case.place_text, ctx),
        department=wording.department_name(referral.department, ctx),
        day=wording.short_day(referral.due),
        days=late,
        said=reasons(ctx, referral),
        sender=f"{ctx.district.settings.desk_name} {people.name_of(ctx.session, ctx.sender.person_id)}",
    )


def send(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Tell the head or the leader; who pressed stands in the history, and one press is enough."""
    case = find_again(ctx, question.subject)
    if value != "send":
        return ctx.texts("over_desk_waits", number=case.number)
    referral, rung = _waiting(ctx, case), Rung(question.data["rung"])
    action = next(name for name, each in TOLD.items() if each is rung)
    if referral.due.isoformat() != question.data["due"]:
        raise Refusal(ctx.texts("over_desk_answered", number=case.number))
    if referrals.steps_since(ctx.session, referral, [action]):
        raise Refusal(ctx.texts("over_desk_before", number=case.number))
    person_id = _addressee(ctx, referral, rung)
    name = people.name_of(ctx.session, person_id)
    take_step(ctx, case, action, note=name)
    reached = reach(ctx, [person_id], kind="notice")
    owe_question(
        ctx,
        person_id,
        kind="head_note",
        subject=str(case.id),
        text=_letter(ctx, case, referral, person_id),
        options=[option(1, ctx.texts("head_do_read"), "read")],
        dedupe_key=f"{action}/{referral.id}/{referral.due.isoformat()}",
        when=When.BY_DAY,
        case_id=case.id,
    )
    if reached.closed:
        return ctx.texts("over_desk_not_sent", number=case.number, name=name, why=why_told(ctx, reached.why))
    return ctx.texts("over_desk_sent", number=case.number, name=name)


def read(ctx: Context, question: OpenQuestion, _value: str) -> str:
    """Show a head or leader the case they were told of, without what tells who the voter is."""
    case_id = int(question.subject)
    mine = {grant.area for grant in ctx.sender.grants if grant.role == Role.HEAD}
    if ctx.sender.holds(Role.LEADER):
        led = people.roster_key_of(ctx.session, ctx.sender.person_id).partition(":")[2]
        mine |= {key for key, each in ctx.district.departments.items() if each.leader == led}
    case = referrals.find(ctx.session, mine, case_id) if mine else None
    if case is None:
        raise Refusal(ctx.texts("department_case_gone"))
    said = case_words.whole_text(case, cases.later_parts(ctx.session, case), ctx)
    return ctx.texts(
        "head_reads",
        number=case.number,
        text=gate.told(case, said, gate.Audience.HEAD, ctx).text[:_WHOLE_TEXT],
    )


ESCALATION_ANSWERS: dict[str, AnswerHandler] = {
    "over_desk": decide,
    "over_send": send,
    "head_note": read,
}
