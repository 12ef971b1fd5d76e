"""Pushes owed to people: written with what caused them, and what becomes of them apart from sending (see `sending`)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import (
    Connection,
    CursorResult,
    and_,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from storage.engine.bulk import insert_ignoring
from storage.engine.database import new_id
from storage.engine.literals import among
from storage.models import Account, Outbox

OWED = ("pending", "sending")
ALERT = "alert"
"""The kind of push that waits for nothing: somebody may be in danger."""
PRIORITIES = {ALERT: 0, "answer": 1, "result": 2, "reminder": 3, "visit": 3, "notice": 4, "digest": 5}
"""What goes first among all that is due."""
LOST = ("43004", "43019", "45015", "45047", "no_account")
"""Why a result did not go out that can go once its recipient has written again."""
LOST_FOR = timedelta(days=60)
RESTORED = "restored"
"""Error of a push that a restored copy owed: nobody knows whether it went out after the copy was made."""


def outbox_row(
    *,
    dedupe_key: str,
    person_id: int,
    kind: str,
    text: str,
    now: datetime,
    not_before: datetime,
    case_id: int | None = None,
    question_id: int | None = None,
    template: str = "",
    fields: Mapping[str, str] | None = None,
    order_key: str = "",
    expires_at: datetime | None = None,
    attached: Mapping[str, Any] | None = None,
    caused_by: int | None = None,
    owed_by: int | None = None,
) -> dict[str, Any]:
    """Make the row of a push; pushes to one person about one case keep their order, but an alert stands in no queue."""
    row_id = new_id()
    queue = dedupe_key[:64] if kind == ALERT else f"{person_id}/{case_id or ''}"
    return {
        "id": row_id,
        "dedupe_key": dedupe_key,
        "order_key": order_key or queue,
        "person_id": person_id,
        "kind": kind,
        "priority": PRIORITIES.get(kind, len(PRIORITIES)),
        "text": text,
        "template": template,
        "fields": dict(fields or {}),
        "question_id": question_id,
        "case_id": case_id,
        "created_at": now,
        "not_before": not_before,
        "expires_at": expires_at,
        "status": "pending",
        "attempts": 0,
        "channel": "",
        "rung": "",
        "client_msg_id": f"lxq{row_id}",
        "provider_id": "",
        "error": "",
        "because": "",
        "detail": "",
        "attached": dict(attached) if attached else None,
        "caused_by": caused_by,
        "owed_by": owed_by,
    }


def enqueue(session: Session, **fields: Any) -> bool:  # noqa: ANN401 -- the fields of outbox_row
    """Owe a push; False if the same one was owed already."""
    return bool(enqueue_many(session.connection(), [outbox_row(**fields)]))


def enqueue_many(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> set[int]:
    """Owe many pushes; give the ids of those that were not owed already."""
    added: set[int] = set()
    step = 400  # stays below SQLite's limit of bound values in one statement
    for start in range(0, len(rows), step):
        added |= insert_ignoring(connection, Outbox, rows[start : start + step], key="id")
    return added


def caused_since(connection: Connection, person_id: int, since: datetime) -> int:
    """Give how many pushes to others a voter has caused since then."""
    caused = select(func.count()).where(Outbox.caused_by == person_id, Outbox.created_at > since)
    return connection.scalar(caused) or 0


def mark_unreachable(session: Session, account_id: int, code: str) -> None:
    """Use an account no more until its person does something."""
    session.execute(update(Account).where(Account.id == account_id).values(unreachable_code=code))


def send_again(session: Session, push_id: int, now: datetime) -> bool:
    """Owe a push once more that did not arrive, or that a person judged not to have; False if it is under way."""
    again = session.scalar(
        update(Outbox)
        .where(Outbox.id == push_id, among(Outbox.status, ("dead", "unknown")))
        .values(
            status="pending",
            attempts=0,
            first_attempt_at=None,
            doubt_since=None,
            not_before=now,
            expires_at=None,
            client_msg_id=f"lxq{new_id()}",
            error="",
        )
        .returning(Outbox.id)
    )
    return again is not None


def settle(session: Session, push_id: int, rung: str) -> None:
    """Note that a person saw to it, or found out, that a push has arrived."""
    session.execute(
        update(Outbox)
        .where(Outbox.id == push_id, among(Outbox.status, ("dead", "unknown")))
        .values(status="delivered", rung=rung)
    )


def revive(session: Session, now: datetime) -> int:
    """Owe the results again that could not go out, to those who have written since; give how many."""
    wrote = exists().where(
        Account.person_id == Outbox.person_id, Account.last_message_at > Outbox.first_attempt_at
    )
    lost = session.scalars(
        select(Outbox.id).where(
            among(Outbox.status, ("dead", "unknown")),
            Outbox.status == "dead",
            Outbox.kind == "result",
            Outbox.error.in_(LOST),
            Outbox.created_at > now - LOST_FOR,
            wrote,
        )
    )
    return sum(send_again(session, push_id, now) for push_id in lost.all())


def report(session: Session, *, provider_id: str, delivered: bool, error: str) -> bool:
    """Note what the platform says became of a push that it had accepted."""
    row = session.scalar(select(Outbox).where(Outbox.provider_id == provider_id, Outbox.status == "sent"))
    if row is None:
        return False
    row.status = "delivered" if delivered else "dead"
    row.error = error
    return True


def hold_owed(session: Session, now: datetime) -> int:
    """Keep back, for a person to judge, what a restored copy owes and may have gone out already; give how many.

    That is all that was due by now, and every reminder that was only planned, or found missing, at this moment:
    its time was before.
    """
    planned_now = and_(Outbox.kind == "reminder", Outbox.created_at == now)
    held = (
        update(Outbox)
        .where(
            or_(
                and_(among(Outbox.status, OWED), or_(Outbox.not_before <= now, planned_now)),
                and_(Outbox.status == "dead", Outbox.error == "missed", planned_now),
            ),
        )
        .values(status="unknown", error=RESTORED, lease_until=None)
    )
    return cast("CursorResult[Any]", session.execute(held)).rowcount
