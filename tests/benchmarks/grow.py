"""Fills a database with invented years of a district: `make grow DB=postgresql://… COUNT=1000000`.

    python -m tests.benchmarks.grow [URL] [COUNT]

The database is migrated, the demo district imported if there is none, and the search index brought in step.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from bot.core.clock import shanghai_now
from handlers.cases.case_search import index_some
from handlers.district.read import DEMO_FOLDER, read_pack
from handlers.district.snapshot import load_district
from handlers.district.store import apply, load_version
from storage.engine.database import new_id, open_database
from storage.migrate import migrate
from storage.models import Account, Case, Counter, Person, RoleGrant
from tests.benchmarks.grown import COLUMNS, Row, Rows, Years
from tests.benchmarks.grown_departments import hand_over

BATCH = 10_000
INDEXED_AT_ONCE = 10_000
FIRST_ID = 1 << 40


def grow(url: str, count: int, now: datetime, *, say: Callable[[str], None] = print) -> None:
    """Fill an empty record; one that holds cases is left alone."""
    engine = open_database(url)
    try:
        migrate(engine)
        _grow(engine, count, now, say)
    finally:
        engine.dispose()


def _grow(engine: Engine, count: int, now: datetime, say: Callable[[str], None]) -> None:
    with Session(engine) as session, session.begin():
        if session.scalar(select(Case.id).limit(1)):
            raise SystemExit("the database holds cases already; name another one")
        if not load_version(session):
            apply(session, read_pack(DEMO_FOLDER), now)
        years = _years(session, count, now)
    began = time.monotonic()
    with _bulk(engine) as write:
        for number, rows in enumerate(years.batches(BATCH), start=1):
            write(rows)
            say(f"{min(number * BATCH, count):>9,} cases, {time.monotonic() - began:.0f} s")
    hand_over(engine)
    with engine.begin() as connection:
        months = [{"name": f"case:{month}", "value": last} for month, last in years.numbers.items()]
        connection.execute(insert(Counter), months)
    say(f"indexing, {time.monotonic() - began:.0f} s")
    _index(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    say(f"done, {time.monotonic() - began:.0f} s")


def _years(session: Session, count: int, now: datetime) -> Years:
    actors: dict[str, list[int]] = {}
    held = select(RoleGrant.area, RoleGrant.person_id).where(RoleGrant.role.in_(["station", "district"]))
    for area, person_id in session.execute(held):
        actors.setdefault(area, []).append(person_id)
    for person in session.scalars(select(Person).where(Person.roster_key.startswith("staff:"))):
        session.add(
            Account(
                id=new_id(),
                channel="official-account",
                external_id=person.roster_key or "",
                person_id=person.id,
                last_message_at=now,
                created_at=now,
            )
        )
    return Years(
        district=load_district(session),
        actors=actors,
        until=now,
        count=count,
        numbers={},
        first_id=FIRST_ID,
        last_id=new_id() - (3_600_000 << 22),
    )


@contextmanager
def _bulk(engine: Engine) -> Iterator[Callable[[Rows], None]]:
    """Give a way to write many rows at once, as fast as the engine takes them."""
    connection = engine.raw_connection()
    driver: Any = connection.driver_connection
    try:
        if engine.dialect.name == "postgresql":
            yield lambda rows: _copy(driver, rows)
        else:
            for pragma in ("synchronous=OFF", "foreign_keys=OFF", "cache_size=-524288", "temp_store=MEMORY"):
                driver.execute(f"PRAGMA {pragma}")
            yield lambda rows: _insert(driver, rows)
    finally:
        connection.invalidate()


def _copy(driver: Any, rows: Rows) -> None:
    with driver.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'UTC'; SET synchronous_commit = off")
        for table, columns in COLUMNS.items():
            with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
                for row in rows.get(table, ()):
                    copy.write_row(row)
    driver.commit()


def _insert(driver: Any, rows: Rows) -> None:
    driver.execute("BEGIN IMMEDIATE")
    for table, columns in COLUMNS.items():
        given: list[Row] = rows.get(table, [])
        driver.executemany(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", given
        )
    driver.execute("COMMIT")


def _index(engine: Engine) -> None:
    """Bring the search index in step by the very code that does it every day, in larger pieces."""
    done: int | None = 1
    while done:
        with Session(engine) as session, session.begin():
            done = index_some(session, new_id(), limit=INDEXED_AT_ONCE)


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("url", nargs="?", default="sqlite:///grown.sqlite3")
    reader.add_argument("count", nargs="?", type=int, default=1_000_000)
    given = reader.parse_args()
    grow(given.url, given.count, shanghai_now()())


if __name__ == "__main__":
    main()
