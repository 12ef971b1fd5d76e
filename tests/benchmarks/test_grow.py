"""The invented years are whole, and the bot works on them."""

from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handlers.cases import case_search
from storage.engine.database import open_database
from storage.keeping.integrity import find_breaks
from storage.models import Case, Counter, Inbox, Outbox
from storage.people.scopes import Scope
from tests.benchmarks.grow import grow
from tests.stories.driver import SATURDAY

COUNT = 400
DESK = Scope(district=True, sealed=True)


def test_a_grown_record_is_whole_and_can_be_searched(empty_database_url: str) -> None:
    grow(empty_database_url, COUNT, SATURDAY, say=lambda _line: None)
    engine = open_database(empty_database_url)
    with Session(engine) as session:
        breaks = list(find_breaks(session))
        count = session.scalar(select(func.count()).select_from(Case))
        first: datetime = session.scalars(select(func.min(Case.filed_at))).one()
        numbered = session.scalar(select(func.sum(Counter.value)))
        answered = set(session.scalars(select(Inbox.status)))
        sent = session.scalar(select(func.count()).where(Outbox.status == "sent"))
        found = case_search.find(session, DESK, "电梯", limit=20)
    engine.dispose()

    assert breaks == []
    assert (count, numbered) == (COUNT, COUNT)
    assert (SATURDAY - first).days > 1000
    assert answered == {"answered"}
    assert sent
    assert found


def test_a_record_that_holds_cases_is_not_grown(empty_database_url: str) -> None:
    grow(empty_database_url, 10, SATURDAY, say=lambda _line: None)

    with pytest.raises(SystemExit, match="cases already"):
        grow(empty_database_url, 10, SATURDAY)
