"""The register of activities (活动台账): written down, changed, struck, and counted within what a person may see."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, false, func, or_, select, true
from sqlalchemy.orm import Session

from storage.engine.database import new_id
from storage.models import Activity, ActivityStep
from storage.people.scopes import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a record says."""

    kind: str
    held_on: date
    station: str = ""
    street: str = ""
    people: int = 0
    deputies: int = 0
    things: int = 0
    text: str = ""

    def as_data(self) -> dict[str, Any]:
        """Give it as an open question or a step keeps it."""
        return asdict(self) | {"held_on": self.held_on.isoformat()}


def entry_from(data: Mapping[str, Any]) -> Entry:
    """Read what `as_data` wrote."""
    return Entry(**{**data, "held_on": date.fromisoformat(data["held_on"])})


def entry_of(row: Activity) -> Entry:
    return Entry(**{field.name: getattr(row, field.name) for field in fields(Entry)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """How much of one kind there was."""

    times: int = 0
    people: int = 0
    deputies: int = 0
    things: int = 0
    imported: int = 0
    """Of the times: from before the bot."""
    beside: int = 0
    """Of the people: known from bookings and 代录 alone, on days of which nothing was written down."""


def within(scope: Scope) -> ColumnElement[bool]:
    """Give the condition under which an activity is inside the scope and counts."""
    if scope.district:
        seen: ColumnElement[bool] = true()
    elif scope:
        # An empty key means the office itself; in a role it must never open what others did.
        seen = or_(Activity.station.in_(scope.stations - {""}), Activity.street.in_(scope.streets - {""}))
    else:
        seen = false()
    return seen & Activity.struck_at.is_(None)


def _days(since: date | None, until: date | None) -> list[ColumnElement[bool]]:
    return [
        *([Activity.held_on >= since] if since else []),
        *([Activity.held_on < until] if until else []),
    ]


# -- writing ----------------------------------------------------------------------------------------------


def record(session: Session, entry: Entry, *, by: int, now: datetime) -> int:
    """Write an activity down; give its id."""
    values = asdict(entry)
    row = Activity(id=new_id(), recorded_by=by, recorded_at=now, **values)
    session.add(row)
    session.flush()
    _step(session, row.id, "recorded", by=by, now=now)
    return row.id


def change(session: Session, row: Activity, entry: Entry, *, by: int, now: datetime) -> None:
    """Let a record say something else; what it said before stays with the step."""
    before, after = entry_of(row).as_data(), entry.as_data()
    _step(
        session,
        row.id,
        "changed",
        by=by,
        now=now,
        was={name: value for name, value in before.items() if value != after[name]},
    )
    for name, value in asdict(entry).items():
        setattr(row, name, value)
    session.flush()


def strike(session: Session, row: Activity, *, by: int, now: datetime) -> None:
    """Let a record count nowhere any more; it is not deleted."""
    row.struck_at = now
    _step(session, row.id, "struck", by=by, now=now)
    session.flush()


def _step(
    session: Session,
    activity_id: int,
    action: str,
    *,
    by: int,
    now: datetime,
    was: Mapping[str, Any] | None = None,
) -> None:
    session.add(
        ActivityStep(
            id=new_id(), activity_id=activity_id, at=now, actor_id=by, action=action, was=dict(was or {})
        )
    )


# -- reading ----------------------------------------------------------------------------------------------


def find(session: Session, scope: Scope, activity_id: int) -> Activity | None:
    """Give a record that counts and is inside the scope, held until the transaction ends."""
    return session.scalars(
        select(Activity).where(Activity.id == activity_id, within(scope)).with_for_update()
    ).one_or_none()


def same_day(session: Session, entry: Entry) -> int:
    """Count what is on record of the same kind, day and place."""
    rows = select(func.count()).where(
        Activity.kind == entry.kind,
        Activity.held_on == entry.held_on,
        Activity.station == entry.station,
        Activity.street == entry.street,
        Activity.struck_at.is_(None),
    )
    return session.scalar(rows) or 0


def listed(
    session: Session,
    scope: Scope,
    since: date | None,
    until: date | None,
    *,
    kinds: Collection[str] = (),
    limit: int,
    offset: int = 0,
) -> Sequence[Activity]:
    """Give what was held from one day up to, not including, another, the newest first."""
    rows = (
        select(Activity)
        .where(within(scope), *_days(since, until), *_of(kinds))
        .order_by(Activity.held_on.desc(), Activity.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return session.scalars(rows).all()


def _of(kinds: Collection[str]) -> list[ColumnElement[bool]]:
    return [Activity.kind.in_(sorted(kinds))] if kinds else []


def count(
    session: Session, scope: Scope, since: date | None, until: date | None, *, kinds: Collection[str] = ()
) -> int:
    rows = select(func.count()).where(within(scope), *_days(since, until), *_of(kinds))
    return session.scalar(rows) or 0


def sums(session: Session, scope: Scope, since: date | None, until: date | None) -> dict[str, Sums]:
    """Add up each kind over the days."""
    rows = session.execute(
        select(
            Activity.kind,
            func.count(),
            func.sum(Activity.people),
            func.sum(Activity.deputies),
            func.sum(Activity.things),
            func.count(Activity.import_id),
        )
        .where(within(scope), *_days(since, until))
        .group_by(Activity.kind)
    )
    return {
        kind: Sums(
            times=times, people=int(people), deputies=int(deputies), things=int(things), imported=imported
        )
        for kind, times, people, deputies, things, imported in rows
    }


def stations_with_deputies(session: Session, scope: Scope, since: date | None, until: date | None) -> int:
    """Count the stations at which deputies took part in something."""
    rows = select(func.count(func.distinct(Activity.station))).where(
        within(scope), *_days(since, until), Activity.deputies > 0, Activity.station != ""
    )
    return session.scalar(rows) or 0
