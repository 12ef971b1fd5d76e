from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from typer.testing import CliRunner, Result

from bot.cli.district import app
from bot.core.lock import DataFolderLock
from handlers.district.store import load_rows, load_version
from tests.district.folders import changed, write_folder, write_sheet

Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "pack")


@pytest.fixture
def run(engine: Engine, database_url: str, tmp_path: Path) -> Run:
    """Run a command as an operator does, on a database that is up to date."""
    assert engine.url.database

    def run_it(*words: str | Path) -> Result:
        environment = {"LXQ_DATABASE_URL": database_url, "LXQ_DATA_DIR": str(tmp_path / "data")}
        return CliRunner().invoke(app, [str(word) for word in words], env=environment)

    return run_it


def test_check_says_that_the_demo_has_no_fault() -> None:
    result = CliRunner().invoke(app, ["check", "demo"])

    assert result.exit_code == 0
    assert result.stdout.startswith("✓ demo has no fault: 17 sheets")


def test_check_prints_every_fault_and_ends_with_2(folder: Path) -> None:
    write_sheet(folder, "deputies", changed("deputies", 4, "stations", "xx"))
    write_sheet(folder, "places", changed("places", 2, "longitude", "east"))

    result = CliRunner().invoke(app, ["check", str(folder)])

    assert result.exit_code == 2
    assert "deputies.csv line 4: station 'xx' is not in stations.csv" in result.stderr
    assert "places.csv line 2: longitude is not a number" in result.stderr


def test_import_loads_a_pack_and_says_what_changed(run: Run, engine: Engine, folder: Path) -> None:
    result = run("import", folder)

    assert result.exit_code == 0, result.output
    assert "deputies: 3 added, 0 changed, 0 removed" in result.stdout
    with Session(engine) as session:
        assert load_version(session) == 1


def test_a_dry_run_shows_the_difference_and_changes_nothing(run: Run, engine: Engine, folder: Path) -> None:
    result = run("import", folder, "--dry-run")

    assert result.exit_code == 0, result.output
    assert "+ deputies: D1 陈立新" in result.stdout
    with Session(engine) as session:
        assert load_version(session) == 0


def test_importing_again_says_that_nothing_changed(run: Run, folder: Path) -> None:
    run("import", folder)

    assert run("import", folder).stdout.splitlines() == ["no change"]


def test_a_bad_pack_is_refused_whole(run: Run, engine: Engine, folder: Path) -> None:
    write_sheet(folder, "deputies", changed("deputies", 4, "stations", "xx"))

    result = run("import", folder)

    assert result.exit_code == 2
    assert "deputies.csv line 4: station 'xx' is not in stations.csv" in result.stderr
    with Session(engine) as session:
        assert not load_rows(session)["areas"]


def test_export_writes_what_import_read(run: Run, folder: Path, tmp_path: Path) -> None:
    run("import", folder)

    result = run("export", tmp_path / "out")

    assert result.exit_code == 0, result.output
    assert run("import", tmp_path / "out", "--dry-run").stdout.splitlines() == ["no change"]


def test_the_demo_itself_is_never_written_over(run: Run) -> None:
    assert run("export", "demo").exit_code == 2


def test_an_export_before_any_import_has_nothing_to_write(run: Run, tmp_path: Path) -> None:
    result = run("export", tmp_path / "out")

    assert result.exit_code == 2
    assert "no district is loaded" in result.stderr


def test_a_database_without_tables_is_a_sentence_and_no_traceback(tmp_path: Path, folder: Path) -> None:
    environment = {
        "LXQ_DATA_DIR": str(tmp_path),
        "LXQ_DATABASE_URL": f"sqlite:///{tmp_path / 'empty.sqlite3'}",
    }

    result = CliRunner().invoke(app, ["import", str(folder)], env=environment)

    assert result.exit_code == 2
    assert "lianxinqiao migrate" in result.stderr


def test_an_import_waits_for_no_running_bot_on_sqlite(tmp_path: Path, folder: Path) -> None:
    environment = {"LXQ_DATA_DIR": str(tmp_path / "data"), "LXQ_DATABASE_URL": ""}

    with DataFolderLock(tmp_path / "data"):
        result = CliRunner().invoke(app, ["import", str(folder)], env=environment)

    assert result.exit_code == 2
    assert "already working" in result.stderr
