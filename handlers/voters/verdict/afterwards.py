"""Words about a case told before, with nothing asked: “又坏了”, “还是不亮”, “修好了”; which case they mean (T8)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from handlers.cases.case_rows import destination
from handlers.context import Context
from handlers.messages import BUREAU_ROLES, STAFF_ROLES, IncomingMessage, Kind
from handlers.route import AnswerHandler, Route
from handlers.voters.filing import joining
from handlers.voters.filing.no_case import file_words
from handlers.voters.own.adding import put_in, write_in
from handlers.voters.own.case_card import MORE, line_of
from handlers.voters.verdict.not_solved import BARE, lately_closed, not_solved
from handlers.voters.verdict.verdicts import ask_again, settle
from nlp.sayings import plain_words
from nlp.sayings.plain_words import SOLVED, UNSOLVED
from nlp.topics.lexicon import OTHER
from storage.cases import own_cases
from storage.casework import support
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.models import OPEN_STATES, Case, State
from storage.people.people import OpenQuestion

_LOOKED_AT = 8
_SHOWN = 4
_LINKABLE = timedelta(days=365)
_SAYS_LITTLE = 10
"""A line this short leans on the case it means: no topic is read into it."""


_YES = re.compile(r"(?:是|对|嗯|就是)(?:的|它|这件|那件|啊|呀)?")
_NO = re.compile(r"不(?:是|对)(?:的|这件|那件|啊)?|(?:是)?(?:别的|新的)(?:事)?")


@dataclass(frozen=True, slots=True)
class Told:
    """A case that the voter told before, and the one it is worked on with (itself, or the one it was put to)."""

    own: Case
    main: Case


def take_up(ctx: Context, message: IncomingMessage, line: str) -> str | None:
    """Take words for the case they mean; None where they mean none, so that they are a new trouble."""
    number, words = plain_words.numbered(line)
    if ctx.sender.holds(*STAFF_ROLES, *BUREAU_ROLES) or _was_asked(ctx, words):
        return None
    good = plain_words.verdict(words) == SOLVED
    if not good and not plain_words.comes_back(words):
        return _may_have_turned_out_badly(ctx, number, words) if plain_words.may_come_back(words) else None
    where = destination(words, ctx)
    if not number and not good and joining.joins(ctx.sender, ctx, where):
        bare = plain_words.verdict(words) and len(words) <= BARE
        return _may_have_turned_out_badly(ctx, number, words) if bare else None
    told = [each for each in _told(ctx) if each.own.number.replace("-", "").endswith(number.replace("-", ""))]
    if number and not told:
        return ctx.texts("own_not_found", number=number)
    said = message.text.strip() if not number else words
    if good:
        return _turned_out_well(ctx, told, said)
    return _turned_out_badly(ctx, told, said)


def _was_asked(ctx: Context, words: str) -> bool:
    """Tell whether the latest question waits for words; “没解决” is no place."""
    latest = ctx.sender.questions[0] if ctx.sender.questions else None
    if latest is None or not latest.data.get("free"):
        return False
    said = plain_words.verdict(words)
    if latest.kind == MORE and said == SOLVED:
        case = own_cases.by_id(ctx.session, ctx.sender.person_id, int(latest.subject))
        return case is None or case.verdict != UNSOLVED
    return latest.kind != "place" or said != UNSOLVED


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
    again_at_work = [each for each in told if _works_again(each)]
    if len(again_at_work) == 1 and (not asked or _speaks_of(ctx, again_at_work[0])):
        return ask_again(ctx, again_at_work[0].own)
    if len(asked) == 1:
        return settle(ctx, asked[0].own, SOLVED, words)
    if asked:
        return _which(ctx, asked, words)
    at_work = [each for each in told if each.main.state in OPEN_STATES]
    return put_in(ctx, at_work[0].own, words) if len(at_work) == 1 else ctx.texts("small_talk_thanks")


def _works_again(each: Told) -> bool:
    """Tell whether a case is being worked on again because its voter said that it is not solved."""
    at_work = each.main.state in OPEN_STATES and each.main.state != State.AWAITING_VOTER
    return at_work and each.own.verdict == UNSOLVED


def _speaks_of(ctx: Context, each: Told) -> bool:
    """Tell whether the latest question is about a case."""
    latest = ctx.sender.questions[:1]
    return bool(latest) and latest[0].kind == MORE and latest[0].subject == str(each.own.id)


def _unjudged(ctx: Context, each: Told) -> bool:
    """Tell whether silence closed a case lately."""
    return each.main.state == State.CLOSED and each.own.verdict is None and lately_closed(ctx, each.main)


def _turned_out_badly(ctx: Context, told: Sequence[Told], words: str) -> str | None:
    likely = _likely(ctx, told, words)
    if likely is None:
        return None
    meant, certain = likely
    return again(ctx, meant[0], words) if certain or len(meant) == 1 else _which(ctx, meant, words)


def _may_have_turned_out_badly(ctx: Context, number: str, words: str) -> str | None:
    """Take doubtful words for what was just answered or ended: at once where it is certain, else by asking."""
    where = destination(words, ctx)
    keys = {place.key for place in where.places}
    if where.place_text and not keys:
        return None
    meant = [
        each
        for each in _told(ctx)
        if (each.main.state == State.AWAITING_VOTER or _just_ended(ctx, each))
        and each.own.number.replace("-", "").endswith(number.replace("-", ""))
        and where.found.category in {OTHER, each.main.category}
        and (not keys or each.main.place in keys)
    ]
    if not meant:
        return None
    waits = ctx.sender.questions[:1]
    asked = bool(waits) and waits[0].kind == "verdict" and waits[0].subject == str(meant[0].own.id)
    certain = len(meant) == 1 and (bool(number) or asked)
    return again(ctx, meant[0], words) if certain else _which(ctx, meant, words, doubtful=True)


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


def again(ctx: Context, each: Told, words: str, *, kept: bool = False) -> str:
    """Reopen a case, link a new one to it, or put the words into it where somebody is at work on it.

    `kept`: the words are in the case already.
    """
    if each.main.state in {State.AWAITING_VOTER, State.CLOSED}:
        return not_solved(ctx, each.own, words, kept=kept)
    return put_in(ctx, each.own, "" if kept else words)


def _which(ctx: Context, told: Sequence[Told], words: str, *, doubtful: bool = False) -> str:
    """Ask which case is meant; doubtful words are filed where it is none, and go with what is written next."""
    if doubtful and len(told) == 1:
        options = [
            option(1, ctx.texts("is_it_yes"), str(told[0].own.id)),
            option(0, ctx.texts("is_it_no"), "none"),
        ]
        _ask(ctx, told[0], options, words, doubtful=True)
        return ctx.texts("is_it_again", case=line_of(ctx, told[0].own), menu=menu(options))
    options = [
        option(digit, line_of(ctx, each.own), str(each.own.id)) for digit, each in enumerate(told[:_SHOWN], 1)
    ]
    options.append(option(0, ctx.texts("which_again_none"), "none"))
    _ask(ctx, told[0], options, words, doubtful=doubtful)
    return ctx.texts("which_again", menu=menu(options))


def _ask(ctx: Context, likely: Told, options: list[dict[str, str]], words: str, *, doubtful: bool) -> None:
    """Ask; the words are kept with the likeliest case first, for the question may never be answered."""
    if plain_words.verdict(words) != SOLVED:
        write_in(ctx, likely.own, words)
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="which_again",
        options=options,
        data={
            "words": words,
            "kept": str(likely.own.id),
            **({"doubtful": True, "free": True} if doubtful else {}),
        },
        now=ctx.now,
    )


def pick_again(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Take the case that was picked; none of them asks for the new trouble in a sentence, or files what was doubtful."""
    words = question.data["words"]
    if _YES.fullmatch(value):
        value = question.options[0]["value"]
    case = own_cases.by_id(ctx.session, ctx.sender.person_id, int(value)) if value.isdigit() else None
    if case is None:
        if not question.data.get("doubtful"):
            return ctx.texts("again_new")
        more = "" if value == "none" or _NO.fullmatch(value) else value
        return file_words(ctx, f"{words}，{more}" if more else words)
    if plain_words.verdict(words) == SOLVED:
        return settle(ctx, case, SOLVED, words)
    kept = value == question.data.get("kept")
    return again(ctx, Told(case, support.main_of(ctx.session, case)), words, kept=kept)


AFTERWARDS_ROUTES = (Route(name="again", handler=take_up, kinds=frozenset({Kind.TEXT})),)

AFTERWARDS_ANSWERS: dict[str, AnswerHandler] = {"which_again": pick_again}
