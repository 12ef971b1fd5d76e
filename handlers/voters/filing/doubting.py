"""Where it is unsure whether somebody means what they say about dying, they are asked before anybody is told."""

from handlers.context import Context, World
from handlers.effects import Effects
from handlers.intake import dump_message
from handlers.messages import IncomingMessage
from nlp.alarms.in_passing import said_in_passing
from nlp.alarms.signals import Signals, detect
from nlp.topics.classify import classify
from nlp.topics.lexicon import OTHER
from storage.messages.questions import menu, option, question_row

KIND = "danger_doubt"


def ordinary_words(text: str, world: World) -> str:
    """Give the ordinary trouble in words that also speak of dying in passing; empty where they may be meant."""
    rest = said_in_passing(text)
    plain = rest and not detect(rest) and classify(rest, world.district.lexicon).category != OTHER
    return rest if plain else ""


def asks_first(ctx: Context, message: IncomingMessage, signals: Signals) -> Effects | None:
    """Ask a voter who tells of an ordinary trouble and speaks of dying in passing; whoever says it again is believed."""
    asked = any(each.kind == KIND for each in ctx.sender.questions)
    if asked or signals.emergency or ctx.sender.grants or not ordinary_words(message.text, ctx):
        return None
    options = [option(1, ctx.texts("doubt_danger"), "danger"), option(2, ctx.texts("doubt_none"), "none")]
    question = question_row(
        person_id=ctx.sender.person_id,
        kind=KIND,
        text=ctx.texts("doubt_ask"),
        options=options,
        data={"inbox_id": ctx.inbox_id, "message": dump_message(message).decode()},
        now=ctx.now,
        lasts=None,
    )
    return Effects(
        reply=f"{ctx.texts('doubt_first')}\n{question['text']}\n{menu(options)}",
        route="asks whether in danger",
        question=question,
    )
