"""Finding cases by words: the index proposes, the words of the case decide."""

from collections.abc import Iterable, Sequence
from itertools import chain

from sqlalchemy.orm import Session

from handlers.safety import gate
from nlp.text.bigrams import bigrams, runs
from storage.cases import progress, search
from storage.cases.search import Entry, Words
from storage.engine.database import new_id
from storage.keeping.erasure import Reading
from storage.people import openness
from storage.people.scopes import Scope

SETTLED_AFTER = 30_000 << 22
"""How much smaller the id of a step must be than a new one (in ids: half a minute) before it is indexed: by then
every transaction that took a smaller id has ended, and none is passed over."""
STEPS_AT_ONCE = 100
_UNINDEXED_AT_MOST = 500
_PROPOSALS_AT_MOST = 4_000
_LONGEST_ASKED = 60


def index_some(session: Session, until: int | None = None, *, limit: int = STEPS_AT_ONCE) -> int | None:
    """Index the next steps up to one; give how many were looked at, or None while another process does this."""
    connection = session.connection()
    position = progress.take(connection, search.MARK)
    if position is None:
        return None
    settled = new_id() - SETTLED_AFTER if until is None else until
    steps = search.steps_after(connection, position, settled, limit)
    if not steps:
        return 0
    saying = [(step_id, case_id) for step_id, case_id, action in steps if action in search.CHANGES_WORDS]
    words = search.words_of(connection, {case_id for _, case_id in saying})
    search.add(connection, [entry_of(step_id, words[case_id]) for step_id, case_id in saying])
    progress.move(connection, search.MARK, steps[-1][0])
    return len(steps)


def entry_of(step_id: int, words: Words) -> Entry:
    return Entry(step_id, words, pairs_of(words.texts))


def pairs_of(texts: Iterable[str]) -> set[str]:
    return bigrams(chain.from_iterable(map(runs, texts)))


READING = Reading(hide=gate.clean, pairs=pairs_of)
"""How words are read where they are to be forgotten."""


def find(session: Session, scope: Scope, asked: str, *, limit: int) -> list[int] | None:
    """Give the ids of cases in the scope that hold every word, those last written to first.

    None if there is nothing in the words that can be looked up.
    """
    wanted = runs(asked[:_LONGEST_ASKED])
    pairs = bigrams(wanted)
    if not pairs:
        return None
    found: list[int] = []
    mark = progress.peek(session.connection(), search.MARK)
    _keep(found, search.unindexed(session, scope, mark, _UNINDEXED_AT_MOST), session, wanted)
    looked_at, before = 0, None
    while len(found) < limit and looked_at < _PROPOSALS_AT_MOST:
        steps = search.newest_entries(session, scope, pairs, before=before)
        if not steps:
            break
        _keep(found, search.cases_behind(session, scope, steps), session, wanted)
        looked_at, before = looked_at + len(steps), steps[-1]
    return found[:limit]


def _keep(found: list[int], proposed: Sequence[int], session: Session, wanted: Sequence[str]) -> None:
    """Add those cases that really hold all the words now, in what staff are shown of them.

    Whoever may not see a name or a number cannot make sure of it by looking for it either.
    """
    case_ids = [case_id for case_id in dict.fromkeys(proposed) if case_id not in found]
    if not case_ids:
        return
    words = search.words_of(session.connection(), case_ids)
    holding = [case_id for case_id in case_ids if _hold(words[case_id].texts, wanted)]
    hidden = openness.hidden_from_staff(session, holding)
    found += [
        case_id
        for case_id in holding
        if case_id not in hidden or _hold(tuple(map(gate.for_the_house, words[case_id].texts)), wanted)
    ]


def _hold(texts: Sequence[str], wanted: Sequence[str]) -> bool:
    said = "\n".join(run for text in texts for run in runs(text))
    return all(word in said for word in wanted)
