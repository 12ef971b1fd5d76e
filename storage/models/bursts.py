"""Bursts: many voters telling of one trouble at one place within a day."""

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.engine.database import Base
from storage.models.columns import own_id, to


class Burst(Base):
    """A burst that street and district were told of, once; it lasts as long as further cases come."""

    __tablename__ = "burst"
    __table_args__ = (UniqueConstraint("first_case_id"),)

    id: Mapped[int] = own_id()
    place: Mapped[str] = mapped_column(String(64))
    topic: Mapped[str] = mapped_column(String(32))
    first_case_id: Mapped[int] = to("case_file.id")
    """The case it began with: two workers that see the same burst write one row."""
    told_at: Mapped[datetime]
    last_at: Mapped[datetime]
    """When the last case came that belongs to it."""


Index("ix_burst_place", Burst.place, Burst.topic, Burst.last_at)
