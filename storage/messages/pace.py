"""How fast one person may be written to: a row for each, so that all workers keep the pace together."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.engine.bulk import insert_ignoring
from storage.models import Pace


@dataclass(frozen=True, slots=True)
class Limit:
    """Never more than `most` messages within `length`; `burst` of them may come at once."""

    most: int
    length: timedelta
    burst: int

    @property
    def apart(self) -> timedelta:
        """How far apart messages are once the burst is used up."""
        return self.length / (self.most - self.burst)

    def wait(self, full_at: datetime, now: datetime) -> timedelta:
        """Say how long until one more may go; `full_at` is when the burst is whole again."""
        return max(timedelta(0), full_at - now - self.apart * (self.burst - 1))


def take_turn(session: Session, key: str, *, minute: Limit, hour: Limit, now: datetime) -> timedelta:
    """Take a turn to write to this person, or give how long to wait for one."""
    row = _row(session, key, now)
    wait = max(minute.wait(row.minute_full_at, now), hour.wait(row.hour_full_at, now))
    if not wait:
        row.minute_full_at = max(row.minute_full_at, now) + minute.apart
        row.hour_full_at = max(row.hour_full_at, now) + hour.apart
    return wait


def take_many(session: Session, key: str, most: int, per_minute: int, now: datetime) -> int:
    """Take up to `most` turns of a budget that all workers share; give how many there were."""
    limit = Limit(
        most=per_minute + max(1, per_minute // 60),
        length=timedelta(minutes=1),
        burst=max(1, per_minute // 60),
    )
    row = _row(session, key, now)
    full_at = max(row.minute_full_at, now)
    taken = min(most, max(0, int((limit.apart * limit.burst - (full_at - now)) / limit.apart)))
    row.minute_full_at = full_at + limit.apart * taken
    return taken


def _row(session: Session, key: str, now: datetime) -> Pace:
    """Lock the row of a key, making it where there is none."""
    locked = select(Pace).where(Pace.key == key).with_for_update()
    row = session.scalar(locked)
    if row is None:
        first = {"key": key, "minute_full_at": now, "hour_full_at": now}
        insert_ignoring(session.connection(), Pace, [first], key="key")
        row = session.scalars(locked).one()
    return row
