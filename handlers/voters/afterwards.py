"""Words about a case told before, with nothing asked: “又坏了”, “还是不亮”, “修好了”; which case they mean (T8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from handlers.case_rows import destination
from handlers.context import Context
from handlers.messages import BUREAU_ROLES, STAFF_ROLES, IncomingMessage, Kind
from handlers.routing import AnswerHandler, Route
from handlers.voters import joining
from handlers.voters.adding import put_in
from handlers.voters.cases import line_of
from handlers.voters.not_solved import lately_closed, not_solved
from handlers.voters.verdicts import settle
from nlp import plain_words
from nlp.lexicon import OTHER
from nlp.plain_words import SOLVED
from storage import own_cases, questions, support
from storage.models import OPEN_STATES, Case, State
from storage.people import OpenQuestion
from storage.questions import menu, option

_LOOKED_AT = 8
_SHOWN = 4
_LINKABLE = timedelta(days=365)
_SAYS_LITTLE = 10
"""A line this short leans on the case it means: no topic is read into it."""


@dataclass(frozen=True, slots=True)
class Told:
    """A case that the voter told before, and the one it is worked on with (itself, or the one it was put to)."""

    own: Case
    main: Case


def take_up(ctx: Context, message: IncomingMessage, line: str) -> str | None:
    """Take words for the case they mean; None where they mean none, so that they are a new trouble."""
    if ctx.sender.holds(*STAFF_ROLES, *BUREAU_ROLES) or _was_asked(ctx):
        return None
    number, words = plain_words.numbered(line)
    good = plain_words.verdict(words) == SOLVED
    if not (good or plain_words.comes_back(words)):
        return None
    where = destination(words, ctx)
    if not number and not good and joining.joins(ctx.sender, ctx, where):
        return None
    told = [each for each in _told(ctx) if each.own.number.replace("-", "").endswith(number.replace("-", ""))]
    if number and not told:
        return ctx.texts("own_not_found", number=number)
    said = message.text.strip() if not number else words
    if good:
        return _turned_out_well(ctx, told, said)
    return _turned_out_badly(ctx, told, said)


def _was_asked(ctx: Context) -> bool:
    """Tell whether the latest question waits for words."""
    return bool(ctx.sender.questions) and bool(ctx.sender.questions[0].data.get("free"))


def _told(ctx: Context) -> list[Told]:
    found = own_cases.newest(ctx.session, ctx.sender.person_id, _LOOKED_AT)
    return [
        Told(case, support.main_of(ctx.session, case))
        for case in found
        if case.urgency != joining.DESPAIR and case.voter_left_at is None
    ]


def _turned_out_well(ctx: Context, told: Sequence[Told], words: str) -> str:
    """Write down “修好了” of the one case about which it can be said."""
    asked = [each for each in told if each.main.state == State.AWAITING_VOTER or _unjudged(ctx, each)]
    if len(asked) == 1:
        return settle(ctx, asked[0].own, SOLVED, words)
    if asked:
        return _which(ctx, asked, words)
    at_work = [each for each in told if each.main.state in OPEN_STATES]
    return put_in(ctx, at_work[0].own, words) if len(at_work) == 1 else ctx.texts("small_talk_thanks")


def _unjudged(ctx: Context, each: Told) -> bool:
    """Tell whether silence closed a case lately."""
    return each.main.state == State.CLOSED and each.own.verdict is None and lately_closed(ctx, each.main)


def _turned_out_badly(ctx: Context, told: Sequence[Told], words: str) -> str | None:
    likely = _likely(ctx, told, words)
    if likely is None:
        return None
    meant, certain = likely
    return again(ctx, meant[0], words) if certain or len(meant) == 1 else _which(ctx, meant, words)


def _likely(ctx: Context, told: Sequence[Told], words: str) -> tuple[list[Told], bool] | None:
    """Give the cases that words may mean, the newest first, and whether they name the trouble themselves.

    What was just answered or ended goes before what is being worked on, and that before what ended long ago.
    """
    where = destination(words, ctx)
    named = where.found.category != OTHER and len(words) > _SAYS_LITTLE
    keys = {place.key for place in where.places}
    alike = [
        each
        for each in told
        if (not named or each.main.category == where.found.category) and (not keys or each.main.place in keys)
    ]
    ranks = (
        [each for each in alike if each.main.state == State.AWAITING_VOTER or _just_ended(ctx, each)],
        [each for each in alike if each.main.state in OPEN_STATES],
        [each for each in alike if _ended_long_ago(ctx, each)],
    )
    meant = next((rank for rank in ranks if rank), None)
    return None if meant is None else (meant, bool(named or keys))


def _just_ended(ctx: Context, each: Told) -> bool:
    return each.main.state == State.CLOSED and lately_closed(ctx, each.main)


def _ended_long_ago(ctx: Context, each: Told) -> bool:
    ended = each.main.closed_at
    return each.main.state == State.CLOSED and ended is not None and ctx.now - ended < _LINKABLE


def again(ctx: Context, each: Told, words: str) -> str:
    """Reopen a case, link a new one to it, or put the words into it where somebody is at work on it."""
    if each.main.state in {State.AWAITING_VOTER, State.CLOSED}:
        return not_solved(ctx, each.own, words)
    return put_in(ctx, each.own, words)


def _which(ctx: Context, told: Sequence[Told], words: str) -> str:
    """Ask which case is meant."""
    options = [
        option(digit, line_of(ctx, each.own), str(each.own.id)) for digit, each in enumerate(told[:_SHOWN], 1)
    ]
    options.append(option(0, ctx.texts("which_again_none"), "none"))
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="which_again",
        options=options,
        data={"words": words},
        now=ctx.now,
    )
    return ctx.texts("which_again", menu=menu(options))


def pick_again(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Take the case that was picked; none of them asks for the new trouble in a sentence."""
    case = own_cases.by_id(ctx.session, ctx.sender.person_id, int(value)) if value != "none" else None
    if case is None:
        return ctx.texts("again_new")
    words = question.data["words"]
    if plain_words.verdict(words) == SOLVED:
        return settle(ctx, case, SOLVED, words)
    return again(ctx, Told(case, support.main_of(ctx.session, case)), words)


AFTERWARDS_ROUTES = (Route(name="again", handler=take_up, kinds=frozenset({Kind.TEXT})),)

AFTERWARDS_ANSWERS: dict[str, AnswerHandler] = {"which_again": pick_again}
