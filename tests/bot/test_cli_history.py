"""`lianxinqiao history`: the empty sheet, an import of all rows or none, and the way back."""

import os
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.bot.test_cli_menu import run
from tests.stories.test_history import GOOD, HEADINGS, as_csv, filled


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("LXQ_")]:
        monkeypatch.delenv(name)
    return tmp_path


def test_the_empty_sheet_needs_no_database(folder: Path) -> None:
    written = run("history", "template", "history.xlsx")
    sheet = load_workbook(folder / "history.xlsx").worksheets[0]

    assert written.exit_code == 0
    assert [cell.value for cell in sheet[3]] == HEADINGS.split(",")


def test_a_sheet_is_checked_imported_known_and_undone(folder: Path) -> None:
    without = run("history", "import", "past.csv")
    run("migrate")
    run("district", "import", "demo")
    run("history", "template", "form.xlsx")
    Path("past.xlsx").write_bytes(filled(Path("form.xlsx").read_bytes(), GOOD))
    Path("bad.csv").write_bytes(
        as_csv((*GOOD, ("", "2024-13-01", *[""] * 9), ("", "", "", "灯坏了", *[""] * 7)))
    )

    bad = run("history", "import", "bad.csv")
    tried = run("history", "import", "past.xlsx", "--dry-run")
    done = run("history", "import", "past.xlsx")
    again = run("history", "import", "past.xlsx")
    undone = run("history", "undo")
    none = run("history", "undo")

    assert (without.exit_code, bad.exit_code, none.exit_code) == (2, 2, 2)
    assert "第5行：内容没有填" in bad.stderr
    assert "第6行：登记日期没有填" in bad.stderr
    assert "3 cases can be imported; nothing was changed" in tried.stdout
    assert "3 cases imported, 0000-0001 to 0000-0003" in done.stdout
    assert "every row is in the record already" in again.stdout
    assert "3 cases taken out" in undone.stdout
    assert '"history import"' in (folder / "data" / "audit.log").read_text("utf-8")
