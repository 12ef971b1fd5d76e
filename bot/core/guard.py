"""The guard: a parent that does nothing but watch the bot, so that no message can hold the process.

A pattern that runs for ever holds the interpreter's lock: no thread, no signal handler and no timer of Python's runs
then. So the bot is a child process. The guard sees its heartbeat in shared memory, passes on what it is told by
signals, and ends what stands still. It counts looks and not time: a clock that jumps or a machine that slept ends nothing.
"""

import ctypes
import json
import mmap
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import NoReturn

from bot.core.writer import Writer

LOOK_SECONDS = 1.0
LOOKS = 30
"""So many looks at the same standstill end the process."""
DATABASE_PATIENCE = 10
"""So many times as long may the database take: it answers, or its own limits end the wait, and a new start helps nobody."""
STOP_SECONDS = 11.0
"""So long the bot may take to end when it is told to; whoever stops it waits twelve."""
FROZEN = 70
_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_PARENT_DIED = 1
_BYTES = 8


class Heart:
    """A counter that parent and child share; nothing to see means: not at work."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, _BYTES)

    @property
    def beats(self) -> int:
        return int.from_bytes(self._memory[:_BYTES], "little")

    def beat(self) -> None:
        self._memory[:_BYTES] = (self.beats + 1).to_bytes(_BYTES, "little")

    def rest(self) -> None:
        self._memory[:_BYTES] = bytes(_BYTES)


def under_guard() -> Heart:
    """Go on in a child process whose parent watches it; the parent ends as the child ended, and never returns."""
    heart = Heart()
    sys.stdout.flush()
    sys.stderr.flush()
    signal.pthread_sigmask(signal.SIG_BLOCK, (*_SIGNALS, signal.SIGCHLD))
    parent = os.getpid()
    child = os.fork()
    if child:
        _watch(child, heart)
    _die_with_parent(parent)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, (*_SIGNALS, signal.SIGCHLD))
    return heart


def _die_with_parent(parent: int) -> None:
    """Let nothing of the bot outlive a guard that was killed: it would hold the port and the data folder."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PARENT_DIED, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(FROZEN)


def _watch(child: int, heart: Heart) -> NoReturn:
    beats, still = 0, 0
    stop_by: float | None = None
    while True:
        told = signal.sigtimedwait((*_SIGNALS, signal.SIGCHLD), LOOK_SECONDS)
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            code = os.waitstatus_to_exitcode(status)
            os._exit(code if code >= 0 else 128 - code)
        if told is not None:
            if told.si_signo in _SIGNALS:
                os.kill(child, signal.SIGTERM)
                stop_by = stop_by or time.monotonic() + STOP_SECONDS
            continue
        seen = heart.beats
        still = still + 1 if seen and seen == beats else 0
        beats = seen
        if still >= LOOKS:
            _end(child, "nothing moved in this process for too long: it was ended")
        if stop_by is not None and time.monotonic() > stop_by:
            _end(child, "this process did not stop when it was told to: it was ended")


def _end(child: int, why: str) -> NoReturn:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    _say(why)
    os._exit(FROZEN)


def _say(why: str) -> None:
    """Leave one line, as the log does; nothing that anybody wrote is in it."""
    os.write(2, json.dumps({"event": why, "level": "error"}).encode() + b"\n")


class Pulse:
    """Beats while the interpreter runs, and ends the process where the writer alone stands still before others."""

    def __init__(self, writer: Writer, heart: Heart, *, give_up: Callable[[], object] | None = None) -> None:
        self._writer = writer
        self._heart = heart
        self._give_up = give_up or _give_up
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)

    def start(self) -> None:
        self._heart.beat()
        self._thread.start()

    def stop(self) -> None:
        """Be watched no more; how long the end may take is told by the signal."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()
        self._heart.rest()

    def _run(self) -> None:
        seen, still = 0, 0
        while not self._over.wait(LOOK_SECONDS):
            self._heart.beat()
            turn = self._writer.stands_before_others
            still = still + 1 if turn and turn == seen else 0
            seen = turn
            waits = self._writer.waits_for_database
            if still >= (LOOKS * DATABASE_PATIENCE if waits else LOOKS):
                if waits:
                    self._writer.blame_nobody()
                self._give_up()


def _give_up() -> NoReturn:
    _say("one piece of work held the writer for too long while others waited: the process was ended")
    os._exit(FROZEN)
