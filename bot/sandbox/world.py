"""The pretend WeChat's memory: people, their chats, and what may still be sent to them."""

import itertools
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.sandbox.sent import SentBook

Side = Literal["in", "out", "note"]
"""From the person, from the account, or from WeChat itself."""

MEDIA_LIFE = timedelta(days=3)
ONCE_LIFE = timedelta(minutes=10)

AFTER_MESSAGE = (5, timedelta(hours=48))
AFTER_ACTION = (3, timedelta(minutes=1))

OFFICIAL = "official-account"
OUTSIDE_WINDOW, USED_UP = 45015, 45047
NOT_ACCEPTED = 43101
LASTING = -1
"""Left of a long-term subscription: as many messages as one likes."""


@dataclass(slots=True)
class Window:
    """How many customer-service messages may follow what a person did, and until when."""

    left: int
    until: datetime


@dataclass(slots=True, kw_only=True)
class Person:
    id: str
    name: str
    role: str
    title: str = ""
    area_name: str = ""
    cast_key: str = ""
    channel: str = OFFICIAL
    """Where this person is: the official account, or `wecom`."""
    followed_at: datetime | None = None
    scene: str = ""
    windows: dict[str, Window] = field(default_factory=dict)
    consents: dict[str, int] = field(default_factory=dict)
    """Subscription messages still allowed, by template; `LASTING` for as many as one likes."""

    def left(self, cause: str, now: datetime) -> int:
        """Give how many customer-service messages may still follow a message, or an action."""
        window = self.windows.get(cause)
        return window.left if window and window.until > now else 0

    def shown(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "role": self.role,
            "title": self.title,
            "area_name": self.area_name,
            "following": self.followed_at is not None,
            "channel": self.channel,
            "consents": dict(self.consents),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One bubble, card or grey line of a chat."""

    n: int
    person: str
    side: Side
    kind: str
    text: str
    at: str
    via: str = ""
    """`passive` for the answer in the same breath, `push` for what came later."""
    media: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    longitude: float | None = None
    latitude: float | None = None
    seconds: int = 0
    task: str = ""
    """Names a card, so that a press or a later change finds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    id: str
    kind: str
    content: bytes
    content_type: str
    until: datetime


class World:
    """Everything the pretend WeChat knows; each method holds the lock and is short."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self._lock = threading.RLock()
        self._people: dict[str, Person] = {}
        self._entries: list[Entry] = []
        self._media: dict[str, Media] = {}
        self._sent_once: dict[tuple[str, str], datetime] = {}
        self._message_ids = itertools.count(24_000_000_000_000_001)
        self._menu: Mapping[str, Any] | None = None
        self.sent = SentBook()
        self.account_id = f"gh_sandbox{secrets.token_hex(3)}"

    # people

    def add_person(
        self,
        name: str,
        role: str,
        *,
        title: str = "",
        area_name: str = "",
        cast_key: str = "",
        userid: str = "",
    ) -> tuple[Person, bool]:
        """Give the person of this name and role, and whether they are new; with a UserID a member of the corp."""
        channel = "wecom" if userid else OFFICIAL
        with self._lock:
            for person in self._people.values():
                known = (person.name, person.role, person.cast_key, person.channel)
                if known == (name, role, cast_key, channel):
                    return person, False
            person = Person(
                id=userid or f"oSandbox{secrets.token_urlsafe(15)}",
                channel=channel,
                name=name,
                role=role,
                title=title,
                area_name=area_name,
                cast_key=cast_key,
            )
            self._people[person.id] = person
            return person, True

    def person(self, openid: str) -> Person | None:
        with self._lock:
            return self._people.get(openid)

    def member(self, userid: str) -> Person | None:
        """Give a member of the corp; WeCom does not mind capitals."""
        with self._lock:
            found = (each for each in self._people.values() if each.id.lower() == userid.lower())
            return next((each for each in found if each.channel == "wecom"), None)

    def called(self, name: str) -> Person | None:
        with self._lock:
            return next((person for person in self._people.values() if person.name == name), None)

    def people(self) -> list[Person]:
        with self._lock:
            return list(self._people.values())

    def follow(self, person: Person, scene: str = "") -> None:
        with self._lock:
            person.followed_at, person.scene = self.clock(), scene

    def unfollow(self, person: Person) -> None:
        with self._lock:
            person.followed_at = None
            person.windows.clear()

    def consent(self, person: Person, template_id: str, *, lasting: bool) -> None:
        """Allow one more subscription message, or as many as one likes."""
        with self._lock:
            person.consents[template_id] = LASTING if lasting else person.consents.get(template_id, 0) + 1

    def refuse(self, person: Person, template_id: str) -> bool:
        """Allow no more of them; tell whether any were allowed before."""
        with self._lock:
            return bool(person.consents.pop(template_id, 0))

    def use_consent(self, person: Person, template_id: str) -> bool:
        """Use up a subscription message; tell whether there was one to use."""
        with self._lock:
            left = person.consents.get(template_id, 0)
            if left > 0:
                person.consents[template_id] = left - 1
            return left != 0

    # windows

    def open_window(self, person: Person, cause: Literal["message", "action"]) -> None:
        count, length = AFTER_MESSAGE if cause == "message" else AFTER_ACTION
        with self._lock:
            person.windows[cause] = Window(count, self.clock() + length)

    def leave_in_windows(self, person: Person, left: int) -> None:
        """Let no more than so many messages be left, as when somebody answered by hand in the console."""
        with self._lock:
            for window in person.windows.values():
                window.left = min(window.left, left)

    def use_window(self, person: Person) -> int:
        """Take one customer-service message from what is allowed; give 0 or why not."""
        now = self.clock()
        with self._lock:
            current = [window for window in person.windows.values() if window.until > now]
            usable = [window for window in current if window.left > 0]
            if not usable:
                return USED_UP if current else OUTSIDE_WINDOW
            usable[0].left -= 1
            return 0

    def make_true(self, code: int, person: str) -> None:
        """Let a pretended refusal hold from now on: the caller believes it."""
        with self._lock:
            if (refused := self._people.get(person)) is None:
                return
            if code in (OUTSIDE_WINDOW, USED_UP):
                refused.windows.clear()
            elif code == NOT_ACCEPTED:
                refused.consents.clear()

    def is_first(self, person: Person, client_msg_id: str) -> bool:
        """Tell whether this id was not used for this person within ten minutes; from now on it is."""
        now, key = self.clock(), (person.id, client_msg_id)
        with self._lock:
            if key in self._sent_once and self._sent_once[key] + ONCE_LIFE > now:
                return False
            self._sent_once[key] = now
            return True

    # chats

    def add_entry(self, person: Person, side: Side, kind: str, text: str, **more: Any) -> Entry:  # noqa: ANN401
        with self._lock:
            entry = Entry(
                n=len(self._entries) + 1,
                person=person.id,
                side=side,
                kind=kind,
                text=text,
                at=self.clock().isoformat(timespec="seconds"),
                **more,
            )
            self._entries.append(entry)
            return entry

    def entries(self, after: int = 0, person: str = "") -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(each) for each in self._entries[after:] if not person or each.person == person]

    @property
    def last(self) -> int:
        with self._lock:
            return len(self._entries)

    def next_message_id(self) -> int:
        with self._lock:
            return next(self._message_ids)

    # media and menu

    def keep_media(self, kind: str, content: bytes, content_type: str) -> Media:
        with self._lock:
            media = Media(
                id=f"sandbox-{secrets.token_urlsafe(36)}",
                kind=kind,
                content=content,
                content_type=content_type,
                until=self.clock() + MEDIA_LIFE,
            )
            self._media[media.id] = media
            return media

    def media(self, media_id: str) -> Media | None:
        """Give a file, also one that is too old for WeChat (the phone still shows it)."""
        with self._lock:
            return self._media.get(media_id)

    @property
    def menu(self) -> Mapping[str, Any] | None:
        return self._menu

    @menu.setter
    def menu(self, menu: Mapping[str, Any] | None) -> None:
        self._menu = menu
