"""The search index: which pairs of characters a case held after each step that changed its words or its place.

One entry a step, changed only where words are erased, written some time after the step by a timed job, so that
filing a message costs nothing more. SQLite keeps the pairs as tokens of a contentless FTS5 table whose rowid
is the step's id; PostgreSQL keeps them as numbers in an array under a GIN index. An entry only proposes a case: whoever
asks compares the words with what the case says now, and the scope is a condition of the same query.
"""

import zlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    column,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.orm import Session

from storage.cases import progress
from storage.engine.database import Id
from storage.models import Case, CasePart, CaseStep
from storage.people.scopes import Scope, visible

CHANGES_WORDS = ("filed", "added", "transcribed", "placed", "moved", "retopic")
"""Actions after which a case may hold other words, or belong to another station."""

MARK = "search"
"""Name of the mark that says up to which step the index has come."""

_INDEX = table("case_search", column("rowid", Id), column("step_id", Id), column("grams"))
_NEWEST_FIRST = 5_000
"""PostgreSQL looks through the newest entries before it asks the whole index, where a common word has too many."""
_BATCH = 50
_SURROGATES = 0xD800_0000
"""No text holds these code points, so the numbers of stations and streets never meet a pair's."""
_AREA_BITS = 0x07FF_FFFF
_TOP_BIT = 1 << 31
STATION, STREET = "st", "sr"

T = TypeVar("T", str, int)


@dataclass(frozen=True, slots=True)
class Words:
    """All that can be searched of a case as it stands."""

    station: str
    street: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """What the index is to hold for one step."""

    step_id: int
    words: Words
    pairs: Collection[str]


# -- writing ----------------------------------------------------------------------------------------------


def steps_after(connection: Connection, after: int, until: int, limit: int) -> list[tuple[int, int, str]]:
    """Give id, case and action of the steps that the index has not seen, oldest first."""
    rows = connection.execute(
        select(CaseStep.id, CaseStep.case_id, CaseStep.action)
        .where(CaseStep.id > after, CaseStep.id <= until)
        .order_by(CaseStep.id)
        .limit(limit)
    )
    return [(step_id, case_id, action) for step_id, case_id, action in rows]


def words_of(connection: Connection, case_ids: Collection[int]) -> dict[int, Words]:
    """Give what these cases say now: the text, the place as it was named, what was added."""
    parts: dict[int, list[str]] = {}
    said = select(CasePart.case_id, CasePart.text).where(CasePart.case_id.in_(case_ids), CasePart.text != "")
    for case_id, words in connection.execute(said.order_by(CasePart.id)):
        parts.setdefault(case_id, []).append(words)
    cases = select(Case.id, Case.station, Case.street, Case.text, Case.place_text)
    return {
        case_id: Words(station, street, tuple(dict.fromkeys((words, place, *parts.get(case_id, ())))))
        for case_id, station, street, words, place in connection.execute(cases.where(Case.id.in_(case_ids)))
    }


def add(connection: Connection, entries: Sequence[Entry]) -> None:
    """Write entries for steps that have none yet."""
    if not entries:
        return
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            "INSERT INTO case_search (step_id, grams) VALUES (%s, %s::integer[]) ON CONFLICT DO NOTHING",
            [(entry.step_id, numbers_of(entry)) for entry in entries],
        )
        return
    connection.exec_driver_sql(
        "INSERT INTO case_search (rowid, grams) VALUES (?, ?)",
        [(entry.step_id, tokens_of(entry)) for entry in entries],
    )


def forget_all(connection: Connection) -> None:
    """Empty the index; the timed job writes it anew."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("TRUNCATE case_search")
    else:
        connection.exec_driver_sql("INSERT INTO case_search (case_search) VALUES ('delete-all')")
    progress.move(connection, MARK, 0)


def tokens_of(entry: Entry) -> str:
    """Write an entry as SQLite's index reads it."""
    areas = (_area_token(STATION, entry.words.station), _area_token(STREET, entry.words.street))
    return " ".join((*sorted(entry.pairs), *areas))


def numbers_of(entry: Entry) -> list[int]:
    """Write an entry as PostgreSQL's index reads it."""
    areas = {_area_number(STATION, entry.words.station), _area_number(STREET, entry.words.street)}
    return sorted({_pair_number(pair) for pair in entry.pairs} | areas)


def _area_token(kind: str, key: str) -> str:
    return f"{kind}{zlib.crc32(key.encode()):08x}"


def _area_number(kind: str, key: str) -> int:
    return (_SURROGATES | (zlib.crc32(f"{kind}{key}".encode()) & _AREA_BITS)) - _TOP_BIT


def _pair_number(pair: str) -> int:
    # Beyond the basic plane two pairs may share a number: the comparison with the words tells them apart.
    return ((ord(pair[0]) & 0xFFFF) << 16 | (ord(pair[1]) & 0xFFFF)) - _TOP_BIT


# -- asking -----------------------------------------------------------------------------------------------


def newest_entries(
    session: Session, scope: Scope, pairs: Collection[str], *, before: int | None = None
) -> list[int]:
    """Give the steps whose entries hold all these pairs, newest first, some at a time; nothing once all were given."""
    if session.connection().dialect.name == "sqlite":
        return list(session.scalars(_from_fts(scope, pairs, before)))
    floor = session.scalar(_FLOOR) or 0
    if before is None or before > floor:
        recent = list(session.scalars(_from_array(_RECENT, scope, pairs, before)))
        if recent:
            return recent
        before = floor
    return list(session.scalars(_from_array(_INDEX, scope, pairs, before)))


def cases_behind(session: Session, scope: Scope, steps: Collection[int]) -> list[int]:
    """Give the cases of these steps that are inside the scope now, those of the newest steps first."""
    return list(
        session.scalars(
            select(CaseStep.case_id)
            .join(Case, Case.id == CaseStep.case_id)
            .where(CaseStep.id.in_(steps), visible(scope))
            .order_by(CaseStep.id.desc())
        )
    )


def unindexed(session: Session, scope: Scope, after: int, limit: int) -> list[int]:
    """Give the cases that the index has not seen in their newest words, newest first."""
    return list(
        session.scalars(
            select(CaseStep.case_id)
            .join(Case, Case.id == CaseStep.case_id)
            .where(CaseStep.id > after, visible(scope), CaseStep.action.in_(CHANGES_WORDS))
            .order_by(CaseStep.id.desc())
            .limit(limit)
        )
    )


_RECENT = (
    select(_INDEX.c.step_id, _INDEX.c.grams)
    .order_by(_INDEX.c.step_id.desc())
    .limit(_NEWEST_FIRST)
    .cte("recent")
    .prefix_with("MATERIALIZED", dialect="postgresql")
)
_FLOOR = select(_INDEX.c.step_id).order_by(_INDEX.c.step_id.desc()).offset(_NEWEST_FIRST - 1).limit(1)


def _from_fts(scope: Scope, pairs: Collection[str], before: int | None) -> Select[int]:
    asked = " AND ".join(f'"{pair}"' for pair in sorted(pairs))
    if areas := sorted(_areas(scope, _area_token)):
        asked = f"{asked} AND ({' OR '.join(areas)})"
    step = _INDEX.c.rowid
    found = select(step).where(text("case_search MATCH :asked").bindparams(asked=asked))
    found = found.order_by(step.desc()).limit(_BATCH)
    return found if before is None else found.where(step < before)


def _from_array(entries: FromClause, scope: Scope, pairs: Collection[str], before: int | None) -> Select[int]:
    step, grams = entries.c.step_id, entries.c.grams
    found = select(step).where(grams.op("@>")(_array(_pair_number(pair) for pair in pairs)))
    if areas := _areas(scope, _area_number):
        found = found.where(grams.op("&&")(_array(areas)))
    found = found.order_by(step.desc()).limit(_BATCH)
    return found if before is None else found.where(step < before)


def _array(numbers: Iterable[int]) -> ColumnElement[Any]:
    # Written out, as PostgreSQL's planner must see them to know how common they are.
    return literal_column(f"ARRAY[{','.join(map(str, sorted(set(numbers))))}]::integer[]")


def _areas(scope: Scope, make: Callable[[str, str], T]) -> set[T]:
    """Give what stands for the areas of a scope in the index; nothing for the whole district."""
    if scope.district:
        return set()
    stations = {make(STATION, station) for station in scope.stations}
    return stations | {make(STREET, street) for street in scope.streets}
