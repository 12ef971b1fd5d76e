"""`make bench`: the whole pipeline beside a bare echo and a WeRoBot echo, in one run; prints docs/benchmarks.md's tables."""

import argparse
import os
import platform
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.clock import shanghai_now
from tests.benchmarks.load import AES_KEY, APP_ID, TOKEN, Figures, sealed_requests, send_all
from tests.benchmarks.steps import measure_steps
from tests.postgres import PostgresMissingError, running_postgres
from tests.stories.driver import prepare

OURS = "/channels/official-account"


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
    deadline = time.monotonic() + 30
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
        "LXQ_OFFICIAL_APP_ID": APP_ID,
        "LXQ_OFFICIAL_APP_SECRET": "benchsecret",
        "LXQ_OFFICIAL_TOKEN": TOKEN,
        "LXQ_OFFICIAL_AES_KEY": AES_KEY,
        "LXQ_OFFICIAL_API_BASE": "http://127.0.0.1:9",
    }


def memory_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))


def measure(port: int, path: str, count: int, connections: int, voters: int) -> Figures:
    send_all(port, sealed_requests(500, voters, path, seed=99), connections)
    return send_all(port, sealed_requests(count, voters, path, seed=connections), connections)


def echo(which: str, count: int, connections: int) -> Figures:
    port = free_port()
    path = "/echo" if which == "bare" else "/"
    with program(["-m", "tests.benchmarks.echoes", which, str(port)], port):
        return measure(port, path, count, connections, 5000)


def ours(database_url: str, count: int, connections: int) -> tuple[Figures, float, float]:
    """Measure our server; also give its memory at the end (MB) and the seconds from start to first answer."""
    with tempfile.TemporaryDirectory() as folder:
        url = database_url or f"sqlite:///{folder}/bench.sqlite3"
        prepare(url, shanghai_now()(), migrated=True)
        port = free_port()
        first = sealed_requests(1, 1, OURS, seed=7)
        began = time.monotonic()
        with program(
            ["-m", "bot", "serve", "--port", str(port)], port, **settings_for(url, folder)
        ) as process:
            send_all(port, first, 1)
            started = time.monotonic() - began
            figures = measure(port, OURS, count, connections, 5000)
            return figures, memory_mb(process.pid), started


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--count", type=int, default=10_000)
    reader.add_argument("--connections", type=int, default=32)
    given = reader.parse_args()
    count, connections = given.count, given.connections
    print(
        f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}, {count} messages\n"
    )
    print(
        "| server | messages/s | p50 ms | p99 ms | of the bare echo | memory MB | start s |\n|---|---|---|---|---|---|---|"
    )
    bare = echo("bare", count, connections)
    show("bare FastAPI + wechatpy echo", bare, bare)
    show("WeRoBot echo", echo("werobot", min(count, 2000), connections), bare)
    show("whole pipeline, SQLite FULL", *reorder(ours("", count, connections), bare))
    try:
        with running_postgres() as server:
            url = server.fresh_database(with_tables=False)
            show("whole pipeline, PostgreSQL", *reorder(ours(url, count, connections), bare))
    except PostgresMissingError as error:
        print(f"PostgreSQL was not measured: {error}")

    print("\n| step | |\n|---|---|")
    for name, value in measure_steps():
        print(f"| {name} | {value:,.2f} |")


def reorder(measured: tuple[Figures, float, float], bare: Figures) -> tuple[Figures, Figures, float, float]:
    figures, memory, started = measured
    return figures, bare, memory, started


def show(name: str, figures: Figures, bare: Figures, memory: float = 0, started: float = 0) -> None:
    extra = f"{memory:.0f} | {started:.1f}" if memory else "|"
    failed = f" ({figures.failed} failed)" if figures.failed else ""
    print(
        f"| {name}{failed} | {figures.rate:,.0f} | {figures.p50:.1f} | {figures.p99:.1f} "
        f"| {figures.rate / bare.rate:.2f} | {extra} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
