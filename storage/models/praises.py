"""Thanks of voters for what is done: kept for the station, no case and in no figure."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.engine.database import Base
from storage.models.columns import own_id, to


class Praise(Base):
    """One sentence of thanks and the station that it was told of."""

    __tablename__ = "praise"

    id: Mapped[int] = own_id()
    person_id: Mapped[int] = to("person.id")
    station: Mapped[str] = mapped_column(String(64), default="")
    street: Mapped[str] = mapped_column(String(64), default="")
    text: Mapped[str] = mapped_column(String(128))
    at: Mapped[datetime]


Index("ix_praise_at", Praise.at)
Index("ix_praise_person", Praise.person_id)
