"""What the commands about a district pack share: read it, show what changes, say what the database lacks."""

from collections.abc import Iterable

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.cli.common import err, out, refuse
from handlers.district.pack import Pack, PackErrors
from handlers.district.read import pack_folder, read_pack

_MOST_WARNINGS = 40


def reading(engine: Engine) -> Session:
    """Open a session that lets a running bot go on writing."""
    return Session(engine.execution_options(reading=True))


def read(word: str) -> Pack:
    try:
        pack = read_pack(pack_folder(word))
    except PackErrors as error:
        raise refuse(error.lines) from None
    for warning in pack.warnings[:_MOST_WARNINGS]:
        err.print(f"! {warning}", style="yellow", markup=False)
    if len(pack.warnings) > _MOST_WARNINGS:
        err.print(
            f"! … and {len(pack.warnings) - _MOST_WARNINGS} more of this kind", style="yellow", markup=False
        )
    return pack


def show(lines: Iterable[str]) -> None:
    for line in lines:
        out.print(line, markup=False)


def database_fault(error: DBAPIError) -> str:
    return f"{str(error.orig).strip()} (is the database there and up to date? run `lianxinqiao migrate`)"
