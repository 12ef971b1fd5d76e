"""How often deputies said that they would come to duty days."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.models import Attendance, Occasion


def count_promised(
    session: Session, stations: Iterable[str] | None, since: date, until: date
) -> tuple[int, int]:
    """Count promises to come, and the stations they were for (None: all), from one day up to, not including, another."""
    rows = (
        select(func.count(), func.count(func.distinct(Occasion.station)))
        .select_from(Attendance)
        .join(Occasion, Occasion.id == Attendance.occasion_id)
        .where(
            Attendance.answer == "yes",
            Attendance.answered_for == Occasion.held_on,
            Occasion.held_on >= since,
            Occasion.held_on < until,
        )
    )
    if stations is not None:
        rows = rows.where(Occasion.station.in_(sorted(stations)))
    times, places = session.execute(rows).one()
    return int(times), int(places)
