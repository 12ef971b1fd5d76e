"""The whole pipeline beside a bare echo and a WeRoBot echo.

All servers run at once and take turns of a second or less, so that whatever else the machine does
falls on all of them; what counts is the median of the ratios inside one round.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from statistics import median

from tests.benchmarks.load import Figures, sealed_requests, send_all
from tests.benchmarks.servers import Server, echo, ours
from tests.postgres import PostgresMissingError, running_postgres

ROUNDS, SLICE, SLOW_SLICE, VOTERS = 8, 1500, 500, 5000
CONNECTIONS = (32, 256)
PROCESSES = (1, 2, 4)


def measure_messages() -> Iterator[str]:
    """Give the tables line by line: every server at 32 and at 256 connections."""
    with ExitStack() as stack:
        servers = [
            stack.enter_context(echo("bare")),
            stack.enter_context(echo("werobot")),
            stack.enter_context(ours("whole pipeline, SQLite FULL")),
        ]
        try:
            postgres = stack.enter_context(running_postgres())
        except PostgresMissingError as error:
            yield f"PostgreSQL was not measured: {error}"
        else:
            url = postgres.fresh_database(with_tables=False)
            servers.append(stack.enter_context(ours("whole pipeline, PostgreSQL", url)))
        for connections in CONNECTIONS:
            yield f"\n{connections} connections:\n"
            yield from compare(servers, connections)


def measure_processes() -> Iterator[str]:
    """Give the table of 1, 2 and 4 processes on one PostgreSQL, beside the bare echo."""
    with ExitStack() as stack:
        postgres = stack.enter_context(running_postgres())
        servers = [stack.enter_context(echo("bare"))]
        for processes in PROCESSES:
            url = postgres.fresh_database(with_tables=False)
            servers.append(stack.enter_context(ours(f"{processes} × serve, PostgreSQL", url, processes)))
        yield from compare(servers, CONNECTIONS[0])


def compare(servers: Sequence[Server], connections: int) -> Iterator[str]:
    """Let all servers take turns; the first is what the others are measured by."""
    rounds: list[list[Figures]] = [[] for _ in servers]
    for server in servers:
        _turn(server, connections, seed=99 + connections)
    for number in range(ROUNDS):
        for server, figures in zip(servers, rounds, strict=True):
            figures.append(_turn(server, connections, seed=1000 * connections + number))
    yield (
        "| server | messages/s | p50 ms | p99 ms | of the bare echo | CPU µs a message | memory MB | start s |"
    )
    yield "|---|---|---|---|---|---|---|---|"
    for server, figures in zip(servers, rounds, strict=True):
        ratio = median(ours.rate / bare.rate for ours, bare in zip(figures, rounds[0], strict=True))
        yield _row(server, figures, ratio)


def _turn(server: Server, connections: int, *, seed: int) -> Figures:
    count = SLOW_SLICE if "WeRoBot" in server.name else SLICE
    requests = sealed_requests(count, VOTERS, server.path, seed=seed)
    before = server.cpu_seconds()
    figures = send_all(server.ports, requests, connections)
    return figures.with_cpu((server.cpu_seconds() - before) / count * 1e6)


def _row(server: Server, figures: Sequence[Figures], ratio: float) -> str:
    failed = sum(each.failed for each in figures)
    name = f"{server.name} ({failed} failed)" if failed else server.name
    rate, p50, p99, cpu = (
        median(values)
        for values in zip(*((each.rate, each.p50, each.p99, each.cpu_us) for each in figures), strict=True)
    )
    own = f"{server.memory_mb():.0f} | {server.started:.1f}" if server.database_url else "|"
    return f"| {name} | {rate:,.0f} | {p50:.1f} | {p99:.1f} | {ratio:.2f} | {cpu:.0f} | {own} |"
