"""People who asked to be forgotten: the rest of them is taken out in pieces, and a list of hashes outlives the database.

The list (`erased.jsonl` in the data folder) holds no id of anybody. An older backup that is put back is read against
it, so that nobody comes back unnoticed.
"""

import json
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.core.ticks import Counts
from handlers.cases.case_search import READING
from storage.cases import progress
from storage.cases.unindexing import merge_some
from storage.engine.database import empty_log
from storage.keeping import audit, erasure

FILE = "erased.jsonl"
_JOB = "erase"
_MERGES_AT_MOST = 300
"""Pieces of the search index in one run: the other jobs have their turn too."""
Keys = dict[str, tuple[str, datetime]]
"""Hash of an account, with its certificate and when it was forgotten."""
T = TypeVar("T")


class Transact(Protocol):
    """Runs a short piece of work in a transaction of its own."""

    def __call__(self, work: Callable[[Session], T]) -> T: ...


def erase_rest(
    engine: Engine, transact: Transact, data_folder: Path, media_folder: Path, now: datetime
) -> Counts:
    """Take out what is left of those who asked to be forgotten, and write the list."""
    with Session(engine.execution_options(reading=True)) as session:
        found = [(each, erasure.left_of(session, each, now)) for each in erasure.unfinished(session)]
        note_keys(data_folder, erasure.keys_of(session))
        session.expunge_all()
    done = 0
    for each, left in found:
        for piece in _pieces(left.inbox):
            transact(_alone(partial(erasure.empty_messages, inbox_ids=piece, now=now)))
        for piece in _pieces(left.outbox):
            transact(_alone(partial(erasure.drop_pushes, outbox_ids=piece)))
        for piece in _pieces(left.questions):
            transact(_alone(partial(erasure.drop_questions, question_ids=piece)))
        drop_files(engine, each.files, media_folder)
        if not left.waits:
            transact(_alone(partial(erasure.finish, erasure_id=each.id, now=now)))
            done += 1
    return {"forgotten": done, **wipe(engine, transact)}


def wipe(engine: Engine, transact: Transact) -> Counts:
    """Let what was erased, by whomever, leave the files of SQLite: the search index and the write-ahead log."""
    merged = 0
    while merged < _MERGES_AT_MOST and transact(lambda session: merge_some(session.connection())):
        merged += 1
    return {"merged": merged, "log kept": int(not empty_log(engine))}


def _pieces(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), erasure.AT_ONCE):
        yield ids[start : start + erasure.AT_ONCE]


def _alone(work: Callable[[Session], None]) -> Callable[[Session], None]:
    """Let only one process do this at a time; the others find nothing to do at their next turn."""

    def guarded(session: Session) -> None:
        if progress.take(session.connection(), _JOB) is not None:
            work(session)

    return guarded


def drop_files(engine: Engine, files: Collection[str], media_folder: Path) -> None:
    """Delete those of these files that nothing refers to any more."""
    if files:
        with Session(engine.execution_options(reading=True)) as session:
            names = erasure.unused(session, files)
        for name in names:
            (media_folder / name[:2] / name).unlink(missing_ok=True)


def note_keys(folder: Path, keys: Keys) -> None:
    """Add to the list what is not on it yet, and make it last."""
    missing = sorted(keys.items() - known_keys(folder).items(), key=lambda each: each[1][1])
    if not missing:
        return
    folder.mkdir(parents=True, exist_ok=True)
    lines = [
        json.dumps({"key": key, "certificate": certificate, "at": at.isoformat()}) + "\n"
        for key, (certificate, at) in missing
    ]
    descriptor = os.open(folder / FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, "".join(lines).encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def known_keys(folder: Path) -> Keys:
    """Read the list; a line that a crash cut off is passed over, the database still has it."""
    if not (folder / FILE).is_file():
        return {}
    keys: Keys = {}
    for line in (folder / FILE).read_text(encoding="utf-8").splitlines():
        if line.endswith("}"):
            row = json.loads(line)
            keys[row["key"]] = (row["certificate"], datetime.fromisoformat(row["at"]))
    return keys


def forget_again(engine: Engine, keys: Keys, data_folder: Path, media_folder: Path, now: datetime) -> int:
    """Forget those whom a restored copy brought back, to the last row; give how many."""

    def transact(work: Callable[[Session], T]) -> T:
        with Session(engine) as session, session.begin():
            return work(session)

    def again(session: Session) -> int:
        count = erasure.forget_again(session, keys, now, READING)
        if count:
            audit.note(session, "erased again", now=now, who="restore", reason=str(count))
        return count

    count = transact(again)
    if count:
        erase_rest(engine, transact, data_folder, media_folder, now + erasure.REPEATS_COME_FOR)
    return count
