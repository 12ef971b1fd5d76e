"""What staff tell a voter about a case: an answer, that it is closed, what was heard in a voice."""

import re
from datetime import datetime, timedelta
from typing import Any

from handlers import wording
from handlers.alarms.raising import raise_for
from handlers.cases import case_rows
from handlers.cases.entering import heard
from handlers.cases.reach import find, find_again, holder, numbered, take_step
from handlers.cases.solved import ask_solved, may_ask
from handlers.cases.tell_departments import tell_people
from handlers.cases.telling import reach_of_voters, tell_voter
from handlers.context import Context
from handlers.errors import Refusal
from handlers.messages import IncomingMessage, Role
from handlers.pushes.reaching import why_told
from handlers.route import AnswerHandler
from handlers.staff.cases import ask_close, ask_words, begin_close
from nlp.alarms.private import CONTACT, private_reason
from nlp.alarms.signals import detect
from nlp.sayings.answers import finished, says_nothing
from storage.cases import cases, referrals
from storage.casework import support
from storage.models import Case, State
from storage.people.people import OpenQuestion

LONGEST = 500
_ANSWER_MAY_FOLLOW = timedelta(minutes=10)
"""How long what was heard in a voice waits, so that an answer to it goes out in the same push."""
_COMMAND = re.compile(r"(?:[答回][复復覆]|[听聽][写寫]|办结|結案|结案|辦結)")
_ANSWERED_HERE = frozenset({State.REGISTERED, State.ASSIGNED, State.ANSWERED})


def words_of(message: IncomingMessage, rest: str) -> str:
    """Give what stands behind the command as it was typed; the line itself is folded for matching."""
    typed = message.text or rest
    return _COMMAND.sub("", typed, count=1).strip()


def reply(ctx: Context, message: IncomingMessage, rest: str) -> str:
    line = numbered(words_of(message, rest))
    if line is None or not line.rest:
        return ctx.texts("staff_reply_how")
    return reply_or_hint(ctx, find(ctx, line.number), line.rest)


def reply_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    return reply_or_hint(ctx, find_again(ctx, question.subject), value.strip())


def reply_or_hint(ctx: Context, case: Case, words: str) -> str:
    """Send an answer, or say what it lacks where it tells the voter nothing (好的, 已转有关部门)."""
    if not says_nothing(words):
        return reply_to(ctx, case, words)
    ask_words(ctx, case, "staff_reply")
    return ctx.texts("staff_bare", words=wording.clipped(words, 12), number=case.number)


def reply_to(ctx: Context, case: Case, words: str, *, said: str = "staff_replied") -> str:
    """Send an answer to the voter, once; one that says what was done asks at once whether it is solved.

    `said`: the sentences that tell staff when it goes, where they are not to hear the usual ones.
    """
    _check_length(ctx, words)
    if _ends(ctx, case, words):
        return conclude(ctx, case, words, said="staff_concluded" if said == "staff_replied" else said)
    step_id = take_step(ctx, case, "replied", note=words)
    station = _signed(ctx, case)
    text = ctx.texts("staff_result", number=case.number, station=station, text=words)
    return _said(ctx, case, said, tell_voter(ctx, case, step_id, text, short="answered"))


def _ends(ctx: Context, case: Case, words: str) -> bool:
    """Tell whether an answer of the station's own is its last one: it says that something was done, and by nobody else."""
    if case.state not in _ANSWERED_HERE or not (may_ask(case) and finished(words)):
        return False
    return referrals.leading(ctx.session, case.id) is None and bool(support.voices(ctx.session, case))


def close(ctx: Context, message: IncomingMessage, rest: str) -> str:
    line = numbered(words_of(message, rest))
    if line is None:
        return ctx.texts("staff_close_how")
    case = find(ctx, line.number)
    if case.state == State.AWAITING_VOTER:
        raise Refusal(ctx.texts("staff_close_asked", number=case.number))
    return _close_with(ctx, case, line.rest) if line.rest else begin_close(ctx, case)


def close_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    case = find_again(ctx, question.subject)
    if value != "yes":
        return ctx.texts("staff_kept_open", number=case.number)
    return close_case(ctx, case, question.data.get("note", ""))


def close_words_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Close with the sentence that was asked for, if it tells the voter something."""
    return _close_with(ctx, find_again(ctx, question.subject), value.strip())


def _close_with(ctx: Context, case: Case, words: str) -> str:
    if says_nothing(words):
        ask_words(ctx, case, "staff_close_words")
        return ctx.texts("staff_bare_close", words=wording.clipped(words, 12), number=case.number)
    return ask_close(ctx, case, words) if holder(ctx, case) else close_case(ctx, case, words)


def close_case(ctx: Context, case: Case, note: str) -> str:
    """End a case: its voter is asked whether it is solved; where nobody may be asked it is closed."""
    _check_length(ctx, note)
    if case.state == State.AWAITING_VOTER:
        raise Refusal(ctx.texts("staff_close_asked", number=case.number))
    _call_off(ctx, case)
    if may_ask(case) and support.voices(ctx.session, case):
        return conclude(ctx, case, note)
    step_id = take_step(ctx, case, "closed", note=note)
    despair = wording.despair_key("staff_result_closed_despair", case.text)
    key = despair if case.urgency == "suicide" else "staff_result_closed"
    text = ctx.texts(key, number=case.number)
    return _said(ctx, case, "staff_closed", tell_voter(ctx, case, step_id, text, short="closed"))


def _call_off(ctx: Context, case: Case) -> None:
    """Tell the departments that still have a case that it is not theirs any more."""
    held = [row for row in referrals.latest_round(ctx.session, case.id) if row.state in referrals.OWING]
    text = ctx.texts("department_closed", number=case.number)
    tell_people(ctx, case, [row.department for row in held], f"closed/{case.id}/{ctx.now.isoformat()}", text)


def conclude(ctx: Context, case: Case, words: str, *, said: str = "staff_concluded") -> str:
    """Tell the voter what the station did, if it says so, and ask whether it is solved."""
    station = _signed(ctx, case)
    note = words or ctx.texts("concluded_without_words", station=station)
    step_id = take_step(ctx, case, "concluded", note=note, answered_at=ctx.now, asked_at=ctx.now)
    key = "voter_answered" if words else "voter_concluded"
    text = ctx.texts(key, number=case.number, department=station, text=words)
    return _said(ctx, case, said, ask_solved(ctx, case, step_id, text))


def _signed(ctx: Context, case: Case) -> str:
    """Give in whose name the sender writes: their station's, street's, or the district office's."""
    held = {(grant.role, grant.area) for grant in ctx.sender.grants}
    if (Role.STATION, case.station) in held:
        return wording.station_name(case.station, ctx)
    street = ctx.district.street_of(case.street) if (Role.STREET, case.street) in held else None
    return street.name if street else ctx.district.settings.desk_name


def _said(ctx: Context, case: Case, key: str, at: datetime | None) -> str:
    """Tell staff whether the voter hears of it now, later, or not here at all."""
    if at is None:
        return ctx.texts(f"{key}_nobody", number=case.number)
    reached = reach_of_voters(ctx, case, max(at, ctx.now))
    if reached.closed:
        why = why_told(ctx, reached.why)
        return ctx.texts(f"{key}_closed", number=case.number, why=why, count=reached.closed)
    if at <= ctx.now:
        return ctx.texts(key, number=case.number)
    local = at.astimezone(ctx.now.tzinfo)
    when = f"{wording.short_day(local.date())}{local.hour}:{local.minute:02d}"
    return ctx.texts(f"{key}_later", number=case.number, at=when)


def write_down(ctx: Context, message: IncomingMessage, rest: str) -> str:
    line = numbered(words_of(message, rest))
    if line is None or not line.rest:
        return ctx.texts("staff_write_down_how")
    return write_down_case(ctx, find(ctx, line.number), line.rest)


def write_down_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    return write_down_case(ctx, find_again(ctx, question.subject), value.strip())


def write_down_case(ctx: Context, case: Case, words: str) -> str:
    """Put the words of a voice into its case, file it by them, and let the voter read them."""
    _check_length(ctx, words)
    voice = cases.first_unheard(ctx.session, case.id)
    if voice is None:
        raise Refusal(ctx.texts("staff_nothing_to_hear", number=case.number))
    case = heard(ctx, case, voice, words, urgency=_danger_in(words))
    changes = _filed_by_words(ctx, case, words)
    if not case.text:
        changes["text"] = words
    if (reason := private_reason(words)) and case.private in {"", CONTACT}:
        changes["private"] = reason
    step_id = take_step(ctx, case, "transcribed", note=words, **changes)
    cases.write_down(ctx.session, voice, words, by=ctx.sender.person_id, now=ctx.now)
    if "urgency" in changes:
        return _heard_danger(ctx, case, step_id)
    if case.sealed:
        # Not a word of it goes out: a sealed case is known to its voter by the number alone.
        tell_voter(ctx, case, step_id, ctx.texts("own_sealed", number=case.number))
        return ctx.texts("staff_written_down_sealed", number=case.number)
    tell_voter(
        ctx,
        case,
        step_id,
        ctx.texts("staff_result_heard", number=case.number, text=wording.clipped(words, 60)),
        after=_ANSWER_MAY_FOLLOW,
    )
    return ctx.texts(
        "staff_written_down",
        number=case.number,
        topic=wording.topic_name(case.topic, ctx),
        station=wording.station_name(case.station, ctx),
    )


def _heard_danger(ctx: Context, case: Case, step_id: int) -> str:
    """Give the voter the right number to call and raise the alarm, at any hour; the words are not repeated."""
    told = raise_for(ctx, case, case.urgency, besides=ctx.sender.person_id)
    key = f"emergency_{case.urgency}"
    key = wording.despair_key(key, case.text) if case.urgency == "suicide" else key
    tell_voter(ctx, case, step_id, ctx.texts(key, number=case.number, told=told))
    kind = ctx.texts(f"urgency_{case.urgency}")
    return ctx.texts("staff_written_down_urgent", number=case.number, kind=kind, told=told)


def _danger_in(words: str) -> str:
    signals = detect(words)
    return "suicide" if signals.suicide else signals.emergency


def _filed_by_words(ctx: Context, case: Case, words: str) -> dict[str, Any]:
    """Give topic and place by the words, as far as the case has none; danger goes before a seal, as in a text."""
    grave = _danger_in(words)
    changes: dict[str, Any] = {"urgency": grave} if grave else {}
    if case.sealed:
        return changes
    where = case_rows.destination(words, ctx)
    if not case.text:
        changes |= {
            **case_rows.topic_columns(where.found.topic, ctx),
            "category": where.found.category,
            "because": {
                "words": list(where.found.because),
                "place": where.place_text,
                "candidates": list(where.found.candidates),
            },
        }
    if not case.place and len(where.places) == 1:
        changes |= case_rows.placed(where.places[0], ctx)
    elif where.place_text and not case.place_text:
        changes["place_text"] = where.place_text[:128]
    return changes


def _check_length(ctx: Context, words: str) -> None:
    if len(words) > LONGEST:
        raise Refusal(ctx.texts("staff_too_long", limit=LONGEST))


RESULT_ANSWERS: dict[str, AnswerHandler] = {
    "staff_reply": reply_answer,
    "staff_close": close_answer,
    "staff_close_words": close_words_answer,
    "staff_write_down": write_down_answer,
}
