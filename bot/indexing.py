"""Keeps the search index in step with what was written, in pieces so short that nobody waits for them."""

from bot.ticks import Counts
from bot.writer import Writer
from handlers.case_search import STEPS_AT_ONCE, index_some

PIECES_AT_MOST = 100
"""A run ends after so many pieces: an index that is built anew leaves the other jobs their turn."""


def index_cases(writer: Writer) -> Counts:
    """Index what has settled since the last run."""
    steps = 0
    for _ in range(PIECES_AT_MOST):
        done = writer.transact(index_some) or 0
        steps += done
        if done < STEPS_AT_ONCE:
            break
    return {"steps": steps}
