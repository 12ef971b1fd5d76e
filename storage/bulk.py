"""Many rows of one table in one statement."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Dialect, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.dml import ReturningInsert

from storage.database import Base

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Prepared:
    """An insert compiled once: its SQL, the order of its values, and how each is written for the driver."""

    sql: str
    order: tuple[str, ...]
    """Empty where the driver takes values by name."""
    writers: tuple[tuple[str, Callable[[Any], Any]], ...]


@cache
def _prepared(model: type[Base], keys: tuple[str, ...], dialect: Dialect) -> _Prepared:
    compiled = insert(model.__table__).compile(dialect=dialect, column_keys=list(keys))  # type: ignore[arg-type]
    writers = []
    for column in model.__table__.columns:
        writer = column.type.dialect_impl(dialect).bind_processor(dialect)
        if column.key in keys and writer is not None:
            writers.append((column.key, writer))
    return _Prepared(str(compiled), tuple(getattr(compiled, "positiontup", None) or ()), tuple(writers))


@cache
def _ignoring(dialect: str, returning: InstrumentedAttribute[Any]) -> ReturningInsert[Any]:
    make = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return make(returning.class_).on_conflict_do_nothing().returning(returning)


def insert_rows(connection: Connection, model: type[Base], rows: Sequence[Row]) -> None:
    """Insert rows that all have the same keys and leave out only columns that may be empty.

    Compiled once and handed to the driver as it is: for many small batches SQLAlchemy's own way of
    binding values costs as much as the database.
    """
    if not rows:
        return
    prepared = _prepared(model, tuple(rows[0]), connection.dialect)
    written = [dict(row) for row in rows]
    for row in written:
        for key, write in prepared.writers:
            row[key] = write(row[key])
    if prepared.order:
        take = itemgetter(*prepared.order)
        connection.exec_driver_sql(prepared.sql, [take(row) for row in written])
    else:
        connection.exec_driver_sql(prepared.sql, written)


def insert_ignoring(
    connection: Connection, model: type[Base], rows: Sequence[Row], *, returning: InstrumentedAttribute[Any]
) -> set[Any]:
    """Insert the rows whose unique keys are not there yet and give one column of those that went in."""
    if not rows:
        return set()
    if returning.class_ is not model:
        raise ValueError("the column that is given back belongs to another table")
    return set(connection.execute(_ignoring(connection.dialect.name, returning), rows).scalars())
