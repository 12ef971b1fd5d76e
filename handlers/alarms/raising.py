"""An alarm is raised: what is written down of it, and what the person who raised it may be told."""

from collections.abc import Sequence
from datetime import timedelta

from handlers.alarms.climbing import A_MINUTE, ring, ring_new
from handlers.alarms.hearing import anybody, where_of
from handlers.context import Context
from handlers.effects import Row
from handlers.pushes.ceiling import causes_too_much
from nlp.alarms.alarm_words import tells_more
from storage.cases import cases
from storage.messages import alarms
from storage.messages.alarms import Ringing
from storage.models import Case

TOLD_SLOT = "\ue001"
"""Stands in a reply for whether anybody is told, until the case is written and may have been sealed."""


def alarm_of(ctx: Context, case: Row) -> Row:
    """Make the alarm of a case that is about to be written; whoever has raised too many has them told together."""
    return alarms.alarm_row(
        case_id=case["id"],
        kind=case["urgency"],
        place=case["place"],
        account_id=case["account_id"],
        now=ctx.now,
        bundled=causes_too_much(ctx.session.connection(), ctx, case["voter_id"]),
    )


def alarms_told(ctx: Context, rows: Sequence[Row], reply: str, *, besides: int | None = None) -> str:
    """Have the first level of new alarms told, and say in the reply whether anybody hears them: only what is so."""
    if not rows:
        return reply
    ring_new(ctx, rows, besides=besides)
    case = ctx.session.get_one(Case, rows[0]["case_id"])
    return reply.replace(TOLD_SLOT, _told(ctx, case, besides=besides))


def one_alarm_with(ctx: Context, case: Row) -> Ringing | None:
    """Give the alarm that the same account raised lately about the same danger at the same known place."""
    if case["account_id"] is None:
        return None
    return alarms.same_trouble(
        ctx.session,
        account_id=case["account_id"],
        kind=case["urgency"],
        place=case["place"],
        since=ctx.now - timedelta(minutes=ctx.district.settings.alarm_join_minutes),
    )


def say_more(ctx: Context, found: Ringing, words: str) -> str:
    """Hear more about a danger that rings: what is new in it goes out again; say how the alarm stands."""
    alarm, case = found.alarm, found.case
    parts = cases.later_parts(ctx.session, case)
    before = "\n".join([case.text, *(part.text for part in parts)])
    if not tells_more(before, words):
        return ctx.texts("alarm_said_again", number=case.number, heard=heard(ctx, case))
    alarm.rung = max(-1, alarm.rung - 1)
    if causes_too_much(ctx.session.connection(), ctx, case.voter_id):
        alarm.next_at = min(alarm.next_at, ctx.now + A_MINUTE)
    else:
        ring(ctx, [found], news=True)
    return ctx.texts("alarm_again_told", number=case.number, told=_told(ctx, case))


def raise_for(ctx: Context, case: Case, kind: str, *, besides: int | None = None) -> str:
    """Raise the alarm of a case that is there already; say whether anybody is told of it."""
    row = alarms.alarm_row(
        case_id=case.id,
        kind=kind,
        place=case.place,
        account_id=case.account_id,
        now=ctx.now,
        bundled=causes_too_much(ctx.session.connection(), ctx, case.voter_id),
    )
    alarms.add(ctx.session.connection(), [row])
    ring_new(ctx, [row], besides=besides)
    return _told(ctx, case, besides=besides)


def _told(ctx: Context, case: Case, *, besides: int | None = None) -> str:
    told = anybody(ctx, where_of(case), besides=besides, account_id=case.account_id)
    return ctx.texts("alarm_told" if told else "alarm_untold")


def heard(ctx: Context, case: Case) -> str:
    """Say to whoever raised it how an alarm stands: seen, told, or seen by nobody yet."""
    alarm = alarms.last_of(ctx.session, case.id)
    if alarm is None:
        return ""
    if alarm.taken_at is not None:
        at = alarm.taken_at.astimezone(ctx.now.tzinfo)
        return ctx.texts("alarm_own_taken", time=f"{at.month}月{at.day}日{at:%H:%M}")
    return ctx.texts("alarm_own_told" if alarm.rounds else "alarm_own_untold")
