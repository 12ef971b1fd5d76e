"""All mapped classes: the nouns of a liaison station on one page."""

import enum
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import (
    JSON,
    Connection,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base, Id, new_id


def _id() -> Mapped[int]:
    return mapped_column(Id, primary_key=True, default=new_id, autoincrement=False)


def _to(column: str, *, nullable: bool = False) -> Any:  # noqa: ANN401 -- Mapped[int] and Mapped[int | None]
    return mapped_column(Id, ForeignKey(column), nullable=nullable)


# -- people -------------------------------------------------------------------------------------------


class Person(Base):
    """One human, whatever accounts and roles belong to them."""

    __tablename__ = "person"

    id: Mapped[int] = _id()
    roster_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Key in the pack's deputies or staff sheet (`deputy:D001`); empty for voters."""
    name: Mapped[str] = mapped_column(String(64), default="")
    phone: Mapped[str] = mapped_column(String(32), default="")
    station: Mapped[str] = mapped_column(String(64), default="")
    """The voter's own station, learned from a station's QR code or an earlier case."""
    notified_at: Mapped[datetime | None]
    """When the privacy notice was given."""
    preferences: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime]


class Account(Base):
    """A person's id on one channel."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("channel", "external_id"),)

    id: Mapped[int] = _id()
    channel: Mapped[str] = mapped_column(String(32))
    external_id: Mapped[str] = mapped_column(String(128))
    person_id: Mapped[int] = _to("person.id")
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
    created_at: Mapped[datetime]


Index("ix_account_person", Account.person_id)


class RoleGrant(Base):
    """A role that a person holds in an area (a station's or street's key; empty means the district)."""

    __tablename__ = "role_grant"

    id: Mapped[int] = _id()
    person_id: Mapped[int] = _to("person.id")
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

    id: Mapped[int] = _id()
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int | None] = _to("person.id", nullable=True)
    role: Mapped[str] = mapped_column(String(16), default="")
    area: Mapped[str] = mapped_column(String(64), default="")
    made_by: Mapped[int | None] = _to("person.id", nullable=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by: Mapped[int | None] = _to("account.id", nullable=True)
    revoked_at: Mapped[datetime | None]


# -- cases --------------------------------------------------------------------------------------------


class State(enum.StrEnum):
    """States of a case; supervision, pause, reopened and merged are marks, not states."""

    REGISTERED = "registered"
    ASSIGNED = "assigned"
    REFERRED = "referred"
    ACCEPTED = "accepted"
    ANSWERED = "answered"
    AWAITING_VOTER = "awaiting_voter"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    ELSEWHERE = "elsewhere"


OPEN_STATES = (
    State.REGISTERED,
    State.ASSIGNED,
    State.REFERRED,
    State.ACCEPTED,
    State.ANSWERED,
    State.AWAITING_VOTER,
)

_OPEN = f"state IN ({', '.join(repr(str(state)) for state in OPEN_STATES)})"


class Case(Base):
    """A voter's message once filed (民情件); its number is never reused or skipped inside a month."""

    __tablename__ = "case_file"

    id: Mapped[int] = _id()
    number: Mapped[str] = mapped_column(String(16), unique=True)
    voter_id: Mapped[int | None] = _to("person.id", nullable=True)
    account_id: Mapped[int | None] = _to("account.id", nullable=True)
    """Where the voter last spoke about it: results go there."""
    category: Mapped[str] = mapped_column(String(16))
    topic: Mapped[str] = mapped_column(String(32))
    station: Mapped[str] = mapped_column(String(64), default="")
    """Key of the station that takes care; empty means the district desk."""
    street: Mapped[str] = mapped_column(String(64), default="")
    place: Mapped[str] = mapped_column(String(64), default="")
    """Key of the place in the pack, if it is known there."""
    place_text: Mapped[str] = mapped_column(String(128), default="")
    """The place as the voter named it."""
    state: Mapped[str] = mapped_column(String(16), default=State.REGISTERED)
    urgency: Mapped[str] = mapped_column(String(16), default="")
    """Empty, or what kind of emergency: `gas`, `fire`, `drowning`, `violence`, `medical`, `suicide`."""
    sealed: Mapped[bool] = mapped_column(default=False)
    """Concerns an insider: seen only by the district desk, never echoed, never counted with others."""
    source: Mapped[str] = mapped_column(String(16), default="message")
    """`message`, `voice`, `image`, `visit` (entered by staff for a visitor) …"""
    text: Mapped[str] = mapped_column(Text)
    because: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Why it was filed so: `{"words": [...], "place": "...", "candidates": [topic keys]}`."""
    filed_by: Mapped[int | None] = _to("person.id", nullable=True)
    filed_at: Mapped[datetime]
    look_by: Mapped[date]
    """The working day by which a person will look (首次回应日期)."""
    joined_until: Mapped[datetime | None]
    """Until when a further sentence or picture of the voter joins this case."""
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]
    answer_by: Mapped[date | None]
    """The working day by which the department to which it was referred answers (答复期限)."""
    asked_at: Mapped[datetime | None]
    """When the voter was last asked whether it is solved."""
    verdict: Mapped[str | None] = mapped_column(String(16))
    """What the voter said: `solved`, `partly`, `unsolved`; empty while nobody has said anything."""
    grade: Mapped[str | None] = mapped_column(String(16))
    """How content the voter is: `good`, `fair`, `bad`, or `none` where the voter would not say."""
    failures: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often the voter said that it is not solved."""
    supervised_at: Mapped[datetime | None]
    """Since when it stands on the supervision list (挂牌督办)."""


Index("ix_case_voter", Case.voter_id, Case.filed_at)
Index("ix_case_figures", Case.filed_at, Case.sealed, Case.category, Case.station, Case.street)
Index(
    "ix_case_open",  # all that lists and counts of open cases ask about, so that they read nothing else
    Case.state,
    Case.look_by,
    Case.urgency,
    Case.station,
    Case.street,
    Case.sealed,
    Case.number,
    postgresql_where=text(_OPEN),
    sqlite_where=text(_OPEN),
)


class Referral(Base):
    """A case in the hands of a department (转办): one row for each department and round; a reopened case has a new round."""

    __tablename__ = "referral"
    __table_args__ = (UniqueConstraint("case_id", "round", "department"),)

    id: Mapped[int] = _id()
    case_id: Mapped[int] = _to("case_file.id")
    round: Mapped[int] = mapped_column(default=1)
    department: Mapped[str] = mapped_column(String(64))
    """Key of the department in the pack."""
    lead: Mapped[bool] = mapped_column(default=True)
    """Answers for the case (主办); the others assist (协办)."""
    state: Mapped[str] = mapped_column(String(16), default="sent")
    """`sent`, `accepted`, `answered`, `refused` or `ended` (given to another one instead)."""
    days: Mapped[int]
    """Working days to answer in."""
    due: Mapped[date]
    receipt_due: Mapped[date]
    """The working day by which it is accepted or refused."""
    sent_at: Mapped[datetime]
    sent_by: Mapped[int | None] = _to("person.id", nullable=True)
    accepted_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = _to("person.id", nullable=True)
    answer: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why it was refused, and who should take it instead."""
    result: Mapped[str] = mapped_column(String(1), default="")
    """The department's own class: `A` solved, `B` planned, `C` explained, `D` kept for reference."""


Index("ix_referral_case", Referral.case_id)
Index("ix_referral_department", Referral.department, Referral.state, Referral.due)


class CaseStep(Base):
    """One step in the life of a case: who, when, what, visible to whom. Never changed."""

    __tablename__ = "case_step"

    id: Mapped[int] = _id()
    case_id: Mapped[int] = _to("case_file.id")
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = _to("person.id", nullable=True)
    action: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(Text, default="")
    public: Mapped[bool] = mapped_column(default=False)
    """Whether the voter sees this step."""


Index("ix_case_step_case", CaseStep.case_id)


class CasePart(Base):
    """Something the voter sent for a case: a sentence, a picture, a voice, a position."""

    __tablename__ = "case_part"

    id: Mapped[int] = _id()
    case_id: Mapped[int] = _to("case_file.id")
    inbox_id: Mapped[int | None] = _to("inbox.id", nullable=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text, default="")
    media_id: Mapped[str] = mapped_column(String(256), default="")
    media_url: Mapped[str] = mapped_column(Text, default="")
    longitude: Mapped[float | None]
    latitude: Mapped[float | None]
    datum: Mapped[str] = mapped_column(String(8), default="")
    stored_as: Mapped[str] = mapped_column(String(80), default="")
    """Content address of the fetched file; empty until a worker has fetched it."""
    fetch_error: Mapped[str] = mapped_column(String(32), default="")
    fetch_attempts: Mapped[int] = mapped_column(default=0, server_default="0")


Index("ix_case_part_case", CasePart.case_id)
Index("ix_case_part_inbox", CasePart.inbox_id)
Index(
    "ix_case_part_unheard",
    CasePart.case_id,
    postgresql_where=text("kind = 'voice' AND text = ''"),
    sqlite_where=text("kind = 'voice' AND text = ''"),
)
Index(
    "ix_case_part_unfetched",
    CasePart.id,
    postgresql_where=text("media_id <> '' AND stored_as = ''"),
    sqlite_where=text("media_id <> '' AND stored_as = ''"),
)


class Task(Base):
    """Work for a person that a case waits for, such as writing down a voice message (听语音补文字)."""

    __tablename__ = "task"

    id: Mapped[int] = _id()
    kind: Mapped[str] = mapped_column(String(16))
    case_id: Mapped[int] = _to("case_file.id")
    made_at: Mapped[datetime]
    due: Mapped[date]
    done_at: Mapped[datetime | None]
    done_by: Mapped[int | None] = _to("person.id", nullable=True)


class Counter(Base):
    """The last number taken of a series, such as the cases of a month (`case:2611`)."""

    __tablename__ = "counter"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[int]


# -- what came in, what goes out ------------------------------------------------------------------------


class Inbox(Base):
    """A message as it came, kept before anything is done with it; a repeat finds its first answer here."""

    __tablename__ = "inbox"

    id: Mapped[int] = _id()
    dedupe_key: Mapped[str] = mapped_column(String(256), unique=True)
    channel: Mapped[str] = mapped_column(String(32))
    sender: Mapped[str] = mapped_column(String(128), default="")
    received_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(16), default="pending")
    """`pending`, `answered`, `failed` (given up), `quarantined` (genuine, but not what it should be),
    `held` (too fast: handled a little later)."""
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


class Nonce(Base):
    """A nonce seen in plain mode, with the hash of its body: the same nonce with another body is a forgery."""

    __tablename__ = "nonce"

    key: Mapped[str] = mapped_column(String(160), primary_key=True)
    body_hash: Mapped[str] = mapped_column(String(64))
    seen_at: Mapped[datetime]


class Outbox(Base):
    """A push that is owed to a person, written in the transaction that caused it."""

    __tablename__ = "outbox"

    id: Mapped[int] = _id()
    dedupe_key: Mapped[str] = mapped_column(String(160), unique=True)
    order_key: Mapped[str] = mapped_column(String(64))
    """Pushes with one order key go out one after the other."""
    person_id: Mapped[int] = _to("person.id")
    kind: Mapped[str] = mapped_column(String(16))
    """`answer`, `result`, `alert`, `reminder`, `digest`, `notice`: what it is, and so how urgent."""
    priority: Mapped[int] = mapped_column(default=0, server_default="0")
    """What goes first among all that is due; the smaller the sooner."""
    text: Mapped[str] = mapped_column(Text)
    template: Mapped[str] = mapped_column(String(32), default="")
    """Key of the short form's template; empty where there is none."""
    fields: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """The short form: template fields of at most 20 characters."""
    question_id: Mapped[int | None] = _to("question.id", nullable=True)
    case_id: Mapped[int | None] = _to("case_file.id", nullable=True)
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
    "ix_outbox_undelivered",
    Outbox.created_at,
    postgresql_where=text("status IN ('dead', 'unknown')"),
    sqlite_where=text("status IN ('dead', 'unknown')"),
)


class Question(Base):
    """A question that a person has not answered yet; a digit answers the latest delivered one."""

    __tablename__ = "question"

    id: Mapped[int] = _id()
    person_id: Mapped[int] = _to("person.id")
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
    question_id: Mapped[int] = _to("question.id")
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


# -- duties -------------------------------------------------------------------------------------------


class Occasion(Base):
    """One day of a duty rule at a station; a changed holiday moves `held_on`, it never doubles the row."""

    __tablename__ = "occasion"
    __table_args__ = (UniqueConstraint("rule", "station", "nominal_date"),)

    id: Mapped[int] = _id()
    rule: Mapped[str] = mapped_column(String(64))
    station: Mapped[str] = mapped_column(String(64), default="")
    nominal_date: Mapped[date]
    held_on: Mapped[date | None]
    """None when the rule's policy skips this one."""
    starts: Mapped[time]
    ends: Mapped[time | None]
    venue: Mapped[str] = mapped_column(String(128), default="")
    theme: Mapped[str] = mapped_column(String(128), default="")
    reason: Mapped[str] = mapped_column(String(64), default="")
    """Why it was moved or skipped: `周日`, `国庆节` …"""
    provisional: Mapped[bool] = mapped_column(default=False)
    """Planned by weekends alone because the year's holiday notice is not loaded yet."""
    planned_at: Mapped[datetime]


class Attendance(Base):
    """What a deputy said about one occasion."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("occasion_id", "person_id"),)

    id: Mapped[int] = _id()
    occasion_id: Mapped[int] = _to("occasion.id")
    person_id: Mapped[int] = _to("person.id")
    answer: Mapped[str] = mapped_column(String(8), default="")
    """`yes`, `no`, or empty while unanswered."""
    reason: Mapped[str] = mapped_column(String(128), default="")
    answered_for: Mapped[date | None]
    """The day that was answered; if the occasion moves, the answer no longer counts."""
    answered_at: Mapped[datetime | None]


# -- the account's other uses ---------------------------------------------------------------------------


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

    id: Mapped[int] = _id()
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


# -- the running bot ------------------------------------------------------------------------------------


class PackRow(Base):
    """One row of the district pack as data (a station, a place, a rule, a topic, a text …)."""

    __tablename__ = "pack_row"

    sheet: Mapped[str] = mapped_column(String(32), primary_key=True)
    key: Mapped[str] = mapped_column(String(128), primary_key=True)
    position: Mapped[int]
    data: Mapped[dict[str, Any]] = mapped_column(JSON)


class PackVersion(Base):
    """One row whose number grows with every change, so that replicas reload."""

    __tablename__ = "pack_version"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int]
    changed_at: Mapped[datetime]


class Token(Base):
    """The access token of one account, shared by all processes."""

    __tablename__ = "token"

    account: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str] = mapped_column(Text, default="")
    expires_at: Mapped[datetime | None]
    refreshing_until: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]
    """When a process last asked for another token because the platform had refused this one."""
    forced_at: Mapped[datetime | None]
    """When one was last demanded by force, which the platform allows 20 times a day."""


class SchemaFloor(Base):
    """One row: the oldest revision whose version still works on this database (docs/operate.md, Upgrade)."""

    __tablename__ = "schema_floor"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    oldest: Mapped[str] = mapped_column(String(32))


class TickRun(Base):
    """When a tick last ended well."""

    __tablename__ = "tick_run"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    ended_at: Mapped[datetime]


class Progress(Base):
    """How far a job that works through a table in small pieces has come."""

    __tablename__ = "progress"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    position: Mapped[int] = mapped_column(Id)
    """The id of the last row that was done, or what else the job counts by."""


# -- the search index: what no mapped class can say; storage/search.py reads and writes it -------------------

_SEARCH = """CREATE VIRTUAL TABLE IF NOT EXISTS case_search
    USING fts5(grams, content='', detail=none, tokenize='ascii')"""
_SEARCH_POSTGRESQL = (
    "CREATE TABLE IF NOT EXISTS case_search (step_id BIGINT PRIMARY KEY, grams INTEGER[] NOT NULL)",
    "CREATE INDEX IF NOT EXISTS ix_case_search_grams ON case_search USING gin (grams)",
)


@event.listens_for(Base.metadata, "after_create")
def _make_search(_metadata: MetaData, connection: Connection, **_more: object) -> None:
    on_sqlite = connection.dialect.name == "sqlite"
    for statement in [_SEARCH] if on_sqlite else _SEARCH_POSTGRESQL:
        connection.exec_driver_sql(statement)
