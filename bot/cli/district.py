"""The commands `district check`, `import` and `export`: a district pack, from files to the database and back."""

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.cli.common import alone, note, opened, out, read_settings, refuse
from bot.cli.gazetteer import app as gazetteer
from bot.cli.packs import database_fault, read, reading, show
from bot.core.clock import shanghai_now
from bot.upkeep.audit import machine_user
from handlers.district.pack import PackErrors
from handlers.district.store import apply, difference, load_version
from handlers.district.write import export as write_files
from storage.keeping import audit

app = typer.Typer(
    name="district", help="The district pack: build, check, import, export.", no_args_is_help=True
)
app.add_typer(gazetteer)

Folder = Annotated[
    str, typer.Argument(metavar="DIR", help="A folder of the pack; `demo` is the built-in one.")
]


@app.command()
def check(folder: Folder) -> None:
    """Name every fault of a pack with its file and line; no database is needed."""
    pack = read(folder)
    rows = sum(len(rows) for rows in pack.rows.values())
    out.print(f"✓ {folder} has no fault: {len(pack.rows)} sheets, {rows} rows", style="green", markup=False)


@app.command(name="import")
def import_(
    folder: Folder,
    *,
    dry_run: Annotated[bool, typer.Option(help="Only show what would change.")] = False,
) -> None:
    """Load a pack, all of it or nothing; loading it again changes nothing."""
    pack = read(folder)
    settings = read_settings()
    now = shanghai_now(settings.timezone)()
    try:
        if dry_run:
            with opened(settings) as engine, reading(engine) as session:
                show(difference(session, pack).lines())
            return
        note(settings, "district import", folder=folder)
        with alone(settings), opened(settings) as engine, Session(engine) as session, session.begin():
            found = apply(session, pack, now)
            if found:
                audit.note(session, "imported", now=now, who=machine_user(), reason=f"district pack {folder}")
    except DBAPIError as error:
        raise refuse([database_fault(error)]) from None
    show(found.summary())
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
        with opened(settings) as engine, reading(engine) as session:
            if not load_version(session):
                raise refuse(["no district is loaded: run `lianxinqiao district import DIR` first"])
            files = write_files(session, Path(folder))
    except PackErrors as error:
        raise refuse(error.lines) from None
    except DBAPIError as error:
        raise refuse([database_fault(error)]) from None
    except OSError as error:
        raise refuse([f"{folder} cannot be written: {error.strerror}"]) from None
    out.print(f"{len(files)} files written to {folder}", markup=False)
