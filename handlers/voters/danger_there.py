"""Words that may tell of danger, or may not: they are filed as what they seem, and one digit raises the alarm."""

from handlers.alarms.raising import raise_for
from handlers.cases.entering import keep_from_named
from handlers.context import Context
from handlers.effects import NUMBER_SLOT, Effects
from handlers.routing import AnswerHandler
from nlp.danger.reader import DESPAIR, kind_of
from nlp.fold import fold
from nlp.signals import Signals
from storage.models import Case
from storage.people import OpenQuestion
from storage.questions import menu, option, question_row

KIND = "danger_there"
_SUICIDE = "suicide"
_NO = "no"


def ask_too(ctx: Context, effects: Effects, signals: Signals, words: str) -> None:
    """Let the answer to a filing ask whether somebody is in danger, before all else that it would ask."""
    case_id = effects.case["id"] if effects.case else effects.about
    if not signals.unsure or case_id is None:
        return
    despairs = signals.unsure == DESPAIR
    text = ctx.texts("danger_own" if despairs else "danger_there")
    options = [option(1, ctx.texts("danger_yes"), "yes"), option(2, ctx.texts("danger_no"), _NO)]
    effects.question = question_row(
        person_id=ctx.sender.person_id,
        kind=KIND,
        subject=str(case_id),
        text=text,
        options=options,
        data={"urgency": _SUICIDE if despairs else kind_of(fold(words).lower())},
        now=ctx.now,
    )
    effects.reply = f"{ctx.texts('danger_filed', number=NUMBER_SLOT)}\n{text}\n{menu(options)}"


def take_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Raise the alarm of the case that was filed, or leave it as it is."""
    if value == _NO:
        return ctx.texts("danger_none")
    case = ctx.session.get_one(Case, int(question.subject))
    keep_from_named(ctx, case, question.data["urgency"])
    case.urgency = case.urgency or question.data["urgency"]
    told = raise_for(ctx, case, case.urgency)
    return ctx.texts(f"emergency_{case.urgency}", number=case.number, told=told)


DANGER_ANSWERS: dict[str, AnswerHandler] = {KIND: take_answer}
