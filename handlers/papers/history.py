"""Past cases (历史件): what each row of a filled sheet says, and what is wrong with it."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from sqlalchemy.orm import Session

from handlers.cases import case_rows
from handlers.context import World
from handlers.foreign.reading import Row as SheetRow
from handlers.papers.history_sheet import (
    ANSWER,
    CLOSED,
    DEPARTMENT,
    FILED,
    HEADINGS,
    MOST,
    OLD,
    PLACE,
    REQUIRED,
    RESULT,
    STATION,
    STREET,
    TEXT,
    TOPIC,
    Cells,
    rows_of,
    template,
)
from handlers.papers.paper import Paper, Render
from nlp.alarms.private import private_reason
from nlp.places.place_check import can_be_place
from nlp.topics.lexicon import CATEGORIES
from storage.cases.selections import IMPORTED
from storage.engine.database import new_id
from storage.figures.documents import Wanted
from storage.figures.history import PastCase
from storage.models import State

_ENDS = {
    **dict.fromkeys(("", "办结", "已办结", "解决", "已解决", "完成", "已完成"), State.CLOSED),
    **dict.fromkeys(("撤回", "已撤回"), State.WITHDRAWN),
    **dict.fromkeys(("不归这里管", "不属本辖区", "转出"), State.ELSEWHERE),
}
_LONGEST = {OLD: 32, TEXT: 2000, PLACE: 64, ANSWER: 1000}
_EARLIEST = date(1980, 1, 1)


@dataclass(frozen=True, slots=True)
class Read:
    """What a sheet says: either every row is good, or none is taken."""

    rows: tuple[PastCase, ...]
    errors: tuple[str, ...]
    """Sentences with their row."""


def make_template(_session: Session, world: World, _wanted: Wanted) -> Render:
    """Make the empty sheet for whoever asked for it in chat."""
    return lambda: Paper(name="历史件导入表.xlsx", content=template(world.texts))


# -- reading ----------------------------------------------------------------------------------------------


def read_history(lines: Iterable[SheetRow], world: World) -> Read:
    """Read the rows of a sheet and check every row of it."""
    rows: list[PastCase] = []
    errors: list[str] = []
    seen: dict[str, int] = {}
    for place, cells in rows_of(lines):
        if place > MOST:
            errors.append(world.texts("history_too_long", most=MOST))
            break
        try:
            row = _past_case(cells, world)
        except ValueError as error:
            errors.append(world.texts("history_row", row=place, fault=str(error)))
            continue
        before = [seen[key] for key in (row.digest, row.old_number) if key and key in seen]
        if before:
            fault = world.texts("history_fault_twice", other=before[0])
            errors.append(world.texts("history_row", row=place, fault=fault))
            continue
        seen |= {key: place for key in (row.digest, row.old_number) if key}
        rows.append(row)
    return Read(tuple(rows), tuple(errors))


def _past_case(cells: Cells, world: World) -> PastCase:
    """Turn one row into a case; raises ValueError with the sentence that says what is wrong."""
    for heading in REQUIRED:
        if not cells[heading]:
            raise ValueError(world.texts("history_fault_empty", what=heading))
    for heading, most in _LONGEST.items():
        if len(cells[heading]) > most:
            raise ValueError(world.texts("history_fault_long", what=heading, most=most))
    filed = _day(cells[FILED], FILED, world)
    closed = _day(cells[CLOSED], CLOSED, world) if cells[CLOSED] else filed
    if closed < filed:
        raise ValueError(world.texts("history_fault_order"))
    if cells[RESULT] not in _ENDS:
        raise ValueError(world.texts("history_fault_result", value=cells[RESULT][:8]))
    case = _case_row(cells, world) | {
        "state": str(_ENDS[cells[RESULT]]),
        "filed_at": _noon(filed, world),
        "closed_at": _noon(closed, world),
        "updated_at": _noon(closed, world),
        "look_by": filed,
    }
    digest = hashlib.sha256("\x1f".join(cells[heading] for heading in HEADINGS).encode()).hexdigest()
    handled_by = _department(cells[DEPARTMENT], world)
    answer = "：".join(filter(None, (handled_by, cells[ANSWER])))
    return PastCase(case=case, answer=answer, digest=digest, old_number=cells[OLD])


def _case_row(cells: Cells, world: World) -> dict[str, Any]:
    """Give the columns that say what it is about and where; what a cell leaves open the text tells."""
    old = cells[OLD]
    said = cells[TEXT]
    if cells[PLACE] and not can_be_place(cells[PLACE]):
        # What is no place is kept with the words of the case.
        said = f"{said}（{cells[PLACE]}）"
    text = world.texts("history_text", text=said, number=old) if old else said
    where = case_rows.destination(f"{cells[PLACE]} {cells[TEXT]}".strip(), world)
    topic, category = _topic(cells[TOPIC], where.found.topic, where.found.category, world)
    street, station = _area(cells, where, world)
    place = where.places[0].key if len(where.places) == 1 else ""
    return {
        "id": new_id(),
        "voter_id": None,
        "category": category,
        **case_rows.topic_columns(topic, world),
        "station": station,
        "street": street,
        "place": place,
        "place_text": cells[PLACE] if can_be_place(cells[PLACE]) else case_rows.place_name(where)[:64],
        "urgency": "",
        "sealed": world.district.accuses(" ".join((cells[TEXT], cells[PLACE]))) is not None,
        "private": private_reason(cells[TEXT]),
        "source": IMPORTED,
        "text": text,
        "because": case_rows.because(where),
    }


def _topic(said: str, found: str, found_category: str, world: World) -> tuple[str, str]:
    """Give topic and category; the cell may name either."""
    if not said:
        return found, found_category
    topics = world.district.topics
    named = next((each for each in topics.values() if said in {each.key, each.label}), None)
    if named:
        return named.key, named.category
    category = next(
        (key for key, names in CATEGORIES.items() if said in {key, *names, *names[1].split("·")}), ""
    )
    if not category:
        raise ValueError(world.texts("history_fault_topic", value=said[:12]))
    return (found, category) if found_category == category else ("", category)


def _area(cells: Cells, where: case_rows.Destination, world: World) -> tuple[str, str]:
    """Give street and station."""
    district = world.district
    if cells[STATION]:
        name = cells[STATION]
        station = next((each for each in district.stations.values() if name in {each.key, each.name}), None)
        if station is None:
            raise ValueError(world.texts("history_fault_station", value=name[:12]))
        return station.street, station.key
    if cells[STREET]:
        named = [key for key, area in district.areas.items() if cells[STREET] in {key, area.name}]
        streets = {station.street for station in district.stations.values()}
        if not (found := next((key for key in named if key in streets), "")):
            raise ValueError(world.texts("history_fault_street", value=cells[STREET][:12]))
        return found, where.station if where.street == found else ""
    return where.street, where.station


def _department(said: str, world: World) -> str:
    if not said:
        return ""
    known = world.district.department(said)
    if known is None:
        raise ValueError(world.texts("history_fault_department", value=said[:12]))
    return known.short or known.name


def _day(said: str, what: str, world: World) -> date:
    try:
        day = datetime.strptime(said[:10].replace("/", "-").replace(".", "-").strip(), "%Y-%m-%d").date()  # noqa: DTZ007 -- a day
    except ValueError:
        raise ValueError(world.texts("history_fault_day", what=what, value=said[:12])) from None
    if not _EARLIEST <= day <= world.now.date():
        raise ValueError(world.texts("history_fault_when", what=what, value=said[:12]))
    return day


def _noon(day: date, world: World) -> datetime:
    return datetime.combine(day, time(12), world.now.tzinfo)


# -- kept until it is confirmed -------------------------------------------------------------------------------


def as_data(row: PastCase) -> dict[str, Any]:
    """Write a row down so that it can wait for a word of its sender."""
    case = {key: value.isoformat() if isinstance(value, date) else value for key, value in row.case.items()}
    return {"case": case, "answer": row.answer, "digest": row.digest, "old_number": row.old_number}


def from_data(data: Mapping[str, Any]) -> PastCase:
    """Read what `as_data` wrote."""
    case = dict(data["case"])
    case |= {name: datetime.fromisoformat(case[name]) for name in ("filed_at", "closed_at", "updated_at")}
    case["look_by"] = date.fromisoformat(case["look_by"])
    return PastCase(case=case, answer=data["answer"], digest=data["digest"], old_number=data["old_number"])


def new_only(read: Read, digests: set[str], old_numbers: set[str], world: World) -> Read:
    """Leave out the rows that are in the record; one with a number that stands there for another text is a fault."""
    rows = [row for row in read.rows if row.digest not in digests]
    clashes = [row.old_number for row in rows if row.old_number and row.old_number in old_numbers]
    faults = [world.texts("history_fault_number", number=number) for number in clashes]
    return replace(read, rows=tuple(rows), errors=(*read.errors, *faults))
