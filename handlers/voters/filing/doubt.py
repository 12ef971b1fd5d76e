"""A manner of speaking or a cry for help: the bot asks with two digits, and silence is heard as danger."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from handlers.alarms.raising import alarms_told
from handlers.cases.entering import write_effects
from handlers.context import NO_SWITCHES, Context, Switches
from handlers.district.district import District
from handlers.intake import load_message
from handlers.messages import IncomingMessage
from handlers.pushes.owing import owe
from handlers.pushes.send_times import When
from handlers.route import AnswerHandler
from handlers.texts import Texts
from handlers.voters.filing import urgent
from handlers.voters.filing.doubting import KIND, ordinary_words
from handlers.voters.filing.sentences import file_or_join
from storage.messages import questions
from storage.people import people
from storage.people.people import OpenQuestion


def take_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Raise the alarm, or file the ordinary trouble; what the person said about themselves then goes nowhere."""
    message = load_message(question.data["message"].encode())
    ctx = replace(ctx, inbox_id=question.data["inbox_id"])
    questions.amend(ctx.session, question.id, options=(), data={})
    if value == "danger":
        return _alarm(ctx, message)
    message = replace(message, text=ordinary_words(message.text, ctx))
    (reply,) = write_effects(
        ctx.session.connection(), [file_or_join(message, ctx.sender, ctx, ctx.inbox_id)], ctx
    )
    return reply


def hear_silence(
    session: Session, now: datetime, district: District, texts: Texts, switches: Switches = NO_SWITCHES
) -> dict[str, int]:
    """Raise the alarm for everybody who was asked whether they are in danger and has not answered in time."""
    local = now.astimezone(ZoneInfo(district.settings.timezone))
    before = local - timedelta(minutes=district.settings.alarm_minutes)
    heard = 0
    for question_id, data in questions.waiting_since(session, KIND, before):
        message = load_message(data["message"].encode())
        sender = people.identify_one(session.connection(), (message.channel, message.sender), local)
        if not questions.end_unanswered(session, question_id, local):
            continue
        ctx = Context(
            session=session,
            now=local,
            sender=sender,
            district=district,
            texts=texts,
            switches=switches,
            inbox_id=data["inbox_id"],
        )
        owe(
            session,
            ctx,
            sender.person_id,
            when=When.AT_ONCE,
            dedupe_key=f"silence/{question_id}",
            kind="answer",
            text=_alarm(ctx, message),
        )
        heard += 1
    return {"silent": heard}


def _alarm(ctx: Context, message: IncomingMessage) -> str:
    effects = urgent.file_despair(ctx, message)
    (reply,) = write_effects(ctx.session.connection(), [effects], ctx)
    return alarms_told(ctx, effects.alarms, reply)


DOUBT_ANSWERS: dict[str, AnswerHandler] = {KIND: take_answer}
