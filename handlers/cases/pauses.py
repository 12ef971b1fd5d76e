"""Clocks that stand still while the voter is asked something (暂停), and run on with the voter's answer."""

from datetime import date

from sqlalchemy import update

from handlers import wording
from handlers.cases.case_rows import step_row
from handlers.cases.entering import write_effects
from handlers.context import Context
from handlers.effects import Effects
from handlers.pushes.notices import owe_notice
from handlers.pushes.send_times import When
from storage.cases import referrals
from storage.models import Case, Referral


def resume(ctx: Context, case: Case) -> str:
    """Let the clock of a paused case run on; every day is put off by the working days that it stood still."""
    if case.paused_at is None:
        return ""
    calendar = ctx.district.calendar
    stood = calendar.workdays_between(case.paused_at.astimezone(ctx.now.tzinfo).date(), ctx.now.date())
    rows = [row for row in referrals.latest_round(ctx.session, case.id) if row.state in referrals.WAITING]
    for row in rows:
        row.receipt_due = calendar.add_workdays(row.receipt_due, stood)
        before, row.due = row.due, calendar.add_workdays(row.due, stood)
        _tell_department(ctx, case, row, stood, wording.short_day(before))
    until = rows[0].due if rows else calendar.add_workdays(case.look_by, stood)
    changes: dict[str, date | None] = {"paused_at": None, "answer_by" if rows else "look_by": until}
    step = step_row(
        case.id, "resumed", case.state, ctx.now, actor=ctx.sender.person_id, note=str(stood), public=True
    )
    write_effects(ctx.session.connection(), [Effects(reply="", route="resume", steps=[step])], ctx)
    ctx.session.execute(update(Case).where(Case.id == case.id).values(updated_at=ctx.now, **changes))
    ctx.session.flush()
    ctx.session.refresh(case)
    if not stood:
        return ctx.texts("clock_stood_not", due=wording.due_told(until, ctx))
    return ctx.texts("clock_stood", days=stood, due=wording.due_told(until, ctx))


def _tell_department(ctx: Context, case: Case, row: Referral, stood: int, before: str) -> None:
    key = "department_resumed" if stood else "department_resumed_same"
    text = ctx.texts(key, number=case.number, days=stood, before=before, day=wording.day(row.due))
    told = {*referrals.people_of(ctx.session, [row.department], ctx.now)}
    if row.lead and row.sent_by is not None:
        told.add(row.sent_by)
    for person_id in sorted(told - {ctx.sender.person_id}):
        owe_notice(
            ctx,
            person_id,
            case,
            when=When.BY_DAY,
            dedupe_key=f"resumed/{row.id}/{ctx.now.isoformat()}",
            text=text,
        )
