"""What only members of a WeCom corp do: open the application, press the button of a card."""

import re

from handlers.account.accounts import welcome
from handlers.context import Context
from handlers.messages import IncomingMessage, Kind
from handlers.route import Route
from storage.messages import cards
from storage.models import Person
from storage.people.accounts import note_notice, set_following
from storage.people.people import OpenQuestion

CHANNEL = "wecom"
LONGEST_CODE = 256
LONGEST_LABEL = 64
_TASK = re.compile(r"q([0-9]{1,20})_[0-9A-Za-z]+", re.ASCII)


def task_id(question_id: int, push_id: str) -> str:
    """Name a card by its question and its push; WeCom takes each name once."""
    return f"q{question_id}_{push_id}"


def enter(ctx: Context, message: IncomingMessage, _rest: str) -> str | None:
    """Greet a member who sees the application for the first time; say nothing each time it is opened."""
    if message.channel != CHANNEL:
        return None
    set_following(ctx.session, ctx.sender.account_id, following=True)
    if message.kind is Kind.ENTER and ctx.sender.notified:
        return ""
    ctx.sender.notified = True
    note_notice(ctx.session, ctx.sender.person_id, ctx.now)
    person = ctx.session.get_one(Person, ctx.sender.person_id)
    if person.roster_key:
        return welcome(ctx, person)
    return ctx.texts("greeting_member", district=ctx.district.settings.name)


def pressed(ctx: Context, message: IncomingMessage) -> tuple[OpenQuestion, str] | None:
    """Give the question of a pressed card and the value of its button; None if it is no longer open."""
    found = _TASK.fullmatch(message.details.get("TaskId", ""))
    question = next((each for each in ctx.sender.questions if found and str(each.id) == found[1]), None)
    if question is None:
        return None
    value = next((each["value"] for each in question.options if each["digit"] == message.key), None)
    if value is None:
        return None
    if code := message.details.get("ResponseCode", ""):
        cards.note_code(
            ctx.session,
            card_id=message.details["TaskId"],
            question_id=question.id,
            member=message.sender,
            response_code=code[:LONGEST_CODE],
            now=ctx.now,
        )
    return question, value


def note_choice(ctx: Context, question: OpenQuestion, value: str) -> None:
    """Let the cards that asked this question know what was answered, on whichever channel."""
    label = next((each["label"] for each in question.options if each["value"] == value), "")
    cards.note_choice(ctx.session, question.id, label[:LONGEST_LABEL])


def too_late(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    """Answer a card whose question was answered already, or ended."""
    return ctx.texts("card_over")


MEMBER_ROUTES = (
    Route(name="member", handler=enter, kinds=frozenset({Kind.SUBSCRIBE, Kind.ENTER})),
    Route(name="card over", handler=too_late, kinds=frozenset({Kind.CARD})),
)
