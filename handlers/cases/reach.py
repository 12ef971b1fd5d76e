"""A case as whoever speaks reaches it: found by its number inside their scope, and moved by one step of the table."""

from dataclasses import dataclass

from handlers import wording
from handlers.context import Context, World
from handlers.errors import Refusal
from nlp.text import case_numbers
from storage.cases import cases, referrals
from storage.messages import alarms
from storage.models import Case, Referral
from storage.people.scopes import Scope, staff_scope

_WORKS_ON_IT = frozenset({"assigned", "replied", "concluded", "closed", "referred", "merged", "elsewhere"})
"""Steps that nobody takes who has not read the case."""


def scope_of(ctx: Context) -> Scope:
    return staff_scope(ctx.sender.grants, ctx.sender.person_id)


@dataclass(frozen=True, slots=True)
class Line:
    """A command about one case: its number and what stands behind it."""

    number: str
    rest: str


def numbered(rest: str) -> Line | None:
    """Read `42 楼道灯已换好`; the number must stand apart, so that `10号会修好` names no case."""
    found = case_numbers.at_start(rest)
    return Line(*found) if found else None


def find(ctx: Context, number: str) -> Case:
    """Give a case of the own scope; one that is not there and one that is not theirs read the same."""
    case = cases.find_case(ctx.session, scope_of(ctx), number, ctx.now)
    if case is None:
        raise Refusal(ctx.texts("staff_not_found", number=number))
    return case


def find_again(ctx: Context, case_id: str) -> Case:
    """Give the case of a question, as far as it is still in the scope."""
    case = cases.case_in(ctx.session, scope_of(ctx), int(case_id))
    if case is None:
        raise Refusal(ctx.texts("staff_case_gone"))
    return case


def topic_label(ctx: World, case: Case) -> str:
    return wording.topic_alone(case.topic, ctx)


def offices(ctx: Context) -> bool:
    """Tell whether the sender may review what departments answer."""
    return ctx.sender.holds(*cases.OFFICES)


def holder(ctx: Context, case: Case) -> Referral | None:
    """Give the department that still has a case, or whose answer nobody has reviewed yet."""
    leading = referrals.leading(ctx.session, case.id)
    if leading is None or not (referrals.is_held(case) or referrals.awaits_review(case, leading)):
        return None
    return leading


def take_step(ctx: Context, case: Case, action: str, *, note: str = "", **changes: object) -> int:
    """Take one step of the table, or say clearly that the case's state does not allow it.

    Whoever works on a case has heard its alarm.
    """
    if action in cases.NOT_UNDER_REVIEW and referrals.awaits_review(
        case, referrals.leading(ctx.session, case.id)
    ):
        raise Refusal(ctx.texts("staff_refer_not_answered", number=case.number))
    try:
        step_id = cases.step(
            ctx.session,
            case,
            action,
            actor=ctx.sender.person_id,
            grants=ctx.sender.grants,
            now=ctx.now,
            note=note,
            **changes,
        )
    except cases.StepRefusedError:
        state = ctx.texts(f"state_{case.state}")
        raise Refusal(ctx.texts("staff_step_refused", number=case.number, state=state)) from None
    if action in _WORKS_ON_IT:
        alarms.take(ctx.session, case.id, ctx.sender.person_id, ctx.now)
    return step_id
