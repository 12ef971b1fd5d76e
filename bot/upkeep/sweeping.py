"""Runs what goes once over old rows, a little in each turn, so that messages never wait for it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from threading import Event

import structlog
from sqlalchemy.orm import Session

from bot.core.ticks import Counts
from bot.core.writer import Writer
from handlers.context import World
from handlers.rereading import drafts, old_alarms, old_cases, owed
from storage.engine.database import is_away
from storage.keeping import rereading, step_seals, sweeps
from storage.keeping.sweeps import Piece, Work

log = structlog.get_logger()

PIECES_AT_MOST = 50
STEPS_AT_ONCE = 2_000


def take_in_steps(session: Session, position: int, now: datetime) -> Piece:
    """Take steps into the chains of their cases that were written before there were any."""
    done = step_seals.seal_some(session, now, limit=STEPS_AT_ONCE)
    if done is None:
        return Piece(position, 0, over=False)
    return Piece(position + done, done, over=done < STEPS_AT_ONCE)


Reading = Callable[[Session, int, int, World], Piece]
"""Reads the next rows after an id, up to the last one of the version before."""

REREADINGS: Mapping[str, Reading] = {
    owed.PUSHES: owed.push_some,
    old_cases.SEAL: old_cases.seal_some,
    owed.QUESTIONS: owed.question_some,
    old_alarms.ALARMS: old_alarms.raise_fresh,
    drafts.DRAFTS: drafts.draft_all,
    old_cases.PLACES: old_cases.place_some,
}
"""What was there before an upgrade goes through the rules of today: what could go out or be read soonest comes first."""


def sweeps_in(world: World) -> Mapping[str, Work]:
    """List all jobs that go once over old rows, in this order, one after the other."""
    read = {name: partial(_reread, reading=reading, world=world) for name, reading in REREADINGS.items()}
    return {**read, "take in steps": take_in_steps}


def _reread(session: Session, position: int, _now: datetime, *, reading: Reading, world: World) -> Piece:
    until = rereading.last_before(session.connection())
    return reading(session, position, until, world) if until > position else Piece(position, 0, over=True)


def delivering(
    writer: Writer, world: Callable[[], World], deliver: Callable[[], Counts]
) -> Callable[[], Counts]:
    """Make a delivery that reads what the version before owed, before any of it goes out."""
    read = Event()

    def run() -> Counts:
        if not read.is_set() and _read_owed(writer, world()):
            read.set()
        return deliver()

    return run


def _read_owed(writer: Writer, world: World) -> bool:
    name = owed.PUSHES
    try:
        run_sweeps(writer, world.now, {name: sweeps_in(world)[name]})
    except Exception as error:
        if is_away(error):
            raise
        # An alarm must not stay here because another row cannot be read.
        log.exception("what was owed before could not be read")
    with Session(writer.engine.execution_options(reading=True)) as session:
        return sweeps.is_done(session, name)


def run_sweeps(writer: Writer, now: datetime, jobs: Mapping[str, Work]) -> Counts:
    """Go on with the first job that is not done."""
    counts = dict.fromkeys(jobs, 0)
    for name, work in jobs.items():
        for _ in range(PIECES_AT_MOST):
            # Many small transactions: whoever writes to us comes in between.
            piece = writer.transact(partial(sweeps.run_piece, name=name, work=work, now=now))
            if piece is None:
                break
            counts[name] += piece.seen
            if piece.over or not piece.seen:
                break
        with Session(writer.engine.execution_options(reading=True)) as session:
            if not sweeps.is_done(session, name):
                break
    return counts


def seal_steps(writer: Writer, now: datetime) -> Counts:
    """Take in what was written since the last turn."""
    sealed = 0
    for _ in range(PIECES_AT_MOST):
        done = writer.transact(partial(step_seals.seal_some, now=now)) or 0
        sealed += done
        if done < step_seals.AT_ONCE:
            break
    return {"sealed": sealed}
