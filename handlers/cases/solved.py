"""Is it solved? Who is asked, and whose word ends a case, whoever answered it: a department or the station itself (V17).

All who stand behind a case are asked. The word of its first voter ends it. A supporter's word is kept with the supporter's
own case and counted apart: it neither ends the case nor answers the first voter's question, unless that voter is gone
(erased, or has left), when the first supporter who says so stands in. A week of the first voter's silence ends it too,
not as solved. “没解决” of any of them reopens it for all.
"""

from datetime import datetime

from handlers.cases.telling import Ask, tell_voter
from handlers.context import Context
from storage.cases import own_cases
from storage.casework import support
from storage.messages.questions import option
from storage.models import Case

SOLVED, PARTLY, UNSOLVED = "solved", "partly", "unsolved"


def may_ask(case: Case) -> bool:
    """Tell whether its voter may be asked: not about danger, despair, or what concerns an insider."""
    return not (case.sealed or case.urgency)


def ends_it(own: Case, main: Case) -> bool:
    """Tell whether the word of the voter of `own` ends the case that is worked on."""
    return own is main or main.voter_id is None or main.voter_left_at is not None


def has_said(ctx: Context, case: Case) -> str:
    """Give what the voter of a case has said since they were asked last, or nothing."""
    return own_cases.said_since(ctx.session, case, case.asked_at) if case.asked_at else ""


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
