"""Many rows of one table in one statement, handed to the driver as cheaply as it allows.

SQLAlchemy's own way of binding values costs more than the database where many small batches are written,
and psycopg sends every row of an `executemany` as a statement of its own. So SQLite gets one compiled
`executemany`, and PostgreSQL one JSON value that it unfolds into rows itself.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Dialect, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.dml import ReturningInsert

from storage.database import Base

Row = Mapping[str, Any]


def insert_rows(connection: Connection, model: type[Base], rows: Sequence[Row]) -> None:
    """Insert rows that all have the same keys and leave out only columns that may be empty."""
    if not rows:
        return
    table, keys, dialect = _table(model), tuple(rows[0]), connection.dialect
    if dialect.name == "postgresql":
        connection.exec_driver_sql(_unfolding(table, keys, dialect), {"rows": _folded(rows)})
        return
    prepared = _prepared(table, keys, dialect)
    connection.exec_driver_sql(prepared.sql, [prepared.values(row) for row in rows])


def insert_ignoring(
    connection: Connection, model: type[Base], rows: Sequence[Row], *, returning: InstrumentedAttribute[Any]
) -> set[Any]:
    """Insert the rows whose unique keys are not there yet and give one column of those that went in."""
    if not rows:
        return set()
    if returning.class_ is not model:
        raise ValueError("the column that is given back belongs to another table")
    dialect = connection.dialect
    if dialect.name == "postgresql":
        sql = _unfolding(_table(model), tuple(rows[0]), dialect)
        sql += f" ON CONFLICT DO NOTHING RETURNING {returning.key}"
        return set(connection.exec_driver_sql(sql, {"rows": _folded(rows)}).scalars())
    return set(connection.execute(_ignoring(returning), rows).scalars())


def update_rows(connection: Connection, model: type[Base], rows: Sequence[Row]) -> None:
    """Change rows by their `id`; all name the same columns."""
    if not rows:
        return
    table, keys, dialect = _table(model), tuple(rows[0]), connection.dialect
    if dialect.name == "postgresql":
        connection.exec_driver_sql(_refolding(table, keys, dialect), {"rows": _folded(rows)})
        return
    prepared = _prepared_update(table, keys, dialect)
    connection.exec_driver_sql(prepared.sql, [prepared.values(row) for row in rows])


def _table(model: type[Base]) -> Table:
    table = model.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{model.__name__} is not a table")
    return table


# -- SQLite -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Prepared:
    """An insert compiled once: its SQL, the order of its values, and how each is written for the driver."""

    sql: str
    order: Callable[[Row], tuple[Any, ...]]
    writers: tuple[tuple[str, Callable[[Any], Any]], ...]

    def values(self, row: Row) -> tuple[Any, ...]:
        written = dict(row)
        for key, write in self.writers:
            written[key] = write(written[key])
        return self.order(written)


@cache
def _prepared(table: Table, keys: tuple[str, ...], dialect: Dialect) -> _Prepared:
    names = ", ".join(keys)
    sql = f"INSERT INTO {table.name} ({names}) VALUES ({', '.join('?' * len(keys))})"  # noqa: S608 -- our own names
    return _Prepared(sql, itemgetter(*keys), _writers(table, keys, dialect))


@cache
def _prepared_update(table: Table, keys: tuple[str, ...], dialect: Dialect) -> _Prepared:
    changed = [key for key in keys if key != "id"]
    settings = ", ".join(f"{key} = ?" for key in changed)
    sql = f"UPDATE {table.name} SET {settings} WHERE id = ?"  # noqa: S608 -- our own names
    return _Prepared(sql, itemgetter(*changed, "id"), _writers(table, keys, dialect))


def _writers(
    table: Table, keys: tuple[str, ...], dialect: Dialect
) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    writers = []
    for key in keys:
        writer = table.columns[key].type.dialect_impl(dialect).bind_processor(dialect)
        if writer is not None:
            writers.append((key, writer))
    return tuple(writers)


@cache
def _ignoring(returning: InstrumentedAttribute[Any]) -> ReturningInsert[Any]:
    return sqlite.insert(returning.class_).on_conflict_do_nothing().returning(returning)


# -- PostgreSQL -------------------------------------------------------------------------------------------


@cache
def _unfolding(table: Table, keys: tuple[str, ...], dialect: Dialect) -> str:
    names = ", ".join(keys)
    return f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {_given(table, keys, dialect)}"  # noqa: S608 -- our own names


@cache
def _refolding(table: Table, keys: tuple[str, ...], dialect: Dialect) -> str:
    settings = ", ".join(f"{key} = given.{key}" for key in keys if key != "id")
    source = _given(table, keys, dialect)
    return f"UPDATE {table.name} SET {settings} FROM {source} WHERE {table.name}.id = given.id"  # noqa: S608 -- our own names


def _given(table: Table, keys: tuple[str, ...], dialect: Dialect) -> str:
    typed = ", ".join(f"{key} {table.columns[key].type.compile(dialect)}" for key in keys)
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
