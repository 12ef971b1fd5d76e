"""Is it solved? The voter says so, not whoever answered: verdict and grade, which can be changed for a week (V17, V18)."""

from datetime import timedelta

from handlers.cases.reopening import change, notify_office
from handlers.cases.solved import PARTLY, SOLVED, UNSOLVED, ends_it, has_said, verdicts
from handlers.context import Context
from handlers.messages import IncomingMessage
from handlers.pushes.notices import owe_notice
from handlers.pushes.send_times import When
from handlers.route import AnswerHandler, Route
from handlers.voters.own.case_card import on_card
from handlers.voters.verdict.not_solved import keep_words, not_solved
from storage.cases import own_cases, referrals
from storage.casework import support
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.models import Case, State
from storage.people.people import OpenQuestion

CHANGEABLE = timedelta(days=7)
_NO_GRADE = "none"
_GRADES = ("good", "fair", "bad", _NO_GRADE)


def _own(ctx: Context, question: OpenQuestion) -> Case | None:
    return own_cases.by_id(ctx.session, ctx.sender.person_id, int(question.subject))


def take_verdict(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Write down what the voter says; unsolved goes back to the same unit on half the clock, other words are kept."""
    case = _own(ctx, question)
    if case is None:
        return ctx.texts("nothing_open")
    questions.close_owed(ctx.session, ctx.sender.person_id, "verdict", str(case.id), ctx.now)
    verdict, _, words = value.partition(":")
    if verdict == UNSOLVED:
        return not_solved(ctx, case, words)
    if verdict in {SOLVED, PARTLY}:
        return settle(ctx, case, verdict, words)
    keep_words(ctx, case, value, however_short=True)
    return ask_again(ctx, case, "verdict_unclear")


def settle(ctx: Context, own: Case, value: str, words: str = "") -> str:
    """Write down that it is solved, wholly or partly, and ask for a grade; it ends the case as `handlers.cases.solved` says."""
    keep_words(ctx, own, words)
    main = support.main_of(ctx.session, own)
    was = own.verdict
    closes = main.state == State.AWAITING_VOTER and ends_it(own, main)
    ended = {"closed_at": ctx.now, "joined_until": None}
    if own is main and closes:
        change(ctx, own, f"verdict {value}", State.CLOSED, verdict=value, **ended)
    else:
        change(ctx, own, f"verdict {value}", State(own.state), verdict=value)
    if own is not main and ends_it(own, main):
        main.verdict = value
    if own is not main and closes:
        change(ctx, main, "closed", State.CLOSED, **ended)
    elif was == UNSOLVED and main.state not in {State.CLOSED, State.AWAITING_VOTER}:
        _call_off(ctx, own, main)
    return _ask_grade(ctx, own, ctx.texts(f"verdict_noted_{value}"), more=value == PARTLY)


def _call_off(ctx: Context, own: Case, main: Case) -> None:
    """Stop the work on a case whose voter takes “没解决” back, unless somebody else still says so.

    It ends where its first voter has said that it is solved; else that voter's question stands as before. Whoever works
    on it hears of it.
    """
    if support.says_otherwise(ctx.session, main, own, UNSOLVED):
        return
    said = has_said(ctx, main)
    if ends_it(own, main) or said:
        verdict = main.verdict if ends_it(own, main) else said
        change(ctx, main, "closed", State.CLOSED, closed_at=ctx.now, joined_until=None, verdict=verdict)
    else:
        change(ctx, main, "asked on", State.AWAITING_VOTER)
    ended = referrals.end(ctx.session, main.id)
    text = ctx.texts("settled_meanwhile", number=main.number)
    notify_office(ctx, main, f"settled/{main.id}/{ctx.now.isoformat()}", text)
    for person_id in referrals.people_of(ctx.session, {row.department for row in ended}, ctx.now):
        owe_notice(
            ctx,
            person_id,
            main,
            when=When.BY_DAY,
            dedupe_key=f"settled/{main.id}/{ctx.now.isoformat()}/department",
            text=ctx.texts("department_settled", number=main.number),
        )


def _ask_grade(ctx: Context, case: Case, said: str, *, more: bool = False) -> str:
    """Ask how content the voter is; `more`: words typed instead tell what is not mended yet."""
    digits = (1, 2, 3, 0)
    options = [
        option(digit, ctx.texts(f"grade_{name}"), name) for digit, name in zip(digits, _GRADES, strict=True)
    ]
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="grade",
        subject=str(case.id),
        options=options,
        data={"free": True} if more else {},
        now=ctx.now,
    )
    return f"{said}\n{menu(options)}"


def take_grade(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Keep the grade; words typed after “好了一部分” go into the case and to the office."""
    case = _own(ctx, question)
    if case is None:
        return ctx.texts("nothing_open")
    if value not in _GRADES:
        return _take_rest(ctx, case, value)
    change(ctx, case, "graded" if value != _NO_GRADE else "not graded", State(case.state), grade=value)
    return ctx.texts("graded")


def _take_rest(ctx: Context, case: Case, words: str) -> str:
    keep_words(ctx, case, words, however_short=True)
    main = support.main_of(ctx.session, case)
    text = ctx.texts("office_partly", number=main.number)
    notify_office(ctx, main, f"partly/{case.id}/{ctx.now.isoformat()}", text)
    return _ask_grade(ctx, case, ctx.texts("partly_noted", number=case.number))


def change_verdict(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    """Ask again about the case judged last, within seven days."""
    judged = own_cases.judged_since(ctx.session, ctx.sender.person_id, ctx.now - CHANGEABLE)
    if judged is None:
        return ctx.texts("verdict_not_changeable")
    return ask_again(ctx, judged)


def ask_again(ctx: Context, case: Case, key: str = "verdict_again") -> str:
    """Ask in the same breath whether a case is solved."""
    options = verdicts(ctx)
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="verdict",
        subject=str(case.id),
        options=options,
        now=ctx.now,
    )
    return ctx.texts(key, number=case.number, menu=menu(options))


def take_again(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Hear weeks later whether it still is solved; broken again goes back to the same unit."""
    case = _own(ctx, question)
    if case is None or support.main_of(ctx.session, case).state != State.CLOSED:
        return ctx.texts("nothing_open")
    value, _, words = value.partition(":")
    if value == "broken":
        return not_solved(ctx, case, words, asked=True)
    change(ctx, case, f"again {value}", State(case.state))
    return ctx.texts("again_noted")


VERDICT_ROUTES = (Route(name="change verdict", handler=change_verdict, words=("改评价", "改满意度")),)

VERDICT_ANSWERS: dict[str, AnswerHandler] = {
    "verdict": on_card(take_verdict),
    "grade": take_grade,
    "again": on_card(take_again),
}
