"""Accepting a case and answering it: an answer says what was done and when, has a class, and is reviewed."""

import re

from handlers import wording
from handlers.context import Context
from handlers.departments.own_cases import ask_words, case_of, leading_of, numbered_case
from handlers.errors import Refusal
from handlers.messages import IncomingMessage
from handlers.staff import reviewing
from handlers.staff.cases import numbered, take_step
from nlp.answers import lacking
from storage import questions
from storage.models import Case
from storage.people import OpenQuestion
from storage.questions import menu, option

LONGEST = 500
_RESULTS = ("A", "B", "C", "D")
_COMMAND = re.compile(r"\s*(?:答复|回复)")


def accept(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    line = numbered(rest)
    return accept_case(ctx, numbered_case(ctx, line.number)) if line else ctx.texts("department_accept_how")


def accept_case(ctx: Context, case: Case) -> str:
    """Accept a case; from then on the department answers for it by its day."""
    leading = leading_of(ctx, case)
    take_step(ctx, case, "accepted", note=reviewing.department_name(ctx, leading.department))
    leading.state, leading.accepted_at = "accepted", ctx.now
    return ctx.texts("department_accepted", number=case.number, day=wording.day(leading.due))


def answer(ctx: Context, message: IncomingMessage, rest: str) -> str:
    line = numbered(_COMMAND.sub("", message.text or rest, count=1).strip())
    if line is None:
        return ctx.texts("department_answer_how")
    case = numbered_case(ctx, line.number)
    if line.rest:
        return answer_case(ctx, case, line.rest)
    leading_of(ctx, case)
    ask_words(ctx, case, "answer")
    return ctx.texts("department_answer_what", number=case.number)


def answer_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    return answer_case(ctx, case_of(ctx, int(question.subject)), value.strip())


def answer_case(ctx: Context, case: Case, words: str) -> str:
    """Take an answer that says what was done and when; a mere “已转有关部门” is asked about."""
    leading = leading_of(ctx, case)
    if len(words) > LONGEST:
        raise Refusal(ctx.texts("staff_too_long", limit=LONGEST))
    if missing := lacking(words):
        values = ("again", "sample", "cannot")
        options = [
            option(digit, ctx.texts(f"department_bare_{value}"), value)
            for digit, value in enumerate(values, 1)
        ]
        questions.ask(
            ctx.session,
            person_id=ctx.sender.person_id,
            kind="department_bare",
            subject=str(case.id),
            options=options,
            now=ctx.now,
        )
        lacks = "、".join(ctx.texts(f"department_lacks_{name}") for name in missing)
        return ctx.texts("department_bare", lacks=lacks, menu=menu(options))
    if leading.state != "answered":
        # Kept with the case, so that it is not lost when the class is chosen tomorrow.
        leading.answer, leading.result = words, ""
    return ask_class(ctx, case, words)


def ask_class(ctx: Context, case: Case, words: str) -> str:
    """Ask which class an answer is of; the question stays open until it is answered."""
    options = [option(digit, ctx.texts(f"result_{key}"), key) for digit, key in enumerate(_RESULTS, 1)]
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="department_result",
        subject=str(case.id),
        options=options,
        data={"answer": words},
        now=ctx.now,
        lasts=None,
    )
    return ctx.texts("department_which_result", number=case.number, menu=menu(options))


def bare_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    case = case_of(ctx, int(question.subject))
    ask_words(ctx, case, "answer")
    return ctx.texts(f"department_bare_{value}_what", number=case.number)


def result_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Write the answer down with its class; an office reviews it before the voter reads it."""
    case = case_of(ctx, int(question.subject))
    leading = leading_of(ctx, case)
    words = question.data["answer"]
    take_step(ctx, case, "answered", note=f"{reviewing.department_name(ctx, leading.department)}：{words}")
    leading.state, leading.answer, leading.result = "answered", words, value
    leading.answered_at, leading.answered_by = ctx.now, ctx.sender.person_id
    reviewing.ask_review(ctx, case, leading)
    return ctx.texts("department_answered", number=case.number)
