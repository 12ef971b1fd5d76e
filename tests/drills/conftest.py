"""Collects a row from every drill and prints the table at the end of `make drill`."""

from collections.abc import Generator

import pytest
from pluggy import Result

from tests.drills.table import Drill, draw

ROWS = pytest.StashKey[list[Drill]]()
ROW = pytest.StashKey[Drill]()


@pytest.fixture
def drill(request: pytest.FixtureRequest) -> Drill:
    """The row of this drill; it is in the table only of the long form."""
    row = Drill(name=request.node.name)
    request.node.stash[ROW] = row
    if request.node.get_closest_marker("drill"):
        request.config.stash.setdefault(ROWS, []).append(row)
    return row


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Result[pytest.TestReport], None]:
    outcome = yield
    report = outcome.get_result()
    if report.when == "call" and ROW in item.stash:
        item.stash[ROW].verdict = "held" if report.passed else "BROKEN"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    rows = config.stash.get(ROWS, [])
    if rows:
        terminalreporter.section("drills")
        terminalreporter.write(draw(rows, terminalreporter._tw.fullwidth))  # noqa: SLF001 -- its only width
