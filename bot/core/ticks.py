"""Timed jobs: APScheduler as a metronome that remembers nothing; what is due is read from the database."""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import structlog
from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from bot.core.clock import shanghai_now
from bot.core.metrics import Metrics
from storage.engine.database import is_away

log = structlog.get_logger(__name__)

Counts = Mapping[str, int]
"""What a tick did: `{"planned": 3, "sent": 12}`."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A job that runs again and again; it must find out by itself what is due."""

    name: str
    every_seconds: float
    run: Callable[[], Counts]
    everywhere: bool = False
    """Whether a process that only answers needs it too; such a tick says nothing of the workers."""


def one_by_one(items: Iterable[int], run: Callable[[int], bool]) -> int:
    """Do each and count those that were done; one that fails is logged and leaves the others alone.

    Where the database is away the rest need not find it out.
    """
    done = 0
    for item in items:
        try:
            done += run(item)
        except Exception as error:
            if is_away(error):
                raise
            log.exception("one of many failed", id=item)
    return done


class Metronome:
    """Runs each tick at once and then at its rhythm; a late one still runs, one never overlaps itself."""

    def __init__(self, ticks: Sequence[Tick], *, ended: Callable[[str], None], metrics: Metrics) -> None:
        self._ticks = {tick.name: tick for tick in ticks}
        self._turns = {tick.name: threading.Lock() for tick in ticks}
        self._ended = ended
        """Told the name of each tick that ended well, to record it."""
        self._metrics = metrics
        self._scheduler = BackgroundScheduler(
            jobstores={"default": MemoryJobStore()},
            executors={"default": ThreadPoolExecutor(max(1, len(ticks)))},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
            timezone="UTC",
        )
        self._scheduler.add_listener(self._note_failure, EVENT_JOB_ERROR)
        for tick in ticks:
            self._scheduler.add_job(
                self.run_now, "interval", (tick.name,), id=tick.name, seconds=tick.every_seconds
            )

    @property
    def rhythms(self) -> dict[str, float]:
        """Give how often each tick that says something of the workers is due, in seconds."""
        return {tick.name: tick.every_seconds for tick in self._ticks.values() if not tick.everywhere}

    @property
    def every(self) -> dict[str, float]:
        """Give after how many seconds each tick beats again, in their order."""
        return {tick.name: tick.every_seconds for tick in self._ticks.values()}

    def start(self, *, works: bool = True) -> None:
        """Begin to beat; a process that does not work runs only what every process needs."""
        # The scheduler beats in real time even where a sandbox turns the clock.
        now = shanghai_now()()
        for name, tick in self._ticks.items():
            if works or tick.everywhere:
                self._scheduler.modify_job(name, next_run_time=now)
            else:
                self._scheduler.remove_job(name)
        self._scheduler.start()

    def stop(self) -> None:
        """Let running ticks end, start no further ones."""
        if self._scheduler.running:
            # Without jobs first: the scheduler's thread could otherwise hand one to a pool that is closing.
            self._scheduler.remove_all_jobs()
            self._scheduler.shutdown(wait=True)

    def run_now(self, name: str) -> Counts:
        """Run one tick in this thread: its counts go to the log in one line, its end is recorded."""
        with self._turns[name]:
            counts = self._ticks[name].run()
            if not self._ticks[name].everywhere:
                self._ended(name)
        self._metrics.ticks.labels(tick=name, result="done").inc()
        write = log.info if any(counts.values()) else log.debug
        write("tick done", tick=name, **counts)
        return counts

    def _note_failure(self, event: JobExecutionEvent) -> None:
        self._metrics.ticks.labels(tick=event.job_id, result="failed").inc()
        log.error("tick failed", tick=event.job_id, exc_info=event.exception)
