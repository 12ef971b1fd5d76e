"""The pulse: what stands still before others ends the process; a database that is slow has more patience."""

import os
import threading
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core import guard
from bot.core.guard import Heart, Pulse
from bot.core.note import Note
from bot.core.writer import Writer
from storage.models import Inbox
from tests.stories.driver import Story
from tests.stories.test_taking_over import intake_of, said_by

PATIENCE = 30
LOOKS = 3


class Still:
    """A writer that stands still before others, and counts how often it was looked at."""

    stands_before_others = 1

    def __init__(self, *, in_database: bool) -> None:
        self._in_database = in_database
        self.looks = 0
        self.blamed = True

    @property
    def waits_for_database(self) -> bool:
        self.looks += 1
        return self._in_database

    def blame_nobody(self) -> None:
        self.blamed = False


@pytest.mark.parametrize(
    ("in_database", "times", "blamed"), [(False, 1, True), (True, guard.DATABASE_PATIENCE, False)]
)
def test_the_database_has_more_patience_and_no_message_is_blamed_for_it(
    monkeypatch: pytest.MonkeyPatch, in_database: bool, times: int, blamed: bool
) -> None:
    monkeypatch.setattr(guard, "LOOK_SECONDS", 0.001)
    monkeypatch.setattr(guard, "LOOKS", LOOKS)
    writer = Still(in_database=in_database)
    ended: list[int] = []
    over = threading.Event()

    def give_up() -> None:
        ended.append(writer.looks)
        over.set()

    pulse = Pulse(cast(Writer, writer), Heart(), give_up=give_up)
    pulse.start()
    assert over.wait(PATIENCE)
    pulse.stop()

    # The first look is the one that the others are compared with.
    assert ended[0] == LOOKS * times + 1
    assert writer.blamed is blamed


def test_a_writer_that_waits_for_a_lock_is_known_from_one_that_stands_still(story: Story) -> None:
    writer = story.app.writer
    with story.engine.begin() as held:
        held.execute(select(func.count()).select_from(Inbox))
        if held.dialect.name == "postgresql":
            held.exec_driver_sql("LOCK TABLE inbox IN EXCLUSIVE MODE")
        said = threading.Thread(target=story.say, args=("voter-1", "东苑小区3幢楼道灯坏了半个月"))
        said.start()
        turns = iter(range(PATIENCE * 100))
        while not writer.waits_for_database:
            assert next(turns, None) is not None
            threading.Event().wait(0.01)
    said.join()
    entered, leave = threading.Event(), threading.Event()

    def stand(_session: Session) -> bool:
        entered.set()
        return leave.wait(PATIENCE)

    standing = threading.Thread(target=writer.transact, args=(stand,))
    standing.start()
    assert entered.wait(PATIENCE)
    waits = writer.waits_for_database
    leave.set()
    standing.join()

    assert not waits


def test_what_was_in_hand_when_the_database_stood_still_is_not_blamed(story: Story, tmp_path: Path) -> None:
    xml = said_by(story, "voter-1")
    for _ in range(2):
        note = Note(tmp_path)
        note.begin([intake_of(story, xml)])
        note.blame_nobody()
        os.close(note._file)  # noqa: SLF001 -- as the kernel does
        story.app.writer.take_over()

    with Session(story.engine) as session:
        assert [(row.status, row.reason) for row in session.scalars(select(Inbox))] == [("pending", "")]
