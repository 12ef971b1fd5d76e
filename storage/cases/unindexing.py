"""Taking words out of the search index: from what can be found at once, from the file piece by piece.

SQLite's index wants to be told the very tokens that an entry holds, which are kept nowhere else: those that the case's
words may have left there are tried one by one, and the whole vocabulary is read only where some are missing then.
What is taken out is gone from the file when the pieces of the index have been merged (`merge_some`).
"""

from collections.abc import Callable, Collection, Iterable, Mapping

from sqlalchemy import Connection, column, select, table, text

from storage.cases import progress
from storage.cases.search import CHANGES_WORDS, MARK, Entry, Words, add, tokens_of, words_of
from storage.engine.database import Id
from storage.models import CaseStep, Progress

Pairs = Callable[[Iterable[str]], Collection[str]]
"""Gives the pairs of characters by which texts are found."""

_MERGE = "search merge"
_DONE, _WANTED, _GOING_ON = 0, 1, 2
_PAGES_AT_ONCE = 100
"""About ten milliseconds."""
_SIZES = table("case_search_docsize", column("id", Id), column("sz"))


def rewrite(connection: Connection, before: Mapping[int, Words], pairs: Pairs) -> None:
    """Let the entries of these cases hold what the cases say now, and nothing of what they said before."""
    if not before:
        return
    indexed_up_to = _keep_index_still(connection)
    steps = connection.execute(
        select(CaseStep.id, CaseStep.case_id).where(
            CaseStep.case_id.in_(before), CaseStep.action.in_(CHANGES_WORDS), CaseStep.id <= indexed_up_to
        )
    ).all()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            "DELETE FROM case_search WHERE step_id = ANY(%s)", ([step_id for step_id, _ in steps],)
        )
    else:
        tokens = {case_id: _tokens(words, pairs) for case_id, words in before.items()}
        _take_out(connection, {step_id: tokens[case_id] for step_id, case_id in steps})
    left = words_of(connection, before)
    add(
        connection,
        [Entry(step_id, left[case_id], pairs(left[case_id].texts)) for step_id, case_id in steps],
    )


def _keep_index_still(connection: Connection) -> int:
    """Give how far the index has come; it goes no further before this transaction ends, nor has it old words in hand."""
    held = select(Progress.position).where(Progress.name == MARK).with_for_update(key_share=True)
    return connection.execute(held).scalar_one_or_none() or 0


def _tokens(words: Words, pairs: Pairs) -> set[str]:
    return set(tokens_of(Entry(0, words, pairs(words.texts))).split())


def _take_out(connection: Connection, likely: Mapping[int, Collection[str]]) -> None:
    rows = connection.execute(select(_SIZES.c.id, _SIZES.c.sz).where(_SIZES.c.id.in_(likely)))
    sizes = {step_id: _number(size) for step_id, size in rows}
    held = {
        step_id: {token for token in likely[step_id] if _holds(connection, step_id, token)}
        for step_id in sizes
    }
    held |= _read_whole(connection, [step_id for step_id in held if len(held[step_id]) < sizes[step_id]])
    if held:
        connection.exec_driver_sql(
            "INSERT INTO case_search (case_search, rowid, grams) VALUES ('delete', ?, ?)",
            [(step_id, " ".join(sorted(tokens))) for step_id, tokens in held.items()],
        )
        progress.take(connection, _MERGE)
        progress.move(connection, _MERGE, _WANTED)


def _number(size: bytes) -> int:
    """Read how many tokens an entry has, as SQLite writes it: seven bits a byte."""
    number = 0
    for byte in size:
        number = number << 7 | byte & 0x7F
    return number


def _holds(connection: Connection, step_id: int, token: str) -> bool:
    found = text("SELECT 1 FROM case_search WHERE case_search MATCH :token AND rowid = :step_id")
    return connection.execute(found, {"token": f'"{token}"', "step_id": step_id}).first() is not None


def _read_whole(connection: Connection, step_ids: Collection[int]) -> dict[int, set[str]]:
    """Give all that these entries hold: two seconds where there are a million."""
    held: dict[int, set[str]] = {step_id: set() for step_id in step_ids}
    if not held:
        return held
    connection.exec_driver_sql(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.case_search_terms USING fts5vocab('main', 'case_search', 'instance')"
    )
    terms = table("case_search_terms", column("term"), column("doc", Id), schema="temp")
    for step_id, term in connection.execute(select(terms.c.doc, terms.c.term).where(terms.c.doc.in_(held))):
        held[step_id].add(term)
    return held


def merge_some(connection: Connection) -> bool:
    """Merge some pages of the index, so that what was taken out leaves the file; tell whether there is more to do."""
    if connection.dialect.name == "postgresql":
        return False
    stage = progress.peek(connection, _MERGE)
    if stage == _DONE:
        return False
    before = _changes(connection)
    # A negative number begins with all of the index, a positive one goes on.
    pages = -_PAGES_AT_ONCE if stage == _WANTED else _PAGES_AT_ONCE
    connection.exec_driver_sql("INSERT INTO case_search (case_search, rank) VALUES ('merge', ?)", (pages,))
    # SQLite's own sign: the command alone counts as one change.
    going_on = _changes(connection) - before > 1
    progress.move(connection, _MERGE, _GOING_ON if going_on else _DONE)
    return going_on


def _changes(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT total_changes()").scalar_one())
