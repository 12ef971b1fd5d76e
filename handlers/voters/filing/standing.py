"""Old questions about a case that has gone on since: what they would change is no longer to be changed, so they fall away."""

from dataclasses import replace

from sqlalchemy import select

from handlers.context import Context
from storage.cases import referrals
from storage.casework import support
from storage.messages import questions
from storage.models import OPEN_STATES, Case, State
from storage.people.people import OpenQuestion

_WHILE_OPEN = frozenset({"correct", "retopic", "topic", "place", "place_wrong", "support", "add", "withdraw"})
_AFTERWARDS = frozenset({"verdict", "grade", "again"})
_ABOUT_CASES = _WHILE_OPEN | _AFTERWARDS | {"pause_reply", "refused"}
_OVER = frozenset({State.WITHDRAWN, State.ELSEWHERE})


def drop_dead(ctx: Context) -> Context:
    """Close the open questions whose case no longer takes their answer, as if they had never been asked."""
    about = [each for each in ctx.sender.questions if each.kind in _ABOUT_CASES and each.subject.isdigit()]
    if not about:
        return ctx
    ids = {int(each.subject) for each in about}
    own = {case.id: case for case in ctx.session.scalars(select(Case).where(Case.id.in_(ids)))}
    dead = {each.id for each in about if not _stands(ctx, each, own.get(int(each.subject)))}
    if not dead:
        return ctx
    for question_id in sorted(dead):
        questions.close(ctx.session, question_id, ctx.now)
    left = [each for each in ctx.sender.questions if each.id not in dead]
    return replace(ctx, sender=replace(ctx.sender, questions=left))


def _stands(ctx: Context, question: OpenQuestion, case: Case | None) -> bool:
    if case is None:
        return True
    if question.kind == "refused":
        held = referrals.leading(ctx.session, case.id)
        return held is not None and referrals.given_back(case, held)
    main = support.main_of(ctx.session, case)
    if question.kind in _WHILE_OPEN:
        return main.state in OPEN_STATES
    if question.kind == "pause_reply":
        return main.paused_at is not None
    return main.state not in _OVER and case.voter_left_at is None
