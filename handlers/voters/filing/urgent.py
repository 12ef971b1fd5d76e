"""Messages that come before all others: danger, despair, courts, insiders. The right door first, then the file."""

from dataclasses import replace
from typing import Any

from handlers import wording
from handlers.alarms import raising
from handlers.cases import case_rows, sealing
from handlers.cases.case_rows import Destination
from handlers.context import Context
from handlers.district.district import District
from handlers.effects import NUMBER_SLOT, Effects, Row
from handlers.messages import IncomingMessage
from handlers.voters.filing import filing, joining
from handlers.voters.filing.doubting import KIND, asks_first
from nlp.alarms.signals import Signals, detect
from storage.messages.alarms import Ringing
from storage.models import Case

SUICIDE = "suicide"


def signals_of(line: str, district: District) -> Signals:
    """Read off what comes before the topic, an accusation of somebody of the house among it."""
    found = detect(line)
    return found if district.accuses(line) is None else replace(found, insider=True)


def file_signal(ctx: Context, message: IncomingMessage, signals: Signals) -> Effects:
    """File a message that carries a signal; the gravest one decides how it is answered."""
    if signals.suicide:
        return asks_first(ctx, message, signals) or file_despair(ctx, message)
    if signals.emergency:
        return _file_emergency(ctx, message, signals.emergency)
    if signals.insider:
        return _file_sealed(ctx, message)
    if signals.election:
        return _file_right_door(ctx, message, "election", **sealing.NOWHERE, sealed=True)
    return _file_right_door(ctx, message, "court")


def file_despair(ctx: Context, message: IncomingMessage) -> Effects:
    """File a cry for help; whether the person means it is asked no more."""
    effects = _file_emergency(ctx, message, SUICIDE)
    effects.closed_questions += [each.id for each in ctx.sender.questions if each.kind == KIND]
    return effects


def _file_emergency(ctx: Context, message: IncomingMessage, kind: str) -> Effects:
    case = _case(ctx, message, at_last=True, urgency=kind, industry="")
    if (found := raising.one_alarm_with(ctx, case)) is not None:
        return _said_again(ctx, message, found)
    key = wording.despair_key("emergency_suicide", message.text) if kind == SUICIDE else f"emergency_{kind}"
    effects = _filed(ctx, message, case, key)
    effects.alarms = [raising.alarm_of(ctx, case)]
    return effects


def _said_again(ctx: Context, message: IncomingMessage, found: Ringing) -> Effects:
    """Put what is told again about a danger into its case, and send out what is new in it."""
    case = found.case
    reply = raising.say_more(ctx, found, message.text)
    if case.urgency == SUICIDE:
        reply = ctx.texts(wording.despair_key("joined_despair", message.text))
    step = case_rows.step_row(case.id, "added", case.state, ctx.now, actor=ctx.sender.person_id, public=True)
    part = case_rows.part_row(case.id, message, ctx.now, ctx.inbox_id)
    return Effects(reply=reply, route="alarm again", about=case.id, steps=[step], parts=[part])


def _file_sealed(ctx: Context, message: IncomingMessage) -> Effects:
    """File an accusation, or put it to the one just sealed; the door seals it, and tells who may know."""
    last = ctx.sender.last_case
    if last is not None and last.sealed and joining.joins(ctx.sender, ctx, None):
        return joining.join_message(message, ctx.sender, ctx, ctx.inbox_id, where=None)
    case = _case(ctx, message, **sealing.NOWHERE, sealed=True)
    return _filed(ctx, message, case, "filed_sealed")


def _file_right_door(ctx: Context, message: IncomingMessage, door: str, **columns: Any) -> Effects:  # noqa: ANN401
    case = _case(ctx, message, **columns)
    return _filed(ctx, message, case, f"filed_{door}")


def _case(ctx: Context, message: IncomingMessage, *, at_last: bool = False, **columns: Any) -> Row:  # noqa: ANN401
    """Make the row of the case; `at_last`: words that name no place mean the place of the sentence before."""
    where = case_rows.destination(message.text, ctx)
    said = at_last and not (where.places or where.place_text) and _where_last(ctx, where)
    where = said or case_rows.at_station(where, ctx.sender.station, ctx)
    return case_rows.case_row(where, ctx.sender, ctx, text=message.text, source="message", **columns)


def _where_last(ctx: Context, where: Destination) -> Destination | None:
    """Give where the case is that the sender's words would still join; a sealed one says nothing about another."""
    last = ctx.sender.last_case
    if last is None or last.sealed or last.joined_until is None or last.joined_until <= ctx.now:
        return None
    case = ctx.session.get(Case, last.id)
    if case is None or case.sealed or not case.place_text:
        return None
    place = ctx.district.place(case.place)
    return replace(
        where,
        places=(place,) if place else (),
        place_text=case.place_text,
        station=case.station,
        street=case.street,
        reason=case_rows.SAID_BEFORE,
    )


def _filed(ctx: Context, message: IncomingMessage, case: Row, key: str) -> Effects:
    day = wording.day(case["look_by"])
    reply = ctx.texts(key, number=NUMBER_SLOT, day=day, told=raising.TOLD_SLOT)
    grave = bool(case["urgency"])
    # Whoever is in danger gets no small print; the notice comes with the next answer.
    notified = ctx.sender.notified
    ctx.sender.notified = notified or grave
    effects = filing.filed(
        case,
        reply,
        key,
        ctx.sender,
        ctx,
        parts=[case_rows.part_row(case["id"], message, ctx.now, ctx.inbox_id)],
    )
    if grave and not notified:
        effects.notified = None
    return effects
