"""What people of a department (承办单位) do in chat: see what was referred to them, accept, refuse, answer."""

import re

from handlers import case_words, wording
from handlers.context import Context
from handlers.errors import Refusal
from handlers.messages import IncomingMessage, Role
from handlers.routing import AnswerHandler, Route
from handlers.staff import reviewing
from handlers.staff.cases import numbered, take_step, topic_label
from nlp.answers import lacking
from nlp.masking import mask
from storage import cases, questions, referrals
from storage.models import Case, Referral
from storage.people import OpenQuestion
from storage.questions import menu, option
from storage.referrals import departments_of

SHOWN = 5
_TEXT_SHOWN, _WHOLE_TEXT = 60, 600
_LONGEST = 500
_SHORTEST_REASON = 6
_RESULTS = ("A", "B", "C", "D")
_COMMAND = re.compile(r"\s*(?:答复|回复)")
_DEPARTMENT = frozenset({Role.DEPARTMENT})


def show_waiting(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    """List what must still be answered, the earliest day first."""
    mine = departments_of(ctx.sender.grants)
    found = referrals.waiting(ctx.session, mine, limit=SHOWN)
    if not found:
        return ctx.texts("department_nothing")
    options = [
        option(digit, _line(ctx, case, referral), str(case.id))
        for digit, (case, referral) in enumerate(found, start=1)
    ]
    questions.ask(
        ctx.session, person_id=ctx.sender.person_id, kind="department_list", options=options, now=ctx.now
    )
    return ctx.texts("department_list", count=referrals.count_waiting(ctx.session, mine), menu=menu(options))


def _line(ctx: Context, case: Case, referral: Referral) -> str:
    key = "department_line_late" if referral.due < ctx.now.date() else "department_line"
    if referral.state == referrals.REFUSED:
        key = "department_line_refused"
    elif drafted(referral):
        key = "department_line_draft"
    return ctx.texts(
        key,
        number=case.number,
        topic=topic_label(ctx, case),
        day=wording.short_day(referral.due),
    )


def pick(ctx: Context, _question: OpenQuestion, value: str) -> str:
    return _detail(ctx, case_of(ctx, int(value)))


def show_one(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    return _detail(ctx, numbered_case(ctx, rest))


def numbered_case(ctx: Context, number: str) -> Case:
    """Find a case of the sender's departments by its number."""
    found = referrals.find_number(ctx.session, departments_of(ctx.sender.grants), number)
    if found is None:
        raise Refusal(ctx.texts("department_not_found", number=number))
    return found


def case_of(ctx: Context, case_id: int) -> Case:
    """Give a case that lies with one of the sender's departments."""
    found = referrals.find(ctx.session, departments_of(ctx.sender.grants), case_id)
    if found is None:
        raise Refusal(ctx.texts("department_case_gone"))
    return found


def leading_of(ctx: Context, case: Case) -> Referral:
    """Give the row by which one of the sender's departments answers for a case."""
    found = referrals.leading(ctx.session, case.id)
    if found is None or found.department not in departments_of(ctx.sender.grants):
        raise Refusal(ctx.texts("department_assists_only", number=case.number))
    return found


def _detail(ctx: Context, case: Case) -> str:
    """Show a case without what tells who the voter is, and what can be done now."""
    leading = referrals.leading(ctx.session, case.id)
    values = ["read"]
    if leading and leading.department in departments_of(ctx.sender.grants):
        values = [*_doable(leading), "read"]
    options = [
        option(digit, ctx.texts(f"department_do_{value}"), value) for digit, value in enumerate(values, 1)
    ]
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="department_case",
        subject=str(case.id),
        options=options,
        now=ctx.now,
    )
    return ctx.texts(
        "department_detail",
        number=case.number,
        what=f"{wording.place_told(case.place_text, ctx)}，{topic_label(ctx, case)}",
        state=ctx.texts(f"state_{case.state}"),
        day=wording.day(leading.due) if leading else "",
        text=wording.clipped(mask(case.text), _TEXT_SHOWN),
        menu=menu(options),
    )


def drafted(referral: Referral) -> bool:
    """Tell whether an answer was written and only its class is missing."""
    return referral.state != "answered" and bool(referral.answer) and not referral.result


def _doable(leading: Referral) -> list[str]:
    draft = ["class"] if drafted(leading) else []
    first = {"sent": ["accept", "refuse"], "accepted": ["answer", "refuse"], referrals.REFUSED: ["answer"]}
    return [*draft, *first.get(leading.state, [])]


def act(ctx: Context, question: OpenQuestion, value: str) -> str:
    case = case_of(ctx, int(question.subject))
    if value == "accept":
        return accept_case(ctx, case)
    if value == "read":
        said = case_words.whole_text(case, cases.later_parts(ctx.session, case), ctx)
        return ctx.texts("department_whole_text", number=case.number, text=mask(said)[:_WHOLE_TEXT])
    leading = leading_of(ctx, case)
    if value == "class":
        return _ask_class(ctx, case, leading.answer)
    ask_words(ctx, case, value)
    return ctx.texts(f"department_{value}_what", number=case.number)


def ask_words(ctx: Context, case: Case, value: str) -> None:
    """Open the question for the words of an answer, a refusal, a wish for more days or for help."""
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind=f"department_{value}",
        subject=str(case.id),
        data={"free": True},
        now=ctx.now,
    )


def accept(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    line = numbered(rest)
    return accept_case(ctx, numbered_case(ctx, line.number)) if line else ctx.texts("department_accept_how")


def accept_case(ctx: Context, case: Case) -> str:
    """Accept a case; from then on the department answers for it by its day."""
    leading = leading_of(ctx, case)
    take_step(ctx, case, "accepted", note=reviewing.department_name(ctx, leading.department))
    leading.state, leading.accepted_at = "accepted", ctx.now
    return ctx.texts("department_accepted", number=case.number, day=wording.day(leading.due))


def refuse(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    line = numbered(rest)
    if line is None:
        return ctx.texts("department_refuse_how")
    case = numbered_case(ctx, line.number)
    if line.rest:
        return refuse_case(ctx, case, line.rest)
    leading_of(ctx, case)
    ask_words(ctx, case, "refuse")
    return ctx.texts("department_refuse_what", number=case.number)


def refuse_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    return refuse_case(ctx, case_of(ctx, int(question.subject)), value.strip())


def refuse_case(ctx: Context, case: Case, reason: str) -> str:
    """Give a case back with the reason; who sent it decides, and until then the department answers for it."""
    leading = leading_of(ctx, case)
    if leading.state == referrals.REFUSED:
        raise Refusal(ctx.texts("department_refused_already", number=case.number))
    if len(reason) < _SHORTEST_REASON:
        ask_words(ctx, case, "refuse")
        return ctx.texts("department_refuse_short", number=case.number)
    take_step(
        ctx,
        case,
        "refused",
        note=f"{reviewing.department_name(ctx, leading.department)}：{reason[:_LONGEST]}",
    )
    leading.state, leading.reason = "refused", reason[:_LONGEST]
    reviewing.tell_refused(ctx, case, leading)
    return ctx.texts("department_refused", number=case.number)


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
    if len(words) > _LONGEST:
        raise Refusal(ctx.texts("staff_too_long", limit=_LONGEST))
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
    return _ask_class(ctx, case, words)


def _ask_class(ctx: Context, case: Case, words: str) -> str:
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


DEPARTMENT_ROUTES = (
    Route(
        name="department waiting",
        handler=show_waiting,
        words=("今日", "我的件", "要办的", "未办结", "没办结"),
        roles=_DEPARTMENT,
        help="要办的：转来还没答复的件，先到期的在前",
    ),
    Route(
        name="department case",
        handler=show_one,
        pattern=re.compile(r"(?:查询?|看)?\s*(\d{4}-\d{1,6}|(?<=[查询看 ])\d{1,8})"),
        roles=_DEPARTMENT,
        help="查 编号：看转来的一件",
    ),
    Route(
        name="department accept",
        handler=accept,
        pattern=re.compile(r"接收\s*((?:\d.*)?)"),
        roles=_DEPARTMENT,
        help="接收 编号：本单位接收",
    ),
    Route(
        name="department refuse",
        handler=refuse,
        pattern=re.compile(r"退回\s*((?:\d.*)?)", re.DOTALL),
        roles=_DEPARTMENT,
        help="退回 编号 理由：不归本单位，写依据和建议转给谁",
    ),
    Route(
        name="department answer",
        handler=answer,
        starts=("答复", "回复"),
        roles=_DEPARTMENT,
        help="答复 编号 内容：做了什么、哪天做的",
    ),
)

DEPARTMENT_ANSWERS: dict[str, AnswerHandler] = {
    "department_list": pick,
    "department_case": act,
    "department_refuse": refuse_answer,
    "department_answer": answer_answer,
    "department_bare": bare_answer,
    "department_result": result_answer,
}
