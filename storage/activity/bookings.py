"""Places at receptions: booked once per person and occasion, each place once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from storage.engine.bulk import insert_ignoring
from storage.engine.database import new_id
from storage.models import Booking, Occasion, Outbox


@dataclass(frozen=True, slots=True)
class Booked:
    """A person's place and the occasion that it is at."""

    id: int
    person_id: int
    place: int
    came: bool | None
    occasion: Occasion


def hold_occasions(session: Session, occasion_ids: Iterable[int]) -> None:
    """Let nobody move these occasions until the transaction ends; taken before any booking is touched."""
    session.execute(
        select(Occasion.id)
        .where(Occasion.id.in_(sorted(occasion_ids)))
        .order_by(Occasion.id)
        .with_for_update(read=True, key_share=True)
    ).all()


def taken(session: Session, occasion_ids: Iterable[int]) -> dict[int, set[int]]:
    """Give the places that are gone, by occasion."""
    rows = select(Booking.occasion_id, Booking.place).where(Booking.occasion_id.in_(list(occasion_ids)))
    found: dict[int, set[int]] = {}
    for occasion_id, place in session.execute(rows):
        found.setdefault(occasion_id, set()).add(place)
    return found


def book(session: Session, occasion_id: int, person_id: int, place: int, now: datetime) -> int | None:
    """Take a place; give the booking, or None if the place or the person is booked there already."""
    row = {
        "id": new_id(),
        "occasion_id": occasion_id,
        "person_id": person_id,
        "place": place,
        "made_at": now,
    }
    went_in = insert_ignoring(session.connection(), Booking, [row], key="id")
    return next(iter(went_in), None)


def _booked(session: Session, *where: object) -> list[Booked]:
    rows = (
        select(Booking.id, Booking.person_id, Booking.place, Booking.came, Occasion)
        .join(Occasion, Occasion.id == Booking.occasion_id)
        .where(*where)  # type: ignore[arg-type]
        .order_by(Occasion.held_on, Occasion.station, Booking.place)
    )
    return [Booked(*row) for row in session.execute(rows)]


def of_person(session: Session, person_id: int, since: date) -> list[Booked]:
    """Give what a person has booked and is still to be held, the soonest first."""
    return _booked(session, Booking.person_id == person_id, Occasion.held_on >= since)


def of_occasions(session: Session, occasion_ids: Iterable[int]) -> list[Booked]:
    return _booked(session, Booking.occasion_id.in_(list(occasion_ids)))


def by_id(session: Session, booking_id: int) -> Booked | None:
    return next(iter(_booked(session, Booking.id == booking_id)), None)


def counts_ahead(session: Session, since: date) -> dict[int, int]:
    """Count the bookings of each occasion that is still to be held."""
    rows = (
        select(Booking.occasion_id, func.count())
        .join(Occasion, Occasion.id == Booking.occasion_id)
        .where(Occasion.held_on >= since)
        .group_by(Booking.occasion_id)
    )
    return {occasion_id: count for occasion_id, count in session.execute(rows)}  # noqa: C416 -- rows are not pairs to mypy


def give_back(session: Session, booking_ids: Iterable[int]) -> None:
    """Take bookings away, with what was to be said about them."""
    ids = list(booking_ids)
    drop_reminders(session, ids)
    session.execute(delete(Booking).where(Booking.id.in_(ids)))


def drop_reminders(session: Session, booking_ids: Iterable[int]) -> None:
    """Take back the reminders of bookings that nobody has tried to send."""
    keys = [reminder_key(booking_id) for booking_id in booking_ids]
    session.execute(
        delete(Outbox).where(Outbox.dedupe_key.in_(keys), Outbox.status == "pending", Outbox.attempts == 0)
    )


def reminder_key(booking_id: int) -> str:
    return f"visit/{booking_id}"


def hand_on(session: Session, before: int, person_id: int) -> None:
    """Give one person's bookings to another; where both have booked, one of them stays."""
    theirs = select(Booking.occasion_id).where(Booking.person_id == person_id)
    session.execute(delete(Booking).where(Booking.person_id == before, Booking.occasion_id.in_(theirs)))
    session.execute(update(Booking).where(Booking.person_id == before).values(person_id=person_id))


def note_came(session: Session, booking_id: int, *, came: bool) -> None:
    session.execute(update(Booking).where(Booking.id == booking_id).values(came=came))
