"""What the commands share: read the settings, say faults, and end."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext

import typer
from rich.console import Console
from sqlalchemy import Engine

from bot.core.clock import shanghai_now
from bot.core.lock import DataFolderBusyError, DataFolderLock
from bot.core.settings import Settings, SettingsError, load_settings
from bot.upkeep.audit import FILE as AUDIT_FILE
from bot.upkeep.audit import Anchors, note_command
from storage.engine.database import open_database
from storage.keeping.audit import watch

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)

FAULTY = 2
"""Exit code of a command that refuses: settings or surroundings must be changed first."""


def refuse(faults: Iterable[str]) -> typer.Exit:
    """Print every fault on a line of its own; raise what this returns."""
    for fault in faults:
        err.print(f"✗ {fault}", style="red", markup=False)
    return typer.Exit(FAULTY)


def read_settings() -> Settings:
    try:
        return load_settings(os.environ)
    except SettingsError as error:
        raise refuse(error.faults) from None


def note(settings: Settings, command: str, **details: str) -> None:
    """Write a command into the audit log before it does anything; what cannot be written down is not done."""
    try:
        note_command(settings, shanghai_now(settings.timezone)(), command, **details)
    except OSError as error:
        reason = error.strerror or str(error)
        raise refuse([f"{settings.data_dir / AUDIT_FILE} cannot be written: {reason}"]) from None


@contextmanager
def opened(settings: Settings) -> Iterator[Engine]:
    engine = open_database(settings.database_url)
    watch(engine, Anchors(settings).note)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Keep every other process out of the data folder; PostgreSQL looks after itself."""
    try:
        with DataFolderLock(settings.data_dir) if settings.on_sqlite else nullcontext():
            yield
    except DataFolderBusyError as error:
        raise refuse([str(error)]) from None
