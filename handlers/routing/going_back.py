"""The way back (0): from a case to the list it was opened from, from a list to the one before it, or out of it.

A list is shown again by doing again what showed it, so that it holds what is left by then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from handlers.context import Context
from handlers.messages import BUREAU_ROLES, STAFF_ROLES, IncomingMessage, Kind
from handlers.route import AnswerHandler, Route
from storage.messages import questions
from storage.messages.questions import option
from storage.people.people import OpenQuestion

BACK = "\nback"
"""Nobody can type it."""
KIND = "way_back"
"""A question that offers nothing but the way back."""
_DIGIT = "0"
_ASKED = "asked"
"""A figure leads back to the question before it by its own 0."""
_LISTS = frozenset(
    {
        "staff_today",
        "staff_list",
        "staff_found",
        "staff_calls",
        "staff_figures",
        "staff_undelivered",
        "staff_frozen",
        "staff_who_comes",
        "staff_preview",
        "staff_booked",
        "staff_doubts",
        _ASKED,
        "help_group",
        "help_command",
        "opinion_list",
        "recheck_list",
        "recheck_standing",
        "department_list",
        "deputy_case",
    }
)
ONE_BY_ONE, AGAIN = "one_by_one", "again"
"""The pile is gone on with where it was left for one case."""
_LABELS = {"staff_today": "way_back_today", ONE_BY_ONE: "way_back_pile"}
_PUSHED = {
    "staff_today": "staff today",
    "department_list": "department waiting",
    "deputy_case": "deputy cases",
}
"""The command that shows a list again which came by itself in the morning or evening."""
_SAYS_MORE = frozenset({"leave_reason"})
"""Words that only add to what is done already; nothing is left undone by not writing them."""
_WORDS = "staff words asked for"
"""The command that is none: words that a question asked for."""
_FURTHER_PAGES = ("more:", "page:")
_OWN = frozenset({"shown_by", "behind", "by_digit", questions.PUSHED})


def after_command(ctx: Context, route: Route, message: IncomingMessage, rest: str, text: str) -> str:
    """Put the way out below a list that a command showed."""
    if route.name == _WORDS:
        return after_answer(ctx, message, ctx.sender.questions[0], message.text, text)
    new = _newest(ctx) if route.roles else None
    if new is None:
        return text
    shown_by = {"route": route.name, "text": message.text or message.key, "rest": rest}
    return _put(ctx, new, text, shown_by=shown_by, behind=None)


def after_answer(
    ctx: Context, message: IncomingMessage, question: OpenQuestion, value: str, text: str
) -> str:
    """Put the way back below what a digit opened, and below the end of what was done."""
    behind = _behind(question, value)
    new = _newest(ctx)
    if new is None:
        return _end(ctx, behind, text)
    if new.kind == question.kind == _ASKED:
        behind = question.data.get("behind")
    by_digit = message.text.strip().isdigit()
    return _put(ctx, new, text, shown_by=_shown_by(question, value), behind=behind, by_digit=by_digit)


def go(
    ctx: Context,
    message: IncomingMessage,
    question: OpenQuestion,
    routes: Sequence[Route],
    answers: Mapping[str, AnswerHandler],
) -> str:
    """Show the list again that a question was opened from; at the first one, leave it."""
    behind = question.data.get("behind")
    if not behind:
        return ctx.texts("left_staff" if ctx.sender.holds(*STAFF_ROLES, *BUREAU_ROLES) else "left")
    shown_by = behind["shown_by"]
    if "route" in shown_by:
        route = next(each for each in routes if each.name == shown_by["route"])
        typed = replace(message, kind=Kind.TEXT, text=shown_by["text"], key="")
        text = route.handler(ctx, typed, shown_by["rest"]) or ""
    else:
        asked = replace(question, **{name: shown_by[name] for name in ("kind", "subject", "options", "data")})
        text = answers[asked.kind](ctx, asked, shown_by["value"])
    new = _newest(ctx)
    if new is None:
        return _end(ctx, behind["behind"], text)
    return _put(ctx, new, text, shown_by=shown_by, behind=behind["behind"])


def _newest(ctx: Context) -> OpenQuestion | None:
    """Give the question that was opened in this breath."""
    known = {each.id for each in ctx.sender.questions}
    found = questions.latest(ctx.session, ctx.sender.person_id, ctx.now)
    return found if found and found.id not in known and found.delivered_at == ctx.now else None


def _shown_by(question: OpenQuestion, value: str) -> dict[str, Any]:
    return {
        "kind": question.kind,
        "subject": question.subject,
        "options": [],
        "data": {name: kept for name, kept in question.data.items() if name not in _OWN},
        "value": value,
    }


def _behind(question: OpenQuestion, value: str) -> dict[str, Any] | None:
    """Give the list that lies behind what this answer opens."""
    before: dict[str, Any] | None = question.data.get("behind")
    if question.kind == ONE_BY_ONE and value == "more":
        return {"shown_by": _shown_by(question, AGAIN), "behind": before, "kind": ONE_BY_ONE}
    if question.kind not in _LISTS or value.startswith(_FURTHER_PAGES):
        return before
    shown_by = question.data.get("shown_by")
    if shown_by is None and question.kind in _PUSHED:
        shown_by = {"route": _PUSHED[question.kind], "text": "", "rest": ""}
    return {"shown_by": shown_by, "behind": before, "kind": question.kind} if shown_by else before


def _put(
    ctx: Context,
    new: OpenQuestion,
    text: str,
    *,
    shown_by: dict[str, Any],
    behind: dict[str, Any] | None,
    by_digit: bool = False,
) -> str:
    """Keep with a new question what lies behind it; give it a 0 if it has none and needs one."""
    data = {**new.data, "behind": behind, "by_digit": by_digit}
    if new.kind in _LISTS:
        data["shown_by"] = shown_by
    options, label = new.options, ""
    if all(each["digit"] != _DIGIT for each in options):
        label = _label(ctx, new, behind)
    if label:
        options = [*options, option(_DIGIT, label, BACK)]
        # Who is asked for words alone has been told “取消”; 0 does the same.
        text = f"{text.rstrip()}\n{_DIGIT} {label}" if behind or new.kind in _LISTS else text
    questions.amend(ctx.session, new.id, options=options, data=data)
    return text


def _label(ctx: Context, new: OpenQuestion, behind: dict[str, Any] | None) -> str:
    if behind:
        return ctx.texts(_LABELS.get(behind["kind"], "way_back"))
    if new.kind in _LISTS and new.options:
        return ctx.texts("way_out")
    return ctx.texts("way_out_of_words") if new.data.get("free") and new.kind not in _SAYS_MORE else ""


def _end(ctx: Context, behind: dict[str, Any] | None, text: str) -> str:
    """Offer the list again where nothing else is asked."""
    if not behind or questions.latest(ctx.session, ctx.sender.person_id, ctx.now):
        return text
    opened = questions.ask(ctx.session, person_id=ctx.sender.person_id, kind=KIND, now=ctx.now)
    new = OpenQuestion(opened, KIND, "", "", [], {}, ctx.now)
    return _put(ctx, new, text, shown_by={}, behind=behind)
