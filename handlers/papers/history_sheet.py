"""The sheet of past cases (历史件): the empty one to fill in, and the cells of a filled one, xlsx or CSV."""

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from handlers.papers.sheets import Column, Table, as_typed, workbook
from handlers.texts import Texts

OLD, FILED, TOPIC, TEXT = "原编号", "登记日期", "事项", "内容"
STREET, STATION, PLACE = "街道", "联络站", "地点"
DEPARTMENT, CLOSED, RESULT, ANSWER = "承办单位", "办结日期", "结果", "答复"
COLUMNS = (
    Column(OLD, 14, editable=True),
    Column(FILED, 12, editable=True),
    Column(TOPIC, 14, editable=True),
    Column(TEXT, 44, editable=True),
    Column(STREET, 12, editable=True),
    Column(STATION, 16, editable=True),
    Column(PLACE, 16, editable=True),
    Column(DEPARTMENT, 14, editable=True),
    Column(CLOSED, 12, editable=True),
    Column(RESULT, 10, editable=True),
    Column(ANSWER, 36, editable=True),
)
HEADINGS = tuple(column.heading for column in COLUMNS)
REQUIRED = (FILED, TEXT)
NOTE = "说明"
"""Begins the lines that tell how to fill the sheet in."""
_LARGEST = 200_000_000
"""Bytes that a sheet may unpack to."""
MOST = 20_000
"""Lines of one file."""
_LOOKED_FOR_HEADINGS = 10
_EMPTY_ROWS = 20

Cells = Mapping[str, str]
"""What a row says, by heading."""


class NoSheetError(Exception):
    """The file cannot be read as a sheet of past cases."""


def template(texts: Texts) -> bytes:
    """Make the empty sheet."""
    table = Table(
        title=texts("history_title"),
        about=texts("history_about"),
        columns=COLUMNS,
        rows=[[None] * len(COLUMNS)] * _EMPTY_ROWS,
        notes=tuple(f"{NOTE}{place}：{texts(f'history_note_{place}')}" for place in (1, 2, 3)),
    )
    return workbook(table)


def rows_of(
    content: bytes, headings: Sequence[str] = HEADINGS, required: Sequence[str] = REQUIRED
) -> Iterator[tuple[int, Cells]]:
    """Give the number and the cells of each row that says anything; raises NoSheetError where there is no such sheet."""
    places: dict[str, int] = {}
    for row, cells in enumerate(_lines(content), start=1):
        if not places:
            if {*required} <= set(cells):
                places = {heading: cells.index(heading) for heading in headings if heading in cells}
            elif row > _LOOKED_FOR_HEADINGS:
                raise NoSheetError
            continue
        found = {
            heading: cells[places[heading]] if heading in places and places[heading] < len(cells) else ""
            for heading in headings
        }
        if any(found.values()) and not found[headings[0]].startswith(NOTE):
            yield row, found
    if not places:
        raise NoSheetError


def _lines(content: bytes) -> Iterator[list[str]]:
    if content.startswith(b"PK"):
        yield from _xlsx_lines(content)
        return
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        for cells in csv.reader(io.StringIO(text, newline="")):
            yield [as_typed(cell.strip()) for cell in cells]
        return
    raise NoSheetError


def _xlsx_lines(content: bytes) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(each.file_size for each in packed.infolist()) > _LARGEST:
                raise NoSheetError
        sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, IndexError):
        raise NoSheetError from None
    for values in sheet.iter_rows(values_only=True, max_row=MOST + _LOOKED_FOR_HEADINGS, max_col=40):
        yield [_text(value) for value in values]


def _text(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    return as_typed(str(value).strip()) if value is not None else ""
