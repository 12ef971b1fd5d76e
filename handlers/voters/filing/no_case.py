"""What looks like no case: thanks with good news are kept as praise, an advertisement waits for one digit."""

from handlers.cases.case_rows import destination
from handlers.cases.entering import write_effects
from handlers.context import Context
from handlers.messages import IncomingMessage, Kind
from handlers.route import AnswerHandler
from handlers.voters.filing import support
from handlers.voters.filing.sentences import file_or_join
from storage.cases import own_cases
from storage.messages import questions
from storage.messages.questions import option
from storage.people import praises
from storage.people.people import OpenQuestion


def keep_praise(ctx: Context, message: IncomingMessage) -> str:
    """Thank for thanks; the station of the place, or of the voter's last case, can read them."""
    where = destination(message.text, ctx, own_station=ctx.sender.station)
    station, street = where.station, where.street
    if not station and (cases := own_cases.newest(ctx.session, ctx.sender.person_id, 1)):
        station, street = cases[0].station, cases[0].street
    praises.keep(ctx.session, ctx.sender.person_id, message.text, station=station, street=street, now=ctx.now)
    return ctx.texts("praise_kept")


def hold_advert(ctx: Context, message: IncomingMessage) -> str:
    """Put aside what looks like an advertisement; one digit files it all the same."""
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="advert",
        options=[option(1, "", "file")],
        data={"text": message.text},
        now=ctx.now,
    )
    return ctx.texts("looks_like_advert")


def file_after_all(ctx: Context, question: OpenQuestion, _value: str) -> str:
    """File what was put aside by mistake."""
    return file_words(ctx, question.data["text"])


def file_words(ctx: Context, words: str) -> str:
    """File words that were written before."""
    message = IncomingMessage(
        channel=ctx.sender.channel,
        sender="",
        recipient="",
        kind=Kind.TEXT,
        dedupe_key="",
        sent_at=ctx.now,
        text=words,
    )
    effects = file_or_join(message, ctx.sender, ctx, ctx.inbox_id)
    support.offer(ctx.session.connection(), [effects], ctx)
    (reply,) = write_effects(ctx.session.connection(), [effects], ctx)
    return reply


NO_CASE_ANSWERS: dict[str, AnswerHandler] = {"advert": file_after_all}
