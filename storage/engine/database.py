"""Open the database: SQLite in one process or PostgreSQL for many, through one code path."""

import itertools
import secrets
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    Connection,
    DateTime,
    Engine,
    Integer,
    TypeDecorator,
    create_engine,
    event,
    func,
    select,
)
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry

SQLITE_BUSY_SECONDS = 30
NETWORK = {
    "connect_timeout": 4,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""A server that vanished is noticed in seconds: the platform waits five for an answer."""
IDLE_MINUTES = 5
"""A transaction that does nothing for so long belongs to a process that is stuck: the server ends it and frees its locks."""


class Instant(TypeDecorator[datetime]):
    """An aware instant: `timestamptz` on PostgreSQL, UTC text on SQLite; a naive value is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        return _to_text if dialect.name == "sqlite" else _aware

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:  # noqa: ARG002
        return _from_text if dialect.name == "sqlite" else None


def _aware(value: datetime | None) -> datetime | None:
    if value is not None and value.tzinfo is None:
        raise ValueError("a time without a zone cannot be stored")
    return value


# The rows of a batch share their moment.
@lru_cache(maxsize=256)
def _to_text(value: datetime | None) -> str | None:
    aware = _aware(value)
    if aware is None:
        return None
    return aware.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


# A rowid alias needs exactly INTEGER on SQLite; both hold 64 bits.
Id = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """Root of all mapped classes."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: Instant}


_EPOCH_MS = 1_735_689_600_000  # 2025-01-01T00:00:00Z
_SEQUENCE_BITS = 22


def id_maker() -> Callable[[], int]:
    """Make a source of time-ordered 63-bit ids: 41 bits of milliseconds, 22 bits that start at random.

    Two processes may draw the same id once in a great while; the primary key then refuses the batch,
    which is done again with new ids.
    """
    lock = threading.Lock()
    last_ms = 0
    counter = itertools.count()

    def new_id() -> int:
        nonlocal last_ms, counter
        with lock:
            now_ms = max(time.time_ns() // 1_000_000 - _EPOCH_MS, last_ms)
            if now_ms != last_ms:
                last_ms = now_ms
                counter = itertools.count(secrets.randbits(_SEQUENCE_BITS - 1))
            return (now_ms << _SEQUENCE_BITS) | (next(counter) & ((1 << _SEQUENCE_BITS) - 1))

    return new_id


new_id = id_maker()


def shared_time(connection: Connection, now: datetime) -> datetime:
    """Give the time that leases count by: the database's own where several machines share it, else `now`."""
    if connection.dialect.name != "postgresql":
        return now
    time_there: datetime = connection.execute(select(func.now())).scalar_one()
    return time_there


def open_database(url: str, *, pool_size: int = 5) -> Engine:
    """Open an engine whose transactions are IMMEDIATE on SQLite and which sees lost connections."""
    if make_url(url).get_backend_name() == "sqlite":
        engine = create_engine(
            url,
            connect_args={
                "timeout": SQLITE_BUSY_SECONDS,
                "check_same_thread": False,
                "cached_statements": 256,
            },
            hide_parameters=True,
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(
        url,
        connect_args=NETWORK,
        pool_pre_ping=True,
        pool_size=pool_size,
        max_overflow=pool_size,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def empty_log(engine: Engine) -> bool:
    """Empty SQLite's write-ahead log, in which erased rows still stand; False if somebody reads just now.

    Nobody is made to wait for it: what there is to copy is copied first, while others write.
    """
    if engine.dialect.name != "sqlite":
        return True
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("PRAGMA busy_timeout=0")
        cursor.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_SECONDS * 1000}")
        cursor.close()
    finally:
        connection.close()
    return not busy


def is_away(error: Exception) -> bool:
    """Tell whether an error says that the database cannot be reached, rather than something of one statement."""
    return isinstance(error, DBAPIError) and (error.connection_invalidated or error.statement is None)


def _prepare_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    # The driver otherwise commits at the first released savepoint; we begin ourselves.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "cache_size=-32768",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _prepare_postgresql(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    # Said here and not among the connection's options, which poolers refuse.
    cursor = connection.cursor()
    cursor.execute(f"SET idle_in_transaction_session_timeout = '{IDLE_MINUTES}min'")
    cursor.close()
    connection.commit()


def _begin_sqlite(connection: Any) -> None:  # noqa: ANN401 -- SQLAlchemy's event passes its own Connection
    options = connection.get_execution_options()
    connection.exec_driver_sql("BEGIN" if options.get("reading") else "BEGIN IMMEDIATE")
