"""The whole bot on one page: ROUTES and ANSWERS; the first match wins."""

from collections.abc import Mapping

from handlers import filing, hot, joining, urgent, visitors, voters
from handlers.accounts import ACCOUNT_ANSWERS, ACCOUNT_ROUTES
from handlers.context import Context
from handlers.deputies import DEPUTY_ANSWERS, DEPUTY_ROUTES
from handlers.effects import Effects, write_effects
from handlers.messages import STAFF_ROLES, IncomingMessage, Kind
from handlers.routing import Answer, AnswerHandler, Route, command_line
from handlers.staff import STAFF_ANSWERS, STAFF_ROUTES
from handlers.visitors import VISITOR_ANSWERS, VISITOR_ROUTES
from handlers.voter_cases import VOTER_CASE_ANSWERS, VOTER_CASE_ROUTES
from handlers.voter_corrections import CORRECTION_ANSWERS
from handlers.voter_stations import STATION_ANSWERS, STATION_ROUTES
from nlp.intents import small_talk
from nlp.signals import detect
from storage import questions
from storage.people import OpenQuestion

ROUTES: tuple[Route, ...] = (
    *voters.EVENT_ROUTES,
    *ACCOUNT_ROUTES,
    *STAFF_ROUTES,
    *DEPUTY_ROUTES,
    *VISITOR_ROUTES,
    *VOTER_CASE_ROUTES,
    *STATION_ROUTES,
    *voters.VOTER_ROUTES,
)

ANSWERS: Mapping[str, AnswerHandler] = {
    **ACCOUNT_ANSWERS,
    **STAFF_ANSWERS,
    **DEPUTY_ANSWERS,
    **VOTER_CASE_ANSWERS,
    **CORRECTION_ANSWERS,
    **STATION_ANSWERS,
    **VISITOR_ANSWERS,
}


WORDS_OR_MEDIA = frozenset({Kind.TEXT, Kind.LINK}) | filing.MEDIA


def handle(ctx: Context, message: IncomingMessage) -> Answer:
    """Handle one message in the cold lane: answers first, then commands, then what hardly is one, then cases."""
    effects = hot.decide(message, ctx.sender, ctx, ctx.inbox_id)
    if effects is not None:
        return _written(ctx, effects)
    line = command_line(message.key if message.kind is Kind.CLICK or message.key else message.text)
    question = ctx.sender.questions[0] if ctx.sender.questions else None
    if message.kind in {Kind.TEXT, Kind.CLICK} and question and (value := chosen(question, line)) is not None:
        return _answered(ctx, question, value)
    for route in ROUTES:
        rest = route.match(message, ctx.sender, line)
        if rest is not None:
            return Answer(route.handler(ctx, message, rest), route.name)
    if question and takes(question, line, ctx):
        return _answered(ctx, question, message.text)
    return _free_words(ctx, message, line)


def chosen(question: OpenQuestion, line: str) -> str | None:
    """Give the value of the option that a line picks, by its digit or by its words."""
    for choice in question.options:
        if line and line in {choice["digit"], choice["label"]}:
            return choice["value"]
    return None


def takes(question: OpenQuestion, line: str, ctx: Context) -> bool:
    """Tell whether words that are no command answer the question."""
    if not line or line.isdigit() or not question.data.get("free") or detect(line):
        return False
    return question.kind != "place" or joining.answers_place(line, ctx)


def _answered(ctx: Context, question: OpenQuestion, value: str) -> Answer:
    """Take an answer; then ask the older question again that still waits."""
    questions.close(ctx.session, question.id, ctx.now)
    text = ANSWERS[question.kind](ctx, question, value)
    following = questions.latest(ctx.session, ctx.sender.person_id, ctx.now)
    if following and following.kind in questions.INSISTING and following.delivered_at != ctx.now:
        questions.bring_forward(ctx.session, following.id, ctx.now)
        text = ctx.texts("still_open", said=text, question=following.text, menu=voters.shown_menu(following))
    return Answer(text.rstrip(), f"answer {question.kind}")


def _free_words(ctx: Context, message: IncomingMessage, line: str) -> Answer:
    """Handle words that are no command: small talk, an emergency, too little to be a case, or a case."""
    if message.kind not in WORDS_OR_MEDIA:
        return Answer(voters.not_understood(ctx, message, line), "unknown")
    if message.kind in filing.MEDIA and not message.text:
        return _written(ctx, filing.file_media(message, ctx.sender, ctx, ctx.inbox_id))
    if ctx.sender.holds(*STAFF_ROLES) and message.kind is Kind.TEXT:
        return Answer(visitors.staff_unclear(ctx, message, line), "unclear")
    return _words(ctx, message, line)


def _words(ctx: Context, message: IncomingMessage, line: str) -> Answer:
    if kind := small_talk(line):
        return Answer(ctx.texts(f"small_talk_{kind}"), "small talk")
    signals = detect(line)
    if signals:
        return _written(ctx, urgent.file_signal(ctx, message, signals))
    if not hot.says_something(line) and not voters.names_a_trouble(ctx, line):
        return Answer(voters.too_little(ctx, message, line), "too little")
    return _written(ctx, hot.file_or_join(message, ctx.sender, ctx, ctx.inbox_id))


def _written(ctx: Context, effects: Effects) -> Answer:
    (reply,) = write_effects(ctx.session.connection(), [effects], ctx.now)
    return Answer(reply, effects.route)
