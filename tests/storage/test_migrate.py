from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, insert, inspect, text

from storage.engine.database import open_database
from storage.migrate import MigrationError, is_current, is_mapped, migrate, newest_revisions, schema_fault
from storage.models import Person, SchemaFloor


@pytest.fixture
def empty(empty_database_url: str) -> Iterator[Engine]:
    engine = open_database(empty_database_url)
    yield engine
    engine.dispose()


def shape(engine: Engine) -> dict[str, Any]:
    """Say everything that both engines can tell about their tables, in a fixed order."""
    inspector = inspect(engine)
    return {
        table: {
            "columns": {
                column["name"]: (str(column["type"]), column["nullable"], column["default"])
                for column in inspector.get_columns(table)
            },
            "primary key": inspector.get_pk_constraint(table)["constrained_columns"],
            "foreign keys": sorted(
                (key["constrained_columns"], key["referred_table"], key["referred_columns"])
                for key in inspector.get_foreign_keys(table)
            ),
            "unique": sorted(key["column_names"] for key in inspector.get_unique_constraints(table)),
            "indexes": sorted(
                (
                    str(index["name"]),
                    index["column_names"],
                    index["unique"],
                    sorted((name, str(value)) for name, value in index.get("dialect_options", {}).items()),
                )
                for index in inspector.get_indexes(table)
            ),
        }
        for table in sorted(inspector.get_table_names())
        if table != "alembic_version"
    }


def test_all_migrations_give_what_create_all_gives(empty: Engine, engine: Engine) -> None:
    migrate(empty)

    assert shape(empty) == shape(engine)


def test_after_all_migrations_the_models_have_nothing_to_add(empty: Engine) -> None:
    migrate(empty)

    with empty.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": is_mapped})
        missing = compare_metadata(context, Person.metadata)

    assert missing == []


def test_a_database_is_current_only_after_migrating(empty: Engine) -> None:
    before = is_current(empty)
    migrate(empty)
    migrate(empty)

    assert not before
    assert is_current(empty)


def test_several_processes_may_migrate_at_once(empty: Engine) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate, [empty] * 4))

    assert is_current(empty)


def test_foreign_keys_are_kept_again_after_migrating_sqlite(empty: Engine) -> None:
    migrate(empty)

    if empty.dialect.name == "sqlite":
        with empty.connect() as connection:
            assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1


def test_a_database_from_a_newer_version_is_refused_with_advice(empty: Engine) -> None:
    migrate(empty)
    with empty.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'from-the-future'"))

    with pytest.raises(MigrationError, match="newer version"):
        migrate(empty)

    assert not is_current(empty)


def stand_at(engine: Engine, revision: str, *, floor: str = "") -> None:
    """Leave a database as a newer version would: at its own revision, with the oldest that still fits."""
    migrate(engine)
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{revision}'"))
        if floor:
            connection.execute(insert(SchemaFloor).values(id=1, oldest=floor))


def test_a_process_goes_on_while_a_newer_version_has_only_added_to_the_database(empty: Engine) -> None:
    stand_at(empty, "9001")

    assert schema_fault(empty) == ""


def test_a_process_goes_on_while_what_was_taken_away_was_older_than_itself(empty: Engine) -> None:
    stand_at(empty, "9001", floor=newest_revisions()[0])

    assert schema_fault(empty) == ""


def test_a_process_stops_where_a_newer_version_took_away_what_it_needs(empty: Engine) -> None:
    stand_at(empty, "9002", floor="9001")

    assert "install the newer version" in schema_fault(empty)


@pytest.mark.parametrize("revision", ["", "0001"])
def test_an_older_database_must_be_migrated_first(empty: Engine, revision: str) -> None:
    if revision:
        stand_at(empty, revision)

    assert "lianxinqiao migrate" in schema_fault(empty)
