"""Sheets from outside: whatever is in one, it is read or named with a word, quickly, and nothing but a child suffers."""

import csv
import io
import resource
import zipfile
from collections.abc import Callable
from datetime import datetime
from functools import cache

import pytest
from openpyxl import Workbook

from handlers.foreign.reading import Limits, UnreadableError, read_sheet

NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHEET, STYLES, STRINGS = "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/sharedStrings.xml"
MERGED = '<mergeCell ref="A1:XFD1048576"/>'
MOST_MEGABYTES = 700
SHORT = Limits(cpu_seconds=2, seconds_a_megabyte=1)


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@cache
def plain() -> bytes:
    return workbook(("登记日期", "内容"), ("2024-05-06", "路灯坏了"))


def with_part(name: str, content: str, *, times: int = 1) -> bytes:
    """Give a workbook in which one part is another."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain())) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for each in {*old.namelist(), name}:
            for _ in range(times if each == name else 1):
                new.writestr(each, content if each == name else old.read(each))
    return out.getvalue()


def sheet(rows: str) -> bytes:
    return with_part(SHEET, f"<worksheet {NS}><sheetData>{rows}</sheetData></worksheet>")


def thin(piece: str, count: int, dust: int = 50) -> str:
    """Repeat a piece with a number here and there, so that it does not look as packed as it is."""
    return "".join(
        f"{piece}<!--{number * 2654435761 % 10**9}-->" if number % dust == 0 else piece
        for number in range(count)
    )


def grown(number: int) -> str:
    """Name the entity before ten times."""
    return f"&a{number - 1 or ''};" * 10


BOMBS: dict[str, Callable[[], bytes]] = {
    "very many cells": lambda: sheet(f"<row>{'<c><v>1</v></c>' * 40}</row>" * 60_000),
    "merged ranges": lambda: with_part(
        SHEET,
        f"<worksheet {NS}><mergeCells>{MERGED * 500_000}</mergeCells></worksheet>",
    ),
    "empty fonts": lambda: with_part(
        STYLES, f"<styleSheet {NS}><fonts>{'<font/>' * 5_000_000}</fonts></styleSheet>"
    ),
    "fonts that hide": lambda: with_part(
        STYLES, f"<styleSheet {NS}><fonts>{thin('<font/>', 1_200_000)}</fonts></styleSheet>"
    ),
    "strings": lambda: with_part(STRINGS, f"<sst {NS}>{'<si><t>a</t></si>' * 2_000_000}</sst>"),
    "a deep tree": lambda: with_part(SHEET, f"<worksheet {NS}>{'<a>' * 300_000}"),
    "one endless cell": lambda: sheet(f"<row><c t='inlineStr'><is><t>{'好' * 200_000}</t></is></c></row>"),
    "entities": lambda: with_part(
        SHEET,
        '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
        + "".join(f'<!ENTITY a{n} "{grown(n)}">' for n in range(1, 12))
        + f"]><worksheet {NS}><sheetData><row><c><v>&a11;</v></c></row></sheetData></worksheet>",
    ),
    "a cut archive": lambda: plain()[:-40],
    "a cell of a csv": lambda: "登记日期,内容\n2024-05-06,".encode() + b"a" * 140_000,
    "a stray quote": lambda: b'a,b\n"' + b"a,b\n" * 500_000,
    "nothing but noughts": lambda: b"\0" * 1_000_000,
}


@pytest.mark.parametrize("make", BOMBS.values(), ids=BOMBS)
def test_a_hostile_file_ends_in_a_word_and_takes_no_more_than_it_may(make: Callable[[], bytes]) -> None:
    content = make()
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    with pytest.raises(UnreadableError) as error:
        read_sheet(content, 20_000, limits=SHORT)
    took = resource.getrusage(resource.RUSAGE_CHILDREN)

    assert error.value.how in {"heavy", "broken", "long"}
    assert took.ru_utime - before < SHORT.cpu_for(len(content)) + 1.5
    assert took.ru_maxrss < MOST_MEGABYTES * 1000


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (plain(), [["登记日期", "内容"], ["2024-05-06", "路灯坏了"]]),
        (
            workbook((datetime(2024, 5, 6), 3, 2.5, True, None, "x")),  # noqa: DTZ001 -- a day in a cell
            [[datetime(2024, 5, 6), 3, 2.5, True, None, "x"]],  # noqa: DTZ001
        ),
        (
            '登记日期,内容\r\n2024-05-06,"路灯,坏了"\r\n'.encode("gb18030"),
            [["登记日期", "内容"], ["2024-05-06", "路灯,坏了"]],
        ),
        (b"", []),
        (sheet('<row r="3"><c r="B3"><v>7</v></c></row>'), [[None] * 40] * 2 + [[None, 7] + [None] * 38]),
    ],
    ids=[
        "a workbook",
        "every kind of cell",
        "csv of a spreadsheet",
        "an empty file",
        "rows that were left out",
    ],
)
def test_an_honest_file_is_given_as_it_is(content: bytes, rows: list[list[object]]) -> None:
    found = read_sheet(content, 100)

    assert [list(row)[: len(rows[place])] for place, row in enumerate(found)] == [
        row[: len(found[place])] for place, row in enumerate(rows)
    ]


def test_no_more_is_read_than_was_asked_for() -> None:
    out = io.StringIO()
    csv.writer(out).writerows([[number, "路灯"] for number in range(5_000)])

    assert len(read_sheet(out.getvalue().encode(), 100)) == 100


def test_how_far_a_file_was_read_is_told() -> None:
    rows = (
        "".join(f"<row><c><v>{number}</v></c></row>" for number in range(30))
        + "<row><c t='s'><v>99</v></c></row>"
    )
    with pytest.raises(UnreadableError) as error:
        read_sheet(sheet(rows), 100)

    assert (error.value.how, error.value.row) == ("broken", 30)


def test_the_child_is_ended_where_the_system_does_not_end_it() -> None:
    with pytest.raises(UnreadableError) as error:
        read_sheet(plain(), 100, limits=Limits(wall_seconds=0))

    assert error.value.how == "heavy"
