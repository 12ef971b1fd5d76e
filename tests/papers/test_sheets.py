"""Sheets: read again with the library that people's programs are like."""

import csv
import io
from datetime import date

import pytest
from openpyxl import load_workbook

from handlers.papers.sheets import Column, Table, as_typed, harmless, workbook


def made(*values: str | date) -> list[object]:
    columns = [Column("列", 10) for _ in values]
    book = load_workbook(io.BytesIO(workbook(Table(title="表", about="", columns=columns, rows=[values]))))
    sheet = book["表"]
    assert {cell.data_type for cell in sheet[4]} <= {"s", "d"}
    return [cell.value for cell in sheet[4]]


@pytest.mark.parametrize("words", ["=1+1", "+8613", "-2", "@SUM(A1)", "\t=1", "\r=1", "  =cmd|' /C calc'!A0"])
def test_no_cell_begins_as_a_formula_does_even_as_csv(words: str) -> None:
    (value,) = made(words)
    out = io.StringIO()
    csv.writer(out).writerow([value])

    assert str(value).startswith("'")
    assert out.getvalue().strip('"')[0] == "'"


@pytest.mark.parametrize("words", ["=1+1", "-2", "楼道灯", "'引号", "2611-0001"])
def test_what_comes_back_reads_as_it_was_typed(words: str) -> None:
    assert as_typed(harmless(words)) == words


def test_a_day_stays_a_day() -> None:
    assert str(made(date(2026, 12, 7))[0]).startswith("2026-12-07")


def test_a_row_is_as_high_as_its_fullest_cell() -> None:
    rows = [["短", "一行放不下的字" * 3], ["", "两行\n三行\n四行"], [None, 5]]
    table = Table(title="表", about="", columns=[Column("甲", 6), Column("乙", 14)], rows=rows)
    sheet = load_workbook(io.BytesIO(workbook(table))).worksheets[0]

    assert [sheet.row_dimensions[row].height for row in (4, 5, 6)] == [45, 45, 15]
