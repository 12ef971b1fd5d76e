"""What staff tell a voter about a case: an answer, that it is closed, what was heard in a voice."""

import re
from datetime import datetime, time, timedelta
from typing import Any

from handlers import case_rows, wording
from handlers.context import Context
from handlers.errors import Refusal
from handlers.messages import IncomingMessage
from handlers.routing import AnswerHandler
from handlers.send_times import in_daytime
from handlers.staff.cases import find, find_again, numbered, take_step
from nlp.signals import detect
from storage import cases, people, reports, support
from storage.models import Case
from storage.outbox import enqueue
from storage.people import OpenQuestion
from storage.support import Voice

LONGEST = 500
TEMPLATE = "result"
_ANSWER_MAY_FOLLOW = timedelta(minutes=10)
"""How long what was heard in a voice waits, so that an answer to it goes out in the same push."""
_COMMAND = re.compile(r"\s*(?:[答回][复復覆]|[听聽][写寫])")


def words_of(message: IncomingMessage, rest: str) -> str:
    """Give what stands behind the command as it was typed; the line itself is folded for matching."""
    typed = message.text or rest
    return _COMMAND.sub("", typed, count=1).strip()


def reply(ctx: Context, message: IncomingMessage, rest: str) -> str:
    line = numbered(words_of(message, rest))
    if line is None or not line.rest:
        return ctx.texts("staff_reply_how")
    return reply_to(ctx, find(ctx, line.number), line.rest)


def reply_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    return reply_to(ctx, find_again(ctx, question.subject), value.strip())


def reply_to(ctx: Context, case: Case, words: str) -> str:
    """Send an answer to the voter, once; the case is answered, not yet closed."""
    _check_length(ctx, words)
    step_id = take_step(ctx, case, "replied", note=words)
    station = wording.station_name(case.station, ctx)
    text = ctx.texts("staff_result", number=case.number, station=station, text=words)
    return _said(ctx, case, "staff_replied", tell_voter(ctx, case, step_id, text, short="answered"))


def close(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    line = numbered(rest)
    return close_case(ctx, find(ctx, line.number), line.rest) if line else ctx.texts("staff_close_how")


def close_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    case = find_again(ctx, question.subject)
    if value != "yes":
        return ctx.texts("staff_kept_open", number=case.number)
    return close_case(ctx, case, "")


def close_case(ctx: Context, case: Case, note: str) -> str:
    """Close a case and tell the voter; whether it is solved is for the voter to say."""
    step_id = take_step(ctx, case, "closed", note=note)
    key = "staff_result_closed_despair" if case.urgency == "suicide" else "staff_result_closed"
    text = ctx.texts(key, number=case.number)
    return _said(ctx, case, "staff_closed", tell_voter(ctx, case, step_id, text, short="closed"))


def _said(ctx: Context, case: Case, key: str, at: datetime | None) -> str:
    """Tell staff whether the voter hears of it now, later, or not here at all."""
    if at is None:
        return ctx.texts(f"{key}_nobody", number=case.number)
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
    changes = _filed_by_words(ctx, case, words)
    if not case.text:
        changes["text"] = words
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
    """Give the voter the right number to call and tell the staff, at any hour; the words are not repeated."""
    tell_voter(ctx, case, step_id, ctx.texts(f"emergency_{case.urgency}", number=case.number))
    kind = ctx.texts(f"urgency_{case.urgency}")
    place = wording.place_told(case.place_text, ctx)
    alert = ctx.texts("alert_urgent", number=case.number, kind=kind, place=place)
    told = people.staff_of(ctx.session, station=case.station, street=case.street, now=ctx.now)
    for person_id in told:
        if person_id != ctx.sender.person_id:
            enqueue(
                ctx.session,
                dedupe_key=f"alert/{case.id}/{person_id}",
                person_id=person_id,
                kind="alert",
                text=alert,
                case_id=case.id,
                now=ctx.now,
            )
    return ctx.texts("staff_written_down_urgent", number=case.number, kind=kind)


def _filed_by_words(ctx: Context, case: Case, words: str) -> dict[str, Any]:
    """Give topic and place by the words, as far as the case has none; danger goes before a seal, as in a text."""
    signals = detect(words)
    grave = "suicide" if signals.suicide else signals.emergency
    changes: dict[str, Any] = {"urgency": grave} if grave else {}
    if case.sealed:
        return changes
    if signals.insider and not grave:
        return {
            "sealed": True,
            "category": "governance",
            "topic": "other",
            "industry": "",
            "station": "",
            "street": "",
            "place": "",
            "place_text": "",
            "because": {},
        }
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


def tell_voter(
    ctx: Context, case: Case, step_id: int, text: str, *, short: str = "news", after: timedelta = timedelta()
) -> datetime | None:
    """Owe a result to the voter and to all supporters, each under the own number, and say when the first goes out.

    None if no voter stands behind the case.
    """
    heard = [
        _tell(ctx, case, voice, (f"{step_id}/{voice.person_id}", text, short), after)
        for voice in support.voices(ctx.session, case)
    ]
    return min(heard, default=None)


def _tell(ctx: Context, case: Case, voice: Voice, news: tuple[str, str, str], after: timedelta) -> datetime:
    """Owe one voter a result: its key, its text, its short form.

    What is urgent goes at once; all else not at night, and once a day for one case: what waits already takes it along.
    """
    at = ctx.now
    key, text, short = news
    text = text.replace(case.number, voice.number)
    if not case.urgency:
        at = in_daytime(at + after, ctx.district.settings, whose=voice.person_id)
        before = reports.last_result(ctx.session, voice.case_id, voice.person_id)
        if before is not None:
            before_at = before.not_before.astimezone(ctx.now.tzinfo)
            if reports.add_to_result(ctx.session, before, text):
                return before_at
            if before_at.date() >= at.date():
                at = in_daytime(_midnight_after(before_at), ctx.district.settings, whose=voice.person_id)
    enqueue(
        ctx.session,
        dedupe_key=f"result/{key}",
        person_id=voice.person_id,
        kind="result",
        text=text,
        template=TEMPLATE,
        fields=_short_form(ctx, voice.number, short),
        case_id=voice.case_id,
        now=ctx.now,
        not_before=at,
    )
    return at


def _short_form(ctx: Context, number: str, short: str) -> dict[str, str]:
    """Give the fields of the short form, for voters who have not written for 48 hours; it repeats no word of the case."""
    return {
        "编号": number,
        "进度": ctx.texts(f"staff_result_short_{short}"),
        "说明": ctx.texts("staff_result_short_how"),
    }


def _midnight_after(at: datetime) -> datetime:
    return datetime.combine(at.date() + timedelta(days=1), time(), at.tzinfo)


RESULT_ANSWERS: dict[str, AnswerHandler] = {
    "staff_reply": reply_answer,
    "staff_close": close_answer,
    "staff_write_down": write_down_answer,
}
