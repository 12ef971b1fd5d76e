"""The command `code`: a one-time binding code from the machine itself, the first operator's too."""

from typing import Annotated

import typer
from sqlalchemy.orm import Session

from bot.cli.common import note, opened, out, read_settings, refuse
from bot.core.clock import shanghai_now
from handlers.account.accounts import new_code
from handlers.district.snapshot import load_district
from handlers.district.store import load_version
from handlers.errors import Refusal
from handlers.messages import Role


def code(
    role: Annotated[Role, typer.Argument(help="What the person will be.")],
    area: Annotated[
        str,
        typer.Option(
            help="Name or key of the station, street or department; nothing for the whole district."
        ),
    ] = "",
) -> None:
    """Print a one-time code; whoever sends it to the account takes the role."""
    settings = read_settings()
    note(settings, "code", role=role, area=area)
    now = shanghai_now(settings.timezone)()
    with opened(settings) as engine, Session(engine) as session, session.begin():
        try:
            district = load_district(session) if load_version(session) else None
            made = new_code(session, role=role, area=area, now=now, district=district)
        except Refusal as refusal:
            raise refuse([refusal.text]) from None
    out.print(made, markup=False)
