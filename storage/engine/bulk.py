"""Many rows of one table in one statement, handed to the driver as cheaply as it allows.

SQLAlchemy's own way of binding values costs more than the database where many small batches are written,
and both drivers make a statement of every row of an `executemany`: psycopg sends each, and sqlite3 lets go
of the interpreter lock for each, which the event loop then holds. So SQLite gets the rows of a table in one
statement (rather, in as many as the count has binary digits: those stay prepared), and PostgreSQL one JSON
value that it unfolds into rows itself.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Boolean, Connection, Date, Table, make_url, select

from storage.engine.database import Base

Row = Mapping[str, Any]

_MOST_ROWS = 128
"""In one statement on SQLite; the widest table then stays far below its 32,766 values."""

# Not the dialect of the engine at hand: what is kept below by table would keep every engine ever opened.
_SQLITE = make_url("sqlite://").get_dialect()()
_POSTGRESQL = make_url("postgresql+psycopg://").get_dialect()()


def insert_rows(connection: Connection, model: type[Base], rows: Sequence[Row]) -> None:
    """Insert rows that all have the same keys and leave out only columns that may be empty."""
    if not rows:
        return
    table, keys = _table(model), tuple(rows[0])
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_unfolding(table, keys), {"rows": _folded(rows)})
        return
    writer = _writer(table, keys)
    for part in _parts(rows):
        connection.exec_driver_sql(_insert(table, keys, len(part)), writer.values(part))


def insert_ignoring(connection: Connection, model: type[Base], rows: Sequence[Row], *, key: str) -> set[Any]:
    """Insert the rows whose unique keys are not there yet and give the `key` of those that went in.

    More than one row at once needs a key of our own making (`id`), which no row already there can have.
    """
    if not rows:
        return set()
    if len(rows) > 1 and key != "id":
        raise ValueError("which of many rows went in can only be told by their ids")
    table, keys = _table(model), tuple(rows[0])
    if connection.dialect.name == "postgresql":
        sql = f"{_unfolding(table, keys)} ON CONFLICT DO NOTHING RETURNING {key}"
        return set(connection.exec_driver_sql(sql, {"rows": _folded(rows)}).scalars())
    writer = _writer(table, keys)
    went_in: set[Any] = set()
    for part in _parts(rows):
        sql = f"{_insert(table, keys, len(part))} ON CONFLICT DO NOTHING"
        count = connection.exec_driver_sql(sql, writer.values(part)).rowcount
        given = {row[key] for row in part}
        # RETURNING would give up the interpreter lock for every row; nearly always all of them are new.
        if count == len(part):
            went_in |= given
        elif count:
            went_in |= set(connection.scalars(select(table.c.id).where(table.c.id.in_(given))))
    return went_in


def update_rows(connection: Connection, model: type[Base], rows: Sequence[Row]) -> None:
    """Change rows by their `id`; all name the same columns."""
    if not rows:
        return
    table, keys = _table(model), tuple(rows[0])
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_refolding(table, keys), {"rows": _folded(rows)})
        return
    writer = _writer(table, keys)
    for part in _parts(rows):
        connection.exec_driver_sql(_update(table, keys, len(part)), writer.values(part))


def _table(model: type[Base]) -> Table:
    table = model.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{model.__name__} is not a table")
    return table


# -- SQLite -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Writer:
    """How the values of a table's rows are written for the driver, worked out once."""

    order: Callable[[Row], tuple[Any, ...]]
    converters: tuple[tuple[int, Callable[[Any], Any]], ...]

    def values(self, rows: Sequence[Row]) -> tuple[Any, ...]:
        """Give the values of all rows in one line."""
        written: list[Any] = []
        for row in rows:
            values = list(self.order(row))
            for place, convert in self.converters:
                values[place] = convert(values[place])
            written += values
        return tuple(written)


@cache
def _writer(table: Table, keys: tuple[str, ...]) -> _Writer:
    converters = []
    for place, key in enumerate(keys):
        kind = table.columns[key].type
        # For True and False the driver looks for an adapter each time, as for all it does not know at once.
        convert = int if isinstance(kind, Boolean) else kind.dialect_impl(_SQLITE).bind_processor(_SQLITE)
        if convert is not None:
            converters.append((place, lru_cache(512)(convert) if isinstance(kind, Date) else convert))
    return _Writer(itemgetter(*keys), tuple(converters))


def _parts(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """Cut rows into parts of 1, 2, 4 … rows, so that few statements serve every count."""
    start = 0
    while start < len(rows):
        size = min(1 << ((len(rows) - start).bit_length() - 1), _MOST_ROWS)
        yield rows[start : start + size]
        start += size


@cache
def _insert(table: Table, keys: tuple[str, ...], count: int) -> str:
    return f"INSERT INTO {table.name} ({', '.join(keys)}) VALUES {_marks(keys, count)}"  # noqa: S608 -- our own names


@cache
def _update(table: Table, keys: tuple[str, ...], count: int) -> str:
    columns = {key: f"given.column{place}" for place, key in enumerate(keys, start=1)}
    settings = ", ".join(f"{key} = {column}" for key, column in columns.items() if key != "id")
    source = f"(VALUES {_marks(keys, count)}) AS given"
    return f"UPDATE {table.name} SET {settings} FROM {source} WHERE {table.name}.id = {columns['id']}"  # noqa: S608 -- our own names


def _marks(keys: tuple[str, ...], count: int) -> str:
    row = f"({', '.join('?' * len(keys))})"
    return ", ".join([row] * count)


# -- PostgreSQL -------------------------------------------------------------------------------------------


@cache
def _unfolding(table: Table, keys: tuple[str, ...]) -> str:
    names = ", ".join(keys)
    return f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {_given(table, keys)}"  # noqa: S608 -- our own names


@cache
def _refolding(table: Table, keys: tuple[str, ...]) -> str:
    settings = ", ".join(f"{key} = given.{key}" for key in keys if key != "id")
    source = _given(table, keys)
    return f"UPDATE {table.name} SET {settings} FROM {source} WHERE {table.name}.id = given.id"  # noqa: S608 -- our own names


def _given(table: Table, keys: tuple[str, ...]) -> str:
    typed = ", ".join(f"{key} {table.columns[key].type.compile(_POSTGRESQL)}" for key in keys)
    return f"jsonb_to_recordset(%(rows)s::jsonb) AS given({typed})"


def _folded(rows: Sequence[Row]) -> str:
    return json.dumps(rows, ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    """Write what JSON does not know as PostgreSQL reads it."""
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be stored")
