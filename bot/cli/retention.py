"""The command `retention`: what the clocks of the district's sheet let go, shown or done."""

from collections.abc import Callable
from typing import Annotated, TypeVar

import typer
from sqlalchemy.orm import Session

from bot.checks import database_faults
from bot.cli.common import alone, note, opened, out, read_settings, refuse
from bot.core.clock import shanghai_now
from bot.upkeep.keeping import forget_due, look
from handlers.district.snapshot import load_district

T = TypeVar("T")


def retention(
    *,
    dry_run: Annotated[bool, typer.Option(help="Only show what would go now, with counts.")] = False,
) -> None:
    """Let go what has been kept long enough; the running bot does the same by itself every six hours."""
    settings = read_settings()
    if faults := list(database_faults(settings)):
        raise refuse(faults)
    now = shanghai_now(settings.timezone)()
    with opened(settings) as engine:
        with Session(engine.execution_options(reading=True)) as session:
            rules = load_district(session).retention
        if not rules:
            out.print("the district has no sheet `retention`: nothing goes by itself")
            return
        for due in look(engine, settings, rules, now):
            kind = "files of months" if due.rule.what == "archive" else "cases"
            out.print(
                f"{due.rule.category:<11} {due.rule.what:<12} after {due.rule.months:>4} months: {due.count:>7} {kind}",
                markup=False,
            )
        if dry_run:
            return
        note(settings, "retention")

        def transact(work: Callable[[Session], T]) -> T:
            with Session(engine) as session, session.begin():
                return work(session)

        with alone(settings):
            done = forget_due(engine, transact, settings, rules, now)
    out.print(", ".join(f"{count} {what}" for what, count in done.items()))
