"""Starts the child that reads a sheet from outside, bounds it, and gives its rows or says in a word why there are none."""

import json
import math
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, Any

_CHILD = Path(__file__).with_name("child.py")
_KINDS = {"datetime": datetime.fromisoformat, "date": date.fromisoformat, "time": time.fromisoformat}

Row = Sequence[Any]
"""Cells of one row: text, numbers, days, or nothing."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may take."""

    cpu_seconds: float = 5
    seconds_a_megabyte: float = 15
    """More for a file that is larger: a small one that takes long is none that a person made."""
    most_cpu_seconds: int = 40
    wall_seconds: int = 120
    """Long, for a machine that is busy: what ends a hostile file is the time that it really takes."""
    memory: int = 600_000_000
    written: int = 80_000_000
    read: int = 50_000_000
    """Bytes of the file as it lies here."""

    def cpu_for(self, size: int) -> int:
        return min(self.most_cpu_seconds, math.ceil(self.cpu_seconds + self.seconds_a_megabyte * size / 1e6))


LIMITS = Limits()


class UnreadableError(Exception):
    """A file that cannot be read: `broken`, `heavy` or `long` (a cell), and the row where it ended if it is known."""

    def __init__(self, how: str, row: int = 0) -> None:
        super().__init__(how)
        self.how, self.row = how, row


def read_sheet(content: bytes, most_rows: int, most_cells: int = 40, limits: Limits = LIMITS) -> list[Row]:
    """Give the rows of a workbook or CSV, at most so many of them; raises UnreadableError, and nothing else."""
    if len(content) > limits.read:
        raise UnreadableError("heavy")
    said, killed = run_apart(_CHILD, content, limits, rows=most_rows, cells=most_cells)
    return _rows(said.splitlines(), killed=killed)


def run_apart(script: Path, content: bytes, limits: Limits, **more: int) -> tuple[bytes, bool]:
    """Give what a program of ours makes of a file within its limits, and whether it had to be ended."""
    given = {
        "cpu_seconds": limits.cpu_for(len(content)),
        "memory": limits.memory,
        "written": limits.written,
        **more,
    }
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as asked:
        asked.write(content)
        asked.seek(0)
        killed = _run([sys.executable, "-I", str(script), json.dumps(given)], asked, said, limits)
        said.seek(0)
        return said.read(), killed


def _run(command: list[str], asked: IO[bytes], said: IO[bytes], limits: Limits) -> bool:
    """Run the child to its end, or end it; True if it did not end by itself."""
    child = subprocess.Popen(  # noqa: S603 -- our own file and numbers
        command,
        stdin=asked,
        stdout=said,
        stderr=subprocess.DEVNULL,
        # Nothing of the settings: what reads foreign files holds no secret.
        env={"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONUTF8": "1"},
        start_new_session=True,
    )
    try:
        return child.wait(limits.wall_seconds) != 0
    except subprocess.TimeoutExpired:
        return True
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def _rows(lines: Sequence[bytes], *, killed: bool) -> list[Row]:
    last = json.loads(lines[-1]) if lines and not killed else None
    if not isinstance(last, dict):
        # It was ended by the system: how far it came is known to the nearest rows that it wrote in full.
        raise UnreadableError("heavy", max(0, len(lines) - 1))
    if last["ended"] != "well":
        raise UnreadableError(last["ended"], last["row"])
    return [[_value(cell) for cell in json.loads(line)] for line in lines[:-1]]


def _value(cell: Any) -> Any:  # noqa: ANN401 -- what a cell holds
    return _KINDS[cell[0]](cell[1]) if isinstance(cell, list) else cell
