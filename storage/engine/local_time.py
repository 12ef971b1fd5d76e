"""Days as people count them, in SQL that both engines understand."""

from typing import Any

from sqlalchemy import Float, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class local_day(FunctionElement[str]):  # noqa: N801 -- it reads as a function of SQL
    """The day of an instant as `2026-11-21`; the second argument is how many minutes local time is ahead of UTC."""

    type = String()
    inherit_cache = True
    name = "local_day"


@compiles(local_day, "sqlite")
def _day_on_sqlite(element: local_day, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401
    instant, minutes = (compiler.process(each, **more) for each in element.clauses)
    return f"strftime('%Y-%m-%d', {instant}, {minutes} || ' minutes')"


@compiles(local_day, "postgresql")
def _day_on_postgresql(element: local_day, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401
    instant, minutes = (compiler.process(each, **more) for each in element.clauses)
    return f"to_char({instant} AT TIME ZONE 'UTC' + {minutes} * interval '1 minute', 'YYYY-MM-DD')"


class days_between(FunctionElement[float]):  # noqa: N801 -- it reads as a function of SQL
    """How many days, with a fraction, lie between two instants."""

    type = Float()
    inherit_cache = True
    name = "days_between"


@compiles(days_between, "sqlite")
def _between_on_sqlite(element: days_between, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401
    first, last = (compiler.process(each, **more) for each in element.clauses)
    return f"(julianday({last}) - julianday({first}))"


@compiles(days_between, "postgresql")
def _between_on_postgresql(element: days_between, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401
    first, last = (compiler.process(each, **more) for each in element.clauses)
    return f"(CAST(extract(epoch FROM {last} - {first}) AS double precision) / 86400)"
