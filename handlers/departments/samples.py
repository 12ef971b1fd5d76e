"""范例: three sentences that fit a case are offered; a digit takes one, its blanks are asked for, and it goes out when checked."""

import re

from handlers import wording
from handlers.cases.reach import find, find_again, numbered, offices, topic_label
from handlers.cases.referred import case_of, numbered_case, row_of
from handlers.context import Context
from handlers.departments.answering import answer_case
from handlers.district import canned
from handlers.errors import Refusal
from handlers.messages import IncomingMessage
from handlers.route import AnswerHandler, Group, Route
from handlers.staff.marking import pause_case
from handlers.staff.referral.reviewing import send_back
from handlers.staff.results import reply_or_hint
from storage.cases import referrals
from storage.cases.cases import STAFF
from storage.cases.referrals import departments_of
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.models import Case
from storage.people.people import OpenQuestion

_SHOWN = 34


def show(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Read `范例 42` and offer what fits the next step of the case."""
    line = numbered(rest)
    if line is None:
        return ctx.texts("sample_how")
    if not ctx.sender.holds(*STAFF):
        return offer(ctx, numbered_case(ctx, line.number), "answer")
    case = find(ctx, line.number)
    referral = referrals.leading(ctx.session, case.id)
    if referrals.awaits_review(case, referral) and offices(ctx):
        return offer(ctx, case, "return")
    return offer(ctx, case, "reply", "pause")


def offer(ctx: Context, case: Case, *steps: str) -> str:
    """Offer three sentences for the first of these steps, and fill what is left with the others."""
    found = [each for step in steps for each in canned.fitting(ctx.district.replies, step, case.topic)]
    if len(steps) > 1:
        found = [
            *[each for each in found if each.step == steps[0]][:2],
            *[each for each in found if each.step != steps[0]],
        ]
    found = found[: canned.SHOWN]
    if not found:
        raise Refusal(ctx.texts("sample_none", number=case.number))
    values = _values(ctx, case)
    texts = [canned.filled(each.text, values) for each in found]
    options = [
        option(digit, wording.clipped(text, _SHOWN), str(digit - 1))
        for digit, text in enumerate(texts, start=1)
    ]
    options.append(option(0, ctx.texts("sample_own_words"), "none"))
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="sample",
        subject=str(case.id),
        options=options,
        data={"drafts": [[each.step, text] for each, text in zip(found, texts, strict=True)]},
        now=ctx.now,
    )
    return ctx.texts("sample_offer", number=case.number, menu=menu(options))


def _values(ctx: Context, case: Case) -> dict[str, str]:
    held = referrals.row_of(ctx.session, case.id, departments_of(ctx.sender.grants))
    unit = wording.department_name(held.department, ctx) if held else wording.station_name(case.station, ctx)
    return {
        "编号": case.number,
        "问题": topic_label(ctx, case),
        "地点": wording.place_told(case.place_text, ctx),
        "日期": wording.short_day(ctx.now.date()),
        "单位": unit,
    }


def picked(ctx: Context, question: OpenQuestion, value: str) -> str:
    if value == "none":
        return ctx.texts("sample_left")
    step, text = question.data["drafts"][int(value)]
    return _go_on(ctx, question.subject, step, text)


def _go_on(ctx: Context, subject: str, step: str, text: str) -> str:
    """Ask for the next blank, or show the whole sentence before it goes out."""
    case = _case(ctx, subject, step)
    if blank := canned.next_blank(text):
        _ask(ctx, "sample_blank", subject, [], step=step, text=text, free=True, number=True)
        return ctx.texts("sample_blank", text=text, blank=blank)
    options = [
        option(digit, ctx.texts(f"sample_{value}"), value)
        for digit, value in ((1, f"send_{step}"), (0, "drop"))
    ]
    _ask(ctx, "sample_ready", subject, options, step=step, text=text, free=True)
    return ctx.texts("sample_ready", number=case.number, text=text, menu=menu(options))


def _ask(ctx: Context, kind: str, subject: str, options: list[dict[str, str]], **data: object) -> None:
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind=kind,
        subject=subject,
        options=options,
        data=data,
        now=ctx.now,
    )


def _case(ctx: Context, subject: str, step: str) -> Case:
    return case_of(ctx, int(subject)) if step == "answer" else find_again(ctx, subject)


def fill(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Put the words into the blank that was asked for."""
    text = canned.with_blank(question.data["text"], value.strip())
    return _go_on(ctx, question.subject, question.data["step"], text)


def finish(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Do with the sentence what its step is for; other words take its place."""
    step = question.data["step"]
    if value == "drop":
        return ctx.texts("sample_left")
    if value != f"send_{step}":
        return _go_on(ctx, question.subject, step, value.strip())
    case, text = _case(ctx, question.subject, step), question.data["text"]
    if step == "answer":
        row_of(ctx, case)
        return answer_case(ctx, case, text)
    return {"reply": reply_or_hint, "pause": pause_case, "return": send_back}[step](ctx, case, text)


ASKED = re.compile(r"(?:看?范例|例句|模板)\s*+((?:\d.*)?)")

SAMPLE_ROUTES = (
    Route(
        name="sample",
        handler=show,
        pattern=ASKED,
        roles=STAFF,
        help="范例 编号：给三句现成的话，回序号选，空着的我一个个问您",
        example="范例 42",
        group=Group.CASES,
    ),
)

SAMPLE_ANSWERS: dict[str, AnswerHandler] = {
    "sample": picked,
    "sample_blank": fill,
    "sample_ready": finish,
}
