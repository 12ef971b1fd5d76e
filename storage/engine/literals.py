"""Conditions whose values stand in the statement itself, not beside it.

A partial index serves only a statement that repeats its condition word by word: SQLite never looks at bound
values for that, PostgreSQL not once it has settled on a plan.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, bindparam
from sqlalchemy.orm import InstrumentedAttribute


def equals(column: InstrumentedAttribute[Any], value: str) -> ColumnElement[bool]:
    return column == bindparam(None, value, literal_execute=True)


def among(column: InstrumentedAttribute[Any], values: Iterable[str]) -> ColumnElement[bool]:
    return column.in_(bindparam(None, [str(value) for value in values], expanding=True, literal_execute=True))
