"""Whom a sealed case is kept from."""

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.engine.database import Base, Id
from storage.models.columns import own_id


class CaseAccused(Base):
    """Somebody whom a case accuses, or a mark of the seal: nobody to whom one of these words applies ever meets the case."""

    __tablename__ = "case_accused"
    __table_args__ = (UniqueConstraint("case_id", "who"),)

    id: Mapped[int] = own_id()
    case_id: Mapped[int] = mapped_column(Id)
    who: Mapped[str] = mapped_column(String(96))
    """`person:7`, `station:S004`, `street:liuyin`, `department:housing`, `desk`; or `unclear`: a person looks whether it is one."""


Index("ix_case_accused_who", CaseAccused.who, CaseAccused.case_id)
