"""What people of departments may type, and what the digits below their cases do."""

import re

from handlers.cases.referred import ask_words, case_of, leading_of, row_of
from handlers.context import Context
from handlers.departments import answering, refusing, samples, showing
from handlers.departments.extensions import EXTENSION_ANSWERS, EXTENSION_ROUTES
from handlers.departments.figures import FIGURES_ANSWERS, FIGURES_ROUTES
from handlers.messages import Role
from handlers.route import AnswerHandler, Group, Route
from handlers.staff.originals import DEPARTMENT_ORIGINAL_ROUTES, ORIGINAL_ANSWERS, show_lead
from storage.people.people import OpenQuestion

_DEPARTMENT = frozenset({Role.DEPARTMENT})


def bare_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Go on with an answer that said too little: with other words, a sample, or the reason why not."""
    if value == "sample" and ctx.district.replies:
        return samples.offer(ctx, case_of(ctx, int(question.subject)), "answer")
    return answering.bare_answer(ctx, question, value)


def act(ctx: Context, question: OpenQuestion, value: str) -> str:
    if value.startswith("next:"):
        return showing.pick(ctx, question, value.removeprefix("next:"))
    case = case_of(ctx, int(question.subject))
    if value == "accept":
        return answering.accept_case(ctx, case)
    if value in {"read", "original"}:
        return showing.whole_text(ctx, case) if value == "read" else show_lead(ctx, case)
    if value == "part":
        ask_words(ctx, case, "answer")
        return ctx.texts("department_part_what", number=case.number)
    if value == "class":
        return answering.ask_class(ctx, case, leading_of(ctx, case).answer)
    # Who assists may answer its part or give it back; all else is the lead's.
    (row_of if value in {"refuse", "answer"} else leading_of)(ctx, case)
    ask_words(ctx, case, value)
    return ctx.texts(f"department_{value}_what", number=case.number)


DEPARTMENT_ROUTES = (
    Route(
        name="department waiting",
        handler=showing.show_waiting,
        words=("今日", "我的件", "要办的", "未办结", "没办结", "快到期的", "快到期"),
        roles=_DEPARTMENT,
        help="要办的：转来还没答复的件，先到期的在前",
        example="要办的",
        group=Group.DEPARTMENT,
    ),
    Route(
        name="department case",
        handler=showing.show_one,
        pattern=re.compile(r"(?:(?:查询?|看)(?:一下|下)?)?\s{0,4}+(\d{4}-\d{1,6}|(?<=[查询看下 ])\d{1,6})"),
        roles=_DEPARTMENT,
        help="查 编号：看转来的一件",
        example="查 42",
        group=Group.DEPARTMENT,
    ),
    Route(
        name="department accept",
        handler=answering.accept,
        pattern=re.compile(r"接收\s*+((?:\d.*)?)"),
        roles=_DEPARTMENT,
        help="接收 编号：本单位接收",
        example="接收 42",
        group=Group.DEPARTMENT,
    ),
    Route(
        name="department refuse",
        handler=refusing.refuse,
        pattern=re.compile(r"退回\s*+((?:\d.*)?)", re.DOTALL),
        roles=_DEPARTMENT,
        help="退回 编号 理由：不归本单位，写依据和建议转给谁",
        example="退回 42 按三定方案归城管局",
        group=Group.DEPARTMENT,
    ),
    Route(
        name="department answer",
        handler=answering.answer,
        starts=("答复", "回复"),
        roles=_DEPARTMENT,
        help="答复 编号 内容：做了什么、哪天做的、依据什么",
        example="答复 42 12月2日已换新灯，物业每周检查",
        group=Group.DEPARTMENT,
    ),
    Route(
        name="department sample",
        handler=samples.show,
        pattern=samples.ASKED,
        roles=_DEPARTMENT,
        help="范例 编号：给三句现成的话，回序号选，空着的我一个个问您",
        example="范例 42",
        group=Group.DEPARTMENT,
    ),
    *EXTENSION_ROUTES,
    *FIGURES_ROUTES,
    *DEPARTMENT_ORIGINAL_ROUTES,
)

DEPARTMENT_ANSWERS: dict[str, AnswerHandler] = {
    **EXTENSION_ANSWERS,
    **FIGURES_ANSWERS,
    **ORIGINAL_ANSWERS,
    "department_list": showing.pick,
    "department_case": act,
    "department_refuse": refusing.refuse_answer,
    "department_answer": answering.answer_answer,
    "department_bare": bare_answer,
    "department_result": answering.result_answer,
}
