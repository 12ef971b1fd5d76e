"""The whole bot on one page: ROUTES and ANSWERS; the first match wins."""

from collections.abc import Mapping
from dataclasses import replace

from handlers.account import duty_channel, members
from handlers.account.accounts import ACCOUNT_ANSWERS, ACCOUNT_ROUTES
from handlers.account.members import MEMBER_ROUTES
from handlers.alarms.raising import alarms_told
from handlers.cases.entering import write_effects
from handlers.commands.free_lines import NotYoursRoute
from handlers.commands.other_menus import leave_other_cases
from handlers.commands.staff import STAFF_ANSWERS, STAFF_ROUTES
from handlers.commands.unclear import unclear
from handlers.context import Context
from handlers.departments.commands import DEPARTMENT_ANSWERS, DEPARTMENT_ROUTES
from handlers.deputies import DEPUTY_ANSWERS, DEPUTY_ROUTES
from handlers.effects import Effects
from handlers.escalation.deciding import ESCALATION_ANSWERS
from handlers.messages import BUREAU_ROLES, STAFF_ROLES, IncomingMessage, Kind, Role
from handlers.route import Answer, AnswerHandler, Route
from handlers.routing import going_back, hot
from handlers.routing.choosing import asks_telephone, chosen, read_by_then, takes
from handlers.staff.people.visitors import VISITOR_ANSWERS, VISITOR_ROUTES
from handlers.staff.referral.assisting import ASSISTING_ANSWERS
from handlers.staff.referral.doors import DOOR_ANSWERS
from handlers.staff.referral.editing import EDITING_ANSWERS
from handlers.staff.referral.entering import ENTERING_ANSWERS
from handlers.staff.referral.referring import REFERRING_ANSWERS
from handlers.staff.referral.reviewing import REVIEWING_ANSWERS
from handlers.voters.doors import DOOR_TOLD_ANSWERS
from handlers.voters.filing import danger_there, filing, joining, support, urgent
from handlers.voters.filing import talk as voters
from handlers.voters.filing.doubt import DOUBT_ANSWERS
from handlers.voters.filing.no_case import NO_CASE_ANSWERS, hold_advert, keep_praise
from handlers.voters.filing.sentences import file_or_join
from handlers.voters.filing.several import SEVERAL_ANSWERS
from handlers.voters.filing.standing import drop_dead
from handlers.voters.filing.support import SUPPORT_ANSWERS
from handlers.voters.meeting.enquiries import ENQUIRY_ROUTES
from handlers.voters.meeting.own_bookings import BOOKING_ANSWERS, BOOKING_ROUTES
from handlers.voters.meeting.stations import STATION_ANSWERS, STATION_ROUTES
from handlers.voters.mending.corrections import CORRECTION_ANSWERS, CORRECTION_ROUTES
from handlers.voters.own import adding
from handlers.voters.own.adding import ADDING_ANSWERS, ADDING_ROUTES
from handlers.voters.own.calling import CALLING_ANSWERS, CALLING_ROUTES
from handlers.voters.own.case_card import MORE
from handlers.voters.own.cases import VOTER_CASE_ANSWERS, VOTER_CASE_ROUTES
from handlers.voters.own.openness import OPENNESS_ANSWERS, OPENNESS_ROUTES
from handlers.voters.own.own_data import OWN_DATA_ANSWERS, OWN_DATA_ROUTES
from handlers.voters.own.restoring import RESTORING_ROUTES
from handlers.voters.secrecy import SECRECY_ROUTES
from handlers.voters.verdict.afterwards import AFTERWARDS_ANSWERS, AFTERWARDS_ROUTES
from handlers.voters.verdict.contacts import CONTACT_ROUTES
from handlers.voters.verdict.verdicts import VERDICT_ANSWERS, VERDICT_ROUTES
from nlp.alarms.adverts import is_advert
from nlp.alarms.signals import Signals, detect
from nlp.sayings import plain_words
from nlp.sayings.good_news import is_praise
from nlp.sayings.intents import small_talk
from nlp.text.case_numbers import in_one_form
from nlp.text.fold import command_line
from storage.messages import questions
from storage.people.people import OpenQuestion, Sender

ROUTES: tuple[Route, ...] = (
    *MEMBER_ROUTES,
    *voters.EVENT_ROUTES,
    *ACCOUNT_ROUTES,
    *DEPARTMENT_ROUTES,
    *STAFF_ROUTES,
    *DEPUTY_ROUTES,
    *VISITOR_ROUTES,
    *SECRECY_ROUTES,
    *OWN_DATA_ROUTES,
    *OPENNESS_ROUTES,
    *VERDICT_ROUTES,
    *RESTORING_ROUTES,
    *CONTACT_ROUTES,
    *AFTERWARDS_ROUTES,
    *ADDING_ROUTES,
    *CORRECTION_ROUTES,
    *VOTER_CASE_ROUTES,
    *BOOKING_ROUTES,
    *ENQUIRY_ROUTES,
    *STATION_ROUTES,
    *CALLING_ROUTES,
    *voters.VOTER_ROUTES,
)

ANSWERS: Mapping[str, AnswerHandler] = {
    **ACCOUNT_ANSWERS,
    **STAFF_ANSWERS,
    **DEPARTMENT_ANSWERS,
    **ESCALATION_ANSWERS,
    **DEPUTY_ANSWERS,
    **REFERRING_ANSWERS,
    **ASSISTING_ANSWERS,
    **DOOR_ANSWERS,
    **DOOR_TOLD_ANSWERS,
    **DOUBT_ANSWERS,
    **danger_there.DANGER_ANSWERS,
    **ENTERING_ANSWERS,
    **EDITING_ANSWERS,
    **REVIEWING_ANSWERS,
    **OWN_DATA_ANSWERS,
    **OPENNESS_ANSWERS,
    **VERDICT_ANSWERS,
    **AFTERWARDS_ANSWERS,
    **ADDING_ANSWERS,
    **VOTER_CASE_ANSWERS,
    **CORRECTION_ANSWERS,
    **NO_CASE_ANSWERS,
    **SEVERAL_ANSWERS,
    **BOOKING_ANSWERS,
    **CALLING_ANSWERS,
    **STATION_ANSWERS,
    **SUPPORT_ANSWERS,
    **VISITOR_ANSWERS,
}


_STAFF_ASK = frozenset(
    {
        *STAFF_ANSWERS,
        *VISITOR_ANSWERS,
        *REFERRING_ANSWERS,
        *ASSISTING_ANSWERS,
        *DOOR_ANSWERS,
        *ENTERING_ANSWERS,
        *EDITING_ANSWERS,
        *REVIEWING_ANSWERS,
        *DEPARTMENT_ANSWERS,
        *ESCALATION_ANSWERS,
        "code_for",
        going_back.KIND,
    }
)
_DEPUTIES_ASK = frozenset(DEPUTY_ANSWERS)
DUTY_ROUTES = frozenset(
    {route.name for route in ROUTES if route.roles}
    | {f"answer {kind}" for kind in _STAFF_ASK | _DEPUTIES_ASK}
)
"""Routes whose answers may show what voters wrote, to those who may read it."""

WORDS_OR_MEDIA = frozenset({Kind.TEXT, Kind.LINK}) | filing.MEDIA


def handle(ctx: Context, message: IncomingMessage) -> Answer:
    """Handle one message in the cold lane, as far as the sender's duties belong on this channel."""
    ctx = _without_lost_duties(replace(ctx, sent_at=message.sent_at))
    effects = hot.decide(message, ctx.sender, ctx, ctx.inbox_id)
    if effects is not None:
        return _written(ctx, effects)
    line = command_line(message.key if message.kind is Kind.CLICK or message.key else message.text)
    if not asks_telephone(ctx.sender):
        line = in_one_form(line, office=ctx.sender.holds(*STAFF_ROLES, *BUREAU_ROLES))
    ctx = drop_dead(ctx)
    answer = _elsewhere(ctx, message, line) or _routed(replace(ctx, sender=_here(ctx)), message, line)
    if not ctx.asides:
        return answer
    return replace(answer, text="\n".join(filter(None, (answer.text, *ctx.asides))))


def _without_lost_duties(ctx: Context) -> Context:
    """Leave out what was asked of an office that the sender does not hold any more."""
    left = [each for each in ctx.sender.questions if _may_answer(ctx.sender, each.kind)]
    if len(left) == len(ctx.sender.questions):
        return ctx
    return replace(ctx, sender=replace(ctx.sender, questions=left))


def _may_answer(sender: Sender, kind: str) -> bool:
    if kind in _STAFF_ASK:
        return sender.holds(*STAFF_ROLES, *BUREAU_ROLES)
    return kind not in _DEPUTIES_ASK or sender.holds(*STAFF_ROLES, *BUREAU_ROLES, Role.DEPUTY)


_OF_OTHERS = tuple(route for route in ROUTES if isinstance(route, NotYoursRoute))
"""Commands with the number of a case, typed by somebody of another role: answered as such, and no complaint."""


def _routed(ctx: Context, message: IncomingMessage, line: str) -> Answer:
    """Take answers first, then commands, then what hardly is one, then cases."""
    question = read_by_then(ctx, line)
    picked = _picked(ctx, message, question, line)
    if not (picked and _is_choice(picked[0], line)) and (grave := _danger(ctx, message, line)):
        return _written(ctx, urgent.file_signal(ctx, message, grave))
    if picked:
        return _answered(ctx, message, *picked)
    if _accuses(ctx, message, question, line):
        return _written(ctx, urgent.file_signal(ctx, message, urgent.signals_of(line, ctx.district)))
    for route in ROUTES:
        rest = route.match(message, ctx.sender, line)
        if rest is not None and (text := route.handler(ctx, message, rest)) is not None:
            leave_other_cases(ctx, route, rest)
            return Answer(going_back.after_command(ctx, route, message, rest, text), route.name)
    if message.kind is Kind.TEXT and question and takes(question, line, ctx):
        return _answered(ctx, message, question, message.text)
    return _free_words(ctx, message, line)


def _is_choice(question: OpenQuestion, line: str) -> bool:
    """Tell whether a line is nothing but the digit or the label of an option; other words may tell of danger."""
    return any(line in {each["digit"], each["label"]} for each in question.options)


def _danger(ctx: Context, message: IncomingMessage, line: str) -> Signals | None:
    """Give the danger that a voter's words tell of, typed or spoken: it goes before every answer and command."""
    if message.kind not in {Kind.TEXT, Kind.VOICE} or _is_duty(ctx, line):
        return None
    found = detect(line)
    return found if found.grave else None


def _accuses(ctx: Context, message: IncomingMessage, question: OpenQuestion | None, line: str) -> bool:
    """Tell whether a line accuses somebody of the house and is no answer about a case, nor added to one.

    Such words never reach a place, a booking, a command or a menu; those that are left to their case the door seals.
    """
    if message.kind not in WORDS_OR_MEDIA or _is_duty(ctx, line) or not ctx.district.accuses(line):
        return False
    if question is not None and question.kind in adding.ABOUT_A_CASE | {"again"}:
        return False
    if any(route.match(message, ctx.sender, line) is not None for route in _OF_OTHERS):
        return False
    return not line.startswith("补充") and plain_words.PROGRESS.fullmatch(line) is None


def _here(ctx: Context) -> Sender:
    return duty_channel.here(ctx.sender, ctx.switches, _STAFF_ASK, _DEPUTIES_ASK)


def _elsewhere(ctx: Context, message: IncomingMessage, line: str) -> Answer | None:
    """Send a duty to the channel that it is kept to; what a voter could say is none."""
    sender = _here(ctx)
    if sender is ctx.sender:
        return None
    refused = Answer(ctx.texts("duty_elsewhere"), "duty elsewhere")
    if line.isdigit() and not sender.questions and ctx.sender.questions:
        return refused
    with_roles = replace(sender, grants=ctx.sender.grants)
    for route in ROUTES:
        if route.match(message, with_roles, line) is not None:
            return None if route.match(message, sender, line) is not None else refused
    return None


def _is_duty(ctx: Context, line: str) -> bool:
    """Tell whether a line is written in office: what staff write to others, why a deputy stays away."""
    return ctx.sender.holds(*STAFF_ROLES, *BUREAU_ROLES) or (
        ctx.sender.holds(Role.DEPUTY) and line.startswith("请假")
    )


def _picked(
    ctx: Context, message: IncomingMessage, question: OpenQuestion | None, line: str
) -> tuple[OpenQuestion, str] | None:
    """Give the question that a message answers by picking an option: the card's own, else the latest."""
    if message.kind is Kind.CARD:
        pressed = members.pressed(ctx, message)
        return pressed if pressed and _may_answer(ctx.sender, pressed[0].kind) else None
    if question is None or message.kind not in {Kind.TEXT, Kind.CLICK}:
        return None
    if question.kind == MORE and line.isdigit():
        # It takes words alone: a digit answers the menu before it.
        question = next((each for each in ctx.sender.questions if each.options), question)
    value = chosen(question, line)
    return None if value is None else (question, value)


def _answered(ctx: Context, message: IncomingMessage, question: OpenQuestion, value: str) -> Answer:
    """Take an answer; then ask the older question again that still waits."""
    questions.close(ctx.session, question.id, ctx.now)
    members.note_choice(ctx, question, value)
    if value == going_back.BACK:
        text = going_back.go(ctx, message, question, ROUTES, ANSWERS)
    else:
        taken_by = danger_there.KIND if value == danger_there.VALUE else question.kind
        text = ANSWERS[taken_by](ctx, question, value)
        if f"answer {question.kind}" in DUTY_ROUTES:
            text = going_back.after_answer(ctx, message, question, value, text)
    following = questions.latest(ctx.session, ctx.sender.person_id, ctx.now)
    here = {each.id for each in ctx.sender.questions}
    if (
        following
        and following.id in here
        and following.kind in questions.INSISTING
        and following.delivered_at != ctx.now
    ):
        questions.bring_forward(ctx.session, following.id, ctx.now)
        text = ctx.texts("still_open", said=text, question=following.text, menu=voters.shown_menu(following))
    return Answer(text.rstrip(), f"answer {question.kind}")


def _free_words(ctx: Context, message: IncomingMessage, line: str) -> Answer:
    """Handle words that are no command: small talk, an emergency, too little to be a case, or a case."""
    if message.kind is Kind.CLICK:
        return Answer(voters.press_button(ctx, message), "menu")
    if message.kind not in WORDS_OR_MEDIA:
        return Answer(voters.not_understood(ctx, message, line), "unknown")
    if message.kind in filing.MEDIA and not message.text:
        if (said := adding.put_media(ctx, message)) is not None:
            return Answer(said, "add media")
        return _written(ctx, filing.file_media(message, ctx.sender, ctx, ctx.inbox_id))
    if ctx.sender.holds(*STAFF_ROLES, *BUREAU_ROLES) and message.kind is Kind.TEXT:
        return _unclear(ctx, message, line)
    return _words(ctx, message, line)


def _unclear(ctx: Context, message: IncomingMessage, line: str) -> Answer:
    """Ask staff what they mean; danger that they tell of, and not of a case at hand, is filed at once."""
    writes = ctx.sender.questions and ctx.sender.questions[0].data.get("free")
    if not writes and (grave := detect(line)).grave:
        return _written(ctx, urgent.file_signal(ctx, message, grave))
    return Answer(unclear(ctx, message, line), "unclear")


def _words(ctx: Context, message: IncomingMessage, line: str) -> Answer:
    if kind := small_talk(line):
        return Answer(voters.talk(ctx, kind), "small talk")
    signals = urgent.signals_of(line, ctx.district)
    if signals:
        return _written(ctx, urgent.file_signal(ctx, message, signals))
    if is_praise(line) or is_advert(line):
        return _no_case(ctx, message, line)
    said = ctx.district.account.keywords.get(line, "")
    if said and not (hot.says_something(line) and voters.names_a_trouble(ctx, line)):
        return Answer(ctx.texts("keyword_answer", words=said), "keyword")
    if (
        not hot.says_something(line)
        and not joining.joins_number(line, ctx.sender, ctx)
        and not (joining.joins(ctx.sender, ctx, None) and ctx.district.gazetteer.find(line).places)
        and not voters.names_a_trouble(ctx, line)
    ):
        return Answer(voters.too_little(ctx, message, line), "too little")
    effects = file_or_join(message, ctx.sender, ctx, ctx.inbox_id)
    danger_there.ask_too(ctx, effects, signals, message.text)
    filed = _written(ctx, effects)
    # A keyword that is itself a trouble gets its answer too, but never instead of a number.
    return Answer(f"{filed.text}\n{said}", filed.route) if said else filed


def _no_case(ctx: Context, message: IncomingMessage, line: str) -> Answer:
    if is_praise(line):
        return Answer(keep_praise(ctx, message), "praise")
    return Answer(hold_advert(ctx, message), "advert")


def _written(ctx: Context, effects: Effects) -> Answer:
    support.offer(ctx.session.connection(), [effects], ctx)
    (reply,) = write_effects(ctx.session.connection(), [effects], ctx)
    reply = alarms_told(ctx, effects.alarms, reply)
    return Answer(reply, effects.route)
