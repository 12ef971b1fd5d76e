"""How a department's people accept a case and answer it, or their part of one."""

import re

from handlers import wording
from handlers.cases.reach import numbered, take_step
from handlers.cases.referred import ask_words, case_of, leading_of, not_accepted, numbered_case, row_of
from handlers.context import Context
from handlers.errors import Refusal
from handlers.messages import IncomingMessage
from handlers.staff.referral.answers import LONGEST, classes, lacks, write_answer, write_part
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.models import Case
from storage.people.people import OpenQuestion

BARE_CHOICES = ("again", "sample", "cannot")
"""What can be done about an answer that says too little, beside writing it at once."""
_COMMAND = re.compile(r"(?:答复|回复)")


def accept(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    line = numbered(rest)
    return accept_case(ctx, numbered_case(ctx, line.number)) if line else ctx.texts("department_accept_how")


def accept_case(ctx: Context, case: Case) -> str:
    """Accept a case; from then on the department answers for it by its day."""
    leading = leading_of(ctx, case)
    take_step(ctx, case, "accepted", note=wording.department_name(leading.department, ctx))
    leading.state, leading.accepted_at = "accepted", ctx.now
    ctx.session.flush()
    options = [option(1, ctx.texts("department_do_answer"), "answer")]
    if others := not_accepted(ctx):
        label = ctx.texts("department_next", count=len(others))
        options.append(option(2, label, f"next:{others[0].id}"))
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="department_case",
        subject=str(case.id),
        options=options,
        now=ctx.now,
    )
    day = wording.day(leading.due)
    return ctx.texts("department_accepted", number=case.number, day=day, menu=menu(options))


def answer(ctx: Context, message: IncomingMessage, rest: str) -> str:
    line = numbered(_COMMAND.sub("", message.text or rest, count=1).strip())
    if line is None:
        return ctx.texts("department_answer_how")
    case = numbered_case(ctx, line.number)
    if line.rest:
        return answer_case(ctx, case, line.rest)
    lead = row_of(ctx, case).lead
    ask_words(ctx, case, "answer")
    return ctx.texts("department_answer_what" if lead else "department_part_what", number=case.number)


def answer_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    return answer_case(ctx, case_of(ctx, int(question.subject)), value.strip())


def answer_case(ctx: Context, case: Case, words: str) -> str:
    """Take an answer that says what was done and when; a mere “已转有关部门” is asked about, and its question takes words."""
    row = row_of(ctx, case)
    if len(words) > LONGEST:
        raise Refusal(ctx.texts("staff_too_long", limit=LONGEST))
    if missing := lacks(ctx, words):
        options = [
            option(digit, ctx.texts(f"department_bare_{value}"), value)
            for digit, value in enumerate(BARE_CHOICES, 1)
        ]
        questions.ask(
            ctx.session,
            person_id=ctx.sender.person_id,
            kind="department_bare",
            subject=str(case.id),
            options=options,
            data={"free": True, "words": words},
            now=ctx.now,
        )
        return ctx.texts("department_bare", lacks=missing, menu=menu(options))
    if not row.lead:
        write_part(ctx, case, row, words)
        return ctx.texts("department_part_done", number=case.number)
    if row.state != "answered":
        # Kept with the case, so that it is not lost when the class is chosen tomorrow.
        row.answer, row.result = words, ""
    return ask_class(ctx, case, words)


def ask_class(ctx: Context, case: Case, words: str) -> str:
    """Ask which class an answer is of; the question stays open until it is answered."""
    options = classes(ctx)
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
    """Take the words anew, from the beginning or with the reason why it cannot be done; or those that follow at once."""
    case = case_of(ctx, int(question.subject))
    if value not in BARE_CHOICES:
        words = value.strip()
        both = f"{question.data.get('words', '')}，{words}".strip("，")
        return answer_case(ctx, case, both if lacks(ctx, words) and len(both) <= LONGEST else words)
    ask_words(ctx, case, "answer")
    return ctx.texts(f"department_bare_{value}_what", number=case.number)


def result_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Hand the answer in with the class that was chosen."""
    case = case_of(ctx, int(question.subject))
    write_answer(ctx, case, leading_of(ctx, case), question.data["answer"], value)
    return ctx.texts("department_answered", number=case.number)
