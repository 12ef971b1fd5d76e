"""No pattern of the program takes more than linear time, whatever people write."""

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.linear.collected import ROOT

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


def _patterns() -> list[list[object]]:
    """Give every pattern, found by a process of its own: here most modules have long been imported."""
    collected = _run("tests.linear.collected")

    assert collected.returncode == 0, collected.stderr
    return list(json.loads(collected.stdout))


def _faults(patterns: list[list[object]]) -> Iterator[str]:
    """Try patterns in a process, and go on with the next in another one where a text has ended it."""
    while patterns:
        tried = _run("tests.linear.trying", "\n".join(map(json.dumps, patterns)))
        number, feeding = -1, ""
        for what, of in map(json.loads, tried.stdout.splitlines()):
            number += what == "pattern"
            feeding = of if what == "feeding" else feeding
            if what == "found":
                yield f"{patterns[number][0]}: {of}"
        if tried.returncode == 0:
            return
        assert number >= 0, tried.stderr
        yield f"{patterns[number][0]}: killed at {feeding} {tried.stderr[-300:]}"
        patterns = patterns[number + 1 :]


# On a busy machine; the processor's own time is about a minute.
@pytest.mark.timeout(_WATCHED)
def test_no_pattern_takes_more_than_linear_time() -> None:
    patterns = _patterns()

    assert len(patterns) > 300
    assert list(_faults(patterns)) == []


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
