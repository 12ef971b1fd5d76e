"""Reads a sheet that came from outside, in a process of its own: `python -I child.py LIMITS < file > lines`.

It imports nothing of ours, so that it starts quickly and holds no secret. Whatever the file does to it, only this
process ends. It writes one JSON line for a row of the sheet and a last one that says how reading ended.
"""

import csv
import io
import json
import os
import resource
import sys
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any

if __name__ == "__main__":
    # The sheets' library would load it only to know its numbers again, and it takes a third of the time to start.
    sys.modules["numpy"] = None  # type: ignore[assignment]

from openpyxl import load_workbook

HEAVY, BROKEN, LONG = "heavy", "broken", "long"
"""How a file can fail: it unpacks to too much; it is no sheet, or a damaged one; a cell of it is endless."""
LONGEST_CELL = 30_000
"""Characters; Excel itself takes 32,767."""
MOST_UNPACKED = 60_000_000
"""Bytes of all parts of a workbook."""
MOST_PARTS, MOST_TIMES = 2_000, 200
"""Parts of a workbook, and how many times larger one may become than it lies in the file."""
_SMALL = 1_000_000
"""What a part may unpack to however well it was packed."""
_WRITTEN_AT_ONCE = 500
_OPEN_FILES = 8


class FaultError(Exception):
    """The file cannot be read on; says how, and in which row if that is known."""

    def __init__(self, how: str, row: int = 0) -> None:
        super().__init__(how)
        self.how, self.row = how, row


def lines_of(content: bytes, most_rows: int, most_cells: int) -> Iterator[list[Any]]:
    """Give the cells of each row, as text, numbers and days; raises FaultError."""
    if content.startswith(b"PK"):
        return _workbook(content, most_rows, most_cells)
    return _csv(content, most_rows, most_cells)


def _csv(content: bytes, most_rows: int, most_cells: int) -> Iterator[list[Any]]:
    reader = csv.reader(io.StringIO(_decoded(content), newline=""))
    row = 0
    csv.field_size_limit(LONGEST_CELL)
    try:
        for row, cells in enumerate(reader, start=1):
            if row > most_rows:
                return
            yield [cell.strip() for cell in cells[:most_cells]]
    except csv.Error:
        raise FaultError(LONG, row + 1) from None


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise FaultError(BROKEN)


def _workbook(content: bytes, most_rows: int, most_cells: int) -> Iterator[list[Any]]:
    row = 0
    try:
        _check_parts(content)
        with warnings.catch_warnings():
            # It warns about colours and lists to choose from that it does not keep; they are not ours to keep.
            warnings.simplefilter("ignore")
            sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
            rows = sheet.iter_rows(values_only=True, max_row=most_rows, max_col=most_cells)
            for row, values in enumerate(rows, start=1):
                yield _checked(values, row)
    except (FaultError, GeneratorExit):
        raise
    except (MemoryError, RecursionError):
        raise FaultError(HEAVY, row) from None
    except Exception:  # noqa: BLE001 -- openpyxl lets every fault of a damaged archive and its XML through
        raise FaultError(BROKEN, row) from None


def _checked(values: Sequence[Any], row: int) -> list[Any]:
    if any(isinstance(value, str) and len(value) > LONGEST_CELL for value in values):
        raise FaultError(LONG, row)
    return list(values)


def _check_parts(content: bytes) -> None:
    """Look at what the archive says of itself before anything is unpacked; the library holds it to that."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = packed.infolist()
    unpacked = sum(part.file_size for part in parts)
    dense = any(part.file_size > max(_SMALL, MOST_TIMES * part.compress_size) for part in parts)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or dense:
        raise FaultError(HEAVY)


# -- the process --------------------------------------------------------------------------------------------


def main() -> None:
    """Read the file on the standard input within the limits that were given."""
    limits = json.loads(sys.argv[1])
    _bound(limits)
    out, ended = sys.stdout, {"ended": "well", "row": 0}
    try:
        for row, values in enumerate(
            lines_of(sys.stdin.buffer.read(), limits["rows"], limits["cells"]), start=1
        ):
            out.write(json.dumps([_plain(value) for value in values], ensure_ascii=False) + "\n")
            if row % _WRITTEN_AT_ONCE == 0:
                out.flush()
    except FaultError as fault:
        ended = {"ended": fault.how, "row": fault.row}
    except (MemoryError, OSError):
        ended = {"ended": HEAVY, "row": 0}
    out.write(json.dumps(ended) + "\n")
    out.flush()
    # Nothing is tidied up: of a large file that takes as long as reading it.
    os._exit(0)


def _bound(limits: dict[str, int]) -> None:
    for kind, most in (
        (resource.RLIMIT_CPU, limits["cpu_seconds"]),
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_FSIZE, limits["written"]),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def _plain(value: object) -> object:
    """Write a value so that `reading` knows it again: days and times as a list of one kind and one text."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else str(value)  # noqa: PLR0124 -- not a number
    if isinstance(value, datetime | date | time):
        return [type(value).__name__, value.isoformat()]
    return str(value)


if __name__ == "__main__":
    main()
