"""Opinions voiced at meetings (发言意见): handed over and answered like cases."""

from datetime import date

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.engine.database import Base
from storage.models.columns import to


class Opinion(Base):
    """Who said something at which meeting; what was said, and what became of it, is the case."""

    __tablename__ = "opinion"

    case_id: Mapped[int] = to("case_file.id", primary_key=True)
    source: Mapped[str] = mapped_column(String(16))
    """What kind of meeting it was: `congress`, `committee`, `session`, `visit` or `other`."""
    meeting: Mapped[str] = mapped_column(String(64))
    speaker: Mapped[str] = mapped_column(String(32))
    """Empty once the time for keeping the name is over."""
    deputy: Mapped[str] = mapped_column(String(64), default="")
    """Key of the speaker among the deputies of the pack; empty for others."""
    said_on: Mapped[date]
    """The day on which it was registered, or the day of the meeting where one was named."""


Index("ix_opinion_said", Opinion.said_on)
