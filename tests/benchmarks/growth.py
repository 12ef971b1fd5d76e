"""How fast it stays with a million cases: the webhook beside an empty database, search, lists, figures, upkeep.

    python -m tests.benchmarks.growth [COUNT] [--on URL --on URL …]

Without `--on` a database is grown on each engine first, which takes some minutes and about 3 GB each.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import partial
from statistics import median
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from bot.core.clock import shanghai_now
from handlers.cases import case_search
from handlers.context import World
from handlers.district.snapshot import load_district
from handlers.texts import DEFAULT_TEXTS
from handlers.ticks.today import today_options
from storage.cases import cases, progress, search
from storage.cases.selections import in_days
from storage.engine.database import open_database
from storage.figures import rates, reports
from storage.keeping import archive
from storage.keeping.integrity import find_breaks
from storage.messages import inbox, sending
from storage.models import Case
from storage.people.scopes import Scope
from tests.benchmarks.grow import grow
from tests.benchmarks.grown import SPOTS, TROUBLES
from tests.benchmarks.load import Figures, sealed_requests, send_all
from tests.benchmarks.servers import Server, ours
from tests.postgres import PostgresMissingError, running_postgres

ROUNDS, SLICE, VOTERS, CONNECTIONS = 8, 1500, 5000, 32
SEARCHES, TIMES = 200, 15

DESK = Scope(district=True, sealed=True)
STATION = Scope(stations=frozenset({"S005"}))
STREET = Scope(streets=frozenset({"xiasha"}))


def measure_growth(count: int = 1_000_000, urls: tuple[str, ...] = ()) -> Iterator[str]:
    """Give the tables line by line, for each engine."""
    now = shanghai_now()()
    with ExitStack() as stack:
        if not urls:
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            urls = (f"sqlite:///{folder}/grown.sqlite3",)
            try:
                server = stack.enter_context(running_postgres())
            except PostgresMissingError as error:
                yield f"PostgreSQL was not measured: {error}"
            else:
                urls = (*urls, server.fresh_database(with_tables=False))
            for url in urls:
                began = time.monotonic()
                grow(url, count, now, say=lambda _line: None)
                yield f"grown on {_engine(url)} in {time.monotonic() - began:.0f} s"
        for url in urls:
            yield from _measure(url, now)


def _engine(url: str) -> str:
    return "SQLite" if url.startswith("sqlite") else "PostgreSQL"


def _measure(url: str, now: datetime) -> Iterator[str]:
    engine = open_database(url)
    with Session(engine) as session:
        count = session.scalar(select(func.count()).select_from(Case)) or 0
    yield f"\n{_engine(url)}, {count:,} cases:\n"
    yield "| what | p50 ms | p95 ms | worst ms |\n|---|---|---|---|"
    for name, work in _readings(engine, now):
        yield _row(name, _timed(engine, work))
    for name, waits in _pieces(engine, now):
        yield _row(name, waits)
    began = time.monotonic()
    with Session(engine) as session:
        breaks = list(find_breaks(session))
    yield f"\nThe whole record read for its integrity: {time.monotonic() - began:.0f} s, {len(breaks)} breaks."
    engine.dispose()
    yield from _webhook(url)


def _readings(engine: Engine, now: datetime) -> Iterator[tuple[str, Iterator[Callable[[Session], Any]]]]:
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    with Session(engine) as session:
        world = World(now=now, district=load_district(session), texts=DEFAULT_TEXTS)
    for name, scope in (("district desk", DESK), ("street", STREET), ("station", STATION)):
        words = _words(world)
        yield f"查, {name}", (_search(scope, next(words)) for _ in range(SEARCHES))
    for name, scope in (("district desk", DESK), ("station", STATION)):

        def figures(session: Session, scope: Scope = scope) -> Any:
            return reports.figures(session, scope, in_days(now, month.date(), now.date() + timedelta(days=1)))

        def today(session: Session, scope: Scope = scope) -> Any:
            return today_options(session, scope, world)

        def page(session: Session, scope: Scope = scope) -> Any:
            return cases.count_cases(session, scope, cases.open_where()), cases.list_open(session, scope)

        yield f"统计 本月, {name}", (figures for _ in range(TIMES))
        yield f"今日, {name}", (today for _ in range(TIMES))
        yield f"未办结, {name}", (page for _ in range(TIMES))
    last = (month - timedelta(days=1)).date().replace(day=1)
    for name, span in (
        ("a month", in_days(now, last, month.date())),
        ("a year", in_days(now, now.date().replace(month=1, day=1), now.date())),
    ):
        yield (
            f"the four rates of {name}",
            (partial(rates.count_outcomes, scope=DESK, wanted=span) for _ in range(TIMES)),
        )
        yield (
            f"the four rates of {name} by department",
            (partial(rates.count_outcomes, scope=DESK, wanted=span, by="department") for _ in range(TIMES)),
        )
    yield "messages left unanswered", (lambda s: inbox.unanswered(s, now) for _ in range(TIMES))
    yield "pushes due", (lambda s: sending.claim_due(s, now, 50) for _ in range(TIMES))


def _words(world: World) -> Iterator[str]:
    """Give what staff might look for: a trouble, a place, both, a piece of a sentence, something nobody wrote."""
    chance = random.Random(5)
    places = [place.name for place in world.district.places.values()]
    said = [sentence for sentences in TROUBLES.values() for sentence in sentences]
    while True:
        trouble, place = chance.choice(said), chance.choice(places)
        start = chance.randrange(max(1, len(trouble) - 2))
        spot = chance.choice(SPOTS[:3]).format(n=chance.randrange(1, 40), m=3)
        yield chance.choice(
            (
                trouble[start : start + 2],
                trouble,
                place,
                f"{place} {trouble[:2]}",
                f"{place}{spot}",
                "没有写过",
            )
        )


def _search(scope: Scope, words: str) -> Callable[[Session], Any]:
    return lambda session: case_search.find(session, scope, words, limit=20)


def _timed(engine: Engine, work: Iterable[Callable[[Session], Any]]) -> list[float]:
    waits = []
    with Session(engine) as session:
        for each in work:
            began = time.perf_counter()
            each(session)
            waits.append(time.perf_counter() - began)
            session.rollback()
    return waits


def _row(name: str, waits: list[float]) -> str:
    ordered = sorted(waits)
    p50, p95 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
    return f"| {name} | {p50 * 1000:.1f} | {p95 * 1000:.1f} | {ordered[-1] * 1000:.1f} |"


def _pieces(engine: Engine, now: datetime) -> Iterator[tuple[str, list[float]]]:
    """Time the writings of the timed jobs; all of it is rolled back."""
    waits: list[float] = []
    with Session(engine) as session:
        done: int | None = 1
        position = progress.take(session.connection(), search.MARK) or 0
        progress.move(session.connection(), search.MARK, position - (1 << 44))
        while done and len(waits) < 50:
            began = time.perf_counter()
            done = case_search.index_some(session, position)
            waits.append(time.perf_counter() - began)
        session.rollback()
    yield f"a piece of indexing ({case_search.STEPS_AT_ONCE} steps)", waits
    for shelf in archive.SHELVES:
        waits = []
        with engine.connect() as connection:
            pieces = archive.read_month(connection, shelf, now - timedelta(days=900))
            ids = [row["id"] for row in next(pieces).rows]
        with Session(engine) as session:
            for start in range(0, len(ids), archive.TAKEN_AT_ONCE):
                began = time.perf_counter()
                archive.take_out(session, shelf, ids[start : start + archive.TAKEN_AT_ONCE])
                waits.append(time.perf_counter() - began)
            session.rollback()
        yield f"a piece of archiving, {shelf.name} ({archive.TAKEN_AT_ONCE} rows)", waits


def _webhook(url: str) -> Iterator[str]:
    """Let a server on the grown database and one on an empty one take turns."""
    with ExitStack() as stack:
        empty_url = ""
        if not url.startswith("sqlite"):
            empty_url = stack.enter_context(running_postgres()).fresh_database(with_tables=False)
        empty = stack.enter_context(ours("empty", empty_url))
        grown = stack.enter_context(ours("grown", url))
        rounds = [[_turn(server, number) for server in (empty, grown)] for number in range(ROUNDS + 1)][1:]
    rates = [median(pair[side].rate for pair in rounds) for side in (0, 1)]
    p99 = [median(pair[side].p99 for pair in rounds) for side in (0, 1)]
    ratio = median(before.rate / after.rate for before, after in rounds)
    yield (
        f"\nWebhook at {CONNECTIONS} connections: {rates[0]:,.0f}/s empty (p99 {p99[0]:.0f} ms), "
        f"{rates[1]:,.0f}/s grown (p99 {p99[1]:.0f} ms): {ratio:.2f} times the time a message."
    )


def _turn(server: Server, number: int) -> Figures:
    return send_all(server.ports, sealed_requests(SLICE, VOTERS, server.path, seed=400 + number), CONNECTIONS)


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("count", nargs="?", type=int, default=1_000_000)
    reader.add_argument("--on", action="append", default=[])
    given = reader.parse_args()
    for line in measure_growth(given.count, tuple(given.on)):
        print(line, flush=True)


if __name__ == "__main__":
    main()
