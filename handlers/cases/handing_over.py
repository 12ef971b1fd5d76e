"""A case goes to departments, or gets another day: their people, those who had it before and the voter hear of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from handlers import wording
from handlers.cases import case_words
from handlers.cases.deadlines import Deadline, deadline
from handlers.cases.reach import holder, take_step, topic_label
from handlers.cases.tell_departments import tell_people
from handlers.cases.telling import reach_of_voters, tell_voter, voters_told
from handlers.context import Context, World
from handlers.errors import Refusal
from handlers.pushes.asking import owe_question
from handlers.pushes.reaching import Reach, reach, why_told
from handlers.pushes.send_times import When
from handlers.safety import gate
from storage.cases import cases, referrals
from storage.messages import alarms
from storage.messages.questions import option
from storage.models import Case, Referral


@dataclass(frozen=True, slots=True)
class Wanted:
    """What staff asked for: departments by key, and working days."""

    lead: str
    days: int
    assisting: tuple[str, ...] = ()

    def as_data(self) -> dict[str, Any]:
        return {"lead": self.lead, "days": self.days, "assisting": list(self.assisting)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read what `as_data` wrote into an open question."""
        return cls(data["lead"], int(data["days"]), tuple(data["assisting"]))


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


def displaced(ctx: Context, case: Case, wanted: Wanted) -> Referral | None:
    """Give the department that has a case now, if another one is to have it."""
    held = holder(ctx, case)
    return held if held and held.department != wanted.lead else None


def send(ctx: Context, case: Case, wanted: Wanted) -> str:
    """Hand the case over and say what happens next."""
    name = wording.department_name(wanted.lead, ctx)
    voters = voters_told(ctx, reach_of_voters(ctx, case))
    reached = send_out(ctx, case, wanted)
    receipt = ctx.district.calendar.add_workdays(ctx.now.date(), ctx.district.settings.receipt_days)
    if not reached.nobody:
        return ctx.texts(
            "staff_referred", number=case.number, department=name, day=wording.day(receipt), voters=voters
        )
    return ctx.texts(
        "staff_referred_nobody",
        number=case.number,
        department=name,
        why=why_told(ctx, reached.why),
        phone=phone_of(ctx, wanted),
    )


def phone_of(ctx: Context, wanted: Wanted) -> str:
    """Give the telephone of the department that answers for a case."""
    return ctx.district.departments[wanted.lead].phone or ctx.texts("staff_no_phone")


def refuse_grave(ctx: Context, case: Case) -> None:
    """Refuse what no department may have: a cry for help, a sealed case, an election matter, mere abuse."""
    if not gate.stands(case, gate.Audience.DEPARTMENT):
        raise Refusal(ctx.texts("staff_grave_stays", number=case.number))


def hidden_from_department(ctx: Context, case: Case, words: str = "") -> str:
    """Say what a department will not read of a case: `电话1处、户号1处`; empty where nothing is taken out.

    `words`: only of these, where no more is handed on.
    """
    said = words or case_words.whole_text(case, cases.later_parts(ctx.session, case), ctx)
    return gate.hidden_told(gate.told(case, said, gate.Audience.DEPARTMENT, ctx).hidden, ctx)


def _refuse_unverified(ctx: Context, case: Case) -> None:
    """Refuse to hand over an urgent case before somebody has called or gone there."""
    if case.urgency and not alarms.verified(ctx.session, case.id):
        raise Refusal(ctx.texts("staff_unverified_stays", number=case.number))


def send_out(ctx: Context, case: Case, wanted: Wanted) -> Reach:
    """Hand the case over; tell the departments' people, those who had it before, and the voter once.

    Says how far the people of the lead can be reached.
    """
    refuse_grave(ctx, case)
    _refuse_unverified(ctx, case)
    until = deadline(ctx, wanted.days)
    name = wording.department_name(wanted.lead, ctx)
    before = displaced(ctx, case, wanted)
    out = [
        row.department for row in referrals.latest_round(ctx.session, case.id) if row.state in referrals.LIVE
    ]
    step_id = take_step(ctx, case, "referred", note=name, answer_by=until.due)
    told = hand_over(ctx, case, wanted, until, by=ctx.sender.person_id)
    gone = sorted({*out} - {wanted.lead, *wanted.assisting})
    tell_people(
        ctx,
        case,
        gone,
        f"moved/{step_id}",
        ctx.texts("department_moved", number=case.number, department=name),
    )
    key = "voter_referred_anew" if before else "voter_referred"
    text = ctx.texts(key, number=case.number, department=name, day=wording.day(until.due))
    tell_voter(ctx, case, step_id, text, short="referred")
    return told


def hand_over(
    ctx: Context, case: Case, wanted: Wanted, until: Deadline, *, by: int | None, again: bool = False
) -> Reach:
    """Write the round down and ask the departments' people to accept it; say how far those of the lead are reached.

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
    reached = reach(ctx, referrals.people_of(ctx.session, [wanted.lead], ctx.now), kind="notice")
    rows = referrals.send(ctx.session, case.id, terms, by=by, now=ctx.now)
    for row in rows:
        ask_people(ctx, case, row, lead=wanted.lead, again=again)
    return reached


def ask_people(ctx: Context, case: Case, row: Referral, *, lead: str, again: bool = False) -> None:
    """Ask the people of a department to accept a case, or to do their part of it."""
    key = ("department_again" if again else "department_new") + ("" if row.lead else "_assist")
    values = ("accept", "refuse", "read") if row.lead else ("part", "read")
    for person_id in referrals.people_of(ctx.session, [row.department], ctx.now):
        owe_question(
            ctx,
            person_id,
            when=When.BY_DAY,
            kind="department_case",
            subject=str(case.id),
            text=ctx.texts(
                key,
                desk=ctx.district.settings.desk_name,
                number=case.number,
                what=f"{wording.place_told(case.place_text, ctx)}，{topic_label(ctx, case)}",
                day=wording.day(row.due),
                lead=wording.department_name(lead, ctx),
            ),
            options=[
                option(digit, ctx.texts(f"department_do_{value}"), value)
                for digit, value in enumerate(values, start=1)
            ],
            dedupe_key=f"referral/{row.id}/{row.sent_at.isoformat()}/{person_id}",
            case_id=case.id,
        )


def redate(ctx: Context, case: Case, days: int) -> tuple[Deadline, Reach]:
    """Set another day for those who still have to answer, tell them, and say how far they are reached."""
    until = deadline(ctx, days)
    step_id = take_step(ctx, case, "redated", note=until.due.isoformat(), answer_by=until.due)
    rows = [row for row in referrals.latest_round(ctx.session, case.id) if row.state in referrals.WAITING]
    for row in rows:
        row.due, row.days = until.due, days
    text = ctx.texts("department_redated", number=case.number, sum=days_sum(ctx, until))
    reached = tell_people(ctx, case, [row.department for row in rows], f"redated/{step_id}", text)
    return until, reached
