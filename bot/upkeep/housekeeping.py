"""What keeps the record in order while the bot runs, in pieces so short that nobody waits for them."""

from datetime import datetime, timedelta

from bot.core.ticks import Counts
from bot.core.writer import Writer
from handlers.cases.case_search import STEPS_AT_ONCE, index_some
from storage.keeping import retention
from storage.people import freezing, links

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


def forget_old(writer: Writer, now: datetime, raw_days: int) -> Counts:
    """Forget nonces that no replay can use, and messages as they came that nobody could read for so long."""
    nonces = raw = 0
    for _ in range(PIECES_AT_MOST):
        done = writer.transact(lambda s: retention.forget_nonces(s.connection(), now - retention.NONCE_KEPT))
        nonces += done
        if done < retention.AT_ONCE:
            break
    for _ in range(PIECES_AT_MOST):
        done = writer.transact(lambda s: retention.forget_raw(s.connection(), now - timedelta(days=raw_days)))
        raw += done
        if done < retention.AT_ONCE:
            break
    over = writer.transact(lambda session: links.forget_over(session, now))
    freezes = writer.transact(lambda session: freezing.forget_kept(session, now))
    return {"nonces": nonces, "looked at": raw, "links": over, "freezes": freezes}
