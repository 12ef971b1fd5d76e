"""Duty days and who comes to them; voters who are to be called."""

from datetime import date, datetime, time

from sqlalchemy import (
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.engine.database import Base
from storage.models.columns import own_id, to


class Occasion(Base):
    """One day of a duty rule at a station; a changed holiday moves `held_on`, it never doubles the row."""

    __tablename__ = "occasion"
    __table_args__ = (UniqueConstraint("rule", "station", "nominal_date"),)

    id: Mapped[int] = own_id()
    rule: Mapped[str] = mapped_column(String(64))
    station: Mapped[str] = mapped_column(String(64), default="")
    nominal_date: Mapped[date]
    held_on: Mapped[date | None]
    """None when the rule's policy skips this one."""
    starts: Mapped[time]
    ends: Mapped[time | None]
    venue: Mapped[str] = mapped_column(String(128), default="")
    theme: Mapped[str] = mapped_column(String(128), default="")
    reason: Mapped[str] = mapped_column(String(64), default="")
    """Why it was moved or skipped: `周日`, `国庆节` …"""
    provisional: Mapped[bool] = mapped_column(default=False)
    """Planned by weekends alone because the year's holiday notice is not loaded yet."""
    planned_at: Mapped[datetime]


class Attendance(Base):
    """What a deputy said about one occasion."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("occasion_id", "person_id"),)

    id: Mapped[int] = own_id()
    occasion_id: Mapped[int] = to("occasion.id")
    person_id: Mapped[int] = to("person.id")
    answer: Mapped[str] = mapped_column(String(8), default="")
    """`yes`, `no`, or empty while unanswered."""
    reason: Mapped[str] = mapped_column(String(128), default="")
    answered_for: Mapped[date | None]
    """The day that was answered; if the occasion moves, the answer no longer counts."""
    answered_at: Mapped[datetime | None]


class Booking(Base):
    """A voter's place at one reception; giving it back takes the row away, so that another can have it."""

    __tablename__ = "booking"
    __table_args__ = (UniqueConstraint("occasion_id", "person_id"), UniqueConstraint("occasion_id", "place"))

    id: Mapped[int] = own_id()
    occasion_id: Mapped[int] = to("occasion.id")
    person_id: Mapped[int] = to("person.id")
    place: Mapped[int]
    """Counts from the beginning: with two seats and 20 minutes a voter, 3 is the second seat of the second 20 minutes."""
    made_at: Mapped[datetime]
    came: Mapped[bool | None]
    """What the station noted: came, did not come, or nothing."""


Index("ix_booking_person", Booking.person_id)


class CallBack(Base):
    """A voter who wants to be called by a person; the number stands with the person, for the station alone."""

    __tablename__ = "call_back"

    id: Mapped[int] = own_id()
    person_id: Mapped[int] = to("person.id")
    station: Mapped[str] = mapped_column(String(64), default="")
    """Who calls; empty for the district desk."""
    street: Mapped[str] = mapped_column(String(64), default="")
    made_at: Mapped[datetime]
    due: Mapped[date]
    done_at: Mapped[datetime | None]
    done_by: Mapped[int | None] = to("person.id", nullable=True)


_WAITING = CallBack.done_at.is_(None)
Index("ix_call_back_waiting", CallBack.due, postgresql_where=_WAITING, sqlite_where=_WAITING)
Index("ix_call_back_person", CallBack.person_id)
