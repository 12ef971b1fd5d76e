"""Cases, what belongs to them, and whose hands they are in."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.engine.database import Base, Id
from storage.models.columns import own_id, to


class State(enum.StrEnum):
    """States of a case; supervision, pause and reopened are marks, not states."""

    REGISTERED = "registered"
    ASSIGNED = "assigned"
    REFERRED = "referred"
    ACCEPTED = "accepted"
    ANSWERED = "answered"
    AWAITING_VOTER = "awaiting_voter"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    ELSEWHERE = "elsewhere"
    MERGED = "merged"
    """Worked on with another case; its own clock stands still."""


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

    id: Mapped[int] = own_id()
    number: Mapped[str] = mapped_column(String(16), unique=True)
    voter_id: Mapped[int | None] = to("person.id", nullable=True)
    account_id: Mapped[int | None] = to("account.id", nullable=True)
    """Where the voter last spoke about it: results go there."""
    category: Mapped[str] = mapped_column(String(16))
    topic: Mapped[str] = mapped_column(String(32))
    station: Mapped[str] = mapped_column(String(64), default="")
    """Key of the station that takes care; empty means the district desk."""
    street: Mapped[str] = mapped_column(String(64), default="")
    industry: Mapped[str] = mapped_column(String(64), default="", server_default="")
    """Key of the industry station that sees it too, by its topic."""
    place: Mapped[str] = mapped_column(String(64), default="")
    """Key of the place in the pack, if it is known there."""
    place_text: Mapped[str] = mapped_column(String(128), default="")
    """The place as the voter named it."""
    state: Mapped[str] = mapped_column(String(16), default=State.REGISTERED)
    urgency: Mapped[str] = mapped_column(String(16), default="")
    """Empty, or what kind of emergency: `gas`, `fire`, `drowning`, `violence`, `medical`, `suicide`."""
    sealed: Mapped[bool] = mapped_column(default=False)
    """Concerns an insider: seen only by the district desk, never echoed, never counted with others."""
    private: Mapped[str] = mapped_column(String(16), default="", server_default="")
    """Why it is nobody else's business: `contact`, `minor`, `health`, `official`, or `staff` (marked so); empty if it is.

    Its words are not shown to deputies, it is not offered to others to join, and it stands in no paper with its words.
    """
    openness: Mapped[str] = mapped_column(String(8), default="", server_default="")
    """What the voter chose for this case alone; empty where the voter's own level counts."""
    forgotten: Mapped[int] = mapped_column(default=0, server_default="0")
    """What has gone after its time: 1 who told it, 2 the words, 4 the attachments, added up."""
    teller: Mapped[int | None] = mapped_column(Id)
    """Stands for a voter who is not known any more, so that those who told something can still be counted."""
    source: Mapped[str] = mapped_column(String(16), default="message")
    """`message`, `voice`, `image`, `visit` (entered by staff for a visitor) …"""
    text: Mapped[str] = mapped_column(Text)
    because: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Why it was filed so: `{"words": [...], "place": "...", "candidates": [topic keys]}`."""
    filed_by: Mapped[int | None] = to("person.id", nullable=True)
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
    """How often the voter said, or a look on the spot found, that it is not solved."""
    supervised_at: Mapped[datetime | None]
    """Since when it stands on the supervision list (挂牌督办)."""
    supervised_owner: Mapped[str] = mapped_column(String(64), default="", server_default="")
    """Who sees to a supervised case, as whoever marked it wrote the name."""
    supervised_until: Mapped[date | None]
    """By when that person is to have seen to it."""
    paused_at: Mapped[datetime | None]
    """Since when its clock stands still because the voter was asked something."""
    asked_again_at: Mapped[datetime | None]
    """When the voter was asked, weeks later, whether it is still solved."""
    linked_to: Mapped[int | None] = mapped_column(Id)
    """The earlier case of the same voter that this one goes on with."""
    merged_into: Mapped[int | None] = mapped_column(Id)
    """The case with which it is worked on (附议、合并); its voter is a supporter there and keeps the own number."""
    voter_left_at: Mapped[datetime | None]
    """When its own voter withdrew while supporters kept it going."""


Index("ix_case_voter", Case.voter_id, Case.filed_at)
Index(
    "ix_case_filed",  # all that figures ask about, so that they read nothing else
    Case.filed_at,
    Case.sealed,
    Case.source,
    Case.category,
    Case.station,
    Case.street,
)
_IMPORTED = text("source = 'imported'")
Index("ix_case_imported", Case.filed_at, postgresql_where=_IMPORTED, sqlite_where=_IMPORTED)
_VISIT = text("source = 'visit'")
Index("ix_case_visit", Case.filed_at, postgresql_where=_VISIT, sqlite_where=_VISIT)
_CLOSED = text("closed_at IS NOT NULL")
Index("ix_case_closed", Case.closed_at, postgresql_where=_CLOSED, sqlite_where=_CLOSED)
_PLACED = "place <> ''"
ALIKE = f"{_PLACED} AND sealed IS FALSE AND private = '' AND urgency = '' AND state || '' {_OPEN.removeprefix('state ')}"
"""What a new message is compared with: open cases at a known place that others may hear of.

The state is written so that SQLite does not walk through all open cases for it: the place leaves few.
"""

Index("ix_case_alike", Case.place, Case.filed_at, postgresql_where=text(_PLACED), sqlite_where=text(_PLACED))
Index(
    "ix_case_merged",
    Case.merged_into,
    postgresql_where=text("merged_into IS NOT NULL"),
    sqlite_where=text("merged_into IS NOT NULL"),
)
_FAILED = text("failures > 0")
Index("ix_case_failed", Case.state, Case.look_by, postgresql_where=_FAILED, sqlite_where=_FAILED)
Index(
    "ix_case_open",  # all that lists and counts of open cases ask about, so that they read nothing else
    Case.state,
    Case.look_by,
    Case.urgency,
    Case.station,
    Case.street,
    Case.sealed,
    Case.number,
    Case.industry,
    postgresql_include=["id"],
    postgresql_where=text(_OPEN),
    sqlite_where=text(_OPEN),
)


class Referral(Base):
    """A case in the hands of a department (转办): one row for each department and round; a reopened case has a new round."""

    __tablename__ = "referral"
    __table_args__ = (UniqueConstraint("case_id", "round", "department"),)

    id: Mapped[int] = own_id()
    case_id: Mapped[int] = to("case_file.id")
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
    sent_by: Mapped[int | None] = to("person.id", nullable=True)
    accepted_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = to("person.id", nullable=True)
    answer: Mapped[str] = mapped_column(Text, default="")
    extension_asked_at: Mapped[datetime | None]
    """When the department asked for more days; it may ask once."""
    extended_days: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many working days it was given more."""
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why it was refused, and who should take it instead."""
    edited: Mapped[str] = mapped_column(Text, default="", server_default="")
    """The answer as the office changed it before the voter reads it; empty where the department's own words go out."""
    excused_at: Mapped[datetime | None]
    """Since when it counts as answered in time though the record says late: found when figures were checked."""
    result: Mapped[str] = mapped_column(String(1), default="")
    """The department's own class: `A` solved, `B` planned, `C` explained, `D` kept for reference."""
    door: Mapped[str] = mapped_column(String(8), default="", server_default="")
    """Whether it may know the flat: the voter was `asked`, `agreed` or `declined`, the office has `shown` it; ends with the round."""


Index("ix_referral_case", Referral.case_id)
Index(
    "ix_referral_due",  # all that rates ask about a round, so that they read nothing else of it
    Referral.due,
    Referral.case_id,
    Referral.round,
    Referral.department,
    Referral.state,
    Referral.answered_at,
    Referral.result,
    Referral.excused_at,
    postgresql_where=text("lead IS true"),
    sqlite_where=text("lead IS 1"),
)
_EXCUSED = text("excused_at IS NOT NULL")
Index("ix_referral_excused", Referral.case_id, postgresql_where=_EXCUSED, sqlite_where=_EXCUSED)
Index("ix_referral_department", Referral.department, Referral.state, Referral.due)


class CaseStep(Base):
    """One step in the life of a case: who, when, what, visible to whom. Never changed."""

    __tablename__ = "case_step"

    id: Mapped[int] = own_id()
    case_id: Mapped[int] = to("case_file.id")
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = to("person.id", nullable=True)
    action: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(Text, default="")
    public: Mapped[bool] = mapped_column(default=False)
    """Whether the voter sees this step."""


Index("ix_case_step_case", CaseStep.case_id)
Index(
    "ix_case_step_added",
    CaseStep.case_id,
    CaseStep.id,
    postgresql_where=text("action = 'added'"),
    sqlite_where=text("action = 'added'"),
)


class CasePart(Base):
    """Something the voter sent for a case: a sentence, a picture, a voice, a position."""

    __tablename__ = "case_part"

    id: Mapped[int] = own_id()
    case_id: Mapped[int] = to("case_file.id")
    inbox_id: Mapped[int | None] = to("inbox.id", nullable=True)
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
    recheck_id: Mapped[int | None] = mapped_column(Id)
    """Of which look on the spot (回头看) this is the evidence; the voter sent all others."""


Index("ix_case_part_case", CasePart.case_id)
Index("ix_case_part_inbox", CasePart.inbox_id)
Index(
    "ix_case_part_recheck",
    CasePart.recheck_id,
    postgresql_where=text("recheck_id IS NOT NULL"),
    sqlite_where=text("recheck_id IS NOT NULL"),
)
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

    id: Mapped[int] = own_id()
    kind: Mapped[str] = mapped_column(String(16))
    case_id: Mapped[int] = to("case_file.id")
    made_at: Mapped[datetime]
    due: Mapped[date]
    done_at: Mapped[datetime | None]
    done_by: Mapped[int | None] = to("person.id", nullable=True)


class Counter(Base):
    """The last number taken of a series, such as the cases of a month (`case:2611`)."""

    __tablename__ = "counter"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[int]
