"""Activities as sheets: the register to print, the empty sheet for past ones, and what each row of a filled one says."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from handlers.activities.words import count_span, held_at, kind_name, kind_names, sentence
from handlers.context import World
from handlers.foreign.reading import Row as SheetRow
from handlers.papers.history_sheet import MOST, NOTE, Cells, rows_of
from handlers.papers.paper import Paper, Render, asker_name, compact, scope_name
from handlers.papers.sheets import Column, Table, workbook
from handlers.safety import gate
from nlp.text.fold import fold
from storage.activity import activities
from storage.activity.activities import Entry, entry_from, entry_of
from storage.figures.documents import Wanted
from storage.people.scopes import Scope

DAY, KIND, STATION, STREET = "日期", "类型", "联络站", "街道"
PEOPLE, DEPUTIES, THINGS, TEXT = "来了几人", "代表几人", "办了几件", "做了什么"
_COLUMNS = (
    Column(DAY, 12, editable=True),
    Column(KIND, 12, editable=True),
    Column(STATION, 18, editable=True),
    Column(STREET, 12, editable=True),
    Column(PEOPLE, 10, editable=True),
    Column(DEPUTIES, 10, editable=True),
    Column(THINGS, 10, editable=True),
    Column(TEXT, 48, editable=True),
)
_HEADINGS = tuple(column.heading for column in _COLUMNS)
_REQUIRED = (DAY, KIND)
_EMPTY_ROWS = 20
_LONGEST_TEXT, _LARGEST = 100, 100_000
_EARLIEST = date(1980, 1, 1)
_NUMBER = re.compile(r"(\d{1,6})(?:\.0)?(?:人次|人|名|位|件次|件|条|次)?")

Row = tuple[Entry, str]
"""A past activity and the digest of its row."""


@dataclass(frozen=True, slots=True)
class Read:
    """What a sheet says: either every row is good, or none is taken."""

    rows: tuple[Row, ...]
    errors: tuple[str, ...]


def make_template(_session: Session, world: World, _wanted: Wanted) -> Render:
    """Make the empty sheet for whoever asked for it in chat."""
    kinds = "、".join(kind.name for kind in world.district.activities.values())
    table = Table(
        title=world.texts("activities_title"),
        about=world.texts("activities_about"),
        columns=_COLUMNS,
        rows=[[None] * len(_COLUMNS)] * _EMPTY_ROWS,
        notes=(
            f"{NOTE}1：{world.texts('activities_note_1', kinds=kinds)}",
            f"{NOTE}2：{world.texts('activities_note_2')}",
        ),
    )
    return lambda: Paper(name="活动导入表.xlsx", content=workbook(table))


# -- a filled sheet -----------------------------------------------------------------------------------------


def read_sheet(lines: Iterable[SheetRow], world: World) -> Read:
    """Read the rows of a sheet and check every row of it; raises NoSheetError where it is none."""
    rows: list[Row] = []
    errors: list[str] = []
    seen: Counter[str] = Counter()
    for place, cells in rows_of(lines, _HEADINGS, _REQUIRED):
        if place > MOST:
            errors.append(world.texts("history_too_long", most=MOST))
            break
        try:
            entry = _entry(cells, world)
        except ValueError as error:
            errors.append(world.texts("history_row", row=place, fault=str(error)))
            continue
        said = "\x1f".join(cells[heading] for heading in _HEADINGS)
        # Two visits of one day may read alike; the same file again must not.
        seen[said] += 1
        rows.append((entry, hashlib.sha256(f"{said}\x1f{seen[said]}".encode()).hexdigest()))
    return Read(tuple(rows), tuple(errors))


def _entry(cells: Cells, world: World) -> Entry:
    """Turn one row into a record; raises ValueError with the sentence that says what is wrong."""
    for heading in _REQUIRED:
        if not cells[heading]:
            raise ValueError(world.texts("history_fault_empty", what=heading))
    if len(cells[TEXT]) > _LONGEST_TEXT:
        raise ValueError(world.texts("history_fault_long", what=TEXT, most=_LONGEST_TEXT))
    street, station = _place(cells, world)
    kind = _kind(cells[KIND], world)
    entry = Entry(
        kind=kind,
        held_on=_day(cells[DAY], world),
        station=station,
        street=street,
        people=_number(cells, PEOPLE, world),
        deputies=_number(cells, DEPUTIES, world),
        things=_number(cells, THINGS, world),
        text=cells[TEXT],
    )
    foremost = world.district.activities[kind].counts[0]
    if foremost != "times" and not getattr(entry, foremost):
        raise ValueError(world.texts("history_fault_empty", what=PEOPLE if foremost == "people" else THINGS))
    return entry


def _kind(said: str, world: World) -> str:
    found = dict(kind_names(world)).get(fold(said), "")
    if not found:
        raise ValueError(world.texts("activities_fault_kind", value=said[:12]))
    return found


def _day(said: str, world: World) -> date:
    try:
        day = datetime.strptime(said[:10].replace("/", "-").replace(".", "-").strip(), "%Y-%m-%d").date()  # noqa: DTZ007 -- a day
    except ValueError:
        raise ValueError(world.texts("history_fault_day", what=DAY, value=said[:12])) from None
    if not _EARLIEST <= day <= world.now.date():
        raise ValueError(world.texts("history_fault_when", what=DAY, value=said[:12]))
    return day


def _number(cells: Cells, heading: str, world: World) -> int:
    said = cells[heading]
    if not said:
        return 0
    found = _NUMBER.fullmatch(fold(said))
    if not found or int(found[1]) > _LARGEST:
        raise ValueError(world.texts("activities_fault_number", what=heading, value=said[:12]))
    return int(found[1])


def _place(cells: Cells, world: World) -> tuple[str, str]:
    """Give street and station; neither named means that the district did it."""
    district, named, said = world.district, cells[STATION], cells[STREET]
    streets = {
        area.key for area in district.areas.values() if area.kind in {"street", "town"} and said == area.name
    }
    if said and not streets:
        raise ValueError(world.texts("history_fault_street", value=said[:12]))
    if not named:
        return next(iter(streets), ""), ""
    found = [
        station
        for station in district.stations.values()
        if named
        in {station.name, station.name.removesuffix("联络站"), f"{station.name.removesuffix('联络站')}站"}
        and (not streets or station.street in streets)
    ]
    if len(found) != 1:
        raise ValueError(world.texts("history_fault_station", value=named[:12]))
    return found[0].street, found[0].key


def as_data(row: Row) -> list[Any]:
    """Write a row down so that it can wait for a word of its sender."""
    return [row[0].as_data(), row[1]]


def from_data(data: Sequence[Any]) -> Row:
    """Read what `as_data` wrote."""
    return entry_from(data[0]), data[1]


# -- the register to print ------------------------------------------------------------------------------------

_PRINTED = (
    Column("序号", 6),
    Column(DAY, 12),
    Column(KIND, 12),
    Column(STREET, 12),
    Column(STATION, 18),
    Column(PEOPLE, 10),
    Column(DEPUTIES, 10),
    Column(THINGS, 10),
    Column(TEXT, 48),
    Column("来源", 8),
)


def register_table(
    session: Session, world: World, scope: Scope, since: date, until: date, *, label: str, who: str
) -> Table:
    """Read the register of a span; names and numbers of people in what was written are hidden."""
    found = list(reversed(activities.listed(session, scope, since, until, limit=MOST)))
    told = sentence(world, count_span(session, world, scope, since, until))
    name = scope_name(scope, world.district)
    return Table(
        title=world.texts("activities_register", name=name, period=label),
        about=world.texts(
            "activities_register_about",
            count=len(found),
            told=told or world.texts("staff_none"),
            at=f"{world.now:%Y-%m-%d %H:%M}",
            who=who,
        ),
        columns=_PRINTED,
        rows=[
            (
                place,
                row.held_on,
                kind_name(world, row.kind),
                area.name if (area := world.district.areas.get(row.street)) else "",
                held_at(world, entry_of(row)),
                row.people or None,
                row.deputies or None,
                row.things or None,
                gate.clean(row.text),
                world.texts("paper_source_imported") if row.import_id else "",
            )
            for place, row in enumerate(found, start=1)
        ],
    )


def make_register(session: Session, world: World, wanted: Wanted) -> Render:
    """Make the sheet of a span."""
    since, until = (date.fromisoformat(wanted.params[name]) for name in ("since", "until"))
    label, who = wanted.params["label"], asker_name(session, wanted.asked_by)
    table = register_table(session, world, wanted.scope, since, until, label=label, who=who)
    name = f"活动台账_{scope_name(wanted.scope, world.district)}_{label}_{compact(world.now.date())}.xlsx"
    return lambda: Paper(name=name, content=workbook(table), rows=len(list(table.rows)))
