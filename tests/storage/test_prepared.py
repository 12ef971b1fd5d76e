"""Statements put into words once ask and change what SQLAlchemy's own do, on both engines."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, bindparam, select, update

from storage.engine.bulk import insert_rows
from storage.engine.database import Instant, new_id
from storage.engine.prepared import Prepared, among
from storage.models import Person, Question

NOW = datetime(2026, 11, 21, 1, tzinfo=UTC)

BY_TEXT = Prepared(
    select(Question.id, Question.options, Question.delivered_at, Question.closed_at)
    .where(among(Question.text, "texts"), Question.asked_at <= bindparam("now", type_=Instant))
    .order_by(Question.id)
)
CLOSE = Prepared(
    update(Question)
    .where(among(Question.id, "ids"))
    .values(closed_at=bindparam("now", type_=Instant), kind="gone")
)


@pytest.fixture
def asked(engine: Engine) -> list[dict[str, Any]]:
    person = {"id": new_id(), "name": "", "phone": "", "station": "", "preferences": {}, "created_at": NOW}
    rows = [
        {
            "id": new_id(),
            "person_id": person["id"],
            "kind": "offer",
            "subject": "",
            "text": text,
            "options": [{"digit": "1", "label": "参加"}],
            "data": {},
            "asked_at": NOW,
            "delivered_at": NOW,
        }
        for text in ('它说"好"', "it's", "其他")
    ]
    with engine.begin() as connection:
        insert_rows(connection, Person, [person])
        insert_rows(connection, Question, rows)
    return rows


def test_a_list_finds_its_rows_with_their_values_read(engine: Engine, asked: list[dict[str, Any]]) -> None:
    wanted = asked[:2]
    with engine.connect() as connection:
        found = BY_TEXT.rows(connection, texts=[row["text"] for row in wanted], now=NOW)
        nothing = BY_TEXT.rows(connection, texts=[], now=NOW)
        earlier = BY_TEXT.rows(connection, texts=["其他"], now=NOW - timedelta(seconds=1))

    assert found == [[row["id"], row["options"], NOW, None] for row in wanted]
    assert nothing == []
    assert earlier == []


def test_a_list_changes_its_rows_and_no_other(engine: Engine, asked: list[dict[str, Any]]) -> None:
    with engine.begin() as connection:
        CLOSE.run(connection, ids=[asked[0]["id"], asked[2]["id"]], now=NOW)
        closed = connection.execute(select(Question.text).where(Question.closed_at == NOW)).scalars().all()
        gone = connection.execute(select(Question.text).where(Question.kind == "gone")).scalars().all()

    assert set(closed) == set(gone) == {asked[0]["text"], asked[2]["text"]}


def test_a_time_without_a_zone_is_refused_here_too(engine: Engine) -> None:
    with engine.connect() as connection, pytest.raises(ValueError, match="without a zone"):
        BY_TEXT.rows(connection, texts=["其他"], now=datetime(2026, 11, 21, 9))  # noqa: DTZ001 -- that is the point
