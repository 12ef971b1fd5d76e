"""A district at work on each engine; it is imported once, each story gets a copy."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import PostgresServer
from tests.stories.driver import Story, prepare, running


@pytest.fixture(scope="session")
def sqlite_district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("district") / "district.sqlite3"
    prepare(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres_district(postgres_server: PostgresServer) -> Iterator[str]:
    url = postgres_server.fresh_database(with_tables=True)
    prepare(url)
    yield url
    postgres_server.drop(url)


@pytest.fixture
def district_url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of this test's own that holds the demo district."""
    if engine_name == "sqlite":
        file = tmp_path / "story.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_district"), file)
        yield f"sqlite:///{file}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.copy_of(request.getfixturevalue("postgres_district"))
    yield url
    server.drop(url)


@pytest.fixture
def way(request: pytest.FixtureRequest) -> str:
    """The channel that a story is told through."""
    return str(getattr(request, "param", "official-account"))


@pytest.fixture
def story(district_url: str, tmp_path: Path, way: str) -> Iterator[Story]:
    with running(district_url, tmp_path, way) as story:
        yield story
