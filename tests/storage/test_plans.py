"""What is asked all day reads an index, however many rows there are."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

from storage.activity import duties
from storage.cases import cases
from storage.cases.selections import in_days
from storage.casework import support
from storage.engine.database import open_database
from storage.figures import rates, reports
from storage.messages import health, inbox, sending
from storage.models import Case
from storage.people import visitors
from storage.people.scopes import Scope

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
DESK = Scope(district=True, sealed=True)
STATION = Scope(stations=frozenset({"S005"}))
MONTH = in_days(NOW, date(2026, 11, 1), date(2026, 12, 1))
LONG = {"case_file", "case_step", "case_part", "inbox", "outbox", "question"}

ASKED: dict[str, Callable[[Session], Any]] = {
    "messages left unanswered": lambda s: inbox.unanswered(s, NOW),
    "pushes that are due": lambda s: sending.claim_due(s, NOW, 50),
    "what waits, for the operator": lambda s: health.waiting(s.connection(), NOW),
    "what did not arrive": lambda s: reports.undelivered(s, DESK, None, NOW),
    "figures of a month": lambda s: reports.figures(s, DESK, MONTH),
    "figures of a station": lambda s: reports.figures(s, STATION, MONTH),
    "who came to a station": lambda s: visitors.came(s, None, None, None, NOW),
    "what was closed in a month": lambda s: rates.count(s, DESK, replace(MONTH, basis="closed")),
    "open cases by station": duties.open_cases_by_station,
    "open cases": lambda s: cases.list_open(s, DESK),
    "open cases of a station": lambda s: cases.list_open(s, STATION),
    "new ones": lambda s: cases.count_cases(s, DESK, cases.new_where()),
    "urgent ones": lambda s: cases.count_cases(s, STATION, cases.urgent_where()),
    "overdue ones": lambda s: cases.count_cases(s, DESK, cases.overdue_where(NOW.date())),
    "voices to write down": lambda s: cases.count_cases(s, DESK, cases.unheard_where()),
    "added to": lambda s: cases.count_cases(s, DESK, cases.added_where()),
    "open cases at a place, for a new message": lambda s: support.open_at(s.connection(), ["E001"], NOW),
    "who stands behind a case": lambda s: support.supporters(s.connection(), [1]),
    "a case by the end of its number": lambda s: cases.find_case(s, STATION, "42", NOW),
}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """SQLite tells its plan in words; it knows nothing of how many rows there are."""
    file: Path = tmp_path_factory.mktemp("plans") / "plans.sqlite3"
    engine = open_database(f"sqlite:///{file}")
    Case.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("asked", ASKED)
def test_no_long_table_is_read_from_end_to_end(plain: Engine, asked: str) -> None:
    plans: list[str] = []

    def explain(_connection: Connection, cursor: Any, statement: str, given: Any, *_more: object) -> None:
        if statement.startswith("SELECT"):
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", given)
            plans.extend(str(row[3]) for row in cursor.fetchall())

    event.listen(plain, "before_cursor_execute", explain)
    with Session(plain) as session:
        ASKED[asked](session)
    event.remove(plain, "before_cursor_execute", explain)
    scanned = [
        plan for plan in plans if plan.startswith("SCAN") and plan.split()[1] in LONG and "INDEX" not in plan
    ]

    assert plans
    assert scanned == []
