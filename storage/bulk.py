"""Many rows of one table in one statement."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute

from storage.database import Base

Row = Mapping[str, Any]


def insert_rows(connection: Connection, model: type[Base], rows: Sequence[Row]) -> None:
    """Insert rows that all have the same keys."""
    if rows:
        connection.execute(insert(model.__table__), rows)  # type: ignore[arg-type]


def insert_ignoring(
    connection: Connection, model: type[Base], rows: Sequence[Row], *, returning: InstrumentedAttribute[Any]
) -> set[Any]:
    """Insert the rows whose unique keys are not there yet and give one column of those that went in."""
    if not rows:
        return set()
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = make(model).on_conflict_do_nothing().returning(returning)
    return set(connection.execute(statement, rows).scalars())
