"""Words that may tell of danger, or may not: they are filed as what they seem, and one digit raises the alarm."""

from handlers.alarms.raising import raise_for
from handlers.cases.entering import keep_from_named
from handlers.context import Context
from handlers.effects import Effects
from handlers.route import AnswerHandler
from nlp.alarms.signals import Signals
from nlp.danger.reader import DESPAIR, kind_of
from nlp.text.fold import fold
from storage.messages.questions import option, question_row
from storage.models import Case
from storage.people.people import OpenQuestion

KIND = VALUE = "danger_there"
DIGIT = 9
"""No other menu of a filing goes so far: it stands beside whatever else is asked."""
_SUICIDE = "suicide"


def ask_too(ctx: Context, effects: Effects, signals: Signals, words: str) -> None:
    """Let the answer to a filing ask whether somebody is in danger, beside all else that it asks."""
    case_id = effects.case["id"] if effects.case else effects.about
    if not signals.unsure or case_id is None:
        return
    despairs = signals.unsure == DESPAIR
    text = ctx.texts("danger_own" if despairs else "danger_there")
    yes = option(DIGIT, ctx.texts("danger_yes"), VALUE)
    asked = effects.question or question_row(
        person_id=ctx.sender.person_id, kind=KIND, text=text, now=ctx.now
    )
    about = {"case": case_id, "urgency": _SUICIDE if despairs else kind_of(fold(words).lower())}
    effects.question = asked | {
        "options": [*asked["options"], yes],
        "data": {**asked["data"], VALUE: about},
    }
    effects.reply = f"{effects.reply}\n{text}"


def take_answer(ctx: Context, question: OpenQuestion, _value: str) -> str:
    """Raise the alarm of the case that was filed."""
    about = question.data[VALUE]
    case = ctx.session.get_one(Case, about["case"])
    keep_from_named(ctx, case, about["urgency"])
    case.urgency = case.urgency or about["urgency"]
    told = raise_for(ctx, case, case.urgency)
    return ctx.texts(f"emergency_{case.urgency}", number=case.number, told=told)


DANGER_ANSWERS: dict[str, AnswerHandler] = {KIND: take_answer}
