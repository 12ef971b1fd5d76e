"""Is it solved? How the voters behind a case are asked, whoever answered it: a department or the station itself (V17)."""

from datetime import datetime

from handlers.cases.telling import Ask, tell_voter
from handlers.context import Context
from storage import support
from storage.models import Case
from storage.questions import option

SOLVED, PARTLY, UNSOLVED = "solved", "partly", "unsolved"


def may_ask(case: Case) -> bool:
    """Tell whether its voter may be asked: not about danger, despair, or what concerns an insider."""
    return not (case.sealed or case.urgency)


def verdicts(ctx: Context) -> list[dict[str, str]]:
    """Give what can be answered, by digit."""
    values = (SOLVED, PARTLY, UNSOLVED)
    return [option(digit, ctx.texts(f"verdict_{value}"), value) for digit, value in enumerate(values, 1)]


def ask_solved(
    ctx: Context, case: Case, step_id: int, text: str, *, at_once: bool = False
) -> datetime | None:
    """Owe voter and supporters an answer that ends with the question; None where nobody stands behind the case."""
    support.asked(ctx.session, case, ctx.now)
    ask = Ask(kind="verdict", options=verdicts(ctx))
    return tell_voter(ctx, case, step_id, text, short="answered", ask=ask, at_once=at_once)
