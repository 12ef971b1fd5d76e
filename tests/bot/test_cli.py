import os
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli.main import make_app
from bot.core.lock import DataFolderLock

AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
OFFICIAL = {
    "LXQ_OFFICIAL_APP_ID": "wx0000000000000001",
    "LXQ_OFFICIAL_APP_SECRET": "not-a-real-secret",
    "LXQ_OFFICIAL_TOKEN": "Token123",
    "LXQ_OFFICIAL_AES_KEY": AES_KEY,
    # Nobody answers there: the probe of the credentials must not leave this machine.
    "LXQ_OFFICIAL_API_BASE": "http://127.0.0.1:1",
}


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in, and no setting from outside."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("LXQ_")]:
        monkeypatch.delenv(name)
    for name, value in OFFICIAL.items():
        monkeypatch.setenv(name, value)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(make_app(arguments), arguments)


def test_check_names_every_fault_and_ends_with_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LXQ_TIMEZONE", "Mars/Olympus")
    monkeypatch.setenv("LXQ_OFFICIAL_AES_KEY", "short")
    monkeypatch.setenv("LXQ_TYPO", "1")

    result = run("check")

    assert result.exit_code == 2
    assert [line.split()[1] for line in result.stderr.splitlines()] == [
        "LXQ_TYPO",
        "LXQ_TIMEZONE",
        "LXQ_OFFICIAL_AES_KEY",
    ]


def test_from_nothing_to_ready() -> None:
    before = run("check")
    migrated = run("migrate")
    again = run("migrate")
    without_district = run("check")
    imported = run("district", "import", "demo")
    ready = run("check")

    assert "lianxinqiao migrate" in before.stderr
    assert migrated.stdout == "the database is up to date\n"
    assert again.stdout == "the database was up to date already\n"
    assert "district import" in without_district.stderr
    assert imported.exit_code == 0
    assert ready.exit_code == 0
    assert "ready to serve" in ready.stdout


def test_online_check_says_why_the_platform_was_not_reached() -> None:
    run("migrate")
    run("district", "import", "demo")

    result = run("check", "--online")

    assert result.exit_code == 2
    assert "cannot reach LXQ_OFFICIAL_API_BASE" in result.stderr
    assert "not-a-real-secret" not in result.stderr


def test_serve_refuses_half_configured() -> None:
    result = run("serve")

    assert result.exit_code == 2
    assert "lianxinqiao migrate" in result.stderr


def test_migrate_waits_for_nobody_who_works_in_the_folder(own_folder: Path) -> None:
    with DataFolderLock(own_folder / "data"):
        result = run("migrate")

    assert result.exit_code == 2
    assert "already working" in result.stderr


def test_a_backup_is_written_and_put_back(own_folder: Path) -> None:
    run("migrate")
    run("district", "import", "demo")

    written = run("backup", "copy.tar.gz")
    refused = run("restore", "copy.tar.gz")
    put_back = run("restore", "copy.tar.gz", "--force")

    assert written.exit_code == 0
    assert "every checksum right" in written.stdout
    assert refused.exit_code == 2
    assert "--force" in refused.stderr
    assert put_back.exit_code == 0
    assert run("check").exit_code == 0
    assert (own_folder / "copy.tar.gz").is_file()


def test_a_code_is_printed_for_the_first_operator() -> None:
    run("migrate")
    run("district", "import", "demo")

    first = run("code", "operator")
    second = run("code", "operator")

    assert first.exit_code == 0
    assert first.stdout != second.stdout


def test_learned_words_are_proposed_from_cases_and_applied_only_when_told_to(own_folder: Path) -> None:
    run("migrate")
    run("district", "import", "demo")

    proposed = run("lexicon", "fit", "--from-cases", "--out", "proposal")
    assert proposed.exit_code == 2
    assert "fewer than 20 cases were corrected" in proposed.stderr

    (own_folder / "learned.csv").write_text(
        "term,topic,weight,note\n凤尾架,sport,2.5,learned\n", encoding="utf-8"
    )
    applied = run("lexicon", "apply", "learned.csv")
    assert applied.exit_code == 0, applied.stderr
    assert "1 learned words are in place" in applied.stdout

    (own_folder / "written.csv").write_text("term,topic,weight,note\n凤尾架,sport,2.5,\n", encoding="utf-8")
    refused = run("lexicon", "apply", "written.csv")
    assert refused.exit_code == 2
    assert "belongs to the pack" in refused.stderr
    assert run("lexicon", "fit").exit_code == 2
