"""How fast one person may be written to: a row for each, so that all workers keep the pace together."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.bulk import insert_ignoring
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
    row = session.scalar(select(Pace).where(Pace.key == key).with_for_update())
    if row is None:
        insert_ignoring(
            session.connection(),
            Pace,
            [{"key": key, "minute_full_at": now, "hour_full_at": now}],
            key="key",
        )
        row = session.scalars(select(Pace).where(Pace.key == key).with_for_update()).one()
    wait = max(minute.wait(row.minute_full_at, now), hour.wait(row.hour_full_at, now))
    if not wait:
        row.minute_full_at = max(row.minute_full_at, now) + minute.apart
        row.hour_full_at = max(row.hour_full_at, now) + hour.apart
    return wait
