"""The inbox: every message is kept before it is handled, and handled once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, func, or_, select, update
from sqlalchemy.orm import Session

from storage.engine.bulk import insert_ignoring, update_rows
from storage.engine.database import new_id
from storage.engine.literals import among, equals
from storage.models import Inbox, Nonce
from storage.models.messages import HELD

RETRY_AFTER = (
    timedelta(seconds=20),
    timedelta(seconds=45),
    timedelta(minutes=5),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=24),
)
"""How old an unanswered message is before its first, second … attempt: a mistake of ours may need a person
to mend it."""


ENDED = "ended"
"""Why a message waits, or was given up: the process ended while nothing but this was in work."""
_IN_HAND = "in hand of "
"""With the name of a process's run: this alone is being tried there; found by another run: that one ended with it."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the inbox knows of a message that just came."""

    id: int
    fresh: bool
    """False for a repeat."""
    status: str
    reply: str
    suspect: bool = False
    """A process ended while nothing but this was in work."""


def inbox_row(
    *, dedupe_key: str, channel: str, sender: str, raw: bytes | None, now: datetime, reason: str = ""
) -> dict[str, Any]:
    return {
        "id": new_id(),
        "dedupe_key": dedupe_key,
        "channel": channel,
        "sender": sender,
        "received_at": now,
        "status": "quarantined" if reason else "pending",
        "reason": reason,
        "raw": raw,
        "reply": "" if reason else None,
        "attempts": 0,
        "route": "",
    }


_REPEATS = select(Inbox.dedupe_key, Inbox.id, Inbox.status, Inbox.reply, Inbox.reason).where(
    Inbox.dedupe_key.in_(bindparam("keys", expanding=True))
)


def remember(
    connection: Connection, rows: Sequence[dict[str, Any]], *, run: str = ""
) -> dict[str, Remembered]:
    """Keep all messages of a batch, in one statement and one order; tell which are repeats.

    On PostgreSQL a repeat whose first copy is in another process's open transaction waits here for its
    commit.
    """
    ordered = sorted(rows, key=lambda row: str(row["dedupe_key"]))
    fresh = insert_ignoring(connection, Inbox, ordered, key="id")
    remembered = {
        row["dedupe_key"]: Remembered(row["id"], True, row["status"], row["reply"] or "")
        for row in ordered
        if row["id"] in fresh
    }
    repeats = [row["dedupe_key"] for row in ordered if row["id"] not in fresh]
    if repeats:
        found = connection.execute(_REPEATS, {"keys": repeats})
        for key, inbox_id, status, reply, reason in found:
            suspect = status == "pending" and _ends(reason, run) > 0
            remembered[key] = Remembered(inbox_id, False, status, reply or "", suspect)
    return remembered


def lacks(session: Session, keys: Sequence[str]) -> bool:
    """Tell whether any of these messages never arrived."""
    found = session.scalar(select(func.count()).select_from(Inbox).where(Inbox.dedupe_key.in_(keys)))
    return (found or 0) < len(keys)


def answer_row(
    inbox_id: int, *, reply: str, route: str, now: datetime, kept: bytes | None = None
) -> dict[str, Any]:
    return {
        "id": inbox_id,
        "status": "answered",
        "reply": reply,
        "route": route,
        "handled_at": now,
        "raw": kept,
    }


def keep_texts(connection: Connection, texts: Mapping[int, bytes], *, alone_in_hand_of: str = "") -> None:
    """Keep the texts of messages that are handled later; the one that follows alone is marked with the run."""
    mark = {"reason": _IN_HAND + alone_in_hand_of} if alone_in_hand_of else {}
    update_rows(connection, Inbox, [{"id": inbox_id, "raw": raw} | mark for inbox_id, raw in texts.items()])


def mark_answered(connection: Connection, answers: Sequence[dict[str, Any]]) -> None:
    """Keep the answers with their messages; the raw message is dropped unless it is given to be kept."""
    update_rows(connection, Inbox, answers)


def lock(session: Session, inbox_id: int) -> Inbox:
    """Take one message for handling; whoever else wants it waits here and then sees it answered."""
    return session.scalars(select(Inbox).where(Inbox.id == inbox_id).with_for_update()).one()


def unanswered(session: Session, now: datetime, limit: int = 100) -> list[int]:
    """Give messages that were kept but not handled (a crash or a mistake of ours came between) and are due."""
    due = (
        and_(Inbox.attempts == attempts, Inbox.received_at < now - wait)
        for attempts, wait in enumerate(RETRY_AFTER)
    )
    return list(
        session.scalars(
            select(Inbox.id)
            .where(equals(Inbox.status, "pending"), or_(*due))
            .order_by(Inbox.received_at, Inbox.id)
            .limit(limit)
        )
    )


def take_in_hand(session: Session, which: int | str, run: str) -> Inbox | None:
    """Count an attempt before it is made, so that it is known even if neither the process nor its note survive it.

    Gives the message if it is given up instead: two runs have ended with it alone in hand.
    """
    mine = Inbox.id == which if isinstance(which, int) else Inbox.dedupe_key == which
    row = session.scalars(select(Inbox).where(mine).with_for_update()).one()
    if row.status not in {"pending", HELD}:
        return None
    ends = _ends(row.reason, run)
    if ends > 1:
        row.status, row.reason = "failed", ENDED
        return row
    row.attempts += 1
    row.reason = f"{ENDED} {_IN_HAND}{run}" if ends else _IN_HAND + run
    return None


def put_down(row: Inbox) -> None:
    """Note that an attempt is over, however it went: the process lives."""
    if _IN_HAND in row.reason:
        row.reason = ENDED if row.reason.startswith(ENDED) else ""


def known(session: Session, inbox_ids: Sequence[int]) -> list[int]:
    """Give which of these messages are there: a record that was put back from a copy may lack some."""
    found = set(session.scalars(select(Inbox.id).where(Inbox.id.in_(inbox_ids)))) if inbox_ids else set()
    return [inbox_id for inbox_id in inbox_ids if inbox_id in found]


def let_go(session: Session, inbox_id: int) -> None:
    """Note that a process ended beside this message, and not over it."""
    put_down(lock(session, inbox_id))


def _ends(reason: str, run: str) -> int:
    """Tell how many processes are known to have ended over a message."""
    elsewhere = _IN_HAND in reason and not reason.endswith(run)
    return reason.startswith(ENDED) + elsewhere


def give_up_spent(session: Session) -> None:
    """Leave to a person what was tried as often as anything is, even if no attempt came to its end."""
    for status in ("pending", HELD):
        spent = update(Inbox).where(equals(Inbox.status, status), Inbox.attempts >= len(RETRY_AFTER))
        session.execute(spent.values(status="failed"))


def ended_with(session: Session, inbox_id: int) -> bool:
    """Note that the process ended with this message alone in work; True if that happened before, and it is given up."""
    row = lock(session, inbox_id)
    if row.status not in {"pending", HELD}:
        return False
    again = row.reason.startswith(ENDED)
    row.reason = ENDED
    if again:
        row.status = "failed"
    return again


def given_up(session: Session, limit: int) -> list[Inbox]:
    """Give the messages with which the process ended twice, the oldest first, until a person has seen them."""
    mine = select(Inbox).where(equals(Inbox.status, "failed"), Inbox.reason == ENDED)
    return list(session.scalars(mine.order_by(Inbox.id).limit(limit)))


def count_given_up(session: Session) -> int:
    mine = select(func.count()).where(equals(Inbox.status, "failed"), Inbox.reason == ENDED)
    return session.scalar(mine) or 0


def forged(connection: Connection, *, key: str, body_hash: str, now: datetime) -> bool:
    """Tell whether this nonce came before with another body (plain mode signs no body)."""
    row = {"key": key, "body_hash": body_hash, "seen_at": now}
    if insert_ignoring(connection, Nonce, [row], key="key"):
        return False
    return connection.execute(select(Nonce.body_hash).where(Nonce.key == key)).scalar_one() != body_hash


# -- what came too fast -----------------------------------------------------------------------------------

HELD_AT_ONCE = 10
"""Of one account in one run, so that the flood of one never stands before another's."""
_SENDERS_AT_ONCE = 10


def hold_row(inbox_id: int, *, reply: str, status: str = HELD) -> dict[str, Any]:
    """Put a message aside for a while; it keeps what was written, and says why."""
    return {"id": inbox_id, "status": status, "reason": status, "reply": reply, "route": status}


def mark_held(connection: Connection, held: Sequence[dict[str, Any]]) -> None:
    update_rows(connection, Inbox, held)


def held(session: Session) -> list[int]:
    """Give the next held messages, a few of each account, in the order in which they came."""
    senders = session.execute(
        select(Inbox.channel, Inbox.sender)
        .where(equals(Inbox.status, HELD))
        .group_by(Inbox.channel, Inbox.sender)
        .order_by(func.min(Inbox.id))
        .limit(_SENDERS_AT_ONCE)
    ).all()
    due: list[int] = []
    for channel, sender in senders:
        mine = select(Inbox.id).where(equals(Inbox.status, HELD), Inbox.channel == channel)
        mine = mine.where(Inbox.sender == sender).order_by(Inbox.received_at, Inbox.id)
        due += session.scalars(mine.limit(HELD_AT_ONCE))
    return due


def still_held(session: Session, channel: str, sender: str) -> bool:
    mine = select(Inbox.id).where(equals(Inbox.status, HELD), Inbox.channel == channel)
    return session.scalars(mine.where(Inbox.sender == sender).limit(1)).first() is not None


ASIDE = (HELD, "failed", "quarantined")
"""Messages that have no answer and are not simply waiting for one."""


def counts_aside(connection: Connection) -> dict[str, int]:
    """Count the messages that were put aside, by why; what the process ended with is told apart where there is any."""
    why = case((Inbox.reason == ENDED, ENDED), else_=Inbox.status)
    rows = connection.execute(select(why, func.count()).where(among(Inbox.status, ASIDE)).group_by(why))
    return dict.fromkeys(ASIDE, 0) | {status: count for status, count in rows}  # noqa: C416 -- rows, not pairs


def counts(session: Session) -> dict[str, int]:
    """Count messages by status, for the operator."""
    rows = session.execute(select(Inbox.status, func.count()).group_by(Inbox.status))
    return {status: count for status, count in rows}  # noqa: C416 -- rows, not pairs
