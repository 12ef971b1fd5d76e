"""A case that is not solved after all: back to whoever answered it on half the clock, or, later, a case linked to it (T8)."""

from datetime import timedelta

from handlers import wording
from handlers.cases import case_rows
from handlers.cases.entering import write_effects
from handlers.cases.reopening import TO_SUPERVISION, change, reopen, tell_office
from handlers.cases.solved import UNSOLVED
from handlers.cases.telling import tell_voter
from handlers.context import Context
from handlers.effects import NUMBER_SLOT, Effects
from handlers.voters.own.adding import ask_more
from storage.casework import support
from storage.messages import questions
from storage.messages.questions import option, question_row
from storage.models import Case, State

GRACE = timedelta(days=7)
"""So long after its end a word of its voter reopens the same case; a later one opens a case linked to it."""
BARE = 6
"""Words beyond this many characters tell more than yes or no: they go into the case."""
_ENDED = frozenset({State.AWAITING_VOTER, State.CLOSED})
_EARLIER_SHOWN = 200


def keep_words(ctx: Context, case: Case, words: str, *, however_short: bool = False) -> None:
    """Put words that tell more than yes or no into the voter's own case."""
    if however_short or len(words) > BARE:
        part = case_rows.text_part(case.id, words, ctx.now, ctx.inbox_id)
        write_effects(ctx.session.connection(), [Effects(reply="", route="words", parts=[part])], ctx)


def not_solved(ctx: Context, own: Case, words: str = "", *, asked: bool = False, kept: bool = False) -> str:
    """Hear that a case is not solved: reopen it, link a new one to it if it ended long ago, or note the word.

    `asked`: the bot itself asked weeks later, so that the answer reopens the same case. `kept`: the words are in it.
    """
    main = support.main_of(ctx.session, own)
    if main.state == State.CLOSED and not asked and not lately_closed(ctx, main):
        return link(ctx, own, main, words)
    if not kept:
        keep_words(ctx, own, words)
    if main.state in _ENDED:
        return _reopen(ctx, own, main, told=len(words) > BARE)
    change(ctx, own, f"verdict {UNSOLVED}", State(own.state), verdict=UNSOLVED)
    ask_more(ctx, own)
    return ctx.texts("reopened_already", number=own.number)


def lately_closed(ctx: Context, main: Case) -> bool:
    """Tell whether a closed case is still within its days of grace."""
    return main.closed_at is not None and ctx.now <= main.closed_at + GRACE


def _reopen(ctx: Context, own: Case, main: Case, *, told: bool) -> str:
    """Give a case back to the same unit, and let all others behind it know."""
    support.forget_verdicts(ctx.session, main)
    action = f"verdict {UNSOLVED}"
    if own is main:
        sent = reopen(ctx, main, action, verdict=UNSOLVED)
    else:
        change(ctx, own, action, State(own.state), verdict=UNSOLVED)
        sent = reopen(ctx, main, "reopened")
    unit = (
        wording.department_name(sent.department, ctx)
        if sent.department
        else wording.station_name(main.station, ctx)
    )
    day = wording.day(sent.until.due)
    text = ctx.texts("voter_reopened", number=main.number, department=unit, day=day)
    tell_voter(ctx, main, sent.step_id, text, besides=ctx.sender.person_id)
    tell_office(ctx, main, "office")
    if not told:
        ask_more(ctx, own)
    key = "reopened_supervised" if main.failures >= TO_SUPERVISION else "reopened"
    said = ctx.texts(key, department=unit, day=day)
    return said + ctx.texts("reopened_told" if told else "reopened_where")


def link(ctx: Context, own: Case, main: Case, words: str) -> str:
    """File what is broken again as a case of its own that names the earlier one, so that the clocks stay honest."""
    where = case_rows.destination(words, ctx)
    case = case_rows.case_row(
        where,
        ctx.sender,
        ctx,
        text=ctx.texts(
            "linked_text",
            words=words,
            number=own.number,
            text=wording.clipped(own.text or main.text, _EARLIER_SHOWN),
        ),
        source="message",
        category=main.category,
        topic=main.topic,
        industry=main.industry,
        station=main.station,
        street=main.street,
        place=main.place,
        place_text=main.place_text,
        look_by=case_rows.look_by(ctx, main.topic),
        because=main.because,
        linked_to=own.id,
    )
    actor = ctx.sender.person_id
    steps = [
        case_rows.step_row(case["id"], "filed", case["state"], ctx.now, actor=actor, public=True),
        case_rows.step_row(
            case["id"], "linked", case["state"], ctx.now, actor=actor, public=True, note=own.number
        ),
    ]
    effects = Effects(
        reply=ctx.texts(
            "filed_linked",
            number=NUMBER_SLOT,
            earlier=own.number,
            day_closed=wording.short_day((main.closed_at or ctx.now).astimezone(ctx.now.tzinfo).date()),
            topic=wording.topic_name(main.topic, ctx),
            station=wording.station_name(main.station, ctx),
            day=wording.day(case["look_by"]),
        ),
        route="link",
        case=case,
        steps=steps,
        parts=[case_rows.text_part(case["id"], words, ctx.now, ctx.inbox_id)],
        closed_questions=[each.id for each in ctx.sender.questions if each.kind not in questions.INSISTING],
        question=question_row(
            person_id=actor,
            kind="correct",
            subject=str(case["id"]),
            options=[option(1, "", "wrong")],
            now=ctx.now,
        ),
    )
    (reply,) = write_effects(ctx.session.connection(), [effects], ctx)
    step = case_rows.step_row(
        own.id, "continued", own.state, ctx.now, actor=actor, public=True, note=case["number"]
    )
    write_effects(ctx.session.connection(), [Effects(reply="", route="link", steps=[step])], ctx)
    return reply
