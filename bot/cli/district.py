"""The commands `district check`, `import` and `export`: a district pack, from files to the database and back."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.cli.common import alone, err, note, opened, out, read_settings, refuse
from bot.clock import shanghai_now
from handlers.district.pack import Pack, PackErrors
from handlers.district.read import pack_folder, read_pack
from handlers.district.store import apply, difference, load_version
from handlers.district.write import export as write_files

app = typer.Typer(name="district", help="The district pack: check, import, export.", no_args_is_help=True)

Folder = Annotated[
    str, typer.Argument(metavar="DIR", help="A folder of the pack; `demo` is the built-in one.")
]


@app.command()
def check(folder: Folder) -> None:
    """Name every fault of a pack with its file and line; no database is needed."""
    pack = _read(folder)
    rows = sum(len(rows) for rows in pack.rows.values())
    out.print(f"✓ {folder} has no fault: {len(pack.rows)} sheets, {rows} rows", style="green", markup=False)


@app.command(name="import")
def import_(
    folder: Folder,
    *,
    dry_run: Annotated[bool, typer.Option(help="Only show what would change.")] = False,
) -> None:
    """Load a pack, all of it or nothing; loading it again changes nothing."""
    pack = _read(folder)
    settings = read_settings()
    now = shanghai_now(settings.timezone)()
    try:
        if dry_run:
            with opened(settings) as engine, _reading(engine) as session:
                _show(difference(session, pack).lines())
            return
        note(settings, "district import", folder=folder)
        with alone(settings), opened(settings) as engine, Session(engine) as session, session.begin():
            found = apply(session, pack, now)
    except DBAPIError as error:
        raise refuse([_database_fault(error)]) from None
    _show(found.summary())
    if found:
        out.print("imported; a running bot takes it up within a minute")


@app.command()
def export(folder: Folder) -> None:
    """Write the stored pack to a folder, ready to be edited and imported again."""
    if folder == "demo":
        raise refuse(["demo is the built-in pack: name a folder to write to"])
    settings = read_settings()
    note(settings, "district export", folder=folder)
    try:
        with opened(settings) as engine, _reading(engine) as session:
            if not load_version(session):
                raise refuse(["no district is loaded: run `lianxinqiao district import DIR` first"])
            files = write_files(session, Path(folder))
    except PackErrors as error:
        raise refuse(error.lines) from None
    except DBAPIError as error:
        raise refuse([_database_fault(error)]) from None
    except OSError as error:
        raise refuse([f"{folder} cannot be written: {error.strerror}"]) from None
    out.print(f"{len(files)} files written to {folder}", markup=False)


def _reading(engine: Engine) -> Session:
    """Open a session that lets a running bot go on writing."""
    return Session(engine.execution_options(reading=True))


def _read(word: str) -> Pack:
    try:
        pack = read_pack(pack_folder(word))
    except PackErrors as error:
        raise refuse(error.lines) from None
    for warning in pack.warnings:
        err.print(f"! {warning}", style="yellow", markup=False)
    return pack


def _show(lines: Iterable[str]) -> None:
    for line in lines:
        out.print(line, markup=False)


def _database_fault(error: DBAPIError) -> str:
    return f"{str(error.orig).strip()} (is the database there and up to date? run `lianxinqiao migrate`)"
