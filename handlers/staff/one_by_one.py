"""Working through what is new (逐件办): one digit does what is usual, and the next case comes with the echo."""

from dataclasses import asdict, dataclass, replace
from typing import Self

from handlers import wording
from handlers.alarms import verifying
from handlers.cases import reads
from handlers.cases.deadlines import deadline
from handlers.cases.handing_over import Wanted, hidden_from_department, send_out
from handlers.cases.reach import find_again, offices, scope_of, take_step, topic_label
from handlers.context import Context
from handlers.messages import IncomingMessage
from handlers.pushes.asking import owe_question
from handlers.pushes.reaching import why_told
from handlers.pushes.send_times import When
from handlers.route import AnswerHandler
from handlers.safety import gate
from handlers.staff import results
from handlers.staff.cases import detail
from handlers.staff.merging import may_be_put, put_to
from handlers.staff.referral.referring import read_terms
from handlers.staff.referral.units import UnknownUnitError, ask_which
from handlers.staff.too_soon import note_tap, too_soon
from handlers.voters.filing.support import same_trouble
from storage.activity.duties import channels_of
from storage.cases import cases
from storage.casework import support
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.models import Case, State
from storage.people import people
from storage.people.people import OpenQuestion

_TEXT_SHOWN, _FEWEST, _LINE = 33, 12, 14
"""Characters of a case on a card that has nothing else to say, at least, and what one more line takes of them."""
_DIGITS = {
    "called": 1,
    "there": 2,
    "refer": 1,
    "take": 1,
    "other": 2,
    "station": 3,
    "reply": 4,
    "more": 5,
    "skip": 6,
    "same": 7,
    "stop": 0,
}
"""Each thing keeps its digit from case to case, so that the hand learns them."""
_BACK = "\n"
"""Nobody can type it."""


@dataclass(frozen=True, slots=True)
class _Pile:
    """Where somebody stands in the pile: how many were put aside, and which departments have to be called."""

    skipped: int = 0
    calls: tuple[str, ...] = ()

    @classmethod
    def of(cls, question: OpenQuestion) -> Self:
        return cls(int(question.data["skipped"]), tuple(question.data["calls"]))


def begin(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    return show_next(ctx)


def show_next(ctx: Context, echo: str = "", pile: _Pile | None = None) -> str:
    """Show the next new case of the own scope with what is usual, below what was just done."""
    pile = pile or _Pile()
    scope, new = scope_of(ctx), cases.new_where()
    found = cases.list_cases(ctx.session, scope, new, limit=1, offset=pile.skipped)
    if found:
        return _card(ctx, found[0], pile, echo=echo)
    left = cases.count_cases(ctx.session, scope, new)
    done = ctx.texts("one_by_one_left", count=left) if left else ctx.texts("one_by_one_done")
    return f"{echo}{done}{_to_call(ctx, pile)}"


def _to_call(ctx: Context, pile: _Pile) -> str:
    """Name the departments that were handed something and have nobody who reads here."""
    if not pile.calls:
        return ""
    called = (
        f"{wording.department_name(key, ctx)}{ctx.district.departments[key].phone or ctx.texts('staff_no_phone')}"
        for key in pile.calls
    )
    return "\n" + ctx.texts("one_by_one_calls", departments="、".join(called))


def _card(ctx: Context, case: Case, pile: _Pile, *, echo: str = "", wanted: Wanted | None = None) -> str:
    wanted = wanted or _usual(ctx, case)
    found = same_trouble(ctx, case)
    same = cases.case_in(ctx.session, scope_of(ctx), found.id) if found else None
    pairs = _doable(ctx, case, wanted, same)
    options = [option(_DIGITS[value], label, value) for label, value in pairs]
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="one_by_one",
        subject=str(case.id),
        options=options,
        data={
            **asdict(pile),
            "wanted": wanted.as_data() if wanted else None,
            "same": str(same.id) if same else "",
            "stood": _stands(case),
        },
        now=ctx.now,
    )
    shown = _TEXT_SHOWN - len(echo) - (_LINE if same else 0)
    words = wording.clipped(reads.shown(ctx, case, case.text), max(_FEWEST, shown))
    reads.note_text(ctx, case, words)
    return ctx.texts(
        "one_by_one",
        echo=echo,
        count=cases.count_cases(ctx.session, scope_of(ctx), cases.new_where()) - pile.skipped,
        number=case.number,
        topic=ctx.texts(f"urgency_{case.urgency}") if case.urgency else topic_label(ctx, case),
        where=wording.clipped(case.place_text, 8) or ctx.texts("place_unknown"),
        text=words or ctx.texts("staff_no_words"),
        menu=menu(options),
    )


def _stands(case: Case) -> list[str]:
    """Give what a decision rests on: where it differs, somebody has changed the case since its card was shown."""
    return [case.topic, case.station, str(case.sealed), str(case.paused_at is not None)]


def _usual(ctx: Context, case: Case) -> Wanted | None:
    """Give the department that usually answers for the topic, with the usual days."""
    topic = ctx.district.topics.get(case.topic)
    found = ctx.district.department(topic.department) if topic and topic.department else None
    return Wanted(found.key, ctx.district.settings.answer_days) if found else None


def _doable(ctx: Context, case: Case, wanted: Wanted | None, same: Case | None) -> list[tuple[str, str]]:
    """Give what is usual for this case and this person, label and value."""
    found: list[tuple[str, str]] = []
    if verifying.unverified(ctx, case):
        found += [(ctx.texts(f"alarm_do_{way}"), way) for way in verifying.WAYS]
    elif offices(ctx) and gate.stands(case, gate.Audience.DEPARTMENT):
        if wanted:
            due = wording.short_day(deadline(ctx, wanted.days).due)
            name = wording.department_name(wanted.lead, ctx)
            hidden = hidden_from_department(ctx, case)
            told = ctx.texts("one_by_one_hidden", hidden=hidden) if hidden else ""
            found.append((ctx.texts("one_by_one_refer", department=name, day=due) + told, "refer"))
        found.append((ctx.texts("one_by_one_other"), "other"))
        if _at_station(ctx, case):
            name = wording.clipped(wording.station_name(case.station, ctx), 8)
            found.append((ctx.texts("one_by_one_station", station=name), "station"))
    else:
        found.append((ctx.texts("staff_do_take"), "take"))
    found += [
        (ctx.texts("one_by_one_reply"), "reply"),
        (ctx.texts("one_by_one_more"), "more"),
        (ctx.texts("one_by_one_skip"), "skip"),
    ]
    if same and may_be_put(case):
        found.append((ctx.texts("one_by_one_same", number=same.number), "same"))
    return [*found, (ctx.texts("one_by_one_stop"), "stop")]


def _at_station(ctx: Context, case: Case) -> list[int]:
    """Give the people of the case's station who can be told; the own person is not told."""
    if not case.station:
        return []
    desk = {*people.staff_of(ctx.session, station="", street="", now=ctx.now), ctx.sender.person_id}
    staff = people.staff_of(ctx.session, station=case.station, street="", now=ctx.now)
    return [*channels_of(ctx.session, (person for person in staff if person not in desk))]


def chosen(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Do what the digit stands for and show the next one."""
    pile = _Pile.of(question)
    if value == "stop":
        return ctx.texts("one_by_one_stopped") + _to_call(ctx, pile)
    if value in {"again", "skip"}:
        return show_next(ctx, pile=replace(pile, skipped=pile.skipped + int(value == "skip")))
    case = find_again(ctx, question.subject)
    if value == "more":
        return detail(ctx, case)
    if case.state != State.REGISTERED:
        return show_next(ctx, ctx.texts("one_by_one_gone", number=case.number), pile)
    if value in {"reply", "other"}:
        return _ask_words(ctx, case, question, value)
    return _decide(ctx, case, question, value, pile)


def _decide(ctx: Context, case: Case, question: OpenQuestion, value: str, pile: _Pile) -> str:
    """Do at once what was decided about the case as it stood on the card, unless nobody can have read the card."""
    if value in verifying.WAYS:
        verifying.verify(ctx, case, value)
        return _card(ctx, case, pile, echo=ctx.texts("one_by_one_verified"))
    terms = question.data["wanted"]
    wanted = Wanted.from_data(terms) if terms else None
    if too_soon(ctx, question):
        return note_tap(ctx, _card(ctx, case, pile, echo=ctx.texts("look_first"), wanted=wanted))
    if question.data.get("stood", _stands(case)) != _stands(case):
        return _card(ctx, case, pile, echo=ctx.texts("one_by_one_changed"))
    if value == "refer" and wanted:
        echo, pile = _refer(ctx, case, wanted, pile)
    else:
        echo = {"station": _to_station, "take": _take, "same": _put_together}[value](ctx, case, question)
    return show_next(ctx, echo, pile)


def _ask_words(ctx: Context, case: Case, question: OpenQuestion, value: str) -> str:
    options = [option(0, ctx.texts("one_by_one_back"), _BACK)]
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind=f"one_by_one_{value}",
        subject=question.subject,
        data={**question.data, "free": True},
        options=options,
        now=ctx.now,
    )
    return ctx.texts(f"one_by_one_{value}_what", number=case.number, menu=menu(options))


def replied(ctx: Context, question: OpenQuestion, words: str) -> str:
    if words == _BACK:
        return show_next(ctx, pile=_Pile.of(question))
    case = find_again(ctx, question.subject)
    said = results.reply_to(ctx, case, words.strip(), said="one_by_one_replied")
    return show_next(ctx, said, _Pile.of(question))


def other_department(ctx: Context, question: OpenQuestion, words: str) -> str:
    """Read `城管局 5天` and show the case again with that department in the first place."""
    case = find_again(ctx, question.subject)
    if words in {_BACK, "nothing"}:
        return show_next(ctx, pile=_Pile.of(question))
    try:
        wanted, _ = read_terms(ctx, case, words, None)
    except UnknownUnitError as unknown:
        return ask_which(ctx, case, question.kind, words, unknown.name, question.data)
    return _card(ctx, case, _Pile.of(question), wanted=wanted)


def _refer(ctx: Context, case: Case, wanted: Wanted, pile: _Pile) -> tuple[str, _Pile]:
    name = wording.department_name(wanted.lead, ctx)
    reached = send_out(ctx, case, wanted)
    if not reached.nobody:
        return ctx.texts("one_by_one_referred", department=name), pile
    calls = tuple(dict.fromkeys((*pile.calls, wanted.lead)))
    why = why_told(ctx, reached.why)
    return ctx.texts("one_by_one_referred_nobody", department=name, why=why), replace(pile, calls=calls)


def _to_station(ctx: Context, case: Case, _question: OpenQuestion) -> str:
    """Leave the case with its station, and ask the station's people to begin."""
    name = wording.station_name(case.station, ctx)
    step_id = take_step(ctx, case, "assigned", note=name)
    options = [
        option(digit, ctx.texts(f"staff_do_{value}"), value) for digit, value in ((1, "reply"), (2, "read"))
    ]
    for person_id in _at_station(ctx, case):
        owe_question(
            ctx,
            person_id,
            when=When.BY_DAY,
            kind="staff_case",
            subject=str(case.id),
            text=ctx.texts(
                "one_by_one_for_station",
                desk=ctx.district.settings.desk_name,
                number=case.number,
                what=f"{wording.clipped(case.place_text, 10)}{topic_label(ctx, case)}",
                day=wording.day(case.look_by),
            ),
            options=options,
            dedupe_key=f"for station/{step_id}/{person_id}",
            case_id=case.id,
        )
    return ctx.texts("one_by_one_with_station", station=wording.clipped(name, 10))


def _put_together(ctx: Context, case: Case, question: OpenQuestion) -> str:
    main = support.main_of(ctx.session, find_again(ctx, question.data["same"]))
    put_to(ctx, case, main)
    return ctx.texts("one_by_one_together", number=main.number)


def _take(ctx: Context, case: Case, _question: OpenQuestion) -> str:
    take_step(ctx, case, "assigned", note=wording.station_name(case.station, ctx))
    return ctx.texts("one_by_one_taken")


ONE_BY_ONE_ANSWERS: dict[str, AnswerHandler] = {
    "one_by_one": chosen,
    "one_by_one_reply": replied,
    "one_by_one_other": other_department,
}
