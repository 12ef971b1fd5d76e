"""Alarms: somebody may be in danger, and nobody has said yet that they have it in hand."""

from datetime import datetime

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.engine.database import Base, Id
from storage.models.columns import own_id, to


class Alarm(Base):
    """An alarm that climbs from the station up to the operator until one of them says that it was heard (收到)."""

    __tablename__ = "alarm"

    id: Mapped[int] = own_id()
    case_id: Mapped[int] = to("case_file.id")
    kind: Mapped[str] = mapped_column(String(16))
    place: Mapped[str] = mapped_column(String(64), default="")
    """Key of the place, where it is known."""
    account_id: Mapped[int | None] = to("account.id", nullable=True)
    """Through which it was raised; empty where staff wrote it down for somebody."""
    raised_at: Mapped[datetime]
    rung: Mapped[int] = mapped_column(default=-1)
    """The highest level that was told; -1 while nobody was."""
    rounds: Mapped[int] = mapped_column(default=0)
    """How often people were told."""
    told_at: Mapped[datetime | None]
    next_at: Mapped[datetime]
    """When the next level is told, or all of them again."""
    bundled: Mapped[bool] = mapped_column(default=False)
    """Its sender has raised so many that they are told to the district together."""
    told_place: Mapped[str | None] = mapped_column(String(128))
    """The place that was named to those who were told; empty in rows of a version that did not note it."""
    taken_by: Mapped[int | None] = to("person.id", nullable=True)
    taken_at: Mapped[datetime | None]


_OPEN = text("taken_at IS NULL")
Index("ix_alarm_open", Alarm.next_at, postgresql_where=_OPEN, sqlite_where=_OPEN)
Index("ix_alarm_case", Alarm.case_id)
Index("ix_alarm_account", Alarm.account_id, Alarm.raised_at)


class AlarmTold(Base):
    """One person who was told of an alarm, and by which push."""

    __tablename__ = "alarm_told"

    id: Mapped[int] = own_id()
    alarm_id: Mapped[int] = to("alarm.id")
    person_id: Mapped[int] = to("person.id")
    push_id: Mapped[int] = mapped_column(Id)
    """Of the outbox, whose old rows go into the archive."""
    at: Mapped[datetime]


Index("ix_alarm_told_alarm", AlarmTold.alarm_id)
Index("ix_alarm_told_person", AlarmTold.person_id, AlarmTold.at)
