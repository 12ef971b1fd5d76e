"""Free questions of staff about cases: how it was understood, the number, and the cases behind it by digit."""

import re
from typing import Any

from handlers import wording
from handlers.cases.reach import find_again, scope_of
from handlers.context import Context
from handlers.messages import IncomingMessage, Kind
from handlers.route import AnswerHandler, Route
from handlers.staff.asking.ask_counts import days_answer, groups_answer, list_answer, people_answer
from handlers.staff.asking.ask_open import Row, case_rows, numbered
from handlers.staff.asking.ask_rates import rate_opened, rates_answer
from handlers.staff.asking.ask_scope import is_rate, selection_of
from handlers.staff.asking.question_names import all_names, names_in
from handlers.staff.cases import detail
from handlers.staff.people.visitors import file_for_visitor
from nlp.asking.questions import Query, Unclear, as_data, from_data, nearest, read_question
from nlp.text.fold import fold
from storage.cases import selections
from storage.figures import rates
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.people.people import OpenQuestion, Sender

KIND = "asked"
_MOST_BEFORE = 5
_LONGEST = 40
_ASKS = re.compile(
    r"(?:[几多](?:件|条|起|宗|个)|多少|哪些|哪几|哪个|哪家|哪[一]?类|率|满意度|排名|排行|同比|环比|平均|列出|列表|清单|最近的|最新|"
    r"各(?:街道|单位|部门|类|站|月|局)|按(?:街道|单位|部门|类别|站|月)|(?:没办结|未办结|在办|超期|逾期|挂牌督办|挂牌|急件|撤回)的?件?$|"
    r"[几多]位|几人|没有?人[管理接](?:的|的件)?$|谁(?:还)?没有?[答回]复|剩|手[上里头]|(?:[没未](?:有)?(?:办|解决|处理|弄|做|搞|完成)[理完好掉]?|不满意)(?:的|的?件)$)|"
    r"^(?:(?:还)?[没未](?:办[理完好]?|解决|处理[完好]?)|不满意)$"
)
_FOLLOWS = re.compile(r"^(?:那|换成|改成|再看|其中|只看).|.呢$")


class AskRoute(Route):
    """Takes what reads like a question about cases, and what changes one thing of the question before."""

    def match(self, message: IncomingMessage, sender: Sender, line: str) -> str | None:
        if message.kind is not Kind.TEXT or not sender.holds(*self.roles) or len(line) > _LONGEST:
            return None
        asked_before = bool(sender.questions) and sender.questions[0].kind == KIND
        follows = asked_before and _FOLLOWS.search(line)
        return line if follows or _ASKS.search(line) else None


def ask(ctx: Context, message: IncomingMessage, rest: str) -> str | None:
    """Answer a question about cases; None where it is none after all."""
    line = fold(rest).lower()
    before = _before(ctx)
    names = names_in(line, ctx.district)
    read = read_question(line, ctx.now.date(), names, before[-1] if before else None)
    if isinstance(read, Query):
        return answer(ctx, read, before if _FOLLOWS.search(line) else [])
    if read is None or len(read.words) > len(line) // 2:
        return None
    return _not_understood(ctx, message.text, read)


def _before(ctx: Context) -> list[Query]:
    """Give the questions asked before in this row, the last one at the end."""
    if not ctx.sender.questions or ctx.sender.questions[0].kind != KIND:
        return []
    return [from_data(data) for data in ctx.sender.questions[0].data.get("asked", ())]


def _not_understood(ctx: Context, text: str, unclear: Unclear) -> str:
    """Say which words were not understood, and offer what is near."""
    offers = unclear.offers or nearest(unclear.words, unclear.rest or Query(), all_names(ctx.district))
    options = [option(digit, offer.words, f"offer:{digit - 1}") for digit, offer in enumerate(offers[:3], 1)]
    options.append(option(9, ctx.texts("file_this"), "file"))
    _open(ctx, options, offers=[as_data(offer.query) for offer in offers], text=text)
    return ctx.texts("ask_unclear", words=wording.clipped(unclear.words, 12), menu=menu(options))


def _open(ctx: Context, options: list[dict[str, str]], **data: Any) -> None:  # noqa: ANN401 -- kept as JSON
    questions.ask(
        ctx.session, person_id=ctx.sender.person_id, kind=KIND, options=options, data=data, now=ctx.now
    )


def answer(ctx: Context, query: Query, before: list[Query], offset: int = 0) -> str:
    """Answer a question as it was understood; `before` is what 0 goes back to, `offset` the page of groups."""
    asked = [*before[-_MOST_BEFORE:], query]
    wanted = selection_of(ctx, query)
    if is_rate(query):
        text, rows = rates_answer(ctx, query, wanted, offset)
    elif query.measure == "days":
        text, rows = days_answer(ctx, query, wanted)
    elif query.measure == "people":
        text, rows = people_answer(ctx, query, wanted, offset)
    elif query.by:
        text, rows = groups_answer(ctx, query, wanted, offset)
    else:
        text, rows = list_answer(ctx, query, wanted)
    back = "again" if offset else "back" if len(asked) > 1 else ""
    return _shown(ctx, text, rows, asked, back)


def _shown(ctx: Context, text: str, rows: list[Row], asked: list[Query], back: str) -> str:
    options = numbered(rows)
    if back:
        options.append(option(0, ctx.texts("ask_back"), back))
    _open(ctx, options, asked=[as_data(query) for query in asked])
    shown = "\n".join(filter(None, (text, menu(options))))
    return f"{shown}\n{ctx.texts('ask_over' if options else 'ask_nothing')}"


_BACK = {"back": 1, "again": 0, "groups": 0}
"""So many questions back: to the one before, to the same, to a further page of its groups."""


# -- digits -----------------------------------------------------------------------------------------------


def picked(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Open a case, a figure, a further page, the question before, or what was offered."""
    kind, _, rest = value.partition(":")
    if kind == "case":
        return detail(ctx, find_again(ctx, rest))
    if kind == "file":
        return file_for_visitor(ctx, question.data["text"])
    if kind == "offer":
        return answer(ctx, from_data(question.data["offers"][int(rest)]), [])
    asked = [from_data(data) for data in question.data.get("asked", ())]
    if kind in _BACK:
        older = asked[: len(asked) - _BACK[kind]]
        return answer(ctx, older[-1], older[:-1], int(rest or 0))
    if kind == "rate":
        text, rows = rate_opened(ctx, rest)
    else:
        offset, _, meant_text = rest.partition(":")
        meant = selections.from_text(meant_text)
        count = rates.count(ctx.session, scope_of(ctx), meant)
        text = ctx.texts("ask_page", count=count)
        rows = case_rows(ctx, meant, count, int(offset), newest=kind == "newest")
    return _shown(ctx, text, rows, asked, "again" if asked else "")


ASK_ANSWERS: dict[str, AnswerHandler] = {KIND: picked}
