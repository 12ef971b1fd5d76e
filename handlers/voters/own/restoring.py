"""A withdrawn case goes on where it was when its voter thinks better of it within a day (恢复, 不撤了, 接着办)."""

from datetime import timedelta

from sqlalchemy import select, update

from handlers.cases import case_rows
from handlers.cases.entering import write_effects
from handlers.context import Context
from handlers.effects import Effects
from handlers.messages import BUREAU_ROLES, STAFF_ROLES, IncomingMessage
from handlers.route import Route
from handlers.voters.own.cases import latest
from nlp.sayings import plain_words
from storage.cases import own_cases
from storage.casework import support
from storage.models import OPEN_STATES, Case, CaseStep, State

RESTORABLE = timedelta(days=1)


def restore(ctx: Context, _message: IncomingMessage, _rest: str) -> str | None:
    """Bring back the case withdrawn last; None where none was withdrawn within a day and none is being worked on."""
    if ctx.sender.holds(*STAFF_ROLES, *BUREAU_ROLES):
        return None
    case = _withdrawn(ctx)
    if case is None:
        last = latest(ctx)
        goes_on = last is not None and support.main_of(ctx.session, last).state in OPEN_STATES
        return ctx.texts("withdraw_kept", number=last.number) if last and goes_on else None
    changes = _as_before(ctx, case)
    if changes is None:
        return ctx.texts("not_restorable", number=case.number)
    ctx.session.execute(update(Case).where(Case.id == case.id).values(updated_at=ctx.now, **changes))
    ctx.session.refresh(case)
    step = case_rows.step_row(
        case.id, "restored", case.state, ctx.now, actor=ctx.sender.person_id, public=True
    )
    write_effects(ctx.session.connection(), [Effects(reply="", route="restore", steps=[step])], ctx)
    return ctx.texts("restored", number=case.number)


def _withdrawn(ctx: Context) -> Case | None:
    since = ctx.now - RESTORABLE
    for case in own_cases.newest(ctx.session, ctx.sender.person_id):
        left = case.voter_left_at or (case.closed_at if case.state == State.WITHDRAWN else None)
        if left is not None and left >= since:
            return case
    return None


def _as_before(ctx: Context, case: Case) -> dict[str, object] | None:
    """Give what a case was before it was withdrawn; None where what it was put to has ended meanwhile."""
    if case.voter_left_at:
        return {"voter_left_at": None}
    before = ctx.session.scalars(
        select(CaseStep)
        .where(CaseStep.case_id == case.id, CaseStep.state != State.WITHDRAWN)
        .order_by(CaseStep.id.desc())
        .limit(1)
    ).one()
    if before.state != State.MERGED:
        return {"state": before.state, "closed_at": None}
    step = select(CaseStep.note).where(CaseStep.case_id == case.id, CaseStep.state == State.MERGED)
    numbers = set(ctx.session.scalars(step))
    main = ctx.session.scalars(
        select(Case).where(Case.number.in_(numbers), Case.state.in_(OPEN_STATES)).limit(1)
    ).one_or_none()
    return None if main is None else {"state": State.MERGED, "merged_into": main.id, "closed_at": None}


RESTORING_ROUTES = (Route(name="restore", handler=restore, pattern=plain_words.RESTORES),)
