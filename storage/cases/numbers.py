"""Case numbers: one counter row a month, taken last in a transaction, so that no number is skipped."""

from datetime import date
from functools import cache

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.engine.prepared import Prepared
from storage.models import Counter

SERIES = "case:"
HISTORY = "0000"
"""Stands for the month in the numbers of cases from before the bot: they come before all others."""


def month_prefix(day: date) -> str:
    """Give year and month as they stand in a number: `2611`."""
    return f"{day:%y%m}"


def take_numbers(connection: Connection, day: date, count: int) -> list[str]:
    """Take the next case numbers of the month, such as `2611-0042`."""
    return take_series(connection, month_prefix(day), count)


def take_series(connection: Connection, prefix: str, count: int) -> list[str]:
    """Take the next numbers behind a prefix.

    The counter row stays locked until the transaction ends: a rollback gives the numbers back, and no
    other transaction can pass it.
    """
    if not count:
        return []
    ((last,),) = _take(connection.dialect.name).rows(connection, name=f"{SERIES}{prefix}", value=count)
    return [f"{prefix}-{value:04d}" for value in range(last - count + 1, last + 1)]


def months_numbered(connection: Connection) -> list[str]:
    """Give the prefix of every month in which a number was taken."""
    names = connection.execute(select(Counter.name).where(Counter.name.startswith(SERIES))).scalars()
    return [name.removeprefix(SERIES) for name in names]


@cache
def _take(dialect: str) -> Prepared:
    make = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = make(Counter)
    return Prepared(
        statement.on_conflict_do_update(
            index_elements=[Counter.name], set_={"value": Counter.value + statement.excluded.value}
        ).returning(Counter.value)
    )
