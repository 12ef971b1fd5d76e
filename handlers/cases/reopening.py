"""A case that turns out not to be solved goes back to where it was, on half the clock."""

from dataclasses import dataclass

from sqlalchemy import update

from handlers.cases import case_rows
from handlers.cases.deadlines import Deadline, deadline, half
from handlers.cases.entering import write_effects
from handlers.cases.handing_over import Wanted, hand_over
from handlers.context import Context
from handlers.effects import Effects
from handlers.pushes.notices import owe_notice
from handlers.pushes.send_times import When
from handlers.safety import gate
from storage.cases import referrals
from storage.models import Case, State
from storage.people import people

TO_SUPERVISION = 2
"""So many failures put a case on the supervision list."""


@dataclass(frozen=True, slots=True)
class Reopened:
    """Where a case went."""

    department: str
    """Key of the department that answers anew; empty where the station has it."""
    until: Deadline
    step_id: int


def reopen(ctx: Context, case: Case, action: str, **changes: object) -> Reopened:
    """Send a case back to the same unit with half the days; after the second failure it is supervised.

    What became grave since (despair, an election, abuse) stays with the station.
    """
    rounds = [
        row for row in referrals.latest_round(ctx.session, case.id) if row.state in referrals.ANSWERABLE
    ]
    lead = next((row for row in rounds if row.lead), None)
    failures = case.failures + 1
    supervised = ctx.now if failures >= TO_SUPERVISION and case.supervised_at is None else case.supervised_at
    changes |= {"failures": failures, "supervised_at": supervised, "closed_at": None, "paused_at": None}
    until = deadline(ctx, half(lead.days if lead else _days_here(ctx, case)))
    if lead is None or not gate.stands(case, gate.Audience.DEPARTMENT):
        step_id = change(ctx, case, action, State.ASSIGNED, look_by=until.due, **changes)
        return Reopened("", until, step_id)
    step_id = change(ctx, case, action, State.REFERRED, answer_by=until.due, **changes)
    wanted = Wanted(lead.department, until.days, tuple(row.department for row in rounds if not row.lead))
    hand_over(ctx, case, wanted, until, by=lead.sent_by, again=True)
    return Reopened(lead.department, until, step_id)


def _days_here(ctx: Context, case: Case) -> int:
    """Give the working days in which the station itself was to see to a case."""
    topic = ctx.district.topics.get(case.topic)
    return topic.days if topic else ctx.district.settings.look_days


def change(ctx: Context, case: Case, action: str, state: State, **changes: object) -> int:
    """Change a case by a step that its voter sees; give the step's id."""
    step = case_rows.step_row(case.id, action, state, ctx.now, actor=ctx.sender.person_id, public=True)
    write_effects(ctx.session.connection(), [Effects(reply="", route=action, steps=[step])], ctx)
    ctx.session.execute(
        update(Case).where(Case.id == case.id).values(state=state, updated_at=ctx.now, **changes)
    )
    ctx.session.refresh(case)
    return int(step["id"])


def tell_office(ctx: Context, case: Case, key: str) -> None:
    """Tell those who answer for a case that it is not solved, or that it is supervised now."""
    said = f"{key}_supervised" if case.failures >= TO_SUPERVISION else f"{key}_reopened"
    notify_office(ctx, case, f"unsolved/{case.id}/{case.failures}", ctx.texts(said, number=case.number))


def notify_office(ctx: Context, case: Case, key: str, text: str) -> None:
    """Owe a notice to station, street and district desk of a case."""
    for person_id in people.staff_of(
        ctx.session, station=case.station, street=case.street, now=ctx.now, about=case.id
    ):
        owe_notice(ctx, person_id, case, when=When.BY_DAY, dedupe_key=key, text=text)
