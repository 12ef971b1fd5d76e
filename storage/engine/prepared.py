"""Statements of the message path: put into words once, then handed to the driver as they are.

SQLAlchemy weighs a statement anew each time it runs, and writes a list of values out value by value; for the
few rows of a batch that costs more than the database does. Here a list goes over as one value.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, Connection, Dialect, Select, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.expression import BindParameter, ColumnElement

Convert = Callable[[Any], Any]


class among(ColumnElement[bool]):  # noqa: N801 -- it reads as a condition beside SQLAlchemy's own
    """The column holds one of the values that are given as a list under this name."""

    inherit_cache = False

    def __init__(self, column: InstrumentedAttribute[Any], name: str) -> None:
        self.column = column
        self.given: BindParameter[Any] = bindparam(name, type_=ARRAY(column.type))


@compiles(among)
def _unfold(condition: among, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 -- SQLAlchemy's own
    column = compiler.process(condition.column.expression, **options)
    given = compiler.process(condition.given, **options)
    if compiler.dialect.name == "postgresql":
        return f"{column} = ANY ({given})"
    return f"{column} IN (SELECT value FROM json_each({given}))"  # noqa: S608 -- a column and a mark


@dataclass(frozen=True, slots=True)
class _Worded:
    """A statement in the words of one database, and what to do with the values on their way."""

    words: str
    order: tuple[str, ...]
    """Names of the values by place; empty where the driver takes them by name."""
    constants: dict[str, Any]
    going: tuple[tuple[str, Convert], ...]
    coming: tuple[tuple[int, Convert], ...]


class Prepared:
    """One statement whose values are given by name."""

    def __init__(self, statement: Select[*tuple[Any, ...]] | UpdateBase) -> None:
        self._statement = statement
        # By the name: an engine opened anew brings a dialect of its own, and the words are the same.
        self._worded: dict[str, _Worded] = {}

    def run(self, connection: Connection, **given: Any) -> None:  # noqa: ANN401 -- whatever the columns hold
        self._execute(connection, given)

    def rows(self, connection: Connection, **given: Any) -> list[list[Any]]:  # noqa: ANN401 -- as above
        """Give the rows, each as a list in the order of the columns."""
        worded, result = self._execute(connection, given)
        rows = [list(row) for row in result]
        for place, convert in worded.coming:
            for row in rows:
                row[place] = convert(row[place])
        return rows

    def _execute(self, connection: Connection, given: dict[str, Any]) -> tuple[_Worded, Any]:
        dialect = connection.dialect
        worded = self._worded.get(dialect.name) or self._worded.setdefault(dialect.name, self._word(dialect))
        values = worded.constants | given
        for name, convert in worded.going:
            values[name] = convert(values[name])
        in_place = tuple(values[name] for name in worded.order) if worded.order else values
        return worded, connection.exec_driver_sql(worded.words, in_place)

    def _word(self, dialect: Dialect) -> _Worded:
        compiled = self._statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        if not isinstance(compiled, SQLCompiler):
            raise TypeError("this is no statement")
        going = []
        for name in compiled.params:
            kind = compiled.binds[name].type
            convert = (
                json.dumps
                if isinstance(kind, ARRAY) and dialect.name == "sqlite"
                else kind.dialect_impl(dialect).bind_processor(dialect)
            )
            if convert is not None:
                going.append((name, convert))
        columns = self._statement.selected_columns if isinstance(self._statement, Select) else ()
        coming = [
            (place, convert)
            for place, column in enumerate(columns)
            if (convert := column.type.dialect_impl(dialect).result_processor(dialect, None)) is not None
        ]
        return _Worded(
            compiled.string,
            tuple(compiled.positiontup or ()),
            {name: value for name, value in compiled.params.items() if value is not None},
            tuple(going),
            tuple(coming),
        )
