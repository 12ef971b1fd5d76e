"""A database that does not answer holds pushes back; it never leaves them in doubt."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from bot.core.writer import Writer
from bot.sending.wecom_members import SharedMembers
from handlers.context import World

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.fixture
def writer(engine: Engine) -> Iterator[Writer]:
    def no_world() -> World:
        raise AssertionError("no message is handled here")

    writer = Writer(engine, no_world)
    writer.start()
    yield writer
    writer.stop()


def test_members_are_told_apart_but_not_by_capitals(writer: Writer) -> None:
    members = SharedMembers(writer, lambda: NOW, "ww1")
    waits = [members.wait_for(name) for name in ["ChenLixin", "chenlixin"] * 5]

    assert waits == [timedelta(0)] * 10
    assert members.wait_for("CHENLIXIN") > timedelta(0)
    assert members.wait_for("ZhouMin") == timedelta(0)


def test_without_its_record_a_push_waits_and_a_card_stays_as_it_is(engine: Engine, writer: Writer) -> None:
    members = SharedMembers(writer, lambda: NOW, "ww1")
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE card"))
        connection.execute(text("DROP TABLE pace"))

    assert members.wait_for("ChenLixin") == timedelta(seconds=30)
    members.note_card("q1_lxq1", 1, "ChenLixin", "c1")
    assert members.wait_for("ChenLixin") == timedelta(seconds=30)


def test_a_writer_that_has_ended_holds_the_push_back(engine: Engine) -> None:
    writer = Writer(engine, lambda: pytest.fail("no message is handled here"))
    writer.start()
    writer.stop()

    assert SharedMembers(writer, lambda: NOW, "ww1").wait_for("ChenLixin") == timedelta(seconds=30)
