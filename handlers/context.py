"""All that a handler may touch."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from handlers.district.district import District
from handlers.texts import Texts
from storage.people.people import Sender


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """What the operator decided about this deployment, as far as handlers must know it."""

    forwards_events: bool = False
    """Events that are not the bot's own go to another system."""
    staff_channel: str = ""
    """The only channel for what staff do; empty for any."""
    deputy_channel: str = ""
    """The only channel for what deputies do; empty for any."""
    subscriptions_last: bool = True
    """An accepted subscription message (订阅通知) may be sent as often as one likes."""
    sends_links: bool = False
    """Files can be opened by a link, where a channel takes none."""
    channels: frozenset[str] = frozenset()
    """The ways out that are set up: `official-account`, `wecom`, `sms`."""
    templates: frozenset[str] = frozenset()
    """Keys of pushes for which there is a template message."""
    subscriptions: Mapping[str, str] = field(default_factory=dict)
    """Ids of the subscription messages, by the key of the push."""
    font: str = ""
    """A font file with Chinese letters, for charts; empty where the machine has none."""
    per_minute: int = 30
    """So many messages of one account are handled at once; what comes beyond them waits its turn."""


NO_SWITCHES = Switches()


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What a pure decision may know beside the message: the time, the district and its sentences."""

    now: datetime
    """Aware, in the district's time zone."""
    district: District
    texts: Texts
    switches: Switches = NO_SWITCHES

    def duty_behind(self, _person_id: int) -> int | None:
        """Give who is to hear if a push to this person does not arrive; nobody does where no person acts."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work(World):
    """A world with a session: that of a timed job, or of a message."""

    session: Session
    """Never committed by whoever works in it."""
    asked: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)
    """What was asked of the database, and does not change while this work lasts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context(Work):
    """One message's world in the cold lane: the session is open in a savepoint, and somebody speaks."""

    sender: Sender
    inbox_id: int = 0
    sent_at: datetime | None = None
    """When the message was written, by the platform's clock."""
    asides: list[str] = field(default_factory=list)
    """What must be said beside the answer: words of this message went into a sealed case of their own."""
    said_closed: set[int] = field(default_factory=set)
    """People to whom no way leads, as was asked and is said in the answer already."""

    def duty_behind(self, person_id: int) -> int | None:
        """Give who speaks, if they speak on duty, unless the push is their own."""
        speaks = self.sender.person_id
        return None if person_id == speaks or not self.sender.grants else speaks
