"""What the operator wants to know of the record: what waits, how long, and whether timed jobs run."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.engine.database import new_id
from storage.engine.literals import among, equals
from storage.messages import alarms
from storage.messages.inbox import counts_aside
from storage.messages.outbox import OWED
from storage.models import ClosedWay, Inbox, Outbox, TickRun, Token

_PROOF = 65_536
"""A full database still takes a few small rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What stands open at one instant."""

    unanswered_since: datetime | None
    """When the oldest message without an answer came."""
    unsent_since: datetime | None
    """When the oldest push that is still owed fell due."""
    last_ticks: dict[str, datetime]
    alarms: int
    """Alarms that nobody has taken."""
    alarm_since: datetime | None
    """When the oldest of them was raised."""
    aside: dict[str, int]
    """Messages that were put aside: held as too fast, failed at every try, quarantined as unreadable."""
    closed_ways: dict[tuple[str, str, str], datetime]
    """Channel, rung and code of what the platform has closed for everybody, and until when."""


def waiting(connection: Connection, now: datetime) -> Waiting:
    count, oldest = alarms.waiting(connection)
    ticks = connection.execute(select(TickRun.name, TickRun.ended_at).order_by(TickRun.name))
    return Waiting(
        unanswered_since=connection.execute(
            select(func.min(Inbox.received_at)).where(equals(Inbox.status, "pending"))
        ).scalar(),
        unsent_since=connection.execute(
            select(func.min(Outbox.not_before)).where(
                among(Outbox.status, OWED),
                Outbox.not_before <= now,
                or_(Outbox.expires_at.is_(None), Outbox.expires_at > now),
            )
        ).scalar(),
        last_ticks={name: ended_at for name, ended_at in ticks},  # noqa: C416 -- rows, not pairs
        alarms=count,
        alarm_since=oldest,
        aside=counts_aside(connection),
        closed_ways={
            (channel, rung, code): until
            for channel, rung, code, until in connection.execute(
                select(ClosedWay.channel, ClosedWay.rung, ClosedWay.code, ClosedWay.until).where(
                    ClosedWay.until > now
                )
            )
        },
    )


def last_tick(connection: Connection, name: str) -> datetime | None:
    """Give when a tick last ended well."""
    return connection.execute(select(TickRun.ended_at).where(TickRun.name == name)).scalar()


def record_tick(connection: Connection, name: str, ended_at: datetime) -> None:
    """Note that a tick ended well."""
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(
        make(TickRun)
        .values(name=name, ended_at=ended_at)
        .on_conflict_do_update(index_elements=[TickRun.name], set_={"ended_at": ended_at})
    )


def prove_writable(connection: Connection) -> None:
    """Write something sizeable and take it away again; raises where nothing can be written."""
    account = f"proof:{new_id()}"
    connection.execute(insert(Token).values(account=account, value="x" * _PROOF))
    connection.execute(delete(Token).where(Token.account == account))
