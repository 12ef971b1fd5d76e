"""Sheets that were handed in are read here: in a child process, apart from the papers that others wait for."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import structlog
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.core.ticks import Counts
from bot.core.writer import Writer
from bot.files.shelf import Shelf
from handlers.context import World
from handlers.foreign.reading import UnreadableError, read_sheet
from handlers.papers.history_sheet import MOST_LINES
from handlers.staff.papers import activities as activity_papers
from handlers.staff.papers import history, ledger_back
from handlers.staff.papers.sheets_back import tell_unreadable
from storage.figures import documents
from storage.figures.documents import MOST_ATTEMPTS, Wanted

log = structlog.get_logger()

READERS: Mapping[str, tuple[Callable[..., Any], Callable[..., bool]]] = {
    "ledger_back": (ledger_back.compare, ledger_back.tell),
    "history_back": (history.compare, history.tell),
    "activities_back": (activity_papers.compare, activity_papers.tell),
}
"""What is done with a sheet that people hand in: how it is read, and how its sender is told."""


def read_sheets(engine: Engine, writer: Writer, shelf: Shelf, world: Callable[[], World]) -> Counts:
    """Read all sheets that were handed in; whatever is in one, its sender is told, and the next one follows."""
    counts = {"read": 0, "unreadable": 0}
    while wanted := writer.transact(lambda session: documents.claim(session, world().now, handed_in=True)):
        try:
            counts["read"] += _read_back(engine, writer, shelf, world(), wanted)
        except UnreadableError as error:
            log.info("a sheet could not be read", document=wanted.id, how=error.how, row=error.row)
            counts["unreadable"] += writer.transact(
                partial(tell_unreadable, world=world(), wanted=wanted, error=error)
            )
    return counts


def _read_back(engine: Engine, writer: Writer, shelf: Shelf, world: World, wanted: Wanted) -> bool:
    """Read one sheet with no transaction open, compare it with the record, and tell its sender."""
    if wanted.attempts > MOST_ATTEMPTS:
        raise UnreadableError("heavy")
    try:
        lines = read_sheet(shelf.read(wanted.stored_as), MOST_LINES)
    except OSError as error:
        log.warning("a sheet that was handed in is missing", document=wanted.id, error=error.strerror)
        raise UnreadableError("broken") from None
    compare, tell = READERS[wanted.kind]
    try:
        with Session(engine.execution_options(reading=True)) as session:
            back = compare(session, world, wanted, lines)
    except Exception as error:  # noqa: BLE001 -- one bad sheet must not keep back the others
        log.error("a sheet could not be compared", document=wanted.id, error=type(error).__name__)  # noqa: TRY400 -- the error may quote a row
        raise UnreadableError("broken") from None
    return writer.transact(lambda session: tell(session, world, wanted, back))
