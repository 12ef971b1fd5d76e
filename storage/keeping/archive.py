"""Old messages and pushes that are done with: read month by month, and taken out in small pieces.

What leaves names people by their internal id alone. A voter's words and the answers stand in the case, which stays;
of a push the words leave only where they went to deputies and staff.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, delete, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from storage.cases import progress
from storage.models import Account, CasePart, Inbox, Outbox

READ_AT_ONCE = 1_000
TAKEN_AT_ONCE = 50
_OFFICIAL = ("reminder", "digest")


@dataclass(frozen=True, slots=True)
class Shelf:
    """A table from which whole months leave."""

    name: str
    model: type[Inbox] | type[Outbox]
    at: InstrumentedAttribute[datetime]
    """By this time a row belongs to a month."""
    done: ColumnElement[bool]
    """Nothing will ever happen to the row again."""
    kept: Select[Any]
    """What of it goes into the file."""

    @property
    def mark(self) -> str:
        return f"archive {self.name}"


SHELVES = (
    Shelf(
        "inbox",
        Inbox,
        Inbox.received_at,
        Inbox.status == "answered",
        select(
            Inbox.id,
            Inbox.received_at,
            Inbox.handled_at,
            Inbox.channel,
            Account.person_id,
            select(func.min(CasePart.case_id)).where(CasePart.inbox_id == Inbox.id).label("case_id"),
            Inbox.status,
            Inbox.route,
        ).outerjoin(Account, and_(Account.channel == Inbox.channel, Account.external_id == Inbox.sender)),
    ),
    Shelf(
        "outbox",
        Outbox,
        Outbox.created_at,
        # Of a year that has no holiday notice yet the desk is told once: that notice stays.
        and_(Outbox.status.in_(["sent", "delivered"]), Outbox.kind != "notice"),
        select(
            Outbox.id,
            Outbox.dedupe_key,
            Outbox.person_id,
            Outbox.case_id,
            Outbox.kind,
            case((Outbox.kind.in_(_OFFICIAL), Outbox.text), else_="").label("text"),
            Outbox.created_at,
            Outbox.sent_at,
            Outbox.status,
            Outbox.attempts,
            Outbox.channel,
            Outbox.rung,
            Outbox.provider_id,
        ),
    ),
)


def first_waiting(connection: Connection, shelf: Shelf) -> datetime | None:
    """Give the time of the oldest row that no run has looked at."""
    after = progress.peek(connection, shelf.mark)
    rows = select(shelf.at).where(shelf.model.id > after).order_by(shelf.model.id).limit(1)
    return connection.execute(rows).scalar_one_or_none()


@dataclass(frozen=True, slots=True)
class Month:
    """Rows of one month that may leave, and up to where the table has been looked through."""

    rows: Sequence[dict[str, Any]]
    looked_up_to: int


def read_month(connection: Connection, shelf: Shelf, until: datetime) -> Iterator[Month]:
    """Give the rows before an instant, some at a time; ids grow with time, but not to the second.

    It ends where a whole piece lies beyond. Rows that still wait for something are passed over for good.
    """
    after = progress.peek(connection, shelf.mark)
    whole = True
    while True:
        seen = connection.execute(
            select(shelf.model.id, shelf.at)
            .where(shelf.model.id > after)
            .order_by(shelf.model.id)
            .limit(READ_AT_ONCE)
        ).all()
        if not any(at < until for _, at in seen):
            return
        after = seen[-1][0]
        inside = [row_id for row_id, at in seen if at < until]
        kept = shelf.kept.where(shelf.model.id.in_(inside), shelf.done).order_by(shelf.model.id)
        beyond = next((row_id for row_id, at in seen if at >= until), None)
        if whole:
            looked_up_to = after if beyond is None else beyond - 1
        whole = whole and beyond is None
        yield Month([dict(row) for row in connection.execute(kept).mappings()], looked_up_to)


def take_out(session: Session, shelf: Shelf, ids: Sequence[int]) -> int:
    """Delete rows that are in a file now; a part of a case forgets which message brought it."""
    if shelf.model is Inbox:
        session.execute(update(CasePart).where(CasePart.inbox_id.in_(ids)).values(inbox_id=None))
    session.execute(delete(shelf.model).where(shelf.model.id.in_(ids), shelf.done))
    return len(ids)


def looked(session: Session, shelf: Shelf, up_to: int) -> None:
    """Note how far the table has been looked through."""
    if progress.take(session.connection(), shelf.mark) is not None:
        progress.move(session.connection(), shelf.mark, up_to)
