"""Persons, their accounts and roles, and the codes that tie them."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.engine.database import Base
from storage.models.columns import own_id, to


class Person(Base):
    """One human, whatever accounts and roles belong to them."""

    __tablename__ = "person"

    id: Mapped[int] = own_id()
    roster_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Key in the pack's deputies or staff sheet (`deputy:D001`); empty for voters."""
    name: Mapped[str] = mapped_column(String(64), default="")
    phone: Mapped[str] = mapped_column(String(32), default="")
    station: Mapped[str] = mapped_column(String(64), default="")
    """The voter's own station, learned from a station's QR code or an earlier case."""
    openness: Mapped[str] = mapped_column(String(8), default="", server_default="")
    """Who may see name and number in the voter's words: empty (the station), `hidden` (not even it), `named` (departments too)."""
    notified_at: Mapped[datetime | None]
    """When the privacy notice was given."""
    preferences: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    erased_at: Mapped[datetime | None]
    """When the person was forgotten: nothing is filed under them any more."""
    created_at: Mapped[datetime]


class Account(Base):
    """A person's id on one channel."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("channel", "external_id"),)

    id: Mapped[int] = own_id()
    channel: Mapped[str] = mapped_column(String(32))
    external_id: Mapped[str] = mapped_column(String(128))
    person_id: Mapped[int] = to("person.id")
    following: Mapped[bool] = mapped_column(default=True)
    last_message_at: Mapped[datetime | None]
    """The last message the person wrote: opens the 48-hour window of customer-service messages."""
    window_used: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many of them went out in that window."""
    last_action_at: Mapped[datetime | None]
    """The last menu click, follow or scan: opens a window of one minute."""
    action_used: Mapped[int] = mapped_column(default=0, server_default="0")
    unreachable_code: Mapped[str] = mapped_column(String(32), default="")
    pace_since: Mapped[datetime | None]
    """When the minute began in which this account's messages are being counted."""
    pace_count: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many came in that minute: beyond a limit they are held and handled later."""
    strikes: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many messages in a row of days were an advertisement or mere abuse."""
    struck_at: Mapped[datetime | None]
    frozen_at: Mapped[datetime | None]
    """Since when what this account writes is put aside for a person to look at (冻结)."""
    frozen_why: Mapped[str] = mapped_column(String(16), default="", server_default="")
    """`flood`, `advert` or `abuse`."""
    links_after: Mapped[datetime | None]
    """When it was last tied to somebody else or lost a role: links to files that it was sent before open no more."""
    created_at: Mapped[datetime]


Index("ix_account_person", Account.person_id)
Index(
    "ix_account_frozen",
    Account.frozen_at,
    postgresql_where=text("frozen_at IS NOT NULL"),
    sqlite_where=text("frozen_at IS NOT NULL"),
)


class RoleGrant(Base):
    """A role that a person holds in an area (a station's or street's key; empty means the district)."""

    __tablename__ = "role_grant"

    id: Mapped[int] = own_id()
    person_id: Mapped[int] = to("person.id")
    role: Mapped[str] = mapped_column(String(16))
    area: Mapped[str] = mapped_column(String(64), default="")
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    source: Mapped[str] = mapped_column(String(16), default="pack")
    """`pack` rows follow the district pack; `code` rows were given by a binding code alone."""


Index("ix_role_grant_person", RoleGrant.person_id)


class BindingCode(Base):
    """A one-time code that ties an account to a person of the roster, or grants a role; only its hash is kept."""

    __tablename__ = "binding_code"

    id: Mapped[int] = own_id()
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int | None] = to("person.id", nullable=True)
    role: Mapped[str] = mapped_column(String(16), default="")
    area: Mapped[str] = mapped_column(String(64), default="")
    made_by: Mapped[int | None] = to("person.id", nullable=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by: Mapped[int | None] = to("account.id", nullable=True)
    revoked_at: Mapped[datetime | None]
