"""活动台账: what a station did on which day, who came and took part, and every change of what was written down."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.engine.database import Base
from storage.models.columns import own_id, to


class ActivityImport(Base):
    """One import of past activities: its rows went in together, and are taken out together."""

    __tablename__ = "activity_import"

    id: Mapped[int] = own_id()
    at: Mapped[datetime]
    made_by: Mapped[int] = to("person.id")
    count: Mapped[int]
    undone_at: Mapped[datetime | None]


class Activity(Base):
    """One activity; a struck one counts nowhere and stays."""

    __tablename__ = "activity"

    id: Mapped[int] = own_id()
    kind: Mapped[str] = mapped_column(String(32))
    """Key of the pack's sheet `activities`."""
    held_on: Mapped[date]
    station: Mapped[str] = mapped_column(String(64), default="")
    """Empty for what a street or the district did by itself."""
    street: Mapped[str] = mapped_column(String(64), default="")
    people: Mapped[int] = mapped_column(default=0)
    """How many came."""
    deputies: Mapped[int] = mapped_column(default=0)
    """How many deputies took part."""
    things: Mapped[int] = mapped_column(default=0)
    """How many things were done, or suggestions made."""
    text: Mapped[str] = mapped_column(String(200), default="")
    recorded_by: Mapped[int] = to("person.id")
    recorded_at: Mapped[datetime]
    struck_at: Mapped[datetime | None]
    import_id: Mapped[int | None] = to("activity_import.id", nullable=True)
    digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Of all cells of its row in a sheet, which goes in once; empty for what was told in chat, or taken out again."""


Index("ix_activity_held", Activity.held_on)
Index("ix_activity_station", Activity.station, Activity.held_on)
Index("ix_activity_import", Activity.import_id)


class ActivityStep(Base):
    """What happened to a record of an activity: who wrote, changed or struck it, and what it said before."""

    __tablename__ = "activity_step"

    id: Mapped[int] = own_id()
    activity_id: Mapped[int] = to("activity.id")
    at: Mapped[datetime]
    actor_id: Mapped[int] = to("person.id")
    action: Mapped[str] = mapped_column(String(16))
    """`recorded`, `imported`, `changed`, `struck`, `taken out`."""
    was: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What a change replaced."""


Index("ix_activity_step_activity", ActivityStep.activity_id)
