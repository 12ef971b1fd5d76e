"""All that a handler may touch."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.district.district import District
from handlers.texts import Texts
from storage.people import Sender


@dataclass(frozen=True, slots=True)
class Context:
    """One message's world: an open session, the time, who speaks, and the district they speak in."""

    session: Session
    """Open in a savepoint; never committed by a handler."""
    now: datetime
    """Aware, in the district's time zone."""
    sender: Sender
    district: District
    texts: Texts
    inbox_id: int = 0
