"""Many rows of one table in one statement."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.dml import ReturningInsert

from storage.database import Base

Row = Mapping[str, Any]


@cache
def _plain(model: type[Base]) -> Insert:
    return insert(model.__table__)  # type: ignore[arg-type]


@cache
def _ignoring(dialect: str, returning: InstrumentedAttribute[Any]) -> ReturningInsert[Any]:
    make = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return make(returning.class_).on_conflict_do_nothing().returning(returning)


def insert_rows(connection: Connection, model: type[Base], rows: Sequence[Row]) -> None:
    """Insert rows that all have the same keys."""
    if rows:
        connection.execute(_plain(model), rows)


def insert_ignoring(
    connection: Connection, model: type[Base], rows: Sequence[Row], *, returning: InstrumentedAttribute[Any]
) -> set[Any]:
    """Insert the rows whose unique keys are not there yet and give one column of those that went in."""
    if not rows:
        return set()
    if returning.class_ is not model:
        raise ValueError("the column that is given back belongs to another table")
    return set(connection.execute(_ignoring(connection.dialect.name, returning), rows).scalars())
