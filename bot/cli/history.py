"""The commands `history template`, `import` and `undo`: cases from before the bot, from a sheet."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.cli.common import alone, note, opened, out, read_settings, refuse
from bot.cli.packs import database_fault, reading
from bot.core.clock import shanghai_now
from bot.core.settings import Settings
from bot.upkeep.audit import machine_user
from handlers.context import World
from handlers.district.snapshot import load_district
from handlers.district.store import load_version
from handlers.foreign.reading import UnreadableError, read_sheet
from handlers.papers.history import Read, read_history
from handlers.papers.history_sheet import MOST_LINES, NoSheetError, template
from handlers.staff.papers.history import unknown_only
from handlers.texts import DEFAULT_TEXTS
from storage.figures import history
from storage.keeping import audit

app = typer.Typer(name="history", help="Cases from before the bot: import, undo.", no_args_is_help=True)

_NO_DISTRICT = "no district is loaded: run `lianxinqiao district import DIR` first"
File = Annotated[Path, typer.Argument(metavar="FILE", help="A sheet, xlsx or CSV.")]


@app.command(name="template")
def write_template(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it (.xlsx).")],
) -> None:
    """Write the empty sheet to fill in; no database is needed."""
    content = template(DEFAULT_TEXTS)
    try:
        file.write_bytes(content)
    except OSError as error:
        raise refuse([f"{file} cannot be written: {error.strerror}"]) from None
    out.print(f"written to {file}", markup=False)


@app.command(name="import")
def import_(
    file: File, *, dry_run: Annotated[bool, typer.Option(help="Only check the rows.")] = False
) -> None:
    """Bring past cases in, all rows or none; the same rows again change nothing."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise refuse([f"{file} cannot be read: {error.strerror}"]) from None
    settings = read_settings()
    now = shanghai_now(settings.timezone)()
    try:
        if dry_run:
            with opened(settings) as engine, reading(engine) as session:
                _show(_checked(session, content, settings))
            return
        note(settings, "history import", file=file.name)
        with alone(settings), opened(settings) as engine, Session(engine) as session, session.begin():
            found = _checked(session, content, settings)
            if found.rows:
                first, last = history.add(session, found.rows, by=None, now=now)
                audit.note(session, "imported", now=now, who=machine_user(), reason=f"{first}–{last}")
                out.print(f"{len(found.rows)} cases imported, {first} to {last}", markup=False)
            else:
                _show(found)
    except DBAPIError as error:
        raise refuse([database_fault(error)]) from None


@app.command()
def undo() -> None:
    """Take the last import out again."""
    settings = read_settings()
    now = shanghai_now(settings.timezone)()
    try:
        with alone(settings), opened(settings) as engine, Session(engine) as session, session.begin():
            last = history.last_import(session)
            if last is None:
                raise refuse(["there is no import to undo"])
            if touched := history.touched_since(session, last.id):
                raise refuse([f"somebody has worked with {touched} of its cases since: nothing was changed"])
            note(settings, "history undo", rows=str(last.count))
            gone = history.undo(session, last.id, now)
    except DBAPIError as error:
        raise refuse([database_fault(error)]) from None
    out.print(f"{gone} cases taken out")


def _checked(session: Session, content: bytes, settings: Settings) -> Read:
    """Read and check the sheet against the district; end with every fault at once."""
    if not load_version(session):
        raise refuse([_NO_DISTRICT])
    world = World(now=shanghai_now(settings.timezone)(), district=load_district(session), texts=DEFAULT_TEXTS)
    try:
        lines = read_sheet(content, MOST_LINES)
        found = unknown_only(session, world, read_history(lines, world))
    except UnreadableError as error:
        raise refuse([_UNREADABLE[error.how].format(row=error.row)]) from None
    except NoSheetError:
        raise refuse(["no sheet with the columns 登记日期 and 内容: see `history template`"]) from None
    if found.errors:
        raise refuse(_first(found.errors))
    return found


_SHOWN = 100
_UNREADABLE = {
    "broken": "the file is no sheet, or a damaged one (read to row {row}): save it anew as .xlsx",
    "heavy": "the file unpacks to too much (read to row {row}): copy only the rows that are needed into a new one",
    "long": "row {row}: a cell has more than 30,000 characters; perhaps a quotation mark is missing",
}


def _first(errors: tuple[str, ...]) -> Iterable[str]:
    yield from errors[:_SHOWN]
    if len(errors) > _SHOWN:
        yield f"… and {len(errors) - _SHOWN} more"


def _show(found: Read) -> None:
    if found.rows:
        out.print(f"{len(found.rows)} cases can be imported; nothing was changed")
    else:
        out.print("every row is in the record already: nothing was changed")
