"""Feed patterns with texts made of their own words, in a process of its own: `python -m tests.linear.trying < patterns`.

Each line that comes in is a pattern, each that goes out what was fed last or what was found. A text that takes more
than five seconds of the processor ends the process, and the last line tells which it was.
"""

import json
import re
import signal
import sys
from collections.abc import Callable, Iterator
from time import process_time

from tests.linear.pumps import pumps_of, texts_of

LENGTHS = (40, 90, 300, 640, 4_000)
MOST_SECONDS = 5
MOST_GROWTH = 2.5
TOO_LITTLE = 0.002
"""Seconds of the processor below which nothing can be told from noise, and which nobody needs to fear."""
_BEST_OF = 3
_SURE, _TINY, _MOST_TIMES = 0.03, 1e-6, 20


def try_all(patterns: Iterator[tuple[str, str, int]]) -> None:
    for where, pattern, flags in patterns:
        _tell("pattern", where)
        compiled = re.compile(pattern, flags)
        fault = next(filter(None, (_fault(compiled, *pump) for pump in pumps_of(pattern, flags))), "")
        if fault:
            _tell("found", fault)


def _fault(compiled: re.Pattern[str], before: str, pump: str) -> str:
    """Say at which text a pattern takes more than a linear time, if it does at one."""
    for length in LENGTHS:
        # Told before each, for the one that hangs cannot tell any more.
        _tell("feeding", f"{before!r} {pump!r} × {length}")
        for texts in zip(*(texts_of(before, pump, times * length) for times in (1, 2, 4)), strict=True):
            for read in _READS:
                if _seconds(compiled, read, texts[0], 1) < TOO_LITTLE:
                    continue
                if said := _grows(compiled, read, texts):
                    return f"{before!r} {pump!r} × {length}: {said}"
    return ""


def _grows(compiled: re.Pattern[str], read: "Read", texts: tuple[str, str, str]) -> str:
    """Say how the time grows where each doubling of a text more than 2.5-folds it; one alone may be the machine's."""
    times = [_best(compiled, read, texts[0])]
    for text in texts[1:]:
        times.append(_best(compiled, read, text))
        if times[-1] <= max(TOO_LITTLE, MOST_GROWTH * times[-2]):
            return ""
    return ", ".join(f"{each * 1000:.1f} ms" for each in times)


def _best(compiled: re.Pattern[str], read: "Read", text: str) -> float:
    """Give the seconds of one reading, the best of three times so many that the clock's own steps do not tell."""
    times = min(_MOST_TIMES, int(_SURE / _seconds(compiled, read, text, 1)) + 1)
    return min(_seconds(compiled, read, text, times) for _ in range(_BEST_OF))


def _seconds(compiled: re.Pattern[str], read: "Read", text: str, times: int) -> float:
    signal.setitimer(signal.ITIMER_VIRTUAL, MOST_SECONDS * times)
    used = process_time()
    for _ in range(times):
        read(compiled, text)
    return max(process_time() - used, _TINY) / times


Read = Callable[[re.Pattern[str], str], object]
_READS: tuple[Read, ...] = (
    # Whatever search or match would do, finditer does first, and then goes on.
    lambda compiled, text: sum(1 for _ in compiled.finditer(text)),
    lambda compiled, text: compiled.fullmatch(text),
)


def _tell(what: str, of: str) -> None:
    sys.stdout.write(f"{json.dumps([what, of])}\n")
    if what == "feeding":
        sys.stdout.flush()


if __name__ == "__main__":
    try_all(tuple(json.loads(line)) for line in sys.stdin)  # type: ignore[misc]
