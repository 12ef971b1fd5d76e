"""Files to lines of cells and back: CSV as people and Excel write it, and XLSX."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path

from handlers.district.sheets import Row
from handlers.foreign.reading import Limits, UnreadableError, read_sheet

ENDINGS = (".csv", ".xlsx")

MOST_LINES, MOST_COLUMNS = 200_000, 60
"""Of one workbook."""
_LIMITS = Limits(most_cpu_seconds=120, wall_seconds=600, memory=1_500_000_000, written=400_000_000)
"""An import has one reader, who waits; its sheets are larger than what is handed in by chat."""
_UNREADABLE = {
    "broken": "is not an Excel workbook",
    "heavy": "unpacks to too much, or takes too long to read: copy only the rows that are needed into a new one",
    "long": "line {row}: a cell has more than 30,000 characters",
}


class UnreadableTableError(Exception):
    """A file that is not a table; the message completes `deputies.csv …`."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table and the number under which an editor shows it."""

    number: int
    cells: tuple[str, ...]


def read_table(path: Path) -> list[Line]:
    """Give all lines that hold anything, the header first."""
    lines = _csv_lines(path) if path.suffix.lower() == ".csv" else _xlsx_lines(path)
    return [line for line in lines if any(line.cells)]


def _csv_lines(path: Path) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(_decoded(path.read_bytes()), newline=""), strict=True)
    begins = 1
    try:
        for cells in reader:
            yield Line(begins, tuple(cell.strip() for cell in cells))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableTableError(f"line {begins}: {error}") from error


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise UnreadableTableError("is neither UTF-8 nor GB18030 text")


def _xlsx_lines(path: Path) -> list[Line]:
    try:
        rows = read_sheet(path.read_bytes(), MOST_LINES + 1, MOST_COLUMNS, _LIMITS)
    except UnreadableError as error:
        raise UnreadableTableError(_UNREADABLE[error.how].format(row=error.row)) from error
    if len(rows) > MOST_LINES:
        raise UnreadableTableError(f"has more than {MOST_LINES:,} lines: put them into several files")
    return [Line(number, tuple(map(_as_typed, values))) for number, values in enumerate(rows, start=1)]


def _as_typed(value: object) -> str:
    """Give a workbook's value as a person would have typed it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Write a CSV that Excel opens with its Chinese intact."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([row[column] for column in columns] for row in rows)
