"""回头看: which cases were drawn to be looked at again on the spot, and what was found there."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.engine.database import Base
from storage.models.columns import own_id, to


class RecheckDraw(Base):
    """One drawing, with all that is needed to draw it again and get the same cases."""

    __tablename__ = "recheck_draw"

    id: Mapped[int] = own_id()
    month: Mapped[str | None] = mapped_column(String(8), unique=True)
    """The month that was proposed (`2026-10`); empty where somebody asked for it in between."""
    seed: Mapped[str] = mapped_column(String(16))
    drawn_at: Mapped[datetime]
    drawn_by: Mapped[int] = to("person.id")
    pool: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Numbers of all cases that could have been drawn, by department."""
    sizes: Mapped[dict[str, Any]] = mapped_column(JSON)
    """How many were drawn of each department."""


class Recheck(Base):
    """One case to be looked at again: an answer of a department is looked at once."""

    __tablename__ = "recheck"
    __table_args__ = (UniqueConstraint("referral_id"),)

    id: Mapped[int] = own_id()
    draw_id: Mapped[int] = to("recheck_draw.id")
    case_id: Mapped[int] = to("case_file.id")
    referral_id: Mapped[int] = to("referral.id")
    """The answer that said it is solved."""
    department: Mapped[str] = mapped_column(String(64))
    due: Mapped[date]
    finding: Mapped[str] = mapped_column(String(8), default="", server_default="")
    """Empty, or what was seen: `held` (it is done), `failed` (it is not), `unclear`."""
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    """What whoever looked wrote about it."""
    found_at: Mapped[datetime | None]
    found_by: Mapped[int | None] = to("person.id", nullable=True)


Index("ix_recheck_case", Recheck.case_id)
Index(
    "ix_recheck_waiting",
    Recheck.due,
    postgresql_where=text("finding = ''"),
    sqlite_where=text("finding = ''"),
)
