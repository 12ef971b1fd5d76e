"""What becomes of an account: followed, left, tied to a station."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from storage.models import Account, Person


def set_following(session: Session, account_id: int, *, following: bool) -> None:
    code = "" if following else "43004"
    session.execute(
        update(Account).where(Account.id == account_id).values(following=following, unreachable_code=code)
    )


def set_station(session: Session, person_id: int, station: str) -> None:
    session.execute(update(Person).where(Person.id == person_id).values(station=station))


def note_notice(session: Session, person_id: int, now: datetime) -> None:
    """Note that the privacy notice was given."""
    session.execute(update(Person).where(Person.id == person_id).values(notified_at=now))


def withdraw_consent(session: Session, person_id: int) -> None:
    """Forget what the person no longer lets us keep: the station they were tied to by scanning."""
    session.execute(update(Person).where(Person.id == person_id).values(station=""))
