"""Runs what goes once over old rows, a little in each turn, so that messages never wait for it."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from bot.ticks import Counts
from bot.writer import Writer
from storage import step_seals, sweeps
from storage.sweeps import Piece, Work

PIECES_AT_MOST = 50
STEPS_AT_ONCE = 2_000


def take_in_steps(session: Session, position: int, now: datetime) -> Piece:
    """Take steps into the chains of their cases that were written before there were any."""
    done = step_seals.seal_some(session, now, limit=STEPS_AT_ONCE)
    if done is None:
        return Piece(position, 0, over=False)
    return Piece(position + done, done, over=done < STEPS_AT_ONCE)


SWEEPS: Mapping[str, Work] = {"take in steps": take_in_steps}
"""In this order, one after the other."""


def run_sweeps(writer: Writer, now: datetime, jobs: Mapping[str, Work] = SWEEPS) -> Counts:
    """Go on with the first job that is not done."""
    counts = dict.fromkeys(jobs, 0)
    for name, work in jobs.items():
        for _ in range(PIECES_AT_MOST):
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
