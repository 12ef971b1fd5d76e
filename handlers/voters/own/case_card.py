"""A voter's own cases on small cards: what was done last and what waits for a word; digits turn pages and lead back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from handlers import wording
from handlers.cases.solved import UNSOLVED, has_said, verdicts
from handlers.context import Context
from handlers.route import AnswerHandler
from handlers.voters.filing.joining import DESPAIR
from handlers.voters.own.case_history import LONGEST, history, pages_of, plain_topic, written
from storage.cases import own_cases, referrals
from storage.casework import promises, support
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.models import OPEN_STATES, Case, State
from storage.people.people import OpenQuestion

MORE = "add"
"""Kind of the question under the card of an open case: words go into it."""
_LINE_ON_CARD = 44
_AT_WORK = frozenset({State.ASSIGNED, State.REFERRED, State.ACCEPTED})
_NEXT, _BACK = "page", "list"


# -- the list -------------------------------------------------------------------------------------------


def list_own(ctx: Context, offset: int = 0) -> str:
    """Show the voter's cases: one as a card, several as a list to pick from, a few at a time."""
    found = own_cases.newest(ctx.session, ctx.sender.person_id, own_cases.OWN_LIST + 1, offset)
    cases, more = found[: own_cases.OWN_LIST], len(found) > own_cases.OWN_LIST
    if not cases:
        return ctx.texts("no_own_cases")
    if len(cases) == 1 and not offset:
        return shown(ctx, cases[0])
    options = [option(digit, line_of(ctx, case), str(case.id)) for digit, case in enumerate(cases, start=1)]
    if more:
        further = f"{_NEXT}|{offset + own_cases.OWN_LIST}"
        options.append(option(len(options) + 1, ctx.texts("own_cases_more"), further))
    if offset:
        options.append(option(0, ctx.texts("own_cases_back"), f"{_NEXT}|{offset - own_cases.OWN_LIST}"))
    elif more:
        options.append(option(0, ctx.texts("own_cases_leave"), "leave"))
    questions.ask(ctx.session, person_id=ctx.sender.person_id, kind="own_case", options=options, now=ctx.now)
    key = "own_cases_earlier" if offset else "own_cases"
    return ctx.texts(key, count=len(cases), menu=menu(options))


def pick_own(ctx: Context, _question: OpenQuestion, value: str) -> str:
    """Show the case that was picked, or turn the list's page."""
    turn, _, offset = value.partition("|")
    if turn == _NEXT:
        return list_own(ctx, int(offset))
    if not value.isdigit():
        return ctx.texts("left")
    case = own_cases.by_id(ctx.session, ctx.sender.person_id, int(value))
    return shown(ctx, case) if case else ctx.texts("nothing_open")


def line_of(ctx: Context, case: Case) -> str:
    if case.sealed or case.urgency == DESPAIR:
        return ctx.texts("own_line_sealed", number=case.number)
    return ctx.texts(
        "own_line", number=case.number, topic=plain_topic(ctx, case), state=state_name(ctx, case)
    )


def state_name(ctx: Context, case: Case) -> str:
    main = support.main_of(ctx.session, case)
    if case.voter_left_at:
        return ctx.texts(f"state_{State.WITHDRAWN}")
    said = ctx.texts(f"state_{main.state}")
    if main.state == State.AWAITING_VOTER:
        said = ctx.texts("own_state_said" if has_said(ctx, case) else "own_state_asked")
    if main.state == State.ANSWERED:
        referral = referrals.leading(ctx.session, main.id)
        said = ctx.texts("own_state_reviewed") if referrals.awaits_review(main, referral) else said
    return said if main is case else ctx.texts("state_joined", main=main.number, state=said)


# -- the card -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Waits:
    """The question that stands about a case, and the sentence that the card ends with."""

    foot: str
    kind: str = ""
    options: Sequence[dict[str, str]] = ()
    free: bool = False
    lasts: timedelta = questions.OFFER_LASTS


def shown(ctx: Context, case: Case) -> str:
    """Show a case to its voter, with what waits for a word of theirs: whether it is solved, what the office asks."""
    if case.urgency == DESPAIR:
        return ctx.texts(wording.despair_key("joined_despair", case.text))
    if case.sealed:
        return ctx.texts("own_sealed", number=case.number)
    main = support.main_of(ctx.session, case)
    waits = _waits(ctx, case, main)
    options = [*waits.options]
    if not any(each["digit"] == "0" for each in options) and _has_others(ctx):
        options.append(option(0, ctx.texts("own_cases_back"), _BACK))
    told = history(ctx, case, main)
    lines = _fitting(ctx, case, told, waits, options)
    if lines != told:
        digit = len([each for each in options if each["digit"] != "0"]) + 1
        options.insert(digit - 1, option(digit, ctx.texts("own_card_all"), f"{_NEXT}|{case.id}|0"))
    _ask(ctx, case, waits, options)
    return written(ctx, case, lines, waits.foot, options)


def _has_others(ctx: Context) -> bool:
    return len(own_cases.newest(ctx.session, ctx.sender.person_id, 2)) > 1


def _fitting(
    ctx: Context, case: Case, history: list[str], waits: _Waits, options: Sequence[dict[str, str]]
) -> list[str]:
    """Give the newest lines that fit on the card; all of them, or with room left for the digit that shows the rest."""
    if len(written(ctx, case, history, waits.foot, options)) <= LONGEST:
        return history
    turn = option(9, ctx.texts("own_card_all"), "")
    lines: list[str] = []
    for line in reversed(history):
        more = [wording.clipped(line, _LINE_ON_CARD), *lines]
        if lines and len(written(ctx, case, more, waits.foot, [*options, turn])) > LONGEST:
            break
        lines = more
    return lines


def _ask(ctx: Context, case: Case, waits: _Waits, options: list[dict[str, str]]) -> None:
    """Open the question of a card; where it is only that words may follow, what was asked before stays."""
    kind = waits.kind or ("own_turn" if options else "")
    if not kind or (kind == MORE and not options and ctx.sender.questions):
        return
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind=kind,
        subject=str(case.id),
        options=options,
        data={"free": True} if waits.free else {},
        lasts=waits.lasts,
        now=ctx.now,
    )


def _waits(ctx: Context, case: Case, main: Case) -> _Waits:
    """Give what stands about a case: what can be answered by digit, and whether words can."""
    if case.voter_left_at:
        return _Waits(ctx.texts("timeline_foot_closed"))
    if main.paused_at is not None:
        return _Waits(ctx.texts("timeline_foot_paused"), "pause_reply", free=True)
    if _not_said(ctx, case, main):
        return _Waits(ctx.texts("timeline_foot_asked"), "verdict", verdicts(ctx))
    if main.state == State.AWAITING_VOTER:
        return _Waits(ctx.texts("timeline_foot_said"), "verdict", [option(1, "", UNSOLVED)])
    if main.state not in OPEN_STATES:
        return _once_over(ctx, case, main)
    lasts = timedelta(minutes=ctx.district.settings.join_minutes)
    foot = "\n".join(part for part in (_promised(ctx, main), ctx.texts("timeline_foot_open")) if part)
    return _Waits(foot, MORE, free=True, lasts=lasts)


def _promised(ctx: Context, main: Case) -> str:
    """Give the day that the voter was told for the case that is worked on: a first look, or an answer once reopened."""
    promised = main.look_by if main.state in {State.REGISTERED, State.ASSIGNED} else main.answer_by
    if promised and (anew := promises.told_last(ctx.session, main.id, promised)):
        return ctx.texts("timeline_look_by", day=anew)
    if main.state == State.REGISTERED:
        return ctx.texts("timeline_look_by", day=wording.day(main.look_by))
    if not main.failures or main.state not in _AT_WORK:
        return ""
    until = main.look_by if main.state == State.ASSIGNED else main.answer_by
    return ctx.texts("timeline_again_by", day=wording.day(until)) if until and until >= ctx.now.date() else ""


def _once_over(ctx: Context, case: Case, main: Case) -> _Waits:
    """Give what stands about a case that ended: whether it still holds, or that it can be called not solved."""
    if main.state != State.CLOSED:
        return _Waits(ctx.texts("timeline_foot_closed"))
    asked = next((q for q in ctx.sender.questions if q.kind == "again" and q.subject == str(case.id)), None)
    if asked is None:
        return _Waits(ctx.texts("timeline_foot_ended"), "verdict", [option(1, "", UNSOLVED)])
    return _Waits(ctx.texts("timeline_foot_again"), "again", asked.options)


def _not_said(ctx: Context, case: Case, main: Case) -> bool:
    """Tell whether its voter was asked whether it is solved and has not said, be it closed by silence or by others."""
    if main.state == State.AWAITING_VOTER:
        return not has_said(ctx, case)
    return main.state == State.CLOSED and case.asked_at is not None and case.verdict is None


# -- its pages -----------------------------------------------------------------------------------------


def _page(ctx: Context, case: Case, number: int) -> str:
    pages = pages_of(ctx, case, history(ctx, case, support.main_of(ctx.session, case)))
    number = min(number, len(pages) - 1)
    around = [(number + 1, "next"), (number - 1, "before")]
    options = [
        option(digit, ctx.texts(f"own_page_{name}"), f"{_NEXT}|{case.id}|{other}")
        for digit, (other, name) in enumerate(((n, w) for n, w in around if 0 <= n < len(pages)), start=1)
    ]
    options.append(option(0, ctx.texts("own_page_card"), f"{_NEXT}|{case.id}|"))
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="own_turn",
        subject=str(case.id),
        options=options,
        now=ctx.now,
    )
    return written(ctx, case, pages[number], "", options)


def _turn(ctx: Context, value: str) -> str | None:
    """Turn to another page of a card, or back to it or to the list; None where a value is for something else."""
    if value == _BACK:
        return list_own(ctx)
    turn, _, where = value.partition("|")
    case_id, _, page = where.partition("|")
    if turn != _NEXT or not case_id.isdigit():
        return None
    case = own_cases.by_id(ctx.session, ctx.sender.person_id, int(case_id))
    if case is None or case.sealed:
        return ctx.texts("nothing_open")
    return _page(ctx, case, int(page)) if page else shown(ctx, case)


def on_card(answer: AnswerHandler) -> AnswerHandler:
    """Let the digits of a card turn its pages and lead back to the list, whatever question stands on it."""

    def turned(ctx: Context, question: OpenQuestion, value: str) -> str:
        said = _turn(ctx, value)
        return answer(ctx, question, value) if said is None else said

    return turned


def _nothing(ctx: Context, _question: OpenQuestion, _value: str) -> str:
    return ctx.texts("nothing_open")


CARD_ANSWERS: dict[str, Callable[[Context, OpenQuestion, str], str]] = {
    "own_case": pick_own,
    "own_turn": on_card(_nothing),
}
