"""What the running bot keeps about itself: the pack, tokens, ticks."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Index,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.engine.database import Base, Id
from storage.models.columns import own_id


class PackRow(Base):
    """One row of the district pack as data (a station, a place, a rule, a topic, a text …)."""

    __tablename__ = "pack_row"

    sheet: Mapped[str] = mapped_column(String(32), primary_key=True)
    key: Mapped[str] = mapped_column(String(128), primary_key=True)
    position: Mapped[int]
    data: Mapped[dict[str, Any]] = mapped_column(JSON)


class PackVersion(Base):
    """One row whose number grows with every change, so that replicas reload."""

    __tablename__ = "pack_version"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int]
    changed_at: Mapped[datetime]


class Token(Base):
    """The access token of one account, shared by all processes."""

    __tablename__ = "token"

    account: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str] = mapped_column(Text, default="")
    expires_at: Mapped[datetime | None]
    refreshing_until: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]
    """When a process last asked for another token because the platform had refused this one."""
    forced_at: Mapped[datetime | None]
    """When one was last demanded by force, which the platform allows 20 times a day."""


class SchemaFloor(Base):
    """One row: the oldest revision whose version still works on this database (docs/operate.md, Upgrade)."""

    __tablename__ = "schema_floor"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    oldest: Mapped[str] = mapped_column(String(32))


class TickRun(Base):
    """When a tick last ended well."""

    __tablename__ = "tick_run"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    ended_at: Mapped[datetime]


class Progress(Base):
    """How far a job that works through a table in small pieces has come."""

    __tablename__ = "progress"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    position: Mapped[int] = mapped_column(Id)
    """The id of the last row that was done, or what else the job counts by."""


class Sweep(Base):
    """A job that goes once over what is already there, in pieces; it goes on where it stood."""

    __tablename__ = "sweep"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    position: Mapped[int] = mapped_column(Id)
    """The last id that it has done."""
    seen: Mapped[int] = mapped_column(Id)
    """How many rows it has looked at."""
    started_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class SweepFinding(Base):
    """Something that a sweep changed or held back, for a person to look at."""

    __tablename__ = "sweep_finding"

    id: Mapped[int] = own_id()
    sweep: Mapped[str] = mapped_column(String(32))
    what: Mapped[str] = mapped_column(String(32))
    case_id: Mapped[int | None] = mapped_column(Id)
    detail: Mapped[str] = mapped_column(String(200), default="")
    """What exactly; never a person's words, name or number."""
    found_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    """When somebody said that they had looked at it; it then leaves the list."""


Index("ix_sweep_finding_sweep", SweepFinding.sweep, SweepFinding.id)
