"""Thanks of voters as the station reads them (表扬), without what tells who wrote."""

from datetime import timedelta

from handlers import wording
from handlers.cases.reach import scope_of
from handlers.context import Context
from handlers.messages import IncomingMessage, Role
from handlers.route import Group, Route
from handlers.safety import gate
from storage.people import praises

_SHOWN, _LENGTH = 4, 24
_SINCE = timedelta(days=90)


def show_praise(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    """Show the newest thanks of the own scope."""
    count, found = praises.newest(ctx.session, scope_of(ctx), ctx.now - _SINCE, _SHOWN)
    if not found:
        return ctx.texts("staff_no_praise")
    lines = [
        ctx.texts(
            "staff_praise_line",
            day=wording.short_day(each.at.astimezone(ctx.now.tzinfo).date()),
            text=wording.clipped(gate.for_the_house(each.text), _LENGTH),
        )
        for each in found
    ]
    return ctx.texts("staff_praise", count=count, lines="\n".join(lines))


PRAISE_ROUTES = (
    Route(
        name="staff praise",
        handler=show_praise,
        words=("表扬", "看表扬", "谁表扬了", "感谢的话"),
        roles=frozenset({Role.STATION, Role.STREET, Role.DISTRICT}),
        help="表扬：选民道谢的话，三个月内的",
        example="表扬",
        group=Group.FIND,
    ),
)
