"""Cases from before the bot: which import brought them in, and what they were called then."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.engine.database import Base
from storage.models.columns import own_id, to


class HistoryImport(Base):
    """One import of past cases: all its rows went in together, and leave together when it is undone."""

    __tablename__ = "history_import"

    id: Mapped[int] = own_id()
    at: Mapped[datetime]
    made_by: Mapped[int | None] = to("person.id", nullable=True)
    """Who confirmed it in chat; empty for the command line."""
    count: Mapped[int]
    undone_at: Mapped[datetime | None]


class ImportedCase(Base):
    """A past case: its row in the sheet can go in only once."""

    __tablename__ = "imported_case"

    case_id: Mapped[int] = to("case_file.id")
    import_id: Mapped[int] = to("history_import.id")
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Of all cells of its row."""
    old_number: Mapped[str] = mapped_column(String(32), default="")
    """Its number in the old ledger; empty if it had none."""


Index("ix_imported_case_import", ImportedCase.import_id)
Index("ix_imported_case_old_number", ImportedCase.old_number)
