"""Bulletins (民情通报): drafted, handed in, approved and issued under a number that is never skipped."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.engine.database import Base
from storage.models.columns import own_id, to


class Bulletin(Base):
    """One bulletin of an issuer's series; once issued it is never changed."""

    __tablename__ = "bulletin"
    __table_args__ = (UniqueConstraint("issuer", "year", "number"), UniqueConstraint("issuer", "total"))

    id: Mapped[int] = own_id()
    issuer: Mapped[str] = mapped_column(String(64), default="")
    """Key of the street or station; empty for the district office."""
    state: Mapped[str] = mapped_column(String(16), default="draft")
    """`draft`, `submitted`, `issued` or `dropped`."""
    since: Mapped[date]
    until: Mapped[date]
    """The day after the last one that it tells of."""
    year: Mapped[int | None]
    number: Mapped[int | None]
    """In the year; taken when it is issued, as is the one in the whole series."""
    total: Mapped[int | None]
    scope: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Its figures and problems as they were drafted, so that what is issued is what was read."""
    drafted_by: Mapped[int] = to("person.id")
    drafted_at: Mapped[datetime]
    submitted_by: Mapped[int | None] = to("person.id", nullable=True)
    issued_by: Mapped[int | None] = to("person.id", nullable=True)
    issued_at: Mapped[datetime | None]
