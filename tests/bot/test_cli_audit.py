"""`audit verify` says whether the chain is whole; `audit export` hands it to whoever examines."""

import csv
import json
import os
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from bot.cli.main import make_app
from bot.core.settings import Settings
from bot.upkeep.audit import FILE, anchors
from storage.keeping import audit
from storage.models import AuditEntry, AuditHead
from tests.stories.driver import Story, running
from tests.stories.people import EAST, bind

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(make_app(arguments), arguments)
    return result.exit_code, result.output


@pytest.fixture
def looked(record: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Story:
    """A clerk has read a telephone number; the commands below work on this record."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("LXQ_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LXQ_DATABASE_URL", record)
    monkeypatch.setenv("LXQ_DATA_DIR", str(tmp_path))
    with running(record, tmp_path) as story:
        bind(story, "staff:T005")
        story.say("voter-1", f"我电话13912345678，{EAST}")
        story.say("voter-2", f"西苑社区，{EAST[6:]}")
        story.say("staff:T005", "查 1")
        story.app.tick_all()
    return story


def test_a_whole_chain_is_whole_and_a_changed_one_is_not(looked: Story, tmp_path: Path) -> None:
    whole, said = run("audit", "verify")
    noted = anchors(Settings(data_dir=tmp_path))
    with Session(looked.engine) as session, session.begin():
        session.execute(update(AuditEntry).values(who="别处"))
    changed, told = run("audit", "verify")

    assert whole == 0
    assert "1 entries, compared with 1 notes" in said
    assert list(noted) == [1]
    assert changed == 2
    assert "entry 1 is not what was written" in told


def cut(engine: Engine, last: int) -> None:
    """Take the end of the chain away and set its head to what is left, as somebody with the database could."""
    with Session(engine) as session, session.begin():
        sealed = session.scalar(select(AuditEntry.hash).where(AuditEntry.position == last)) or audit.START
        session.execute(delete(AuditEntry).where(AuditEntry.position > last))
        session.execute(update(AuditHead).values(position=last, hash=sealed))


@pytest.mark.parametrize("again", [False, True], ids=["cut", "cut and read on"])
def test_what_was_read_a_moment_ago_cannot_be_cut_off_unseen(
    looked: Story, record: str, tmp_path: Path, *, again: bool
) -> None:
    assert looked
    with running(record, tmp_path) as story:
        story.say("staff:T005", "查 1")
        cut(story.engine, 1)
        if again:
            story.clock.turn(minutes=1)
            story.say("staff:T005", "查 1")
    code, said = run("audit", "verify")

    assert code == 2
    assert ("another than the one noted" if again else "the entries after 1 are missing") in said


def test_a_copy_of_the_notes_tells_what_the_file_beside_the_record_does_not(
    looked: Story, tmp_path: Path
) -> None:
    (tmp_path / "kept.log").write_bytes((tmp_path / FILE).read_bytes())
    cut(looked.engine, 0)
    (tmp_path / FILE).write_bytes(b"")

    assert run("audit", "verify")[0] == 0
    code, said = run("audit", "verify", "--copy", str(tmp_path / "kept.log"))
    assert (code, "the entries after 0 are missing" in said) == (2, True)
    assert run("audit", "verify", "--copy", "nowhere.log")[0] == 2


def test_an_export_names_who_and_why_and_is_an_entry_itself(looked: Story, tmp_path: Path) -> None:
    run("audit", "export", "before.csv", "--until", "2026-11-20")
    run("audit", "export", "all.csv", "--since", "2026-11-21")
    run("audit", "export", "all.jsonl")
    rows = list(csv.DictReader((tmp_path / "all.csv").read_text(encoding="utf-8-sig").splitlines()))
    lines = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text(encoding="utf-8").splitlines()]

    assert "看过有姓名电话的全文" not in (tmp_path / "before.csv").read_text(encoding="utf-8-sig")
    assert rows[0]["做了什么"] == "看过有姓名电话的全文"
    assert rows[0]["件号"] == "2611-0001"
    assert rows[0]["单位"] == "东苑社区联络站"
    assert [line["action"] for line in lines] == ["text read"] + ["audit exported"] * 3
    assert "audit export" in (tmp_path / FILE).read_text(encoding="utf-8")
    with Session(looked.engine) as session:
        assert audit.first_break(session) == ""
