"""What staff and people of departments hear when their words are no command: what was meant, never a case by a slip."""

from dataclasses import replace

from handlers import wording
from handlers.cases.reach import numbered
from handlers.commands.staff import MANUAL
from handlers.context import Context
from handlers.messages import STAFF_ROLES, IncomingMessage
from handlers.route import Route
from nlp.sayings.intents import small_talk
from storage.cases import referrals
from storage.cases.referrals import departments_of
from storage.messages import questions
from storage.messages.questions import option

_ENOUGH = 6
"""So many characters may be somebody's trouble; fewer are a slip."""
_SHORT = 12
"""Longer words tell of a trouble and are compared with no command."""
_NEAR = 2
_ABOUT_ONE = frozenset({"department_case", "department_result"})
"""Menus below one case, which a department's people had before them when they wrote."""
_EVERYWHERE = frozenset(
    [
        "选民",
        "一件",
        "单位",
        "没有",
        "什么",
        "怎么",
        "编号",
        "内容",
        "时间",
        "下次",
        "今天",
        "发给",
        "这件",
        "的件",
        "件的",
        "登记",
    ]
)


def unclear(ctx: Context, message: IncomingMessage, line: str) -> str:
    """Say that nothing was done, which command may be meant, and how a visitor's words are filed."""
    if kind := small_talk(line):
        return ctx.texts(f"small_talk_{kind}")
    words = wording.clipped(message.text, _SHORT)
    if other := _of_others(ctx, message, line):
        key = "staff_refer_not_here" if other.name == "staff refer" else "staff_not_yours"
        return ctx.texts(key, words=words)
    if not ctx.sender.holds(*STAFF_ROLES):
        return _to_department(ctx, words)
    near = "、".join(f"“{route.example}”" for route in _near(ctx, line))
    meant = ctx.texts("staff_unclear_near", examples=near) if near else ""
    if len(line) < _ENOUGH:
        return ctx.texts("staff_unclear_short", words=words, near=meant)
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="file_this",
        options=[option(ctx.texts("file_this_word"), ctx.texts("file_this_word"), "file")],
        data={"text": message.text},
        now=ctx.now,
    )
    return ctx.texts("staff_unclear", words=words, near=meant, file=ctx.texts("file_this_word"))


def _of_others(ctx: Context, message: IncomingMessage, line: str) -> Route | None:
    """Give the command of another role that this is, with the number of a case."""
    for route in MANUAL.routes:
        if ctx.sender.holds(*route.roles) or not line[-1:].strip() or not any(map(str.isdigit, line)):
            continue
        rest = replace(route, roles=frozenset()).match(message, ctx.sender, line)
        if rest is not None and (not route.starts or numbered(rest)):
            return route
    return None


def _to_department(ctx: Context, words: str) -> str:
    """Tell a department's people how an answer is written, with the number they were busy with, or what waits first."""
    mine = departments_of(ctx.sender.grants)
    waiting = referrals.waiting(ctx.session, mine, limit=1)
    if not waiting:
        return ctx.texts("department_unclear_nothing", words=words)
    asked = next((each for each in ctx.sender.questions if each.kind in _ABOUT_ONE), None)
    busy = referrals.find(ctx.session, mine, int(asked.subject)) if asked else None
    return ctx.texts("department_unclear", words=words, number=(busy or waiting[0][0]).number)


def _near(ctx: Context, line: str) -> list[Route]:
    """Give the commands of the sender whose explanation shares most with these words."""
    if len(line) > _SHORT:
        return []
    said = _pairs(line)
    scored = [(len(said & _pairs(route.help)), route) for route in MANUAL.of(ctx.sender)]
    likely = sorted((pair for pair in scored if pair[0]), key=lambda pair: -pair[0])
    return [route for _, route in likely[:_NEAR]]


def _pairs(text: str) -> set[str]:
    return {
        pair
        for pair in (text[start : start + 2] for start in range(len(text) - 1))
        if all("一" <= letter <= "鿿" for letter in pair)
    } - _EVERYWHERE
