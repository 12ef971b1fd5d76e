"""What has come out of a case so far, in short lines for staff: the department's own class beside the voters' word."""

from handlers import wording
from handlers.cases.solved import PARTLY, SOLVED, UNSOLVED
from handlers.context import Context
from storage.cases import referrals
from storage.cases.selections import IMPORTED
from storage.casework import supervision, support
from storage.figures import history
from storage.models import OPEN_STATES, Case, CaseStep
from storage.people import people


def outcome_lines(ctx: Context, case: Case) -> list[str]:
    """Give how many stand behind a case, what it goes on with, what was answered, and what its voters say of it."""
    people = support.people_behind(ctx.session, [case.id])[case.id]
    earlier = ctx.session.get(Case, case.linked_to) if case.linked_to else None
    answered = referrals.last_answered(ctx.session, case.id)
    lines = [
        _held_by(ctx, case),
        _old_number(ctx, case),
        ctx.texts("staff_detail_people", count=people) if people > 1 else "",
        ctx.texts("staff_detail_linked", number=earlier.number) if earlier else "",
        *_supervision(ctx, case),
    ]
    if answered and answered.answered_at:
        day = answered.answered_at.astimezone(ctx.now.tzinfo).date()
        lines.append(
            ctx.texts(
                "staff_detail_answered",
                department=wording.department_name(answered.department, ctx),
                day=wording.short_day(day),
                result=ctx.texts(f"result_{answered.result}"),
            )
        )
    if case.asked_at:
        lines.append(_voters(ctx, case))
    return [line for line in lines if line]


def _supervision(ctx: Context, case: Case) -> list[str]:
    """Say who sees to a supervised case until when, and every note of a leader with its day and who wrote it down."""
    lines: list[str] = []
    if case.state in OPEN_STATES and (case.supervised_at or case.supervised_until):
        until = case.supervised_until
        lines.append(
            ctx.texts(
                "staff_detail_supervised",
                name=case.supervised_owner or ctx.texts("staff_none"),
                day=wording.day(until) if until else ctx.texts("staff_none"),
            )
        )
    return lines + [_noted(ctx, step) for step in supervision.notes_of(ctx.session, case.id)]


def _noted(ctx: Context, step: CaseStep) -> str:
    return ctx.texts(
        "staff_detail_noted",
        day=wording.short_day(step.at.astimezone(ctx.now.tzinfo).date()),
        name=people.name_of(ctx.session, step.actor_id) if step.actor_id else ctx.texts("staff_none"),
        text=step.note,
    )


def _old_number(ctx: Context, case: Case) -> str:
    """Give the number of the old ledger; among the voter's words the mask may take it for a telephone's."""
    number = history.old_number_of(ctx.session, case.id) if case.source == IMPORTED else ""
    return ctx.texts("staff_detail_old_number", number=number) if number else ""


def _held_by(ctx: Context, case: Case) -> str:
    """Say which department has a case since when, and which ones assist."""
    lead = referrals.leading(ctx.session, case.id)
    if lead is None or not referrals.is_held(case) or lead.state not in referrals.WAITING:
        return ""
    names = [
        wording.department_name(row.department, ctx) for row in referrals.assisting(ctx.session, case.id)
    ]
    return ctx.texts(
        "staff_detail_with",
        department=wording.department_name(lead.department, ctx),
        since=wording.short_day(lead.sent_at.astimezone(ctx.now.tzinfo).date()),
        day=wording.short_day(lead.due),
        assisting="、".join(names) or ctx.texts("staff_none"),
    )


def _voters(ctx: Context, case: Case) -> str:
    """Say what the first voter says, and apart from it how many supporters say what."""
    own = ctx.texts(f"verdict_{case.verdict}") if case.verdict else ctx.texts("staff_detail_silent")
    if case.grade and case.grade != "none":
        own = f"{own}、{ctx.texts(f'grade_{case.grade}')}"
    said = support.verdicts(ctx.session, case)
    others = "、".join(
        ctx.texts("staff_detail_said", verdict=ctx.texts(f"verdict_{value}"), count=said[value])
        for value in (SOLVED, PARTLY, UNSOLVED)
        if said.get(value)
    )
    text = ctx.texts("staff_detail_voter", verdict=own)
    return f"{text}{ctx.texts('staff_detail_supporters', said=others)}" if others else text
