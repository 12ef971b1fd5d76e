"""The shared token row on a real database: several processes' keepers, each with connections of its own."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.channels.base import SendError
from bot.channels.token_keeper import TokenKeeper
from bot.core.writer import Writer
from bot.sending.token_store import SharedToken
from storage.engine.database import open_database
from storage.models import Token

NOW = datetime(2026, 11, 21, 1, tzinfo=UTC)
REPLICAS = 4
THREADS = 8


class Platform:
    """Refuses the tokens it has ended, gives the same one when asked, and a new one only by force."""

    def __init__(self) -> None:
        self.number = 1
        self.calls = 0
        self._lock = threading.Lock()

    def __call__(self, force: bool) -> tuple[str, int]:
        with self._lock:
            self.calls += 1
            self.number += force
            return f"t{self.number}", 7200


@contextmanager
def keeper_on(url: str, clock: datetime) -> Iterator[TokenKeeper]:
    engine = open_database(url)
    writer = Writer(engine, lambda: pytest.fail("no message comes"))
    writer.start()
    try:
        yield TokenKeeper(SharedToken(writer, "wx1"), lambda: clock)
    finally:
        writer.stop()
        engine.dispose()


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_a_burst_of_refusals_costs_two_calls_in_all_processes_together(
    engine: Engine, database_url: str
) -> None:
    assert engine.dialect.name == "postgresql"
    platform = Platform()
    with ExitStack() as stack, ThreadPoolExecutor(REPLICAS * THREADS) as pool:
        # The machines' clocks differ by minutes; the turns are the database's.
        keepers = [
            stack.enter_context(keeper_on(database_url, NOW + timedelta(minutes=minutes)))
            for minutes in range(REPLICAS)
        ]
        assert {keeper.current(platform) for keeper in keepers} == {"t1"}
        assert platform.calls == 1
        platform.calls = 0
        together = threading.Barrier(REPLICAS * THREADS)

        def refused(keeper: TokenKeeper) -> str:
            together.wait(30)
            return keeper.replace("t1", platform)

        given = list(pool.map(refused, keepers * THREADS))
        with pytest.raises(SendError, match="token_refused"):
            keepers[1].replace("t2", platform)

    assert set(given) == {"t2"}
    assert platform.calls == 2


def test_a_lease_that_a_dead_process_held_ends_by_itself(engine: Engine, database_url: str) -> None:
    with keeper_on(database_url, NOW) as keeper:
        with Session(engine) as session, session.begin():
            session.add(Token(account="wx1", refreshing_until=NOW - timedelta(days=365 * 10)))

        assert keeper.current(Platform()) == "t1"
