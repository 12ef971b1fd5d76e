"""Both database engines for every test, on a fresh machine, and no connection beyond it."""

import gc
import ipaddress
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import Engine

from storage.engine.database import open_database
from storage.models import Person
from tests.compiled_once import compiled_once
from tests.postgres import PostgresMissingError, PostgresServer, running_postgres

pytest_plugins = ["tests.stories.fixtures"]

ENGINES = ("sqlite", "postgresql")
POSTGRES_ABSENT = pytest.StashKey[str]()


class ForbiddenConnectionError(AssertionError):
    """A test tried to leave the machine."""


def _guard_connections(event: str, arguments: tuple[object, ...]) -> None:
    if event != "socket.connect":
        return
    connection, address = arguments
    if not isinstance(connection, socket.socket) or connection.family not in (
        socket.AF_INET,
        socket.AF_INET6,
    ):
        return
    host = address[0] if isinstance(address, tuple) else ""
    if host == "localhost":
        return
    try:
        if ipaddress.ip_address(str(host)).is_loopback:
            return
    except ValueError:
        pass
    raise ForbiddenConnectionError(f"a test wanted to connect to {address}")


def pytest_configure() -> None:
    # An audit hook sees every connection made in Python, whichever library makes it.
    sys.addaudithook(_guard_connections)


@pytest.fixture(scope="session", autouse=True)
def _compiled_once() -> Iterator[None]:
    with compiled_once():
        yield


@pytest.fixture(autouse=True)
def _plain_logs() -> None:
    """Undo what a command tried before may have set; structlog's own default draws every local, which takes a second."""
    structlog.reset_defaults()
    structlog.configure(
        processors=[structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    )


def pytest_collection_finish() -> None:
    # Ten thousand collected tests stay to the end: the garbage collector need not walk through them each time.
    gc.collect()
    gc.freeze()


def pytest_sessionfinish(session: pytest.Session) -> None:
    # Where tests run side by side, each process tells the one that prints the summary.
    reason = session.config.stash.get(POSTGRES_ABSENT, "")
    if reason and hasattr(session.config, "workeroutput"):
        session.config.workeroutput["postgres_absent"] = reason


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    reason = getattr(node, "workeroutput", {}).get("postgres_absent")
    if reason:
        node.config.stash[POSTGRES_ABSENT] = reason


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    reason = config.stash.get(POSTGRES_ABSENT, "")
    if reason:
        terminalreporter.section("POSTGRESQL WAS NOT TESTED", sep="!", red=True, bold=True)
        terminalreporter.line(reason, red=True)
        terminalreporter.line("Name a server in LXQ_TEST_POSTGRES_URL to test on it.", red=True)


@pytest.fixture(scope="session")
def postgres_server(pytestconfig: pytest.Config) -> Iterator[PostgresServer]:
    try:
        with running_postgres() as server:
            yield server
    except PostgresMissingError as error:
        pytestconfig.stash[POSTGRES_ABSENT] = str(error)
        pytest.skip(f"no PostgreSQL: {error}")


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """Run the test once for each engine."""
    return str(request.param)


@pytest.fixture
def database_url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of this test's own; its tables may or may not be there yet (see `engine`)."""
    if engine_name == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.sqlite3'}"
    else:
        yield from _postgres_database(request, with_tables=True)


@pytest.fixture
def empty_database_url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of this test's own without any table."""
    if engine_name == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    else:
        yield from _postgres_database(request, with_tables=False)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An open database with all tables, on each engine in turn."""
    engine = open_database(database_url)
    Person.metadata.create_all(engine)
    yield engine
    engine.dispose()


def _postgres_database(request: pytest.FixtureRequest, *, with_tables: bool) -> Iterator[str]:
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.fresh_database(with_tables=with_tables)
    yield url
    server.drop(url)
