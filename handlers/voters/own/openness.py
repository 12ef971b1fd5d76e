"""隐私 and 公开程度: who sees what, and the voter's choice of who may see name and number."""

import re

from handlers.context import Context
from handlers.messages import IncomingMessage
from handlers.route import AnswerHandler, Route
from nlp.text.case_numbers import first_in
from storage.cases import own_cases
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.people import openness
from storage.people.people import OpenQuestion

_NAMES = {openness.STATION: "station", openness.HIDDEN: "hidden", openness.NAMED: "named"}


def show_privacy(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    """Say who sees what, and offer the three levels."""
    level = openness.of_person(ctx.session, ctx.sender.person_id)
    return ctx.texts("privacy", now=ctx.texts(f"privacy_{_NAMES[level]}"), menu=_ask(ctx, level, ""))


def ask_level(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Offer the levels for all of the voter's cases (公开程度), or for one of them (公开程度 42)."""
    number = first_in(rest)
    if not number:
        level = openness.of_person(ctx.session, ctx.sender.person_id)
        return ctx.texts("openness_which", menu=_ask(ctx, level, ""))
    case = own_cases.by_number(ctx.session, ctx.sender.person_id, number)
    if case is None:
        return ctx.texts("own_not_found", number=number)
    shown = _ask(ctx, openness.of_case(ctx.session, case), str(case.id))
    return ctx.texts("openness_which_case", number=case.number, menu=shown)


def _ask(ctx: Context, level: str, subject: str) -> str:
    options = [
        option(
            digit,
            ctx.texts(
                "openness_now" if each == level else "openness_other", level=ctx.texts(f"openness_{name}")
            ),
            f"={each}",
        )
        for digit, (each, name) in enumerate(_NAMES.items(), start=1)
    ]
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="openness",
        subject=subject,
        options=options,
        now=ctx.now,
    )
    return menu(options)


def choose(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Take the level; what was pushed before never held a name, so nothing has to be called back."""
    level = value.removeprefix("=")
    said = ctx.texts(f"openness_{_NAMES[level]}_chosen")
    if not question.subject:
        openness.set_for_person(ctx.session, ctx.sender.person_id, level)
        return ctx.texts("openness_chosen", said=said)
    case = own_cases.by_id(ctx.session, ctx.sender.person_id, int(question.subject))
    if case is None:
        return ctx.texts("nothing_open")
    openness.set_for_case(ctx.session, case, level)
    return ctx.texts("openness_chosen_case", number=case.number, said=said)


OPENNESS_ROUTES = (
    Route(name="privacy", handler=show_privacy, words=("隐私", "隐私说明", "隐私政策")),
    Route(
        name="openness",
        handler=ask_level,
        pattern=re.compile(
            r"(?:公开程度|改公开程度|匿名|实名|我要匿名|我要实名|(?:不要|别|不想)(?:给|让)(?:部门|物业|单位|他们|别人|人家)(?:看到?|看见|知道)(?:我的?(?:名字|电话|姓名)|是我|我是谁)?)\s*+((?:\d{4}-)?\d{0,6})"
        ),
    ),
)

OPENNESS_ANSWERS: dict[str, AnswerHandler] = {"openness": choose}
