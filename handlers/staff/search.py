"""Finding cases by words (查 路灯): the newest twenty, a few at a time, each opened by a digit."""

import re

from handlers import wording
from handlers.cases import case_search
from handlers.cases.reach import find_again, scope_of
from handlers.context import Context
from handlers.messages import IncomingMessage
from handlers.route import AnswerHandler
from handlers.staff.cases import SHOWN, detail
from handlers.staff.lists import case_line
from storage.cases import cases
from storage.figures import history
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.people.people import OpenQuestion

MOST = 20
ASKED = re.compile(r"(?:(?:查询?|查找|查一下)(?:\s+|有)|搜索?(?:一下)?\s*+)(.*)")
_OWN = re.compile(r"我的.*|进度|办理?(?:进度|情况)")
"""What staff ask as voters."""


def search(ctx: Context, _message: IncomingMessage, rest: str) -> str | None:
    """Look up words in all that was written in the cases of the own scope."""
    asked = rest.strip()
    if _OWN.fullmatch(asked):
        return None
    old = history.by_old_number(ctx.session, scope_of(ctx), asked) if asked else []
    found = old or case_search.find(ctx.session, scope_of(ctx), asked, limit=MOST)
    if found is None:
        return ctx.texts("staff_search_how")
    if not found:
        return ctx.texts("staff_found_none", words=wording.clipped(asked, 12))
    return _page(ctx, wording.clipped(asked, 12), found, 0)


def _page(ctx: Context, words: str, found: list[int], offset: int) -> str:
    shown = cases.cases_in(ctx.session, scope_of(ctx), found[offset : offset + SHOWN])
    options = [option(digit, case_line(ctx, case), str(case.id)) for digit, case in enumerate(shown, start=1)]
    if len(found) > offset + SHOWN:
        options.append(option(SHOWN + 1, ctx.texts("staff_more"), f"more:{offset + SHOWN}"))
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="staff_found",
        data={"words": words, "found": found},
        options=options,
        now=ctx.now,
    )
    key = "staff_found_most" if len(found) == MOST else "staff_found"
    return ctx.texts(key, words=words, count=len(found), menu=menu(options))


def pick(ctx: Context, question: OpenQuestion, value: str) -> str:
    if value.startswith("more:"):
        return _page(ctx, question.data["words"], question.data["found"], int(value.removeprefix("more:")))
    return detail(ctx, find_again(ctx, value))


SEARCH_ANSWERS: dict[str, AnswerHandler] = {"staff_found": pick}
