"""Commands of the operator: migrate, check, backup, restore."""

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.checks import find_faults, warnings_about
from bot.cli.common import alone, err, note, opened, out, read_settings, refuse
from bot.core.clock import shanghai_now
from bot.sending.probe import probe
from bot.upkeep.backup import back_up
from bot.upkeep.backup_file import MEDIA, BackupError, Manifest
from bot.upkeep.restore import find_all_breaks
from bot.upkeep.restore import restore as put_back
from bot.upkeep.sweeping import REREADINGS
from storage.cases.search import forget_all
from storage.keeping import rereading
from storage.migrate import MigrationError, is_current
from storage.migrate import migrate as bring_up_to_date


def migrate(
    *,
    rebuild_search: Annotated[
        bool, typer.Option(help="Also empty the search index; the running bot then fills it anew.")
    ] = False,
    read_again: Annotated[
        bool, typer.Option(help="Also read what processes of the version before wrote since the last time.")
    ] = False,
) -> None:
    """Bring the database up to date."""
    settings = read_settings()
    note(settings, "migrate")
    with alone(settings), opened(settings) as engine:
        try:
            changed = not is_current(engine)
            bring_up_to_date(engine)
            if rebuild_search:
                with engine.begin() as connection:
                    forget_all(connection)
            if read_again:
                with Session(engine) as session, session.begin():
                    rereading.begin_again(session, REREADINGS)
        except (MigrationError, SQLAlchemyError) as error:
            reason = error if isinstance(error, MigrationError) else getattr(error, "orig", None) or error
            raise refuse([str(reason).strip()]) from None
    out.print("the database is up to date" if changed else "the database was up to date already")


def check(
    *,
    online: Annotated[
        bool, typer.Option(help="Also ask the platform about the credentials and what the account may do.")
    ] = False,
    integrity: Annotated[
        bool,
        typer.Option(help="Also read the whole record: numbers, history, messages, search, attachments."),
    ] = False,
) -> None:
    """Name every fault of settings, database, district and credentials at once."""
    settings = read_settings()
    faults = find_faults(settings)
    if integrity and not faults:
        with opened(settings) as engine:
            faults += find_all_breaks(engine, settings)
    if online:
        found = probe(settings, shanghai_now(settings.timezone))
        faults += found.faults
        for rung in found.rungs:
            out.print(str(rung), markup=False)
    if faults:
        raise refuse(faults)
    out.print("✓ ready to serve", style="green")
    for warning in warnings_about(settings):
        out.print(f"  ! {warning}", style="yellow", markup=False)
    if not online:
        out.print("  (add --online to ask the platform what the account may do)")


def backup(
    file: Annotated[Path, typer.Argument(help="The archive to write, such as backup-2026-11-21.tar.gz")],
) -> None:
    """Copy the database and the attachments to one checked file; the bot may go on running."""
    settings = read_settings()
    note(settings, "backup", file=str(file))
    try:
        manifest = back_up(settings, file, shanghai_now(settings.timezone)())
    except BackupError as error:
        raise refuse([str(error)]) from None
    out.print(f"{file}: {_describe(manifest)}", markup=False)


def restore(
    file: Annotated[Path, typer.Argument(help="An archive that `backup` wrote")],
    *,
    force: Annotated[bool, typer.Option(help="Replace a database that holds data.")] = False,
    send_owed: Annotated[
        bool,
        typer.Option(help="Send what the copy still owed, though it may have gone out after it was made."),
    ] = False,
) -> None:
    """Put a backup back; it is checked whole before anything is changed, and the record afterwards."""
    settings = read_settings()
    note(settings, "restore", file=str(file), force=str(force))
    with alone(settings):
        try:
            now = shanghai_now(settings.timezone)()
            restored = put_back(settings, file, now, force=force, send_owed=send_owed)
        except (BackupError, MigrationError) as error:
            raise refuse([str(error)]) from None
    out.print(f"restored {_describe(restored.manifest)}", markup=False)
    if restored.forgotten:
        out.print(
            f"{restored.forgotten} people had asked to be forgotten since and were forgotten again",
            markup=False,
        )
    if restored.held:
        out.print(
            f"{restored.held} pushes may have gone out already and are held back: staff see them under 没送到的",
            markup=False,
        )
    if restored.breaks:
        raise refuse(restored.breaks)
    err.print("the record is whole; run `lianxinqiao check` before you serve again", markup=False)


def _describe(manifest: Manifest) -> str:
    attachments = sum(name.startswith(MEDIA) for name in manifest.files)
    return f"{manifest.engine} of {manifest.made_at:%Y-%m-%d %H:%M}, {attachments} attachments, every checksum right"
