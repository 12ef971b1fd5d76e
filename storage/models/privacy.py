"""What is kept about personal data itself: who looked at it, and what was erased."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.engine.database import Base, Id
from storage.models.columns import own_id


class AuditEntry(Base):
    """Somebody read personal data or acted on it; each entry carries the hash of the one before and never changes."""

    __tablename__ = "audit_entry"

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """1, 2, 3 … without a gap."""
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(Id)
    """The person who did it; empty for a command at the machine."""
    who: Mapped[str] = mapped_column(String(64))
    """The office for which it was done, or the user of the machine."""
    action: Mapped[str] = mapped_column(String(32))
    """`text read`, `phone seen`, `original read`, `exported`, `file opened`, `imported`, `erased` …"""
    case_id: Mapped[int | None] = mapped_column(Id)
    person_id: Mapped[int | None] = mapped_column(Id)
    """Whose data it was, where no case says so."""
    reason: Mapped[str] = mapped_column(String(200))
    """Why, or what exactly; never a person's name or number."""
    hash: Mapped[str] = mapped_column(String(64))


Index(
    "ix_audit_entry_case",
    AuditEntry.case_id,
    postgresql_where=text("case_id IS NOT NULL"),
    sqlite_where=text("case_id IS NOT NULL"),
)


class AuditHead(Base):
    """One row: where the chain ends; whoever adds an entry locks it."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))


class StepSeal(Base):
    """What a step of a case was when it was taken into the chain of its case; what it said is in here only as a salted hash."""

    __tablename__ = "step_seal"

    step_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    case_id: Mapped[int] = mapped_column(Id)
    salt: Mapped[str] = mapped_column(String(32))
    """Goes together with the words or the person: then nobody can try out what the hash stands for."""
    said: Mapped[str] = mapped_column(String(64))
    """Hash of the salt, the words and the person."""
    hash: Mapped[str] = mapped_column(String(64))
    """Of all else that the step is, of `said`, and of the hash of the step before in the same case."""
    sealed_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]
    """When words or person were erased."""


Index("ix_step_seal_case", StepSeal.case_id, StepSeal.step_id)


class KeptFreeze(Base):
    """That a sender who was forgotten had been frozen, or nearly: known again by a salted hash, and only when writing again."""

    __tablename__ = "kept_freeze"

    id: Mapped[int] = own_id()
    salt: Mapped[str] = mapped_column(String(32))
    key: Mapped[str] = mapped_column(String(64))
    """Hash of the salt and the account; whose it is can only be tried out."""
    strikes: Mapped[int]
    struck_at: Mapped[datetime | None]
    frozen_at: Mapped[datetime | None]
    frozen_why: Mapped[str] = mapped_column(String(16), default="")
    until: Mapped[datetime]
    """When this is forgotten, too."""


class Erasure(Base):
    """A person who asked to be forgotten; what is left of them goes in small pieces, then only hashes stay."""

    __tablename__ = "erasure"

    id: Mapped[int] = own_id()
    certificate: Mapped[str] = mapped_column(String(16), unique=True)
    """The number that the person was told."""
    person_id: Mapped[int | None] = mapped_column(Id)
    accounts: Mapped[list[Any]] = mapped_column(JSON)
    """`[[channel, id on it]]` while their messages are still being looked for; then empty."""
    keys: Mapped[list[Any]] = mapped_column(JSON)
    """Hashes of the accounts: an older copy that is put back holds them again."""
    files: Mapped[list[Any]] = mapped_column(JSON)
    """Content addresses of attachments that go, unless another case has the same; then empty."""
    inbox_id: Mapped[int | None] = mapped_column(Id)
    """The message that asked for it."""
    asked_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
