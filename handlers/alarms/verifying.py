"""Before an urgent case is handed to anybody, a person calls or goes there: two digits that say so."""

from handlers import wording
from handlers.alarms.holding import hold
from handlers.cases.reach import find_again, scope_of, take_step
from handlers.context import Context
from handlers.route import AnswerHandler
from storage.cases import cases
from storage.messages import alarms, questions
from storage.messages.questions import menu, option
from storage.models import OPEN_STATES, Case
from storage.people.people import OpenQuestion

KIND = "alarm_verify"
WAYS = ("called", "there")


def unverified(ctx: Context, case: Case) -> bool:
    """Tell whether a case tells of danger and nobody has said yet that they called or went there."""
    return bool(case.urgency) and case.state in OPEN_STATES and not alarms.verified(ctx.session, case.id)


def options(ctx: Context) -> list[dict[str, str]]:
    return [option(digit, ctx.texts(f"alarm_do_{way}"), way) for digit, way in enumerate(WAYS, start=1)]


def ask(ctx: Context, case: Case, said: str) -> str:
    """Ask below a sentence how the case was verified."""
    offered = [*options(ctx), option(0, ctx.texts("alarm_do_later"), "later")]
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind=KIND,
        subject=str(case.id),
        options=offered,
        now=ctx.now,
    )
    return f"{said}\n{menu(offered)}"


def before_referral(ctx: Context, case: Case) -> str | None:
    """Give what is asked before an urgent case may go to a department; None where it may go."""
    if not unverified(ctx, case):
        return None
    kind = ctx.texts(f"urgency_{case.urgency}")
    place = wording.clipped(case.place_text, 10) or ctx.texts("place_unknown")
    return ask(ctx, case, ctx.texts("alarm_verify_first", number=case.number, kind=kind, place=place))


def verify(ctx: Context, case: Case, way: str) -> str:
    """Write down that somebody called or went there; whoever did has the alarm in hand."""
    hold(ctx, case)
    take_step(ctx, case, alarms.VERIFIED, note=ctx.texts(f"alarm_do_{way}"))
    return ctx.texts(f"alarm_verified_{way}", number=case.number)


def verify_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    case = find_again(ctx, question.subject)
    if value not in WAYS:
        return ctx.texts("alarm_not_verified", number=case.number)
    return verify(ctx, case, value)


def visible(ctx: Context, case: Case) -> bool:
    return cases.case_in(ctx.session, scope_of(ctx), case.id) is not None


VERIFYING_ANSWERS: dict[str, AnswerHandler] = {KIND: verify_answer}
