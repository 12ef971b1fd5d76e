"""What is kept for a time only, forgotten in small pieces."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from storage.cases import progress
from storage.models import Inbox, Nonce
from storage.models.messages import FROZEN

NONCE_KEPT = timedelta(minutes=30)
AT_ONCE = 500
_RAW = "forget raw"


def forget_raw(connection: Connection, before: datetime) -> int:
    """Drop messages as they came, where nobody could read them and nobody has looked for so long.

    Gives how many rows were looked at; what still waits for its answer keeps its message and is looked at again.
    """
    after = progress.take(connection, _RAW)
    if after is None:
        return 0
    rows = connection.execute(
        select(Inbox.id, Inbox.received_at, Inbox.status, Inbox.raw.is_not(None))
        .where(Inbox.id > after)
        .order_by(Inbox.id)
        .limit(AT_ONCE)
    ).all()
    past = []
    for row_id, at, status, has_raw in rows:
        if at >= before or status in {"pending", "held"}:
            break
        past.append((row_id, has_raw and status != FROZEN))
    if past:
        connection.execute(
            update(Inbox)
            .where(Inbox.id.in_([row_id for row_id, has_raw in past if has_raw]))
            .values(raw=None)
        )
        progress.move(connection, _RAW, past[-1][0])
    return len(past)


def forget_nonces(connection: Connection, before: datetime) -> int:
    """Drop nonces that no replay can use any more."""
    old = select(Nonce.key).where(Nonce.seen_at < before).limit(AT_ONCE)
    return int(connection.execute(delete(Nonce).where(Nonce.key.in_(old))).rowcount)
