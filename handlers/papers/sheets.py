"""Tables as xlsx: print-ready, and no cell of them can act in Excel or WPS."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

_ACTS = ("=", "+", "-", "@", "\t", "\r")
_GUARD = "'"
_SIDE = Side(style="thin", color="999999")
_LINE = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)
_HEAD, _OPEN = PatternFill("solid", fgColor="D9E2F3"), PatternFill("solid", fgColor="FFF2CC")
_FONT = "宋体"
_LINE_HEIGHT = 15
_NARROW = 0x2E80
"""Letters up to here are half as wide as Chinese ones."""
A4 = 9
HEADING_ROW = 3


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, how wide it is, and whether people fill it in."""

    heading: str
    width: int
    editable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A sheet with a title, a line that says whose it is, a heading and rows."""

    title: str
    about: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[str | int | date | None]]
    notes: Sequence[str] = field(default=())


def harmless(text: str) -> str:
    """Put a mark before what a spreadsheet could take for a formula, also after it is saved as CSV."""
    return _GUARD + text if text.lstrip(" ").startswith(_ACTS) or text.startswith(_ACTS) else text


def as_typed(text: str) -> str:
    """Take the mark away again."""
    bare = text.removeprefix(_GUARD)
    return bare if harmless(bare) == text else text


def workbook(table: Table, *more: Table) -> bytes:
    """Make the file, with a sheet for each table."""
    book = Workbook()
    sheet = book.active
    if not isinstance(sheet, Worksheet):
        raise TypeError("a new workbook has a sheet")
    _fill(sheet, table)
    for each in more:
        _fill(book.create_sheet(), each)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(sheet: Worksheet, table: Table) -> None:
    sheet.title = table.title[:31]
    width = len(table.columns)
    for row, (text, size) in enumerate(((table.title, 16), (table.about, 10)), start=1):
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=width)
        _write(sheet.cell(row, 1), text, size=size, bold=row == 1, centred=row == 1)
    for place, column in enumerate(table.columns, start=1):
        cell = sheet.cell(HEADING_ROW, place)
        _write(cell, column.heading, bold=True, centred=True)
        cell.fill, cell.border = (_OPEN if column.editable else _HEAD), _LINE
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    last = HEADING_ROW
    for last, values in enumerate(table.rows, start=HEADING_ROW + 1):
        for place, value in enumerate(values, start=1):
            cell = sheet.cell(last, place)
            _write(cell, value)
            cell.border = _LINE
        sheet.row_dimensions[last].height = _LINE_HEIGHT * _lines(values, table.columns)
    for text in table.notes:
        last += 1
        sheet.merge_cells(start_row=last, end_row=last, start_column=1, end_column=width)
        _write(sheet.cell(last, 1), text, size=10)
    _lay_out(sheet, width, last)


def _write(
    cell: object, value: str | int | date | None, *, size: int = 11, bold: bool = False, centred: bool = False
) -> None:
    if not isinstance(cell, Cell):
        raise TypeError("only the first cell of merged ones is written to")
    if isinstance(value, str):
        cell.value = harmless(value)
        # Whatever it begins with, it is words.
        cell.data_type = "s"
    else:
        cell.value = value
        if isinstance(value, date):
            cell.number_format = "yyyy-mm-dd"
    cell.font = Font(name=_FONT, size=size, bold=bold)
    cell.alignment = Alignment(horizontal="center" if centred else "left", vertical="center", wrap_text=True)


def _lines(values: Sequence[str | int | date | None], columns: Sequence[Column]) -> int:
    """Tell how many lines the fullest cell of a row takes: not every program finds that out by itself."""
    return max(
        sum(-(-_width(line) // column.width) or 1 for line in str(value or "").split("\n"))
        for value, column in zip(values, columns, strict=True)
    )


def _width(line: str) -> int:
    """Count Chinese characters twice, as they are twice as wide."""
    return sum(2 if ord(letter) > _NARROW else 1 for letter in line)


def _lay_out(sheet: Worksheet, width: int, last: int) -> None:
    sheet.freeze_panes = f"B{HEADING_ROW + 1}"
    sheet.print_title_rows = f"1:{HEADING_ROW}"
    sheet.print_area = f"A1:{get_column_letter(width)}{last}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.oddFooter = HeaderFooterItem(center=_HeaderFooterPart(text="第 &P 页，共 &N 页"))
