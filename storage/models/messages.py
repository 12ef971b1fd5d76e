"""What came in, what goes out, and what stands open with people."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.engine.database import Base, Id
from storage.models.columns import own_id, to

HELD, FROZEN = "held", "frozen"
"""What waits for the clock to let it through, and what waits for a person to look."""


class Inbox(Base):
    """A message as it came, kept before anything is done with it; a repeat finds its first answer here."""

    __tablename__ = "inbox"

    id: Mapped[int] = own_id()
    dedupe_key: Mapped[str] = mapped_column(String(256), unique=True)
    channel: Mapped[str] = mapped_column(String(32))
    sender: Mapped[str] = mapped_column(String(128), default="")
    received_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(16), default="pending")
    """`pending`, `answered`, `failed` (given up), `quarantined` (genuine, but not what it should be),
    `held` (too fast: handled a little later), `frozen` (of a sender whom a person is to look at first)."""
    reason: Mapped[str] = mapped_column(String(64), default="")
    raw: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The message as read (JSON of IncomingMessage); dropped once handled."""
    reply: Mapped[str | None] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(default=0)
    route: Mapped[str] = mapped_column(String(32), default="")
    handled_at: Mapped[datetime | None]


Index(
    "ix_inbox_pending",
    Inbox.received_at,
    postgresql_where=text("status = 'pending'"),
    sqlite_where=text("status = 'pending'"),
)


Index(
    "ix_inbox_aside",
    Inbox.status,
    postgresql_where=text("status IN ('held', 'failed', 'quarantined')"),
    sqlite_where=text("status IN ('held', 'failed', 'quarantined')"),
)
Index(
    "ix_inbox_held",
    Inbox.channel,
    Inbox.sender,
    postgresql_where=text("status = 'held'"),
    sqlite_where=text("status = 'held'"),
)


Index(
    "ix_inbox_frozen",
    Inbox.channel,
    Inbox.sender,
    postgresql_where=text("status = 'frozen'"),
    sqlite_where=text("status = 'frozen'"),
)


class Nonce(Base):
    """A nonce seen in plain mode, with the hash of its body: the same nonce with another body is a forgery."""

    __tablename__ = "nonce"

    key: Mapped[str] = mapped_column(String(160), primary_key=True)
    body_hash: Mapped[str] = mapped_column(String(64))
    seen_at: Mapped[datetime]


class Outbox(Base):
    """A push that is owed to a person, written in the transaction that caused it."""

    __tablename__ = "outbox"

    id: Mapped[int] = own_id()
    dedupe_key: Mapped[str] = mapped_column(String(160), unique=True)
    order_key: Mapped[str] = mapped_column(String(64))
    """Pushes with one order key go out one after the other."""
    person_id: Mapped[int] = to("person.id")
    kind: Mapped[str] = mapped_column(String(16))
    """`answer`, `result`, `alert`, `reminder`, `digest`, `notice`: what it is, and so how urgent."""
    priority: Mapped[int] = mapped_column(default=0, server_default="0")
    """What goes first among all that is due; the smaller the sooner."""
    text: Mapped[str] = mapped_column(Text)
    template: Mapped[str] = mapped_column(String(32), default="")
    """Key of the short form's template; empty where there is none."""
    fields: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """The short form: template fields of at most 20 characters."""
    question_id: Mapped[int | None] = to("question.id", nullable=True)
    case_id: Mapped[int | None] = to("case_file.id", nullable=True)
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    """After this it is of no use; it then shows as missed."""
    status: Mapped[str] = mapped_column(String(16), default="pending")
    """`pending`, `sending`, `sent`, `delivered`, `unknown` (may or may not have arrived), `dead`."""
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    first_attempt_at: Mapped[datetime | None]
    doubt_since: Mapped[datetime | None]
    """When a call first went out for it that had no readable answer: it may have arrived."""
    sent_at: Mapped[datetime | None]
    channel: Mapped[str] = mapped_column(String(32), default="")
    rung: Mapped[str] = mapped_column(String(16), default="")
    """How it went: `text`, `subscription`, `template`, `sms`, `telephone`."""
    because: Mapped[str] = mapped_column(String(256), default="", server_default="")
    """Why no better way was taken: the ways that were closed, each with the code that closed it."""
    client_msg_id: Mapped[str] = mapped_column(String(32), default="")
    provider_id: Mapped[str] = mapped_column(String(64), default="")
    error: Mapped[str] = mapped_column(String(64), default="")
    detail: Mapped[str] = mapped_column(String(160), default="", server_default="")
    """The platform's own words on its last refusal, with the id by which it finds the call again."""
    attached: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """The file that goes with it: `{"document": id, "name": "台账.xlsx", "stored_as": "…"}`; empty for mere words."""
    caused_by: Mapped[int | None] = mapped_column(Id)
    """The voter by whose message somebody else is told; empty where an office or the clock owes it."""
    owed_by: Mapped[int | None] = mapped_column(Id)
    """The person on duty whose message owed it, who hears if it does not arrive; empty where nobody is to hear."""
    loss_told_at: Mapped[datetime | None]
    """When that person was told, or it was found that nobody is to be told."""


_CAUSED = text("caused_by IS NOT NULL")
Index(
    "ix_outbox_caused",
    Outbox.caused_by,
    Outbox.created_at,
    postgresql_where=_CAUSED,
    sqlite_where=_CAUSED,
)
Index(
    "ix_outbox_next",
    Outbox.priority,
    Outbox.not_before,
    Outbox.id,
    postgresql_where=text("status IN ('pending', 'sending')"),
    sqlite_where=text("status IN ('pending', 'sending')"),
)
Index(
    "ix_outbox_order",
    Outbox.order_key,
    Outbox.id,
    postgresql_where=text("status IN ('pending', 'sending')"),
    sqlite_where=text("status IN ('pending', 'sending')"),
)
Index(
    "ix_outbox_under_way",
    Outbox.person_id,
    postgresql_where=text("status = 'sending'"),
    sqlite_where=text("status = 'sending'"),
)
Index("ix_outbox_provider", Outbox.provider_id)
Index(
    "ix_outbox_lost",
    Outbox.id,
    postgresql_where=text("status = 'dead' AND owed_by IS NOT NULL AND loss_told_at IS NULL"),
    sqlite_where=text("status = 'dead' AND owed_by IS NOT NULL AND loss_told_at IS NULL"),
)
Index(
    "ix_outbox_undelivered",
    Outbox.created_at,
    postgresql_where=text("status IN ('dead', 'unknown')"),
    sqlite_where=text("status IN ('dead', 'unknown')"),
)


class Question(Base):
    """A question that a person has not answered yet; a digit answers the latest delivered one."""

    __tablename__ = "question"

    id: Mapped[int] = own_id()
    person_id: Mapped[int] = to("person.id")
    kind: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(64), default="")
    """What it is about: a case id, an occasion id …"""
    text: Mapped[str] = mapped_column(Text)
    """The question in short, for asking it again after a newer one was answered."""
    options: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """The menu: a list of `{"digit": "1", "label": "参加", "value": "yes"}`."""
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    asked_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


Index(
    "ix_question_open",
    Question.person_id,
    postgresql_where=text("closed_at IS NULL"),
    sqlite_where=text("closed_at IS NULL"),
)


class Card(Base):
    """A card sent to a member of a WeCom corp: a question with buttons, which can be changed once per code."""

    __tablename__ = "card"

    id: Mapped[str] = mapped_column(String(128), primary_key=True)
    """The task id by which WeCom names the card."""
    question_id: Mapped[int] = to("question.id")
    member: Mapped[str] = mapped_column(String(128))
    response_code: Mapped[str] = mapped_column(String(256))
    chosen: Mapped[str] = mapped_column(String(64), default="")
    """What was answered, in the words of the option; empty while it is not known."""
    noted_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]


Index("ix_card_question", Card.question_id)
Index(
    "ix_card_unchanged",
    Card.noted_at,
    postgresql_where=text("changed_at IS NULL"),
    sqlite_where=text("changed_at IS NULL"),
)


class Acceptance(Base):
    """Subscription messages of one template that a follower has agreed to receive."""

    __tablename__ = "acceptance"

    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"), primary_key=True)
    template_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    remaining: Mapped[int]
    """How many may still be sent; -1 for as many as one likes."""
    changed_at: Mapped[datetime]


class ClosedWay(Base):
    """A way out that the platform has closed for all persons: a quota used up, a permission missing."""

    __tablename__ = "closed_way"

    channel: Mapped[str] = mapped_column(String(32), primary_key=True)
    rung: Mapped[str] = mapped_column(String(16), primary_key=True)
    code: Mapped[str] = mapped_column(String(32))
    closed_at: Mapped[datetime]
    until: Mapped[datetime]


class Pace(Base):
    """How soon one person may be written to again, on a channel that silently drops what is too much."""

    __tablename__ = "pace"

    key: Mapped[str] = mapped_column(String(192), primary_key=True)
    minute_full_at: Mapped[datetime]
    """When the burst that a minute allows is whole again; in the past for whoever was left in peace."""
    hour_full_at: Mapped[datetime]
