"""How staff work with one case: found by its number, shown with what can be done about it, taken over."""

from datetime import timedelta

from handlers import wording
from handlers.alarms import verifying
from handlers.cases import case_words, entering, reads
from handlers.cases.reach import find, find_again, holder, numbered, offices, scope_of, take_step, topic_label
from handlers.cases.solved import may_ask
from handlers.context import Context
from handlers.messages import IncomingMessage
from handlers.safety import gate
from handlers.staff.outcome import outcome_lines
from handlers.staff.referral.answer_shown import answer_to_review
from handlers.staff.referral.undecided import undecided
from handlers.voters.own.case_card import shown
from storage.cases import cases, own_cases, referrals
from storage.casework import support
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.models import Case, Referral
from storage.people import accused
from storage.people.people import OpenQuestion

SHOWN = 4
OF_ANY_CASE = ("reply", "close", "read")
"""What can be done about a case whatever else is asked below it."""
_TEXT_SHOWN = 40
_WORDS_WAIT = timedelta(hours=1)
"""How long the next line that is no command goes to the voter; later it is asked about instead."""
_WHOLE_TEXT = 600


# -- one case ---------------------------------------------------------------------------------------------


def show(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Show a case of the own scope, or one that the person filed as a voter elsewhere."""
    case = cases.find_case(ctx.session, scope_of(ctx), rest, ctx.now)
    if case is None and (own := own_cases.by_number(ctx.session, ctx.sender.person_id, rest)):
        return shown(ctx, own)
    return detail(ctx, case or find(ctx, rest))


def detail(ctx: Context, case: Case) -> str:
    """Show a case with what can be done about it."""
    referral = referrals.leading(ctx.session, case.id)
    if referral and referrals.awaits_review(case, referral) and offices(ctx):
        return _for_review(ctx, case, referral)
    parts = cases.later_parts(ctx.session, case)
    labels = _doable(ctx, case)
    if labels and (parts or len(case.text) > _TEXT_SHOWN):
        labels.append("read")
    asked = undecided(ctx, case, referral) if referral and offices(ctx) else None
    if asked:
        labels = [label for label in labels if label in OF_ANY_CASE]
    options = asked.options if asked else []
    options = options + [
        option(digit, ctx.texts(f"staff_do_{label}"), label)
        for digit, label in enumerate(labels, start=len(options) + 1)
    ]
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind=asked.kind if asked else "staff_case",
        subject=str(case.id),
        options=options,
        data=asked.data if asked else None,
        now=ctx.now,
    )
    kind = ctx.texts(f"urgency_{case.urgency}") if case.urgency else topic_label(ctx, case)
    more = case_words.counted(parts, ctx)
    words = wording.clipped(reads.shown(ctx, case, case.text), max(_TEXT_SHOWN - len(more), _TEXT_SHOWN // 2))
    words = words or ctx.texts("staff_no_words")
    text = ctx.texts(
        "staff_detail",
        number=case.number,
        topic=kind,
        state=_state(ctx, case, referral),
        place=wording.clipped(case.place_text, 10) or ctx.texts("place_unknown"),
        day=wording.short_day(case.look_by),
        text=f"{words}（{more}）" if more else words,
    )
    reads.note_text(ctx, case, words)
    if case.merged_into:
        main = support.main_of(ctx.session, case)
        return f"{text}\n{ctx.texts('staff_detail_merged', number=case.number, main=main.number)}"
    text = "\n".join([text, *outcome_lines(ctx, case), *([asked.said] if asked else [])])
    if industry := ctx.district.stations.get(case.industry):
        text = f"{text}\n{ctx.texts('staff_detail_industry', station=industry.name)}"
    return f"{text}\n{menu(options)}" if options else f"{text}\n{ctx.texts('staff_detail_over')}"


def _state(ctx: Context, case: Case, referral: Referral | None) -> str:
    """Say where a case stands, and whether its words must not go around."""
    said = _stands(ctx, case, referral)
    return ctx.texts("state_private", state=said) if case.private else said


def _stands(ctx: Context, case: Case, referral: Referral | None) -> str:
    if referral and referrals.given_back(case, referral):
        return ctx.texts("state_refused", department=wording.department_name(referral.department, ctx))
    return ctx.texts(f"state_{case.state}")


def _for_review(ctx: Context, case: Case, referral: Referral) -> str:
    """Show the answer of a department with what decides about it; the same question as the card's."""
    values = ("approve", "return", "edit", "reply", "close", "read")
    options = [
        option(digit, ctx.texts(f"review_{value}"), value) for digit, value in enumerate(values, start=1)
    ]
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="review",
        subject=str(case.id),
        options=options,
        now=ctx.now,
    )
    return f"{answer_to_review(ctx, case, referral)}\n{menu(options)}"


def _doable(ctx: Context, case: Case) -> list[str]:
    """Give what can be done about a case now, in the order of the digits."""
    if cases.allowed("closed", case.state) is None:
        return []
    first = list(verifying.WAYS) if verifying.unverified(ctx, case) else []
    labels = [*first, "reply", "retopic", "move", "close"]
    if cases.allowed("assigned", case.state):
        labels.append("take")
    if (
        offices(ctx)
        and not first
        and gate.stands(case, gate.Audience.DEPARTMENT)
        and cases.allowed("referred", case.state)
    ):
        labels.append("refer")
    if cases.first_unheard(ctx.session, case.id):
        labels.append("write_down")
    if case.sealed and accused.UNCLEAR in accused.of(ctx.session.connection(), case.id):
        labels.append("unseal")
    return labels


def act(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Begin what the digit below a case stands for."""
    case = find_again(ctx, question.subject)
    if value in verifying.WAYS:
        return verifying.verify(ctx, case, value)
    if value in {"reply", "write_down"}:
        ask_words(ctx, case, f"staff_{value}")
        return ctx.texts(f"staff_{value}_what", number=case.number)
    if value == "read":
        said = reads.whole_text(ctx, case, cases.later_parts(ctx.session, case))
        whole = said if len(said) <= _WHOLE_TEXT else f"{said[:_WHOLE_TEXT]}…"
        reads.note_text(ctx, case, whole)
        return ctx.texts("staff_whole_text", number=case.number, text=whole)
    if (at_once := {"unseal": unsealed, "take": take_over, "close": begin_close}.get(value)) is not None:
        return at_once(ctx, case)
    if value == "retopic":
        return ask_which(ctx, case, "staff_retopic", offered_topics(ctx, case))
    return ask_which(ctx, case, "staff_move", near_stations(ctx, case))


def unsealed(ctx: Context, case: Case) -> str:
    """Open a case that was sealed in doubt: a named person has read it, and it accuses nobody of the house."""
    entering.open_up(ctx, case)
    reads.note(ctx, reads.UNSEALED, case_id=case.id)
    return ctx.texts("staff_unsealed", number=case.number, station=wording.station_name(case.station, ctx))


def begin_close(ctx: Context, case: Case) -> str:
    """Ask for the sentence that the voter will read; where nobody reads it, only whether it is meant."""
    if not (may_ask(case) and support.voices(ctx.session, case)):
        return ask_close(ctx, case, "")
    ask_words(ctx, case, "staff_close_words")
    return ctx.texts("staff_close_what", number=case.number)


def ask_close(ctx: Context, case: Case, note: str) -> str:
    """Ask before a case is closed; who still has it is named."""
    options = [option(1, ctx.texts("staff_do_close"), "yes"), option(0, ctx.texts("staff_keep"), "no")]
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="staff_close",
        subject=str(case.id),
        options=options,
        data={"note": note},
        now=ctx.now,
    )
    if held := holder(ctx, case):
        name = wording.department_name(held.department, ctx)
        key = "staff_close_held" if referrals.is_held(case) else "staff_close_unreviewed"
        return ctx.texts(key, number=case.number, department=name, menu=menu(options))
    return ctx.texts("staff_close_sure", number=case.number, menu=menu(options))


def take(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    line = numbered(rest)
    return take_over(ctx, find(ctx, line.number)) if line else ctx.texts("staff_take_how")


def take_over(ctx: Context, case: Case) -> str:
    """Note that the station works on a case; the voter reads it in the timeline, the day promised still stands."""
    take_step(ctx, case, "assigned", note=wording.station_name(case.station, ctx))
    key = "staff_taken" if case.look_by >= ctx.now.date() else "staff_taken_late"
    return ctx.texts(key, number=case.number, day=wording.day(case.look_by))


def offered_topics(ctx: Context, case: Case) -> list[tuple[str, str]]:
    """Give label and key of the topics that also fit."""
    keys = [key for key in case.because.get("candidates", []) if key in ctx.district.topics]
    return [(ctx.district.topics[key].label, key) for key in keys if key != case.topic]


def near_stations(ctx: Context, case: Case) -> list[tuple[str, str]]:
    """Give name and key of the other stations of the case's street."""
    near = ctx.district.stations_of_street(case.street) if case.street else ()
    return [(station.name, station.key) for station in near if station.key != case.station]


def ask_words(ctx: Context, case: Case, kind: str) -> None:
    """Ask for the words of an answer, or of a voice: the next line that is no command."""
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind=kind,
        subject=str(case.id),
        data={"free": True},
        now=ctx.now,
        lasts=_WORDS_WAIT,
    )


def ask_which(ctx: Context, case: Case, kind: str, offered: list[tuple[str, str]]) -> str:
    """Offer topics or stations by digit; a name may be typed as well."""
    options = [option(digit, label, f"={key}") for digit, (label, key) in enumerate(offered[:SHOWN], start=1)]
    options.append(option(0, ctx.texts("change_nothing"), "nothing"))
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind=kind,
        subject=str(case.id),
        options=options,
        data={"free": True},
        now=ctx.now,
    )
    return ctx.texts(f"{kind}_which", number=case.number, menu=menu(options))
