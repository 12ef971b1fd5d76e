"""Bring a database up to date: the Alembic revisions of `storage/migrations`, run without any ini file."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, select, text

from storage.models import SchemaFloor

MIGRATIONS = Path(__file__).with_name("migrations")
_LOCK = 0x6C7871  # "lxq": one migration at a time on a PostgreSQL server's database


class MigrationError(Exception):
    """The database cannot be brought up to date; the sentence says what to do."""


def migrate(engine: Engine) -> None:
    """Run every revision that is missing, all in one transaction; safe to call from several processes."""
    with engine.connect() as connection:
        _enforce_foreign_keys(connection, "OFF")
        try:
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
                _run(connection)
        finally:
            _enforce_foreign_keys(connection, "ON")


def is_current(engine: Engine) -> bool:
    """Tell whether every revision has been run, and none that this version does not know."""
    with engine.connect().execution_options(reading=True) as connection:
        return revisions_of(connection) == set(newest_revisions())


def schema_fault(engine: Engine) -> str:
    """Say why this version cannot work on a database; empty if it can.

    A newer database will do (a rolling upgrade migrates first) until a step took away what this version needs:
    such a step writes into `schema_floor` the oldest revision that still works.
    """
    with engine.connect().execution_options(reading=True) as connection:
        stands_at = revisions_of(connection)
        if stands_at == set(newest_revisions()):
            return ""
        if stands_at <= known_revisions():
            return "the database is not up to date: run `lianxinqiao migrate`"
        floor = connection.execute(select(SchemaFloor.oldest)).scalar()
    if floor and floor not in known_revisions():
        return "the database is newer than this version and no longer fits it: install the newer version"
    return ""


def revisions_of(connection: Connection) -> set[str]:
    """Give the revisions a database stands at; empty for one that was never migrated."""
    return set(MigrationContext.configure(connection).get_current_heads())


@cache
def newest_revisions() -> tuple[str, ...]:
    return tuple(ScriptDirectory.from_config(_config()).get_heads())


def known_revisions() -> set[str]:
    """Give all revisions that this version can start from."""
    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def is_mapped(name: str | None, kind: str, _parents: Mapping[Any, Any]) -> bool:
    """Leave the search index out of what Alembic compares: no class is mapped to it, and SQLite adds tables of its own."""
    return kind != "table" or not (name or "").startswith("case_search")


def draft_revision(engine: Engine, subject: str) -> None:
    """Write the next revision from what the models say and the migrated database has not (for developers)."""
    with engine.begin() as connection:
        config = _config(connection)
        number = len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1
        command.revision(config, subject, autogenerate=True, rev_id=f"{number:04}")


def _run(connection: Connection) -> None:
    try:
        command.upgrade(_config(connection), "heads")
    except CommandError as error:
        raise MigrationError(
            f"the database stands at a revision this version does not know ({error}); "
            "install the newer version again, or restore the backup made before it"
        ) from error


def _config(connection: Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    # A percent sign in the folder's name would be read as interpolation.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _enforce_foreign_keys(connection: Connection, switch: str) -> None:
    # SQLite changes a column by copying its table, and ignores this switch inside a transaction.
    if connection.dialect.name == "sqlite":
        cursor = connection.connection.cursor()
        cursor.execute(f"PRAGMA foreign_keys={switch}")
        cursor.close()
