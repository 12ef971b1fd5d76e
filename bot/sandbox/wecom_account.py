"""The pretend corp: its one application, and the door to the bot."""

import re
from dataclasses import dataclass

CORP_ID_PREFIX = "wwsandbox"
_UNWRITABLE = re.compile(r"[^0-9A-Za-z_.@-]+", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeComAccount:
    """A self-built application of a pretend corp."""

    corp_id: str
    agent_id: str
    secret: str
    token: str
    aes_key: str
    webhook_url: str


def userid_of(key: str) -> str:
    """Make the UserID that the corp gave somebody of the roster (`deputy:D001`)."""
    return _UNWRITABLE.sub("-", key)
