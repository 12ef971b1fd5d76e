import socket
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, inspect, select
from sqlalchemy.orm import Session

from storage.engine.database import open_database
from storage.models import TickRun
from tests.conftest import ForbiddenConnectionError


def test_every_test_finds_all_tables_in_a_database_of_its_own(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        before = session.scalars(select(TickRun)).all()
        session.add(TickRun(name="deliver", ended_at=datetime(2026, 11, 21, 9, 0, tzinfo=UTC)))

    assert before == []
    assert set(inspect(engine).get_table_names()) >= set(TickRun.metadata.tables)


def test_an_empty_database_has_no_table(empty_database_url: str) -> None:
    engine = open_database(empty_database_url)

    assert inspect(engine).get_table_names() == []

    engine.dispose()


def test_no_test_can_leave_the_machine() -> None:
    with socket.socket() as connection, pytest.raises(ForbiddenConnectionError):
        connection.connect(("192.0.2.1", 80))
