"""Made files: kept by content, handed to a channel as a file, or opened by a signed link that soon ends."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from bot.channels.base import Push, SendError
from bot.files.media import keep

LINK_LASTS = timedelta(hours=4)
"""A link is good for whoever has it: long enough to go to a desk with a computer, and a new one costs two words."""
BACK = "/back"
"""Ends the address at which a sheet can be sent back."""
TAKES_FILES = frozenset({"wecom"})
"""Channels through which a file goes as a file."""


class Link(NamedTuple):
    """The parts of a link to a file."""

    document: int
    account: int
    """The account that it was sent to."""
    until: int
    signature: str

    @property
    def made_at(self) -> datetime:
        return self.over_at - LINK_LASTS

    @property
    def over_at(self) -> datetime:
        return datetime.fromtimestamp(self.until, UTC)

    @property
    def key(self) -> str:
        """Give what stands for the link where its uses are counted."""
        return hashlib.sha256(self.signature.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Shelf:
    """The folder of attachments, and what links to it are made of."""

    folder: Path
    public_url: str = ""
    """Where the bot is reached from outside; empty where no links can be given."""
    key: bytes = b""

    def put(self, content: bytes) -> str:
        return keep(content, self.folder)

    def read(self, stored_as: str) -> bytes:
        return (self.folder / stored_as[:2] / stored_as).read_bytes()

    def attach(
        self, push: Push, attached: Mapping[str, Any] | None, channel: str, account: int | None, now: datetime
    ) -> Push:
        """Give the push with its file, or with a link to it where the channel takes no files."""
        if attached is None:
            return push
        back = BACK if attached.get("back") else ""
        if channel in TAKES_FILES and not back:
            try:
                content = self.read(attached["stored_as"])
            except OSError as error:
                raise SendError("no_file", retryable=False, detail=error.strerror or "") from None
            kind = "image" if attached["name"].endswith(".png") else "file"
            return replace(push, kind=kind, text=attached["name"], content=content)
        if account is None:
            # A link belongs to an account; an address without one, such as a telephone number, gets none.
            raise SendError("no_file", retryable=False)
        return replace(push, text=f"{push.text}\n{self.link(attached['document'], account, now)}{back}")

    def link(self, document: int, account: int, now: datetime) -> str:
        until = int((now + LINK_LASTS).timestamp())
        return f"{self.public_url}/files/{document}/{account}/{until}/{self._sign(document, account, until)}"

    def opens(self, link: Link, now: datetime) -> bool:
        """Tell whether a link is ours, whole, and still good."""
        ours = self._sign(link.document, link.account, link.until)
        return hmac.compare_digest(ours.encode(), link.signature.encode()) and now.timestamp() < link.until

    def _sign(self, document: int, account: int, until: int) -> str:
        made = hmac.new(self.key, f"{document}/account {account}/{until}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(made[:18]).decode()


def key_of(*secrets: str) -> bytes:
    """Make the key of the links of what only this installation and its platform know."""
    return hmac.new("/".join(secrets).encode(), b"lianxinqiao links", hashlib.sha256).digest()
