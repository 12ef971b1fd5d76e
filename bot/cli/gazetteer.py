"""The commands `district import-divisions` and `add-places`: from nothing to a gazetteer, and what it still lacks."""

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.cli.common import alone, err, note, opened, out, read_settings, refuse
from bot.cli.packs import database_fault, reading, show
from bot.core.clock import shanghai_now
from handlers.district.build import missing_from, new_pack, with_divisions
from handlers.district.divisions import read_divisions
from handlers.district.new_places import with_places
from handlers.district.pack import DATUMS, PackErrors
from handlers.district.read import read_pack
from handlers.district.settings_file import settings_from_rows
from handlers.district.sheets import SETTINGS_SHEET
from handlers.district.store import Rows, apply, difference, difference_between, load_rows, load_version
from handlers.district.write import checked, put_sheets

app = typer.Typer()

DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")]


@app.command(name="import-divisions")
def import_divisions(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The five-level table: CSV, JSON or SQLite, or its folder.")
    ],
    *,
    code: Annotated[str, typer.Option(metavar="CODE", help="Six digits of the district, such as 330108.")],
    folder: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="The pack to make or to add to; district-CODE without it."),
    ] = None,
    name: Annotated[str, typer.Option(help="The district's name, where the table does not say it.")] = "",
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Take names and parents from the table where staff changed them."),
    ] = False,
    dry_run: DryRun = False,
) -> None:
    """Build streets, communities and a station for each; what a folder has already is kept."""
    target = folder or Path(f"district-{code}")
    try:
        found = read_divisions(file, code)
        found.name = name or found.name
        before: Rows = read_pack(target).rows if target.exists() else {}
        after = with_divisions(before or new_pack(found), found, replace=replace)
        gone = missing_from(before, found)
        _put(before, after, target, dry_run=dry_run)
    except PackErrors as error:
        raise refuse(error.lines) from None
    except OSError as error:
        raise refuse([f"{target} cannot be written: {error.strerror}"]) from None
    for area in gone:
        err.print(f"! {area} is in {target} and not in {file}", style="yellow", markup=False)
    out.print(
        f"{found.name or code}: {len(found.streets)} streets, {len(found.communities)} communities",
        markup=False,
    )


@app.command(name="add-places")
def add_places(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE.csv", help="name, area, and maybe kind, aliases, longitude, latitude, station, key."
        ),
    ],
    *,
    pack: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Add to a folder instead of the loaded district.")
    ] = None,
    datum: Annotated[
        str, typer.Option(help="Of the coordinates: gcj02 (WeChat, Amap) or wgs84 (raw GPS).")
    ] = "gcj02",
    dry_run: DryRun = False,
) -> None:
    """Add estates, roads, schools and markets to the gazetteer, all of them or none."""
    if datum not in DATUMS:
        raise refuse([f"'{datum}' is not a datum; known: {', '.join(DATUMS)}"])
    try:
        if pack is None:
            _add_to_the_database(file, datum, dry_run=dry_run)
        else:
            before = read_pack(pack).rows
            _put(before, _joined(before, file, datum), pack, dry_run=dry_run)
    except PackErrors as error:
        raise refuse(error.lines) from None
    except DBAPIError as error:
        raise refuse([database_fault(error)]) from None
    except OSError as error:
        raise refuse([f"{pack} cannot be written: {error.strerror}"]) from None


def _put(before: Rows, after: Rows, folder: Path, *, dry_run: bool) -> None:
    found = difference_between(before, after)
    show(found.lines() if before else found.summary())
    if found and not dry_run:
        changed = {change.sheet for change in found.changes} | set(found.reordered)
        files = put_sheets(after, folder, changed)
        out.print(f"{len(files)} files written to {folder}", markup=False)


def _joined(rows: Rows, file: Path, datum: str) -> Rows:
    settings = settings_from_rows(rows.get(SETTINGS_SHEET, ()))
    return with_places(rows, file, datum=datum, pack_datum=settings.datum)


def _add_to_the_database(file: Path, datum: str, *, dry_run: bool) -> None:
    settings = read_settings()
    now = shanghai_now(settings.timezone)()
    if dry_run:
        with opened(settings) as engine, reading(engine) as session:
            show(difference(session, checked(_joined(_stored(session), file, datum))).lines())
        return
    note(settings, "district add-places", file=str(file))
    with alone(settings), opened(settings) as engine, Session(engine) as session, session.begin():
        found = apply(session, checked(_joined(_stored(session), file, datum)), now)
    show(found.lines())
    if found:
        out.print("added; a running bot takes it up within a minute")


def _stored(session: Session) -> Rows:
    if not load_version(session):
        raise PackErrors(
            ["no district is loaded: run `lianxinqiao district import DIR` first, or name --pack DIR"]
        )
    return load_rows(session)
