"""Months that are over become files; what still waits for something stays."""

import gzip
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.upkeep.archive import archive_months
from bot.upkeep.housekeeping import forget_old
from storage.keeping.integrity import find_breaks
from storage.models import Case, Inbox, Outbox
from tests.stories.driver import Story
from tests.stories.people import EAST, bind


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]


def archive(story: Story, folder: Path) -> dict[str, int]:
    return dict(archive_months(story.app.writer, folder, story.clock(), 90))


def inbox_rows(story: Story) -> list[Inbox]:
    with Session(story.engine) as session:
        return list(session.scalars(select(Inbox).order_by(Inbox.id)))


@pytest.fixture
def two_months(story: Story) -> Story:
    """Let a case be filed in November and answered, and another be filed in December."""
    east = bind(story, "staff:T005")
    story.say("voter-1", EAST)
    story.say(east, "回复 1 灯已换好")
    story.app.tick_all()
    story.clock.turn(days=20)
    story.say("voter-2", EAST)
    return story


def test_a_month_leaves_once_it_is_over_for_long_enough(two_months: Story, tmp_path: Path) -> None:
    story, folder = two_months, tmp_path / "files"
    story.clock.at = datetime(2027, 2, 27, tzinfo=story.clock.at.tzinfo)
    early = archive(story, folder)
    story.clock.turn(days=3)

    counts = archive(story, folder)

    assert sum(early.values()) == 0
    assert counts == {"archived inbox": 2, "archived outbox": 1}
    assert sorted(file.name for file in folder.glob("*.gz")) == [
        "inbox-2026-11.jsonl.gz",
        "outbox-2026-11.jsonl.gz",
    ]
    assert (folder / "inbox-2026-11.jsonl.gz").stat().st_mode & 0o077 == 0
    assert [row.sender for row in inbox_rows(story)] == ["voter-2"]


def test_a_file_names_nobody_but_by_number_and_repeats_no_words(two_months: Story, tmp_path: Path) -> None:
    story, folder = two_months, tmp_path / "files"
    story.clock.turn(days=120)
    archive(story, folder)

    filed, _ = lines(folder / "inbox-2026-11.jsonl.gz")
    (answer,) = lines(folder / "outbox-2026-11.jsonl.gz")
    with Session(story.engine) as session:
        case = session.scalars(select(Case).where(Case.number == "2611-0001")).one()

    assert (filed["case_id"], filed["person_id"], filed["route"]) == (case.id, case.voter_id, "file")
    assert (answer["case_id"], answer["person_id"], answer["status"]) == (case.id, case.voter_id, "sent")
    assert answer["text"] == ""
    assert "voter-1" not in str(filed)


def test_what_is_told_of_a_case_stays_and_the_record_is_whole(two_months: Story, tmp_path: Path) -> None:
    story = two_months
    story.clock.turn(days=160)
    archive(story, tmp_path / "files")
    archive(story, tmp_path / "files")

    assert inbox_rows(story) == []
    assert "灯已换好" in story.say("voter-1", "进度 2611-0001")
    with Session(story.engine) as session:
        assert list(find_breaks(session)) == []


def test_what_waits_for_a_person_stays(two_months: Story, tmp_path: Path) -> None:
    story = two_months
    with Session(story.engine) as session, session.begin():
        first = session.scalars(select(Inbox.id).order_by(Inbox.id).limit(1)).one()
        session.execute(update(Inbox).where(Inbox.id == first).values(status="failed"))
        session.execute(update(Outbox).values(status="unknown"))
    story.clock.turn(days=120)

    counts = archive(story, tmp_path / "files")

    assert counts == {"archived inbox": 1, "archived outbox": 0}
    assert inbox_rows(story)[0].status == "failed"
    assert "没送到" in story.say("staff:T005", "没送到的")


def test_after_a_crash_between_file_and_deletion_nothing_is_missing(
    two_months: Story, tmp_path: Path
) -> None:
    story, folder = two_months, tmp_path / "files"
    story.clock.turn(days=120)
    folder.mkdir()
    (folder / "inbox-2026-11.jsonl.gz").write_bytes(gzip.compress(b'{"id": 1}\n'))

    archive(story, folder)

    assert lines(folder / "inbox-2026-11.jsonl.gz") == [{"id": 1}]
    assert len(lines(folder / "inbox-2026-11-2.jsonl.gz")) == 2


def test_a_message_that_nobody_could_read_is_kept_for_a_time_only(story: Story) -> None:
    story.send("voter-1", MsgType="hologram")
    story.say("voter-2", EAST)
    with Session(story.engine) as session, session.begin():
        waiting = session.scalars(select(Inbox.id).order_by(Inbox.id.desc()).limit(1)).one()
        session.execute(update(Inbox).where(Inbox.id == waiting).values(status="pending", raw=b"{}"))
    now = story.clock()

    forget_old(story.app.writer, now + timedelta(days=29), 30)
    early = [row.raw is not None for row in inbox_rows(story)]
    forget_old(story.app.writer, now + timedelta(days=31), 30)

    assert early == [True, True]
    assert [row.raw is not None for row in inbox_rows(story)] == [False, True]
