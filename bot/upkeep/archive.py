"""Months that are over leave the database for files: `archive/inbox-2026-05.jsonl.gz`, one line a row.

A file is written beside its name, flushed to the disk and named; only then do its rows go, a few at a time. After a
crash between the two the rows that stayed are written once more, into `…-2`: a line may be there twice
(its `id` tells), none is missing.
"""

import fcntl
import gzip
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from bot.core.ticks import Counts
from bot.core.writer import Writer
from storage.keeping.archive import (
    SHELVES,
    TAKEN_AT_ONCE,
    Month,
    Shelf,
    first_waiting,
    looked,
    read_month,
    take_out,
)

_LOCK = ".lock"


def archive_months(writer: Writer, folder: Path, now: datetime, after_days: int) -> Counts:
    """Take out one month of each table, if it is over for long enough; nothing while another process does."""
    counts = {f"archived {shelf.name}": 0 for shelf in SHELVES}
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder) as alone:
        for shelf in SHELVES if alone else ():
            counts[f"archived {shelf.name}"] = _archive(writer, folder, shelf, now, after_days)
    return counts


def _archive(writer: Writer, folder: Path, shelf: Shelf, now: datetime, after_days: int) -> int:
    with writer.engine.connect().execution_options(reading=True) as connection:
        oldest = first_waiting(connection, shelf)
        if oldest is None:
            return 0
        month = oldest.astimezone(now.tzinfo)
        until = _next_month(month)
        if until > now - timedelta(days=after_days):
            return 0
        pieces = read_month(connection, shelf, until)
        ids, up_to = _write(_free_name(folder, f"{shelf.name}-{month:%Y-%m}"), pieces)
    for start in range(0, len(ids), TAKEN_AT_ONCE):
        writer.transact(partial(take_out, shelf=shelf, ids=ids[start : start + TAKEN_AT_ONCE]))
    writer.transact(partial(looked, shelf=shelf, up_to=up_to))
    return len(ids)


def _next_month(moment: datetime) -> datetime:
    first = moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=31)).replace(day=1)


def _free_name(folder: Path, stem: str) -> Path:
    names = (folder / f"{stem}{ending}.jsonl.gz" for ending in ("", *(f"-{n}" for n in range(2, 1000))))
    return next(name for name in names if not name.exists())


def _write(target: Path, pieces: Iterable[Month]) -> tuple[list[int], int]:
    """Write the rows to a file; give their ids, and up to where the table was looked through."""
    ids: list[int] = []
    up_to = 0
    beside = target.with_suffix(".part")
    with beside.open("wb") as raw:
        os.fchmod(raw.fileno(), 0o600)
        with gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as packed:
            for piece in pieces:
                up_to = piece.looked_up_to
                for row in piece.rows:
                    packed.write(json.dumps(row, ensure_ascii=False, default=str).encode() + b"\n")
                    ids.append(row["id"])
        raw.flush()
        os.fsync(raw.fileno())
    if ids:
        beside.replace(target)
    else:
        beside.unlink()
    return ids, up_to


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    with (folder / _LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
