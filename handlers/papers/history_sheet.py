"""The sheet of past cases (历史件): the empty one to fill in, and the cells of a filled one, xlsx or CSV."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from handlers.foreign.reading import Row
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
MOST = 20_000
"""Lines of one file."""
_LOOKED_FOR_HEADINGS = 10
_EMPTY_ROWS = 20
MOST_LINES = MOST + _LOOKED_FOR_HEADINGS
"""Lines that are read of a sheet that was handed in."""

Cells = Mapping[str, str]
"""What a row says, by heading."""


class NoSheetError(Exception):
    """The rows are none of a sheet of past cases."""


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
    lines: Iterable[Row], headings: Sequence[str] = HEADINGS, required: Sequence[str] = REQUIRED
) -> Iterator[tuple[int, Cells]]:
    """Give the number and the cells of each row that says anything; raises NoSheetError where there is no such sheet."""
    places: dict[str, int] = {}
    for row, values in enumerate(lines, start=1):
        cells = [_text(value) for value in values]
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


def _text(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    return as_typed(str(value).strip()) if value is not None else ""
