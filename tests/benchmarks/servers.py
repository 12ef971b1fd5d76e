"""Starts the servers that are measured, each in a process of its own, and reads what they use."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.core.clock import shanghai_now
from tests.benchmarks.load import AES_KEY, APP_ID, TOKEN, sealed_requests, send_all
from tests.stories.driver import prepare

OURS = "/channels/official-account"


@dataclass(frozen=True, slots=True)
class Server:
    """A running server and where it takes messages; several processes may share the load."""

    name: str
    path: str
    ports: tuple[int, ...]
    pids: tuple[int, ...]
    started: float = 0.0
    """Seconds from the command to the first answer."""
    database_url: str = ""

    def cpu_seconds(self) -> float:
        """Give the CPU time that its processes have used, their threads included."""
        return sum(_cpu_seconds(pid) for pid in self.pids)

    def memory_mb(self) -> float:
        return sum(_memory_mb(pid) for pid in self.pids)


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))


@contextmanager
def echo(which: str) -> Iterator[Server]:
    """Run the bare echo (`bare`) or WeRoBot's (`werobot`)."""
    port = free_port()
    name, path = {"bare": ("bare FastAPI + wechatpy echo", "/echo"), "werobot": ("WeRoBot echo", "/")}[which]
    with program(["-m", "tests.benchmarks.echoes", which, str(port)], port) as process:
        yield Server(name, path, (port,), (process.pid,))


@contextmanager
def ours(name: str, database_url: str = "", processes: int = 1) -> Iterator[Server]:
    """Run our server on a database of its own, a SQLite file unless another one is given."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        url = database_url or f"sqlite:///{folder}/bench.sqlite3"
        prepare(url, shanghai_now()(), migrated=True)
        first = sealed_requests(1, 1, OURS, seed=7)
        ports, pids, started = [], [], 0.0
        for _ in range(processes):
            port = free_port()
            began = time.monotonic()
            environment = settings_for(url, folder)
            process = stack.enter_context(
                program(["-m", "bot", "serve", "--port", str(port)], port, **environment)
            )
            send_all((port,), first, 1)
            started = time.monotonic() - began
            ports.append(port)
            pids.append(process.pid)
        yield Server(name, OURS, tuple(ports), tuple(pids), started, url)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def program(arguments: list[str], port: int, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the block ends; it is up when its port answers."""
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            env=os.environ | environment,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
        try:
            _await_port(port, process)
            yield process
        finally:
            process.terminate()
            process.wait(20)


def _await_port(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the server did not start")


def settings_for(database_url: str, folder: str) -> dict[str, str]:
    return {
        "LXQ_DATABASE_URL": database_url,
        "LXQ_DATA_DIR": folder,
        "LXQ_MESSAGES_PER_MINUTE": "1000000",
        "LXQ_OFFICIAL_APP_ID": APP_ID,
        "LXQ_OFFICIAL_APP_SECRET": "benchsecret",
        "LXQ_OFFICIAL_TOKEN": TOKEN,
        "LXQ_OFFICIAL_AES_KEY": AES_KEY,
        "LXQ_OFFICIAL_API_BASE": "http://127.0.0.1:9",
    }
