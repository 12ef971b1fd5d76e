"""`make bench`: prints the tables of docs/benchmarks.md; `make bench ONLY="messages steps"` prints some of them."""

import argparse
import os
import platform
from collections.abc import Callable, Iterator, Mapping

from tests.benchmarks.growth import measure_growth
from tests.benchmarks.messages import measure_messages, measure_processes
from tests.benchmarks.outbox import measure_outbox
from tests.benchmarks.places import measure_places
from tests.benchmarks.routing import measure_routing
from tests.benchmarks.steps import measure_steps

SECTIONS: Mapping[str, tuple[str, Callable[[], Iterator[str]]]] = {
    "messages": ("The message path beside two echoes", measure_messages),
    "processes": ("The message path with more processes", measure_processes),
    "steps": ("What one message costs inside the process", measure_steps),
    "outbox": ("The outbox: 100,000 reminders", measure_outbox),
    "places": ("Places among a hundred thousand", measure_places),
    "routing": ("Routing beside the usual ways", measure_routing),
    "growth": ("With a million cases", measure_growth),
}
"""What is measured: a title and a function that gives the lines of its tables as they are known."""

ONLY_WHEN_ASKED = frozenset({"growth", "routing"})
"""Sections that take long: a quarter of an hour and several gigabytes, or ten minutes of learning."""


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("sections", nargs="*", help=f"some of: {', '.join(SECTIONS)}")
    chosen = reader.parse_args().sections or [name for name in SECTIONS if name not in ONLY_WHEN_ASKED]
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    for name in chosen:
        title, measure = SECTIONS[name]
        print(f"\n## {title}\n", flush=True)
        for line in measure():
            print(line, flush=True)


if __name__ == "__main__":
    main()
