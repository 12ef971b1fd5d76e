"""Reports (月报, 季报, 半年报) on their way: checked by departments, issued with frozen figures."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.engine.database import Base
from storage.models.columns import own_id, to


class Report(Base):
    """A report whose figures go to the departments before it is issued; issued ones never change."""

    __tablename__ = "report"

    id: Mapped[int] = own_id()
    issuer: Mapped[str] = mapped_column(String(64), default="")
    """Key of the street; empty for the district office."""
    kind: Mapped[str] = mapped_column(String(16))
    """`month`, `quarter` or `half`."""
    since: Mapped[date]
    until: Mapped[date]
    """The day after the last one that it tells of."""
    label: Mapped[str] = mapped_column(String(32))
    scope: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = mapped_column(String(16), default="checking")
    """`checking`, `issued` or `dropped`."""
    check_until: Mapped[date]
    """The last day on which departments may object."""
    begun_by: Mapped[int] = to("person.id")
    begun_at: Mapped[datetime]
    issued_by: Mapped[int | None] = to("person.id", nullable=True)
    issued_at: Mapped[datetime | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """All its figures as they were issued."""


_ISSUED = text("state = 'issued'")
Index(
    "ix_report_issued",
    Report.issuer,
    Report.kind,
    Report.since,
    unique=True,
    postgresql_where=_ISSUED,
    sqlite_where=_ISSUED,
)


class FigureCheck(Base):
    """What one department was told of its own figures, and whether it has answered."""

    __tablename__ = "figure_check"
    __table_args__ = (UniqueConstraint("report_id", "department"),)

    id: Mapped[int] = own_id()
    report_id: Mapped[int] = to("report.id")
    department: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16), default="asked")
    """`asked`, `agreed`, or `objected`."""
    text: Mapped[str] = mapped_column(Text)
    """Its figures in words, as it was told them."""
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = to("person.id", nullable=True)


class Objection(Base):
    """A case whose figure a department doubts, with its reason and what was decided."""

    __tablename__ = "objection"
    __table_args__ = (UniqueConstraint("check_id", "case_id"),)

    id: Mapped[int] = own_id()
    check_id: Mapped[int] = to("figure_check.id")
    case_id: Mapped[int] = to("case_file.id")
    reason: Mapped[str] = mapped_column(Text)
    said_by: Mapped[int] = to("person.id")
    said_at: Mapped[datetime]
    decision: Mapped[str] = mapped_column(String(16), default="")
    """`excused` (it counts as on time), `kept` (nothing changes), or empty."""
    decided_by: Mapped[int | None] = to("person.id", nullable=True)
    decided_at: Mapped[datetime | None]
