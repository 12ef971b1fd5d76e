"""Voters who came to a station: known from bookings that were kept and from cases entered for visitors (代录)."""

from collections.abc import Collection
from datetime import date, datetime, time

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from storage.engine.literals import equals
from storage.engine.local_time import local_day
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
    day = local_day(Case.filed_at, literal(minutes)).label("day_of_entry")
    span = [
        *([Case.filed_at >= datetime.combine(since, time(), now.tzinfo)] if since else []),
        *([Case.filed_at < datetime.combine(until, time(), now.tzinfo)] if until else []),
    ]
    rows = session.execute(
        select(Case.filed_by, day, func.count())
        .where(equals(Case.source, VISIT), Case.sealed.is_(False), *span)
        .group_by(Case.filed_by, day)
    ).all()
    at_work = _at_work(session, {person for person, _, _ in rows if person is not None}, now)
    counted: dict[Day, int] = {}
    for person, said, count in rows:
        on = date.fromisoformat(said)
        held = (area for area, first, last in at_work.get(person or 0, ()) if first <= on <= last)
        key = min(held, default=""), on
        counted[key] = counted.get(key, 0) + int(count)
    return counted


def _at_work(
    session: Session, people: Collection[int], now: datetime
) -> dict[int, list[tuple[str, date, date]]]:
    """Give at which stations these people were at work, from which day to which."""
    rows = session.execute(
        select(RoleGrant.person_id, RoleGrant.area, RoleGrant.since, RoleGrant.until).where(
            RoleGrant.role == "station", RoleGrant.person_id.in_(sorted(people))
        )
    )
    found: dict[int, list[tuple[str, date, date]]] = {}
    for person, area, since, until in rows:
        last = until.astimezone(now.tzinfo).date() if until else date.max
        found.setdefault(person, []).append((area, since.astimezone(now.tzinfo).date(), last))
    return found
