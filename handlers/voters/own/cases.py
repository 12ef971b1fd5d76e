"""A voter's own cases: how they stand, why they were filed so, adding to them, withdrawing them."""

import re

from sqlalchemy import update

from handlers import wording
from handlers.alarms.raising import heard
from handlers.cases import case_rows
from handlers.cases.entering import write_effects
from handlers.context import Context
from handlers.effects import Effects
from handlers.messages import BUREAU_ROLES, STAFF_ROLES, IncomingMessage
from handlers.route import AnswerHandler, Route
from handlers.voters.filing.joining import DESPAIR
from handlers.voters.own.case_card import CARD_ANSWERS, list_own, shown, state_name
from handlers.voters.own.case_history import plain_topic
from nlp.sayings import plain_words
from nlp.text.case_numbers import first_in
from nlp.times.promise_words import holds_against
from nlp.topics.classify import classify
from nlp.topics.lexicon import OTHER
from storage.cases import own_cases
from storage.casework import support
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.models import OPEN_STATES, Case, State
from storage.people.people import OpenQuestion, Sender

_WHY = {case_rows.OWN_STREET: "why_own_street", case_rows.PINNED: "why_pinned_at"}


def show_own(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    return list_own(ctx)


def show_own_asked(ctx: Context, message: IncomingMessage, rest: str) -> str | None:
    """Tell how the voter's cases stand, asked in whole words; those in office ask about others' cases."""
    return None if ctx.sender.holds(*STAFF_ROLES, *BUREAU_ROLES) else show_own(ctx, message, rest)


def show_own_pressed(ctx: Context, message: IncomingMessage, rest: str) -> str | None:
    """Tell the impatient how their cases stand; who has none tells a new one."""
    return show_own_asked(ctx, message, rest) if latest(ctx) else None


def show_asked_after(ctx: Context, _message: IncomingMessage, thing: str) -> str | None:
    """Tell how the own matter stands that a question names; about a matter of which nothing was told it is a new case."""
    if ctx.sender.holds(*STAFF_ROLES, *BUREAU_ROLES):
        return None
    asked = classify(thing, ctx.district.lexicon).topic
    told = own_cases.newest(ctx.session, ctx.sender.person_id)
    meant = [case for case in told if not case.sealed and case.topic == asked != OTHER]
    if len(meant) == 1:
        return shown(ctx, meant[0])
    return list_own(ctx) if meant else None


def show_one(ctx: Context, message: IncomingMessage, rest: str) -> str:
    """Show one's own case by number; another's number and no number at all read the same."""
    number = first_in(rest)
    if not number:
        return show_own(ctx, message, rest)
    case = own_cases.by_number(ctx.session, ctx.sender.person_id, number)
    return shown(ctx, case) if case else ctx.texts("own_not_found", number=number)


def explain(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    """Tell the words that decided topic and station of the case filed last."""
    case = latest(ctx)
    if case is None:
        return ctx.texts("no_own_cases")
    if case.urgency == DESPAIR:
        return ctx.texts(wording.despair_key("joined_despair", case.text))
    if case.sealed:
        return ctx.texts("own_sealed", number=case.number)
    if case.urgency:
        return ctx.texts("own_urgent", number=case.number, heard=heard(ctx, case))
    words = "".join(f"“{word}”" for word in case.because.get("words", [])[:3])
    topic = (
        ctx.texts("why_topic", words=words, topic=plain_topic(ctx, case))
        if words
        else ctx.texts("why_no_topic")
    )
    if case.station and case.place_text:
        topic = ctx.texts(
            _why_there(ctx, case),
            said=topic,
            place=wording.clipped(case.place_text, 12),
            station=wording.station_name(case.station, ctx),
        )
    if case.industry:
        topic = ctx.texts("why_industry", said=topic, station=wording.station_name(case.industry, ctx))
    return ctx.texts("why_foot", said=topic)


def _why_there(ctx: Context, case: Case) -> str:
    """Give the sentence that says how the station was found: by words, by a position, or as the voter's own."""
    own = ctx.district.stations.get(ctx.sender.station)
    if case.place_text in {ctx.texts("pinned_place"), ctx.texts("pictured_place")}:
        return "why_pinned"
    if not case.place and own is not None and case.place_text == own.name:
        return "why_own_station"
    kept = case.because
    if kept.get("place") == case.place_text and kept.get("reason") in _WHY:
        return _WHY[kept["reason"]]
    return "why_station"


def withdraw(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Ask before a case is withdrawn."""
    number = first_in(rest)
    case = own_cases.by_number(ctx.session, ctx.sender.person_id, number) if number else latest(ctx)
    if case is None:
        return ctx.texts("own_not_found", number=number) if number else ctx.texts("no_own_cases")
    if not _goes_on(ctx, case):
        return ctx.texts("not_withdrawable", number=case.number, state=state_name(ctx, case))
    options = [option(1, ctx.texts("withdraw_yes"), "yes"), option(0, ctx.texts("withdraw_no"), "no")]
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="withdraw",
        subject=str(case.id),
        options=options,
        now=ctx.now,
    )
    return ctx.texts("withdraw_sure", number=case.number, menu=menu(options))


def withdraw_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    case = own_cases.by_id(ctx.session, ctx.sender.person_id, int(question.subject))
    if case is None or not _goes_on(ctx, case):
        return ctx.texts("nothing_open")
    if value != "yes":
        return ctx.texts("withdraw_kept", number=case.number)
    if case.merged_into or support.supporters(ctx.session.connection(), [case.id]):
        return _left(ctx, case)
    ctx.session.execute(
        update(Case)
        .where(Case.id == case.id)
        .values(state=State.WITHDRAWN, closed_at=ctx.now, updated_at=ctx.now, joined_until=None)
    )
    step = case_rows.step_row(
        case.id, "withdrawn", State.WITHDRAWN, ctx.now, actor=ctx.sender.person_id, public=True
    )
    write_effects(ctx.session.connection(), [Effects(reply="", route="withdraw", steps=[step])], ctx)
    return ctx.texts("withdrawn", number=case.number)


def stay(ctx: Context, _message: IncomingMessage, _rest: str) -> str | None:
    """Say that the one open case goes on, where “算了” leaves nothing that was asked."""
    if ctx.sender.questions or ctx.sender.holds(*STAFF_ROLES, *BUREAU_ROLES):
        return None
    open_ones = [case for case in own_cases.newest(ctx.session, ctx.sender.person_id) if _goes_on(ctx, case)]
    if len(open_ones) != 1 or open_ones[0].urgency == DESPAIR:
        return None
    return ctx.texts("left_case", number=open_ones[0].number)


def _goes_on(ctx: Context, case: Case) -> bool:
    return case.voter_left_at is None and support.main_of(ctx.session, case).state in OPEN_STATES


def _left(ctx: Context, case: Case) -> str:
    """Let one of several voters go; the others keep the case."""
    support.leave(ctx.session, case, ctx.now)
    actor = ctx.sender.person_id
    step = case_rows.step_row(case.id, "withdrawn", case.state, ctx.now, actor=actor, public=True)
    write_effects(ctx.session.connection(), [Effects(reply="", route="withdraw", steps=[step])], ctx)
    return ctx.texts("withdrawn_others_stay", number=case.number)


def latest(ctx: Context) -> Case | None:
    cases = own_cases.newest(ctx.session, ctx.sender.person_id, 1)
    return cases[0] if cases else None


class _PromiseRoute(Route):
    """Takes a line that holds a promised day against us: the own matter is shown, never filed anew."""

    def match(self, message: IncomingMessage, sender: Sender, line: str) -> str | None:
        taken = super().match(message, sender, line)
        return line if taken is not None and holds_against(line) else None


VOTER_CASE_ROUTES = (
    _PromiseRoute(name="own cases promised", handler=show_own_pressed),
    Route(
        name="own cases",
        handler=show_own,
        words=("我的", "我的件", "进度", "查进度", "查", "查询", "我的反映"),
    ),
    Route(
        name="own case",
        handler=show_one,
        starts=("查询", "查", "进度"),
        pattern=re.compile(r"(\d{4}-\d{3,6})"),
        needs_rest=True,
    ),
    Route(name="own cases asked", handler=show_own_asked, pattern=plain_words.PROGRESS),
    Route(name="own cases pressed", handler=show_own_pressed, pattern=plain_words.PRESSING),
    Route(name="own cases urged", handler=show_own_asked, pattern=plain_words.URGES),
    Route(name="own case asked after", handler=show_asked_after, pattern=plain_words.ASKS_AFTER),
    Route(name="why", handler=explain, words=("为什么", "为啥", "为什么这样分", "为什么转到这里")),
    Route(name="stay", handler=stay, words=("算了", "算了吧", "算了算了")),
    Route(
        name="withdraw",
        handler=withdraw,
        pattern=plain_words.WITHDRAWS,
    ),
)

VOTER_CASE_ANSWERS: dict[str, AnswerHandler] = {
    **CARD_ANSWERS,
    "withdraw": withdraw_answer,
}
