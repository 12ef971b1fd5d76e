import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from sqlalchemy.orm import Session

from bot.core.settings import DATABASE_FILE
from handlers.district.read import pack_folder, read_pack
from handlers.district.store import apply
from storage.engine.database import open_database
from storage.migrate import migrate
from tests.bot.test_cli import OFFICIAL

ROOT = Path(__file__).parents[2]
PATIENCE = 60
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder that is ready to serve."""
    engine = open_database(f"sqlite:///{tmp_path / DATABASE_FILE}")
    migrate(engine)
    with Session(engine) as session, session.begin():
        apply(session, read_pack(pack_folder("demo")), NOW)
    engine.dispose()
    return tmp_path


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "bot", *arguments]


def environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LXQ_")}
    return kept | OFFICIAL | {"LXQ_DATA_DIR": str(folder)}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def running(folder: Path, *arguments: str, until: Callable[[], bool]) -> Iterator[subprocess.Popen[str]]:
    """Run a command as an operator does, and wait until it is at work."""
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            command(*arguments), env=environment(folder), cwd=ROOT, stderr=log, text=True
        )
    try:
        looks = iter(range(PATIENCE * 10))
        while not until():
            assert next(looks, None) is not None, "it did not get to work"
            assert not ended(process, within=0.1), (folder / "log").read_text()
        yield process
    finally:
        process.kill()
        process.wait()


def ended(process: subprocess.Popen[str], *, within: float) -> bool:
    try:
        process.wait(within)
    except subprocess.TimeoutExpired:
        return False
    return True


def answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/health/live", timeout=1).ok
    except requests.ConnectionError:
        return False


def test_a_served_bot_is_ready_and_ends_cleanly_when_told_to(folder: Path) -> None:
    port = free_port()
    with running(folder, "serve", "--port", str(port), until=lambda: answers(port)) as process:
        ready = requests.get(f"http://127.0.0.1:{port}/health/ready", timeout=10)
        process.send_signal(signal.SIGTERM)
        code = process.wait(PATIENCE)

    assert ready.status_code == 200
    assert code == 0
    assert '"level": "error"' not in (folder / "log").read_text()


def test_a_second_process_is_kept_out_of_the_folder(folder: Path) -> None:
    port = free_port()
    with running(folder, "serve", "--port", str(port), until=lambda: answers(port)):
        second = subprocess.run(
            command("worker"), env=environment(folder), cwd=ROOT, capture_output=True, text=True, check=False
        )

    assert second.returncode == 2
    assert "already working" in second.stderr


def test_a_worker_ends_cleanly_too(folder: Path) -> None:
    log = folder / "log"
    with running(folder, "worker", until=lambda: "worker started" in log.read_text()) as process:
        process.send_signal(signal.SIGINT)
        code = process.wait(PATIENCE)

    assert code == 0
    assert '"stopped"' in log.read_text()
