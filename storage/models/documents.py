"""Files that people asked for."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.engine.database import Base
from storage.models.columns import own_id, to


class Document(Base):
    """A file that somebody asked for (台账, 交办单 …): made once by a worker, then pushed to who asked."""

    __tablename__ = "document"

    id: Mapped[int] = own_id()
    kind: Mapped[str] = mapped_column(String(16))
    """`ledger`, `ledger_back` (one that came back with changes), `order`, `bulletin`, `report` …"""
    params: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What it is about: a case, a month, a bulletin."""
    asked_by: Mapped[int] = to("person.id")
    asked_at: Mapped[datetime]
    scope: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What who asked could see then; nothing else goes into the file."""
    state: Mapped[str] = mapped_column(String(16), default="wanted")
    """`wanted`, `making` (under a lease), `made`, `failed`, `sealed` (it held a case that was sealed since)."""
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    lease_until: Mapped[datetime | None]
    name: Mapped[str] = mapped_column(String(128), default="")
    """The file's name, as the person sees it."""
    stored_as: Mapped[str] = mapped_column(String(80), default="")
    """Content address of the file in the folder of attachments."""
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What the file says that must be known later, such as each case as it was exported."""
    made_at: Mapped[datetime | None]


class FileLink(Base):
    """How often a link to a file was used; there is a row only once it was, and until the link is over."""

    __tablename__ = "file_link"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Hash of the link's signature: what lies here opens nothing."""
    document_id: Mapped[int] = to("document.id")
    account_id: Mapped[int] = to("account.id")
    until: Mapped[datetime]
    opened: Mapped[int] = mapped_column(default=0, server_default="0")
    handed_in: Mapped[int] = mapped_column(default=0, server_default="0")


Index(
    "ix_document_wanted",
    Document.id,
    postgresql_where=text("state IN ('wanted', 'making')"),
    sqlite_where=text("state IN ('wanted', 'making')"),
)
