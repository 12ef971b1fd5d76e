"""A 台账 that came back from Excel: what was changed in it, row by row, and what cannot be taken."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from handlers import wording
from handlers.cases.deadlines import LONGEST
from handlers.context import World
from handlers.foreign.reading import Row
from handlers.papers.ledger import ANSWER, DEPARTMENT, DUE, MARK, NUMBER
from handlers.papers.sheets import as_typed
from nlp.sayings.answers import lacking, says_nothing
from storage.people.scopes import Scope

LONGEST_ANSWER = 500
_HEADINGS = {DEPARTMENT: "department", DUE: "due", ANSWER: "answer"}
Cells = Mapping[str, Mapping[str, Any]]
"""What may be changed, by the number of the case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One cell that was changed."""

    number: str
    case_id: int
    what: str
    """`department`, `due` or `answer`."""
    was: str
    to: str

    def as_data(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Back:
    """What a sheet that came back asks for."""

    changes: tuple[Change, ...]
    errors: tuple[str, ...]
    """Sentences with their row; nothing of these rows is changed."""


class NotOursError(Exception):
    """The file is no 台账 of this export."""


def read_back(
    lines: Iterable[Row], *, export: int, was: Cells, now: Cells, world: World, scope: Scope
) -> Back:
    """Compare a sheet with what was exported, and with how the cases stand now."""
    changes: list[Change] = []
    errors: list[str] = []
    for row, number, cells in _rows(lines, export):
        old = was.get(number)
        if old is None or number not in now:
            key = "ledger_row_unknown" if old is None else "ledger_row_gone"
            errors.append(world.texts(key, row=row, number=number))
            continue
        if known := world.district.department(cells["department"]):
            cells["department"] = wording.department_name(known.key, world)
        found = _changed(number, old, now[number], cells)
        fault = next(
            (fault for each in found if (fault := _fault(each, found, now[number], world, scope))), ""
        )
        if fault:
            errors.append(world.texts("ledger_row_fault", row=row, number=number, fault=fault))
        else:
            changes.extend(found)
    return Back(tuple(changes), tuple(errors))


def _changed(
    number: str, old: Mapping[str, Any], current: Mapping[str, Any], cells: Mapping[str, str]
) -> list[Change]:
    """Give the cells that differ from the export, but not those that the record says already."""
    return [
        Change(number=number, case_id=old["id"], what=what, was=old[what], to=value)
        for what, value in cells.items()
        if value not in (old[what], current[what])
    ]


def _fault(
    change: Change, row: Sequence[Change], current: Mapping[str, Any], world: World, scope: Scope
) -> str:
    """Say why a change cannot be made; empty if it can."""
    if current[change.what] != change.was:
        return world.texts("ledger_fault_moved", what=world.texts(f"ledger_{change.what}"))
    if not change.to:
        return world.texts("ledger_fault_empty", what=world.texts(f"ledger_{change.what}"))
    named = bool(current["department"]) or any(each.what == "department" for each in row)
    if change.what == "answer":
        return _answer_fault(change.to, world, named=named)
    return _office_fault(change, world, scope, named=named)


def _answer_fault(answer: str, world: World, *, named: bool) -> str:
    """Say why an answer cannot be taken: what is refused when it is typed is refused here too.

    A department's answer must say all, that of a station at least something.
    """
    if len(answer) > LONGEST_ANSWER:
        return world.texts("ledger_fault_long", most=LONGEST_ANSWER)
    missing = lacking(answer) if named or says_nothing(answer) else ()
    if not missing:
        return ""
    return world.texts(
        "ledger_fault_bare", lacks="、".join(world.texts(f"department_lacks_{each}") for each in missing)
    )


def _office_fault(change: Change, world: World, scope: Scope, *, named: bool) -> str:
    """Say why a department or its day cannot be set; `named` says whether anyone has to answer by that day."""
    if not (scope.district or scope.streets):
        return world.texts("ledger_fault_office")
    if change.what == "department":
        known = world.district.department(change.to)
        return "" if known else world.texts("ledger_fault_department", name=change.to[:12])
    if not named:
        return world.texts("ledger_fault_nobody")
    return "" if days_until(world, change.to) else world.texts("ledger_fault_day", day=change.to[:12])


def days_until(world: World, day: str) -> int | None:
    """Give after how many working days a day comes; None for a day off, a past one, or no day at all."""
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        return None
    at = world.now.date()
    for days in range(1, LONGEST + 1):
        at = world.district.calendar.next_workday(at)
        if at >= wanted:
            return days if at == wanted else None
    return None


def _rows(lines: Iterable[Row], export: int) -> Iterator[tuple[int, str, dict[str, str]]]:
    """Give row, number and the editable cells of each line with a number."""
    ours, places = False, dict[str, int]()
    for row, values in enumerate(lines, start=1):
        cells = [_text(value) for value in values]
        ours = ours or any(f"{MARK}{export}" in cell for cell in cells)
        if not places:
            if NUMBER in cells:
                places = {cell: place for place, cell in enumerate(cells) if cell}
                if not ours or not {*_HEADINGS} <= places.keys():
                    raise NotOursError
            continue
        if number := cells[places[NUMBER]]:
            yield row, number, {what: cells[places[heading]] for heading, what in _HEADINGS.items()}
    if not places:
        raise NotOursError


def _text(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    text = as_typed(str(value).strip()) if value is not None else ""
    return text.replace("/", "-") if text[:4].isdigit() and text.count("/") == 2 else text  # noqa: PLR2004 -- 2026/12/07
