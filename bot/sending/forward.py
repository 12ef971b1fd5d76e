"""Events that are not the bot's own go to the account's other system, each until it is taken or a day is over."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy.orm import Session

from bot.channels.forwarder import Forwarder
from bot.core.metrics import Metrics
from bot.core.ticks import Counts
from bot.core.writer import Writer
from storage.messages.foreign import OwedEvent, claim_events, note_arrived, note_refused

log = structlog.get_logger()

AT_ONCE = 20
GIVE_UP_AFTER = timedelta(days=1)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
LAST_DOUBLING = 7


def forward_due(
    writer: Writer, forwarder: Forwarder, clock: Callable[[], datetime], metrics: Metrics
) -> Counts:
    """Send what is due, the oldest first; what is refused waits longer each time."""
    counts = {"forwarded": 0, "refused": 0}
    for owed in writer.transact(lambda session: claim_events(session, clock(), AT_ONCE)):
        error = forwarder.send(owed.body)
        if not error:
            writer.transact(partial(_arrived, owed))
            counts["forwarded"] += 1
            metrics.forwarded.labels(result="sent").inc()
            continue
        retry_at = next_attempt(owed, clock())
        writer.transact(partial(_refused, owed, error, retry_at))
        counts["refused"] += 1
        metrics.forwarded.labels(result="pending" if retry_at else "dead").inc()
        log.info("an event was not taken", event_id=owed.id, error=error, attempts=owed.attempts)
    return counts


def next_attempt(owed: OwedEvent, now: datetime) -> datetime | None:
    """Wait longer after every failure, at most an hour; after a day there is no further attempt."""
    if now - owed.created_at >= GIVE_UP_AFTER:
        return None
    doubled: timedelta = FIRST_WAIT * 2 ** min(owed.attempts - 1, LAST_DOUBLING)
    return now + min(doubled, LONGEST_WAIT)


def _arrived(owed: OwedEvent, session: Session) -> None:
    note_arrived(session, owed.id)


def _refused(owed: OwedEvent, error: str, retry_at: datetime | None, session: Session) -> None:
    note_refused(session, owed, error=error, retry_at=retry_at)
