"""The account's other uses: what it answered before the bot, events that belong to others."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Index,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.engine.database import Base
from storage.models.columns import own_id


class AccountReply(Base):
    """What the account answered by itself before the bot: a menu button or an automatic reply, imported once."""

    __tablename__ = "account_reply"

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    """`click`, `keyword`, `follow`, `default`, or `menu` (the whole menu as data)."""
    key: Mapped[str] = mapped_column(String(128), primary_key=True, default="")
    """The menu key, or the keyword as it is looked up."""
    text: Mapped[str] = mapped_column(Text, default="")
    """Empty where the account showed a picture, a voice or a video."""
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    imported_at: Mapped[datetime]


class ForeignEvent(Base):
    """An event that is not the bot's own, owed to another system of the account."""

    __tablename__ = "foreign_event"

    id: Mapped[int] = own_id()
    body: Mapped[str] = mapped_column(Text)
    """The JSON that is sent; the row goes once it has arrived."""
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    """When it is due; while a worker has it in hand, when another one may take it."""
    status: Mapped[str] = mapped_column(String(16), default="pending")
    """`pending` or `dead` (given up)."""
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(String(64), default="")


Index(
    "ix_foreign_event_due",
    ForeignEvent.not_before,
    postgresql_where=text("status = 'pending'"),
    sqlite_where=text("status = 'pending'"),
)
