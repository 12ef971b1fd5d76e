"""What crosses the border between a channel and the handlers: plain frozen values."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


class Kind(enum.StrEnum):
    """What a message is; the channel translates the platform's own names to these."""

    TEXT = "text"
    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    LOCATION = "location"
    LINK = "link"
    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    SCAN = "scan"
    POSITION = "position"
    """A passive LOCATION event: where the phone is, sent without the person asking."""
    CLICK = "click"
    VIEW = "view"
    ENTER = "enter"
    """A member opened the application in WeCom."""
    CARD = "card"
    """A button of a card was pressed; `details["TaskId"]` says which card, `key` which button."""
    DELIVERY_REPORT = "delivery_report"
    """The platform says what became of a template or subscription message."""
    CONSENT = "consent"
    """The person revoked or cancelled an authorization, or changed what may be kept."""
    NOTICE = "notice"
    """The platform tells the operator something; nobody waits for an answer."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A coordinate in degrees and the datum it is in (`gcj02` from WeChat, `wgs84` from a phone)."""

    longitude: float
    latitude: float
    datum: str = "gcj02"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingMessage:
    """One message or event from one person, verified, decrypted and read."""

    channel: str
    """Name of the channel: `official-account`, `wecom`."""
    sender: str
    """The person's id on that channel (OpenID, UserID)."""
    recipient: str
    """The account that was written to; a reply carries it as its own sender."""
    kind: Kind
    dedupe_key: str
    """The same for every repeat of this message and for no other message."""
    sent_at: datetime
    """The platform's CreateTime, aware."""
    text: str = ""
    """Text typed, voice recognised, link title, or label of a place."""
    key: str = ""
    """EventKey: a menu key, a scene (without `qrscene_`), a msgmenu choice (`bizmsgmenuid`)."""
    point: Point | None = None
    media_id: str = ""
    media_url: str = ""
    platform_kind: str = ""
    """The platform's own MsgType or Event, for logs and for unknown kinds."""
    is_event: bool = False
    """The platform tells what happened; nobody wrote anything."""
    details: Mapping[str, str] = field(default_factory=dict)
    """Further flat fields of the platform that a handler may need (Status, MsgID, Scale, Format …)."""


class Role(enum.StrEnum):
    """What a person may be; a person may hold several roles, each with an area and dates."""

    DEPUTY = "deputy"
    STATION = "station"
    STREET = "street"
    DISTRICT = "district"
    OPERATOR = "operator"
    DEPARTMENT = "department"
    """A bureau's person: sees only what was referred to it."""
    HEAD = "head"
    """Head of a bureau: is told of what is overdue there once a named person has decided so."""
    LEADER = "leader"
    """Leader in charge of bureaus: is told after their heads."""


STAFF_ROLES = frozenset({Role.STATION, Role.STREET, Role.DISTRICT, Role.OPERATOR})
BUREAU_ROLES = frozenset({Role.DEPARTMENT, Role.HEAD, Role.LEADER})
"""Who answers for what was referred; none of them sees more than that."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer in the same breath; an empty text answers `success`."""

    text: str = ""
