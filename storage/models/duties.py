"""Duty days and who comes to them."""

from datetime import date, datetime, time

from sqlalchemy import (
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base
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
