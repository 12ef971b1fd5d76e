"""Thanks of voters (表扬): kept, and read by the offices that they were told of."""

from datetime import datetime

from sqlalchemy import ColumnElement, false, func, or_, select, true
from sqlalchemy.orm import Session

from storage.models import Praise
from storage.people.scopes import Scope


def keep(session: Session, person_id: int, text: str, *, station: str, street: str, now: datetime) -> None:
    session.add(Praise(person_id=person_id, station=station, street=street, text=text[:128], at=now))


def _within(scope: Scope) -> ColumnElement[bool]:
    if scope.district:
        return true()
    if not scope:
        return false()
    return or_(Praise.station.in_(scope.stations - {""}), Praise.street.in_(scope.streets - {""}))


def newest(session: Session, scope: Scope, since: datetime, limit: int) -> tuple[int, list[Praise]]:
    """Give how many there are since then, and the newest of them."""
    rows = (
        select(Praise).where(_within(scope), Praise.at >= since).order_by(Praise.at.desc(), Praise.id.desc())
    )
    count = session.scalar(select(func.count()).select_from(rows.subquery())) or 0
    return count, list(session.scalars(rows.limit(limit)))
