import json
import os
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.main import make_app
from bot.core.settings import Settings
from bot.upkeep.audit import FILE, note_command

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in, and no setting from outside."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("LXQ_")]:
        monkeypatch.delenv(name)
    return tmp_path


def noted(folder: Path) -> list[dict[str, str]]:
    lines = (folder / "data" / FILE).read_text(encoding="utf-8").splitlines()
    return [line for line in map(json.loads, lines) if line["command"] != "audit head"]


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(make_app(arguments), arguments)
    return result.exit_code, result.output


def test_commands_that_change_something_leave_a_line_and_others_none(folder: Path) -> None:
    run("migrate")
    run("district", "import", "demo")
    _, code = run("code", "operator")
    run("backup", "copy.tar.gz")
    run("check")
    run("district", "check", "demo")
    run("district", "import", "demo", "--dry-run")

    assert [line["command"] for line in noted(folder)] == ["migrate", "district import", "code", "backup"]
    assert all(line["by"] for line in noted(folder))
    assert noted(folder)[2]["role"] == "operator"
    assert code.strip() not in (folder / "data" / FILE).read_text(encoding="utf-8")


def test_behind_sudo_the_person_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUDO_USER", "zhang")
    monkeypatch.setenv("LOGNAME", "lianxinqiao")
    note_command(Settings(data_dir=folder / "data"), AT, "backup", file="x")

    assert noted(folder) == [
        {"at": AT.isoformat(), "by": "zhang as lianxinqiao", "command": "backup", "file": "x"}
    ]


def test_what_cannot_be_written_down_is_not_done(folder: Path) -> None:
    (folder / "data").mkdir()
    (folder / "data" / FILE).mkdir()
    exit_code, said = run("migrate")

    assert exit_code == 2
    assert "cannot be written" in said
    assert [path.name for path in (folder / "data").iterdir()] == [FILE]


def test_what_a_command_writes_is_for_its_own_user_alone(folder: Path) -> None:
    subprocess.run([sys.executable, "-m", "bot", "migrate"], check=True, capture_output=True)

    written = [folder / "data", *(folder / "data").iterdir()]
    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in written} == {0}
    assert len(written) > 2
