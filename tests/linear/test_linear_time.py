"""No pattern of the program takes more than linear time, whatever people write."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.linear.collected import ROOT, patterns

_WATCHED = 540
"""Seconds after which a child is given up; each single text it may read has five."""


def _run(module: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module],
        check=False,
        input=given,
        text=True,
        capture_output=True,
        cwd=ROOT,
        timeout=_WATCHED,
    )


def _faults(tried: list[list[Any]]) -> Iterator[str]:
    """Try patterns in a process, and go on with the next in another one where a text has ended it."""
    left = tried
    while left:
        run = _run("tests.linear.trying", "\n".join(map(json.dumps, left)))
        number, feeding = -1, ""
        for what, of in map(json.loads, run.stdout.splitlines()):
            number += what == "pattern"
            feeding = of if what == "feeding" else feeding
            if what == "found":
                yield f"{left[number][0]}: {of}"
        if run.returncode == 0:
            return
        assert number >= 0, run.stderr
        yield f"{left[number][0]}: killed at {feeding} {run.stderr[-300:]}"
        left = left[number + 1 :]


# On a busy machine; the processor's own time is about a minute.
@pytest.mark.timeout(_WATCHED)
def test_no_pattern_takes_more_than_linear_time() -> None:
    every = patterns()

    assert len(every) > 300
    assert list(_faults(every)) == []


def test_patterns_that_take_more_are_found() -> None:
    slow = [r"\s*x", "(?:想|要)*约", "路.*灯.*坏", r"给\s*(?:我)?\s*催"]

    found = [fault.split(":")[0] for fault in _faults([[str(at), each, 0] for at, each in enumerate(slow)])]

    assert found == [str(at) for at in range(len(slow))]


def test_a_pattern_that_never_ends_is_killed_and_the_next_is_tried() -> None:
    assert [
        fault.split(" at ")[0] for fault in _faults([["here", "(?:帮我?|我)*催", 0], ["there", "灯", 0]])
    ] == ["here: killed"]


def test_plain_patterns_are_let_through() -> None:
    plain = ["(?:帮我|催){0,6}办", "(?>帮我?|我)*+", r"\d{1,6}号", "(?:路灯|电梯)坏"]

    assert list(_faults([[pattern, pattern, 0] for pattern in plain])) == []
