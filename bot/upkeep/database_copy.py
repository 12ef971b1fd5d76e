"""The database as one file: SQLite's own backup, or `pg_dump` and `pg_restore`, and the way back."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import inspect, select
from sqlalchemy.engine import make_url

from bot.core.settings import Settings
from bot.upkeep.backup_file import BackupError
from storage.engine.database import open_database
from storage.migrate import revisions_of
from storage.models import Inbox, PackRow, Person

INSTALL_CLIENT = (
    "install the client programs of PostgreSQL, of the server's version or newer "
    "(Debian and Ubuntu: apt-get install postgresql-client), and try again"
)


def engine_name(settings: Settings) -> str:
    return "SQLite" if settings.on_sqlite else "PostgreSQL"


def database_name(settings: Settings) -> str:
    return "database.sqlite3" if settings.on_sqlite else "database.dump"


def _sqlite_file(settings: Settings) -> Path:
    return Path(make_url(settings.database_url).database or "")


def copy_database(settings: Settings, target: Path) -> None:
    if not settings.on_sqlite:
        _run_client(settings, "pg_dump", "--format=custom", f"--file={target}")
        return
    source = _sqlite_file(settings)
    if not source.is_file():
        raise BackupError(f"there is no database {source} to copy")
    address = f"{source.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as original, closing(sqlite3.connect(target)) as copy:
        original.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        _require_integrity(copy)


def put_database_back(settings: Settings, copy: Path, now: datetime) -> None:
    if not settings.on_sqlite:
        _run_client(
            settings, "pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction",
            f"--dbname={make_url(settings.database_url).database}", str(copy),
        )  # fmt: skip
        return
    with closing(sqlite3.connect(copy)) as connection:
        _require_integrity(connection)
    target = _sqlite_file(settings)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        with closing(sqlite3.connect(target)) as replaced:
            replaced.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        target.replace(target.with_name(f"{target.name}.before-restore-{now:%Y%m%d-%H%M%S}"))
    for leftover in ("-wal", "-shm"):
        target.with_name(target.name + leftover).unlink(missing_ok=True)
    shutil.move(copy, target)


def _require_integrity(connection: sqlite3.Connection) -> None:
    (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
    if verdict != "ok":
        raise BackupError(f"the database is damaged: {verdict}")


def _run_client(settings: Settings, program: str, *arguments: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise BackupError(f"{program} is not installed: {INSTALL_CLIENT}")
    url = make_url(settings.database_url)
    # The password goes through the environment: arguments are seen by every user of the machine.
    connection = {
        "PGHOST": url.host or url.query.get("host"),
        "PGPORT": url.port,
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
        "PGSSLMODE": url.query.get("sslmode"),
    }
    done = subprocess.run(  # noqa: S603 -- a program of the system with our own arguments
        [found, "--no-password", *arguments],
        env=os.environ | {name: str(value) for name, value in connection.items() if value},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        reason = done.stderr.strip().splitlines() or [f"exit {done.returncode}"]
        advice = f"; {INSTALL_CLIENT}" if "version mismatch" in done.stderr else ""
        raise BackupError(f"{reason[0]}{advice}")


def revisions(settings: Settings) -> list[str]:
    engine = open_database(settings.database_url)
    try:
        with engine.connect().execution_options(reading=True) as connection:
            return sorted(revisions_of(connection))
    finally:
        engine.dispose()


def is_empty(settings: Settings) -> bool:
    if settings.on_sqlite and not _sqlite_file(settings).exists():
        return True
    engine = open_database(settings.database_url)
    try:
        present = set(inspect(engine).get_table_names())
        with engine.connect().execution_options(reading=True) as connection:
            return not any(
                connection.execute(select(1).select_from(model).limit(1)).first()
                for model in (Person, Inbox, PackRow)
                if model.__tablename__ in present
            )
    finally:
        engine.dispose()
