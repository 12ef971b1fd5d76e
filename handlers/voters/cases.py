"""A voter's own cases: how they stand, why they were filed so, adding to them, withdrawing them."""

import re

from sqlalchemy import update

from handlers import wording
from handlers.cases import case_rows
from handlers.cases.solved import UNSOLVED, verdicts
from handlers.context import Context
from handlers.effects import Effects, write_effects
from handlers.messages import BUREAU_ROLES, STAFF_ROLES, IncomingMessage
from handlers.routing import AnswerHandler, Route
from handlers.voters.joining import DESPAIR
from nlp import plain_words
from storage import own_cases, questions, referrals, support
from storage.models import OPEN_STATES, Case, State
from storage.people import OpenQuestion
from storage.questions import menu, option

_NUMBER = re.compile(r"(?:\d{4}-)?\d{1,6}")
_STEPS_SHOWN = 6
PERSONAL = frozenset(
    {
        "filed",
        "added",
        "withdrawn",
        "restored",
        "linked",
        "graded",
        "not graded",
        *(f"verdict {word}" for word in ("solved", "partly", "unsolved")),
        *(f"again {word}" for word in ("holds", "unseen")),
    }
)
"""Steps of a case that its own voter took, or that name other cases of that voter: supporters do not read them."""
_WHY = {case_rows.OWN_STREET: "why_own_street", case_rows.PINNED: "why_pinned_at"}


def show_own(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    return list_own(ctx)


def list_own(ctx: Context) -> str:
    """Show the voter's cases: one as a timeline, several as a list to pick from."""
    cases = own_cases.newest(ctx.session, ctx.sender.person_id)
    if not cases:
        return ctx.texts("no_own_cases")
    if len(cases) == 1:
        return shown(ctx, cases[0])
    options = [option(digit, line_of(ctx, case), str(case.id)) for digit, case in enumerate(cases, start=1)]
    questions.ask(ctx.session, person_id=ctx.sender.person_id, kind="own_case", options=options, now=ctx.now)
    return ctx.texts("own_cases", count=len(cases), menu=menu(options))


def show_own_asked(ctx: Context, message: IncomingMessage, rest: str) -> str | None:
    """Tell how the voter's cases stand, asked in whole words; those in office ask about others' cases."""
    return None if ctx.sender.holds(*STAFF_ROLES, *BUREAU_ROLES) else show_own(ctx, message, rest)


def show_own_pressed(ctx: Context, message: IncomingMessage, rest: str) -> str | None:
    """Tell the impatient how their cases stand; who has none tells a new one."""
    return show_own_asked(ctx, message, rest) if latest(ctx) else None


def line_of(ctx: Context, case: Case) -> str:
    if case.sealed or case.urgency == DESPAIR:
        return ctx.texts("own_line_sealed", number=case.number)
    return ctx.texts(
        "own_line", number=case.number, topic=_plain_topic(ctx, case), state=state_name(ctx, case)
    )


def _plain_topic(ctx: Context, case: Case) -> str:
    found = ctx.district.topics.get(case.topic)
    return found.label if found and found.category != "other" else ctx.texts("topic_unknown")


def state_name(ctx: Context, case: Case) -> str:
    main = support.main_of(ctx.session, case)
    if case.voter_left_at:
        return ctx.texts(f"state_{State.WITHDRAWN}")
    said = ctx.texts("own_state_asked" if main.state == State.AWAITING_VOTER else f"state_{main.state}")
    if main.state == State.ANSWERED:
        referral = referrals.leading(ctx.session, main.id)
        said = ctx.texts("own_state_reviewed") if referrals.awaits_review(main, referral) else said
    return said if main is case else ctx.texts("state_joined", main=main.number, state=said)


def timeline(ctx: Context, case: Case) -> str:
    """Tell in plain words how a case went; a sealed one says nothing but its number."""
    if case.sealed:
        return ctx.texts("own_sealed", number=case.number)
    if case.urgency == DESPAIR:
        return ctx.texts("joined_despair")
    head = ctx.texts("timeline_head", number=case.number, topic=_plain_topic(ctx, case))
    lines = []
    main = support.main_of(ctx.session, case)
    steps = own_cases.public_steps(ctx.session, case.id)
    if main is not case:
        steps += [
            step for step in own_cases.public_steps(ctx.session, main.id) if step.action not in PERSONAL
        ]
    for step in sorted(steps, key=lambda step: step.id)[-_STEPS_SHOWN:]:
        when = wording.short_day(step.at.astimezone(ctx.now.tzinfo).date())
        key = f"step_{step.action}"
        said = ctx.texts(key, note=wording.clipped(step.note, 60)) if key in ctx.texts else step.note
        lines.append(f"{when} {said}")
    if case.state == State.REGISTERED:
        lines.append(ctx.texts("timeline_look_by", day=wording.day(case.look_by)))
    return "\n".join([head, *lines, ctx.texts(f"timeline_foot_{_foot(ctx, case, main)}")])


def _foot(ctx: Context, case: Case, main: Case) -> str:
    if case.voter_left_at:
        return "closed"
    if main.paused_at is not None:
        return "paused"
    if _not_said(case, main):
        return "asked"
    if main.state == State.CLOSED:
        about = (each.kind == "again" and each.subject == str(case.id) for each in ctx.sender.questions)
        return "again" if any(about) else "ended"
    return "open" if main.state in OPEN_STATES else "closed"


def shown(ctx: Context, case: Case) -> str:
    """Show a case to its voter, with what waits for a word of theirs: whether it is solved, what the office asks."""
    text, main = timeline(ctx, case), support.main_of(ctx.session, case)
    if case.sealed or case.urgency == DESPAIR or case.voter_left_at:
        return text
    if waits := _waits(ctx, case, main):
        kind, options, free = waits
        questions.ask(
            ctx.session,
            person_id=ctx.sender.person_id,
            kind=kind,
            subject=str(case.id),
            options=options,
            data={"free": True} if free else {},
            now=ctx.now,
        )
        return f"{text}\n{menu([each for each in options if each['label']])}".rstrip()
    return text


def _waits(ctx: Context, case: Case, main: Case) -> tuple[str, list[dict[str, str]], bool] | None:
    """Give the question that stands about a case: its kind, what can be answered, and whether words can."""
    if main.paused_at is not None:
        return "pause_reply", [], True
    if _not_said(case, main):
        return "verdict", verdicts(ctx), False
    if main.state != State.CLOSED:
        return None
    again = [each for each in ctx.sender.questions if each.kind == "again" and each.subject == str(case.id)]
    return ("again", again[0].options, False) if again else ("verdict", [option(1, "", UNSOLVED)], False)


def _not_said(case: Case, main: Case) -> bool:
    """Tell whether its voter was asked whether it is solved and has not said, be it closed by others' words or by silence."""
    return main.state == State.AWAITING_VOTER or (
        main.state == State.CLOSED and case.asked_at is not None and case.verdict is None
    )


def show_one(ctx: Context, message: IncomingMessage, rest: str) -> str:
    """Show one's own case by number; another's number and no number at all read the same."""
    number = _NUMBER.search(rest)
    if number is None:
        return show_own(ctx, message, rest)
    case = own_cases.by_number(ctx.session, ctx.sender.person_id, number[0])
    return shown(ctx, case) if case else ctx.texts("own_not_found", number=number[0])


def pick_own(ctx: Context, _question: OpenQuestion, value: str) -> str:
    case = own_cases.by_id(ctx.session, ctx.sender.person_id, int(value))
    return shown(ctx, case) if case else ctx.texts("nothing_open")


def explain(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    """Tell the words that decided topic and station of the case filed last."""
    case = latest(ctx)
    if case is None:
        return ctx.texts("no_own_cases")
    if case.sealed:
        return ctx.texts("own_sealed", number=case.number)
    if case.urgency:
        return ctx.texts("joined_despair" if case.urgency == DESPAIR else "own_urgent", number=case.number)
    words = "".join(f"“{word}”" for word in case.because.get("words", [])[:3])
    topic = (
        ctx.texts("why_topic", words=words, topic=_plain_topic(ctx, case))
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
    number = _NUMBER.search(rest)
    case = own_cases.by_number(ctx.session, ctx.sender.person_id, number[0]) if number else latest(ctx)
    if case is None:
        return ctx.texts("own_not_found", number=number[0]) if number else ctx.texts("no_own_cases")
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
    write_effects(ctx.session.connection(), [Effects(reply="", route="withdraw", steps=[step])], ctx.now)
    return ctx.texts("withdrawn", number=case.number)


def _goes_on(ctx: Context, case: Case) -> bool:
    return case.voter_left_at is None and support.main_of(ctx.session, case).state in OPEN_STATES


def _left(ctx: Context, case: Case) -> str:
    """Let one of several voters go; the others keep the case."""
    support.leave(ctx.session, case, ctx.now)
    actor = ctx.sender.person_id
    step = case_rows.step_row(case.id, "withdrawn", case.state, ctx.now, actor=actor, public=True)
    write_effects(ctx.session.connection(), [Effects(reply="", route="withdraw", steps=[step])], ctx.now)
    return ctx.texts("withdrawn_others_stay", number=case.number)


def latest(ctx: Context) -> Case | None:
    cases = own_cases.newest(ctx.session, ctx.sender.person_id, 1)
    return cases[0] if cases else None


VOTER_CASE_ROUTES = (
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
    Route(name="why", handler=explain, words=("为什么", "为啥", "为什么这样分", "为什么转到这里")),
    Route(
        name="withdraw",
        handler=withdraw,
        pattern=plain_words.WITHDRAWS,
    ),
)

VOTER_CASE_ANSWERS: dict[str, AnswerHandler] = {
    "own_case": pick_own,
    "withdraw": withdraw_answer,
}
