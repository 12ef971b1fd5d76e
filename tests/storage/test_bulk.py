"""Many rows in few statements, whatever their count, on both engines."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, select

from storage.engine.bulk import insert_ignoring, insert_rows, update_rows
from storage.messages.inbox import inbox_row
from storage.models import Inbox, Nonce

NOW = datetime(2026, 11, 21, 1, tzinfo=UTC)


def message(key: int) -> dict[str, Any]:
    return inbox_row(dedupe_key=f"k{key}", channel="c", sender="s", raw=b"\x00", now=NOW)


@pytest.mark.parametrize("count", [1, 7, 300])
def test_every_count_of_rows_is_written_and_changed_whole(engine: Engine, count: int) -> None:
    rows = [message(key) for key in range(count)]
    with engine.begin() as connection:
        insert_rows(connection, Inbox, rows)
        update_rows(connection, Inbox, [{"id": row["id"], "reply": row["dedupe_key"]} for row in rows])

        kept = connection.execute(select(Inbox.dedupe_key, Inbox.reply, Inbox.raw, Inbox.received_at)).all()

    assert sorted(kept) == sorted((row["dedupe_key"], row["dedupe_key"], b"\x00", NOW) for row in rows)


def test_of_many_rows_those_are_told_that_were_not_there_yet(engine: Engine) -> None:
    known, new = [message(key) for key in range(3)], [message(key) for key in range(3, 10)]
    repeats = [message(key) for key in range(3)]
    with engine.begin() as connection:
        insert_rows(connection, Inbox, known)

        went_in = insert_ignoring(connection, Inbox, [*repeats, *new], key="id")

    assert went_in == {row["id"] for row in new}


def test_many_rows_with_a_key_that_may_be_there_already_are_refused(engine: Engine) -> None:
    rows = [{"key": str(key), "body_hash": "", "seen_at": NOW} for key in range(2)]
    with engine.begin() as connection, pytest.raises(ValueError, match="by their ids"):
        insert_ignoring(connection, Nonce, rows, key="key")
