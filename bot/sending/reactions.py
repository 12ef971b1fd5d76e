"""What a failed push asks for: another way, a later try, a closed way, or a person's judgement."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.channels.base import Reaction, SendError
from handlers.pushes.ladder import NOT_ACCEPTED, OUTSIDE, USED_UP, Rung, Way
from storage.messages import ledger, outbox
from storage.messages.ledger import Closed
from storage.messages.outbox import ALERT
from storage.messages.sending import Owed

GIVE_UP_AFTER = 8
LONGEST_SPREAD = timedelta(seconds=5)
"""By how much a further try may come later, so that not all come at once."""
SAME_ID_KNOWN = timedelta(minutes=10)
"""How long WeChat recognises a template message by its client_msg_id."""
PLATFORM_ZONE = ZoneInfo("Asia/Shanghai")
"""Whose midnight gives a new day's quota, wherever the district is."""
SWITCHED_OFF_FOR = timedelta(hours=24)
"""How long a way stays closed that the account has no permission for, before it is tried once more."""
ALARMED_FOR = timedelta(minutes=10)
"""How long nothing is tried where the settings are wrong and only the operator can help."""

Change = Callable[[Session], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of a push after a failed call."""

    status: str
    code: str
    detail: str = ""
    another_way: bool = False
    retry_at: datetime | None = None
    counts: bool = True
    doubt_since: datetime | None = None
    changes: tuple[Change, ...] = field(default=())
    """What everybody learns from it."""


def next_attempt(attempts: int, now: datetime) -> datetime:
    """Wait longer after every failure: 30 s, 1, 2, 4 … minutes, at most an hour."""
    seconds = min(30 * 2 ** min(attempts - 1, 10), 3600)
    return now + timedelta(seconds=seconds)


def judge(push: Owed, way: Way, error: SendError, now: datetime) -> Verdict:
    """Read one failure as the platform means it."""
    code, detail = error.code, error.detail
    if error.wait:
        return Verdict(status="pending", code=code, retry_at=now + error.wait, counts=False)
    if error.outcome_unknown:
        return _unanswered(push, way, error, now)
    if push.doubt_since and error.reaction is not Reaction.NONE and push.kind != ALERT:
        # What was not answered before may have arrived: another way would bring it twice.
        return Verdict(status="unknown", code=code, detail=detail)
    return _refused(push, way, error, now)


def _refused(push: Owed, way: Way, error: SendError, now: datetime) -> Verdict:
    """Take another way, wait, or give up: the platform read the call and did not do it."""
    code, detail = error.code, error.detail
    if error.reaction in (Reaction.NEXT_RUNG, Reaction.UNREACHABLE):
        return Verdict(
            status="dead", code=code, detail=detail, another_way=True, changes=_learned(way, error)
        )
    if error.reaction is not Reaction.NONE:
        until = _until(error.reaction, now)
        return Verdict(
            status="pending",
            code=code,
            detail=detail,
            another_way=error.reaction is not Reaction.PAUSE_MINUTE,
            retry_at=until,
            counts=False,
            changes=(_close(way, code, until, now),),
        )
    if error.retryable and push.attempts < GIVE_UP_AFTER:
        return Verdict(status="pending", code=code, detail=detail, retry_at=next_attempt(push.attempts, now))
    return Verdict(status="unknown" if push.doubt_since else "dead", code=code, detail=detail)


def _unanswered(push: Owed, way: Way, error: SendError, now: datetime) -> Verdict:
    """Repeat only what the platform will recognise then as the same; all else is for a person to judge.

    An alert may rather arrive twice than not at all.
    """
    again, since = next_attempt(push.attempts, now), push.doubt_since or now
    if push.kind == ALERT and push.attempts < GIVE_UP_AFTER:
        return Verdict(
            status="pending",
            code=error.code,
            detail=error.detail,
            another_way=True,
            retry_at=again,
            doubt_since=since,
        )
    if push.attempts >= GIVE_UP_AFTER or not may_repeat(way, since, again + LONGEST_SPREAD):
        return Verdict(status="unknown", code=error.code, detail=error.detail)
    return Verdict(status="pending", code=error.code, detail=error.detail, retry_at=again, doubt_since=since)


def may_repeat(way: Way, since: datetime, now: datetime) -> bool:
    """Tell whether the platform drops the second of two calls, the first of them made at `since`."""
    return way.rung is Rung.TEMPLATE and now - since < SAME_ID_KNOWN


def _until(reaction: Reaction, now: datetime) -> datetime:
    """Give when a closed way may be tried again."""
    if reaction is Reaction.PAUSE_MINUTE:
        return now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    if reaction is Reaction.PAUSE_DAY:
        there = now.astimezone(PLATFORM_ZONE)
        return there.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return now + (SWITCHED_OFF_FOR if reaction is Reaction.SWITCHED_OFF else ALARMED_FOR)


def _learned(way: Way, error: SendError) -> tuple[Change, ...]:
    """Give what the platform knew better than the ledger."""
    if way.account_id is None:
        return ()
    if error.code in (OUTSIDE, USED_UP):
        return (partial(ledger.close_window, account_id=way.account_id),)
    if error.code == NOT_ACCEPTED:
        return (partial(ledger.withdraw_acceptance, account_id=way.account_id, template_id=way.template_id),)
    if error.reaction is Reaction.UNREACHABLE:
        return (partial(outbox.mark_unreachable, account_id=way.account_id, code=error.code),)
    return ()


def _close(way: Way, code: str, until: datetime, now: datetime) -> Change:
    return partial(ledger.close_way, way=Closed(way.channel, str(way.rung), code, until), now=now)
