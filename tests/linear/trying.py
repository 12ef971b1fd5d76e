"""Feed patterns with texts made of their own words, in a process of its own: `python -m tests.linear.trying < patterns`.

Each line that comes in is a pattern, each that goes out what was fed last or what was found. A text that takes more
than five seconds of the processor ends the process, and the last line tells which it was.
"""

import json
import re
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from time import process_time

from tests.linear.pumps import pumps_of, texts_of

SHORT = (40, 90, 300, 640)
LONG = 4_000
MOST_SECONDS = 5
MOST_GROWTH = 2.5
TOO_LITTLE = 0.002
"""Seconds of the processor below which nothing can be told from noise, and which nobody needs to fear."""
_BEST_OF = 3
_EACH_TIME = 3
_TINY = 1e-7
_AS_THE_CUBE = TOO_LITTLE / (LONG / SHORT[-1]) ** 3
"""A reading of the last short text below this stays too little for a long one, even if it grows as the cube."""
_AS_THE_SQUARE = TOO_LITTLE / (LONG / SHORT[-1]) ** 2
_PLAIN_GROWTH = 2.9
"""From 300 to 640 letters a linear reading grows 2.1-fold, one that grows as the square 4.5-fold."""
_DEAREST = 2
"""How many pumps of each pattern are fed at full length although they look harmless: those that take the most."""


def try_all(patterns: Iterable[tuple[str, str, int]]) -> None:
    for where, pattern, flags in patterns:
        _tell("pattern", where)
        fault = _fault(re.compile(pattern, flags), pumps_of(pattern, flags))
        if fault:
            _tell("found", fault)


@dataclass(frozen=True, slots=True)
class Tried:
    """What a pump took in short texts: the seconds of the last and how they grew."""

    before: str
    pump: str
    read: "Read"
    number: int
    seconds: float
    growth: float


def _fault(compiled: re.Pattern[str], pumps: list[tuple[str, str]]) -> str:
    """Say at which text a pattern takes more than a linear time, if it does at one.

    All pumps are fed in short texts; the long ones are only for those whose time could become one to notice.
    """
    tried = [each for before, pump in pumps for each in _in_short_texts(compiled, before, pump)]
    tried.sort(key=lambda each: each.seconds, reverse=True)
    dearest = [each for each in tried[:_DEAREST] if each.seconds > _AS_THE_SQUARE]
    doubtful = [each for each in tried if each.seconds > _AS_THE_CUBE and each.growth > _PLAIN_GROWTH]
    for each in dict.fromkeys((*doubtful, *dearest)):
        for length in (SHORT[-1], LONG):
            # What is so is so each time; what the machine did meanwhile is not.
            if all(said := [_grows(compiled, each, length) for _ in range(_EACH_TIME)]):
                return f"{each.before!r} {each.pump!r} × {length}: {said[-1]}"
    return ""


def _in_short_texts(compiled: re.Pattern[str], before: str, pump: str) -> Iterator[Tried]:
    # Told before, for one that hangs cannot tell any more.
    _tell("feeding", f"{before!r} {pump!r}")
    texts = [texts_of(before, pump, length) for length in SHORT]
    for number, of_each in enumerate(zip(*texts, strict=True)):
        for read in _READS:
            *_, half, whole = (_seconds(compiled, read, text) for text in of_each)
            if whole > _AS_THE_CUBE and whole / half > _PLAIN_GROWTH:
                half, whole = (
                    min(_seconds(compiled, read, text) for _ in range(_BEST_OF)) for text in of_each[-2:]
                )
            yield Tried(before, pump, read, number, whole, whole / half)


def _grows(compiled: re.Pattern[str], tried: Tried, length: int) -> str:
    """Say how the time grows where each doubling of a text more than 2.5-folds it; one alone may be the machine's."""
    times: list[float] = []
    for doubled in (1, 2, 4):
        _tell("feeding", f"{tried.before!r} {tried.pump!r} × {doubled * length}")
        text = texts_of(tried.before, tried.pump, doubled * length)[tried.number]
        times.append(_best(compiled, tried.read, text))
        if len(times) > 1 and times[-1] <= max(TOO_LITTLE, MOST_GROWTH * times[-2]):
            return ""
    return ", ".join(f"{each * 1000:.1f} ms" for each in times)


def _best(compiled: re.Pattern[str], read: "Read", text: str) -> float:
    """Give the seconds of one reading, the best of three where it is enough to tell."""
    once = _seconds(compiled, read, text)
    return (
        min(once, *(_seconds(compiled, read, text) for _ in range(_BEST_OF - 1)))
        if once > TOO_LITTLE
        else once
    )


def _seconds(compiled: re.Pattern[str], read: "Read", text: str) -> float:
    # Not a timer of processor time: while one runs, some systems count processor time in steps of four milliseconds.
    signal.alarm(MOST_SECONDS)
    used = process_time()
    read(compiled, text)
    return max(process_time() - used, _TINY)


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
