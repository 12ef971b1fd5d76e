"""What every channel promises, and how it says no."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from handlers.messages import IncomingMessage


class Rejected(Exception):  # noqa: N818 - it is a verdict, and reads as one
    """The request is not from the platform, or cannot be read; answered with a bare `status`.

    `reason` is one short word for a counter; nothing of the request is in it.
    """

    def __init__(self, reason: str, status: int = 403) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


class Quarantined(Exception):  # noqa: N818 - it is a verdict, and reads as one
    """The request is genuine, but unreadable or not what it should be.

    Raised and caught inside a channel; callers read `Received.quarantine`.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Keys(NamedTuple):
    """Which of a channel's AES keys and tokens a request came with; 0 is the current one."""

    aes: int = 0
    token: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What a channel made of one genuine request, and what it needs to answer it."""

    message: IncomingMessage | None
    """None for what is quarantined."""
    quarantine: str = ""
    """Why the message is kept aside: one short word; empty for a message that may be handled."""
    dedupe_key: str
    sender: str
    """Who wrote, and so whom a reply goes to; empty where the request does not say."""
    recipient: str
    """The account that was written to."""
    raw: bytes = field(repr=False)
    """The request's own text, decrypted."""
    keys: Keys | None = None
    """What opened the request and seals the reply; None for a plain one."""
    nonce_key: str = ""
    """Plain requests only: their signature does not cover the body, so one nonce may carry one body."""
    body_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """One push, as the outbox owes it."""

    external_id: str
    kind: str
    """`text` (within the hours after the person wrote), `subscription`, `template` or `sms`; WeCom also takes `markdown`, `image`, `file`."""
    text: str = ""
    template_key: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    client_msg_id: str = ""
    question_id: int = 0
    """The question that the text asks, if it asks one."""
    choices: tuple[tuple[str, str], ...] = ()
    """Digit and label of each answer, for channels that have buttons; the text itself always names them too."""
    may_wait: bool = False
    """Nobody waits for it this minute."""
    content: bytes = field(default=b"", repr=False)
    """Of an image or a file; `text` is then its name."""


class Reaction(enum.StrEnum):
    """What a failed call asks of the caller, beyond trying again or not."""

    NONE = "none"
    NEXT_RUNG = "next_rung"
    """This way is closed for now (outside the hours, count used up): take the next way to the person."""
    UNREACHABLE = "unreachable"
    """The person does not follow, blocked us or has no subscription left: stop using this way for them."""
    PAUSE_MINUTE = "pause_minute"
    """The API's limit for this minute is used up."""
    PAUSE_DAY = "pause_day"
    """The API's limit for today is used up."""
    ALARM = "alarm"
    """Settings are wrong; only the operator can help."""
    SWITCHED_OFF = "switched_off"
    """The account has no permission for this way, or lost it."""


class SendError(Exception):
    """A call to the platform failed.

    It never holds the address that was called: that carries the access token.
    """

    def __init__(
        self,
        code: str,
        *,
        retryable: bool,
        outcome_unknown: bool = False,
        reaction: Reaction = Reaction.NONE,
        wait: timedelta = timedelta(0),
        detail: str = "",
    ) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        """The platform's number, or a short word of ours: `timeout`, `connection`, `not_json` …"""
        self.retryable = retryable
        """The same call may be made again later, and cannot thereby be delivered twice."""
        self.outcome_unknown = outcome_unknown
        """The platform may have done it: the call went out and no readable answer came."""
        self.reaction = reaction
        self.detail = detail
        """The platform's own words, with the id by which it finds the call again; nothing personal."""
        self.wait = wait
        """Nothing was sent, because we keep a limit ourselves: it is no failure, and may go after this long."""


class Channel(Protocol):
    """One way in and out: the official account, WeCom, the sandbox."""

    name: str

    def verify(self, query: Mapping[str, str]) -> str:
        """Answer the platform's first question (GET), or raise Rejected."""
        ...

    def parse(self, query: Mapping[str, str], body: bytes) -> Received:
        """Check, open and read one request (POST), or raise Rejected."""
        ...

    def render(self, reply_text: str, received: Received, now: datetime) -> bytes:
        """Make the answer in the same breath; an empty text only says that the message arrived."""
        ...


class Sender(Protocol):
    """The way out for what is said later."""

    def push(self, push: Push) -> str:
        """Send it and give the platform's id for it (may be empty), or raise SendError."""
        ...

    def download_media(self, media_id: str) -> bytes:
        """Fetch a picture, voice or video that a person sent, or raise SendError."""
        ...
