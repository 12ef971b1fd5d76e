"""Voters who came to a station: known from bookings that were kept and from cases entered for visitors (代录)."""

from collections.abc import Collection
from datetime import date, datetime, time

from sqlalchemy import and_, func, literal, or_, select
from sqlalchemy.orm import Session

from storage.local_time import local_day
from storage.models import Activity, Booking, Case, Occasion, RoleGrant

VISIT = "visit"
Day = tuple[str, date]
"""A station and a day."""


def came(
    session: Session, stations: Collection[str] | None, since: date | None, until: date | None, now: datetime
) -> dict[Day, int]:
    """Count who came to each station (None: all) on each day.

    Who had booked is often also entered by 代录, so the larger of the two numbers counts: nobody is counted twice.
    """
    booked = _booked(session, since, until)
    entered = _entered(session, since, until, now)
    return {
        day: max(booked.get(day, 0), entered.get(day, 0))
        for day in booked.keys() | entered.keys()
        if stations is None or day[0] in stations
    }


def not_written_down(
    session: Session,
    stations: Collection[str] | None,
    since: date | None,
    until: date | None,
    *,
    kinds: Collection[str],
    now: datetime,
) -> int:
    """Count who came on days of which the register has nothing of these kinds: what it says covers its whole day."""
    found = came(session, stations, since, until, now)
    if not found:
        return 0
    rows = select(Activity.station, Activity.held_on).where(
        Activity.kind.in_(sorted(kinds)), Activity.struck_at.is_(None)
    )
    rows = rows.where(Activity.held_on >= min(day for _, day in found)).distinct()
    written = {(station, day) for station, day in session.execute(rows)}
    return sum(count for day, count in found.items() if day not in written)


def _booked(session: Session, since: date | None, until: date | None) -> dict[Day, int]:
    rows = (
        select(Occasion.station, Occasion.held_on, func.count())
        .join(Booking, Booking.occasion_id == Occasion.id)
        .where(Booking.came.is_(True), Occasion.held_on.is_not(None))
        .group_by(Occasion.station, Occasion.held_on)
    )
    rows = rows.where(Occasion.held_on >= since) if since else rows
    rows = rows.where(Occasion.held_on < until) if until else rows
    return {(station, day): int(count) for station, day, count in session.execute(rows) if day}


def _entered(session: Session, since: date | None, until: date | None, now: datetime) -> dict[Day, int]:
    """Count by the station of whoever entered it: a visitor may tell of a trouble elsewhere."""
    minutes = int((now.utcoffset() or now - now).total_seconds() // 60)
    where_held = (
        select(func.min(RoleGrant.area))
        .where(
            RoleGrant.person_id == Case.filed_by,
            RoleGrant.role == "station",
            RoleGrant.since <= Case.filed_at,
            or_(RoleGrant.until.is_(None), RoleGrant.until > Case.filed_at),
        )
        .scalar_subquery()
    )
    station = func.coalesce(where_held, "").label("station_of_entry")
    day = local_day(Case.filed_at, literal(minutes)).label("day_of_entry")
    span = [
        *([Case.filed_at >= datetime.combine(since, time(), now.tzinfo)] if since else []),
        *([Case.filed_at < datetime.combine(until, time(), now.tzinfo)] if until else []),
    ]
    rows = (
        select(station, day, func.count())
        .where(and_(Case.source == VISIT, Case.sealed.is_(False), *span))
        .group_by(station, day)
    )
    return {(key, date.fromisoformat(on)): int(count) for key, on, count in session.execute(rows)}
