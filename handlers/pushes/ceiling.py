"""How many pushes to others one voter may cause in an hour; what comes beyond is told together."""

from datetime import timedelta

from sqlalchemy import Connection

from handlers.context import World
from storage.messages import outbox

AN_HOUR = timedelta(hours=1)


def causes_too_much(connection: Connection, world: World, voter_id: int | None) -> bool:
    """Tell whether a voter has caused as many pushes to others within the hour as the district allows."""
    if voter_id is None:
        return False
    most = world.district.settings.caused_pushes_an_hour
    return outbox.caused_since(connection, voter_id, world.now - AN_HOUR) >= most
