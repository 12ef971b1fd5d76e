"""The table of `make drill`: what each drill did, what it counted, and whether its promises held."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest
from _pytest.mark import ParameterSet
from rich import box
from rich.console import Console
from rich.table import Table


@dataclass(slots=True)
class Drill:
    """One row: a test says what it does before it starts, counts as it goes, and passes or fails."""

    name: str = ""
    done: str = ""
    counts: dict[str, object] = field(default_factory=dict)
    verdict: str = "failed"

    def does(self, name: str, done: str) -> None:
        self.name, self.done = name, done

    def count(self, **counts: object) -> None:
        """Keep figures for the table: `count(kills=100, worst_wait="1.2 s")`."""
        self.counts |= counts


def forms(*, short: Any, long: Any, minutes: int = 30) -> list[ParameterSet]:  # whatever the test takes
    """Give the two forms of a drill: a short one for the usual run, a long one for `make drill`."""
    return [
        # Processes are born slowly on a machine that does much else: that is not what a drill tries.
        pytest.param(short, id="short", marks=pytest.mark.timeout(5 * 60)),
        pytest.param(long, id="long", marks=[pytest.mark.drill, pytest.mark.timeout(minutes * 60)]),
    ]


def draw(drills: Iterable[Drill], width: int) -> str:
    table = Table("drill", "what was done", "counted", "verdict", box=box.SIMPLE_HEAD)
    for drill in sorted(drills, key=lambda drill: drill.name):
        counted = "\n".join(f"{name.replace('_', ' ')}: {value}" for name, value in drill.counts.items())
        table.add_row(drill.name, drill.done, counted, drill.verdict)
    console = Console(width=width, color_system=None)
    with console.capture() as drawn:
        console.print(table)
    return drawn.get()
