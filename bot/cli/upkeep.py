"""Commands of the operator: migrate, check, backup, restore."""

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError

from bot.backup import BackupError, Manifest, back_up
from bot.backup import restore as put_back
from bot.checks import find_faults
from bot.cli.common import alone, err, note, opened, out, read_settings, refuse
from bot.clock import shanghai_now
from bot.probe import probe
from storage.migrate import MigrationError, is_current
from storage.migrate import migrate as bring_up_to_date


def migrate() -> None:
    """Bring the database up to date."""
    settings = read_settings()
    note(settings, "migrate")
    with alone(settings), opened(settings) as engine:
        try:
            changed = not is_current(engine)
            bring_up_to_date(engine)
        except (MigrationError, SQLAlchemyError) as error:
            reason = error if isinstance(error, MigrationError) else getattr(error, "orig", None) or error
            raise refuse([str(reason).strip()]) from None
    out.print("the database is up to date" if changed else "the database was up to date already")


def check(
    *,
    online: Annotated[
        bool, typer.Option(help="Also ask the platform about the credentials and what the account may do.")
    ] = False,
) -> None:
    """Name every fault of settings, database, district and credentials at once."""
    settings = read_settings()
    faults = find_faults(settings)
    if online:
        found = probe(settings, shanghai_now(settings.timezone))
        faults += found.faults
        for rung in found.rungs:
            out.print(str(rung), markup=False)
    if faults:
        raise refuse(faults)
    out.print("✓ ready to serve", style="green")
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
) -> None:
    """Put a backup back; it is checked whole before anything is changed."""
    settings = read_settings()
    note(settings, "restore", file=str(file), force=str(force))
    with alone(settings):
        try:
            manifest = put_back(settings, file, shanghai_now(settings.timezone)(), force=force)
        except BackupError as error:
            raise refuse([str(error)]) from None
    out.print(f"restored {_describe(manifest)}", markup=False)
    err.print("run `lianxinqiao migrate` and `lianxinqiao check` before you serve again", markup=False)


def _describe(manifest: Manifest) -> str:
    attachments = len(manifest.files) - 1
    return f"{manifest.engine} of {manifest.made_at:%Y-%m-%d %H:%M}, {attachments} attachments, every checksum right"
