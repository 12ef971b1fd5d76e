"""Is it solved? The voter says so, not the department: verdict, grade, and the way back where it is not (V17, V18)."""

from datetime import timedelta

from handlers import case_rows, wording
from handlers.asking import owe_question
from handlers.context import Context
from handlers.effects import Effects, write_effects
from handlers.messages import IncomingMessage
from handlers.reopening import change, reopen, tell_office
from handlers.routing import AnswerHandler, Route
from handlers.send_times import in_daytime
from handlers.staff.referring import short_name
from handlers.staff.results import TEMPLATE
from storage import own_cases, questions, support
from storage.models import Case, Referral, State
from storage.people import OpenQuestion
from storage.questions import menu, option
from storage.support import Voice

SOLVED, PARTLY, UNSOLVED = "solved", "partly", "unsolved"
CHANGEABLE = timedelta(days=7)
_BARE_VERDICT = 6
"""Words beyond this many characters tell more than yes or no: they go into the case."""


def ask_voter(ctx: Context, case: Case, referral: Referral) -> None:
    """Owe voter and supporters the answer with the question whether it is solved; with nobody to ask it is closed."""
    heard = support.voices(ctx.session, case)
    if not heard:
        change(ctx, case, "closed", State.CLOSED, closed_at=ctx.now)
    support.asked(ctx.session, case, ctx.now)
    for voice in heard:
        _ask(ctx, voice, referral)


def _ask(ctx: Context, voice: Voice, referral: Referral) -> None:
    department = short_name(ctx, referral.department)
    owe_question(
        ctx,
        voice.person_id,
        kind="verdict",
        subject=str(voice.case_id),
        text=ctx.texts("voter_answered", number=voice.number, department=department, text=referral.answer),
        options=_verdicts(ctx),
        dedupe_key=f"verdict/{referral.id}/{ctx.now.isoformat()}/{voice.person_id}",
        push="result",
        at=in_daytime(ctx.now, ctx.district.settings, whose=voice.person_id),
        case_id=voice.case_id,
        template=TEMPLATE,
        fields={
            "编号": voice.number,
            "进度": ctx.texts("staff_result_short_answered"),
            "说明": ctx.texts("staff_result_short_how"),
        },
    )


def _verdicts(ctx: Context) -> list[dict[str, str]]:
    values = (SOLVED, PARTLY, UNSOLVED)
    return [option(digit, ctx.texts(f"verdict_{value}"), value) for digit, value in enumerate(values, 1)]


def _own(ctx: Context, question: OpenQuestion) -> Case | None:
    return own_cases.by_id(ctx.session, ctx.sender.person_id, int(question.subject))


def take_verdict(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Write down what the voter says; unsolved goes back to the same department on half the clock."""
    case = _own(ctx, question)
    if case is None:
        return ctx.texts("nothing_open")
    value, _, words = value.partition(":")
    if len(words) > _BARE_VERDICT:
        part = case_rows.text_part(case.id, words, ctx.now, ctx.inbox_id)
        write_effects(ctx.session.connection(), [Effects(reply="", route="verdict", parts=[part])], ctx.now)
    main = support.main_of(ctx.session, case)
    if main is not case:
        # A supporter's word is kept with the own case: one voice each in the figures.
        change(ctx, case, f"verdict {value}", State(case.state), verdict=value)
    if value == UNSOLVED:
        return _unsolved(ctx, case, main)
    if main is case:
        change(ctx, case, f"verdict {value}", State.CLOSED, verdict=value, closed_at=ctx.now)
    elif main.state == State.AWAITING_VOTER:
        change(ctx, main, "closed", State.CLOSED, closed_at=ctx.now)
    values = (("good", 1), ("fair", 2), ("bad", 3), ("none", 0))
    options = [option(digit, ctx.texts(f"grade_{name}"), name) for name, digit in values]
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="grade",
        subject=question.subject,
        options=options,
        now=ctx.now,
    )
    return ctx.texts(f"verdict_noted_{value}", menu=menu(options))


def take_grade(ctx: Context, question: OpenQuestion, value: str) -> str:
    case = _own(ctx, question)
    if case is None:
        return ctx.texts("nothing_open")
    change(ctx, case, "graded", State(case.state), grade=value)
    return ctx.texts("graded")


def change_verdict(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    """Ask again about the case judged last, within seven days."""
    cases = own_cases.newest(ctx.session, ctx.sender.person_id)
    since = ctx.now - CHANGEABLE
    judged = [case for case in cases if case.verdict and case.asked_at and case.asked_at >= since]
    if not judged:
        return ctx.texts("verdict_not_changeable")
    options = _verdicts(ctx)
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="verdict",
        subject=str(judged[0].id),
        options=options,
        now=ctx.now,
    )
    return ctx.texts("verdict_again", number=judged[0].number, menu=menu(options))


def _unsolved(ctx: Context, own: Case, case: Case) -> str:
    """Reopen a case: the same departments, half the days; after the second failure it is supervised.

    What one of several voters has reopened already only takes the others' word.
    """
    if case.state not in {State.AWAITING_VOTER, State.CLOSED}:
        if own is case:
            change(ctx, case, f"verdict {UNSOLVED}", State(case.state), verdict=UNSOLVED)
        _ask_what_is_wrong(ctx, own)
        return ctx.texts("reopened_already", number=own.number)
    sent = reopen(ctx, case, f"verdict {UNSOLVED}", **({"verdict": UNSOLVED} if own is case else {}))
    tell_office(ctx, case, "office")
    if sent.until is None:
        return ctx.texts("reopened_here", number=own.number)
    _ask_what_is_wrong(ctx, own)
    return ctx.texts(
        "reopened",
        number=own.number,
        department=short_name(ctx, sent.department),
        day=wording.day(sent.until.due),
    )


def _ask_what_is_wrong(ctx: Context, case: Case) -> None:
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="add",
        subject=str(case.id),
        data={"free": True},
        now=ctx.now,
    )


def take_again(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Hear weeks later whether it still is solved; broken again goes back to the same department."""
    case = _own(ctx, question)
    if case is None or case.state != State.CLOSED:
        return ctx.texts("nothing_open")
    if value == "broken":
        return _unsolved(ctx, case, case)
    change(ctx, case, f"again {value}", State(case.state))
    return ctx.texts("again_noted")


VERDICT_ROUTES = (Route(name="change verdict", handler=change_verdict, words=("改评价", "改满意度")),)

VERDICT_ANSWERS: dict[str, AnswerHandler] = {
    "verdict": take_verdict,
    "grade": take_grade,
    "again": take_again,
}
