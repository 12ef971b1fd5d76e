"""The pretend corp's application: what it may send to whom, its cards, and what WeCom silently drops."""

import hashlib
import itertools
import json
import re
import secrets
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.sandbox.sent import Sent
from bot.sandbox.tokens import Tokens
from bot.sandbox.wecom_account import WeComAccount
from bot.sandbox.wecom_delivery import WeComDelivery
from bot.sandbox.world import Person, World

LONGEST_TEXT = 2048
CODE_LIFE = timedelta(hours=72)
MINUTE, HOUR = (timedelta(minutes=1), 30), (timedelta(hours=1), 1000)
"""How many messages one member gets; WeCom drops the others and says nothing."""
MOST_BUTTONS = 6
LONGEST_INTERVAL = 4 * 3600
USUAL_INTERVAL = 1800

_TASK = re.compile(r"[0-9A-Za-z_@-]{1,128}", re.ASCII)
_MEDIA_KINDS = {"image": "image", "file": "file", "voice": "voice"}

Body = Mapping[str, Any]
Outcome = tuple[int, dict[str, Any]]
"""An errcode and what stands beside it in the answer."""


@dataclass(slots=True)
class Card:
    """A card as it was sent, and the codes with which it may still be changed."""

    buttons: dict[str, str]
    """What stands on each button, by its key."""
    members: tuple[str, ...]
    codes: dict[str, datetime] = field(default_factory=dict)
    told: str = ""
    """What stands on it since it was changed."""


class Office:
    """Everything about the application that the world does not hold already."""

    def __init__(self, account: WeComAccount, world: World) -> None:
        self.account = account
        self.world = world
        self.tokens = Tokens(world.clock)
        self.delivery = WeComDelivery(account, world)
        self.menu: Body | None = None
        self.dropped: list[tuple[str, str]] = []
        """(UserID, why) of what WeCom took and did not show: `minute`, `hour`, `duplicate`."""
        self._lock = threading.Lock()
        self._cards: dict[str, Card] = {}
        self._known: dict[str, datetime] = {}
        self._told: dict[str, deque[datetime]] = {}
        self._numbers = itertools.count(1)

    def send(self, body: Body) -> Outcome:
        """Send a message of the application; whom it does not reach is only named."""
        if str(body.get("agentid", "")) != self.account.agent_id:
            return 40056, {}
        wanted = [name for name in str(body.get("touser", "")).split("|") if name]
        members = {name: self.world.member(name) for name in wanted}
        reached = [person for person in members.values() if person and person.followed_at]
        if not reached:
            return 81013, {}
        code, shown = self._message(body, tuple(person.id for person in reached))
        if code:
            return code, {}
        msgid = f"sandbox{next(self._numbers)}"
        for person in reached:
            dropped = self._why_not_shown(person, body)
            if not dropped:
                self.world.add_entry(person, "out", via="push", **shown)
            self.world.sent.add(
                Sent(
                    person=person.id,
                    kind=shown["kind"],
                    text=shown["text"],
                    at=self.world.clock(),
                    msgid=msgid,
                    dropped=dropped,
                )
            )
        missed = [name.lower() for name, person in members.items() if person not in reached]
        more: dict[str, Any] = {"invaliduser": "|".join(missed), "msgid": msgid}
        if shown.get("task"):
            more["response_code"] = self._new_code(shown["task"])
        return 0, more

    def change_card(self, body: Body) -> Outcome:
        """Let a button tell what became of the question; each code does it once, for three days."""
        code, told = str(body.get("response_code", "")), body.get("button")
        if str(body.get("agentid", "")) != self.account.agent_id:
            return 40056, {}
        if not isinstance(told, dict) or not told.get("replace_name"):
            return 40058, {}
        with self._lock:
            task = next((task for task, card in self._cards.items() if code in card.codes), "")
            if not task or self._cards[task].codes.pop(code) <= self.world.clock():
                return 42045, {}
            card = self._cards[task]
            card.told = str(told["replace_name"])
        for member in body.get("userids", ()):
            if person := self.world.member(str(member)):
                self.world.add_entry(person, "note", "card-change", card.told, task=task)
        return 0, {"invaliduser": ""}

    def press(self, person: Person, task: str, key: str) -> tuple[str, str] | None:
        """Give what stands on a pressed button and a code to change the card; None where it cannot be pressed."""
        with self._lock:
            card = self._cards.get(task)
            if card is None or key not in card.buttons or card.told or person.id not in card.members:
                return None
        return card.buttons[key], self._new_code(task)

    def _message(self, body: Body, members: tuple[str, ...]) -> tuple[int, dict[str, Any]]:
        """Check a message; give what the chat shows of it."""
        kind = str(body.get("msgtype", ""))
        content = body.get(kind)
        if not isinstance(content, dict):
            return (44004 if kind else 40008), {}
        if kind in ("text", "markdown"):
            text = str(content.get("content", ""))
            cut = text.encode()[:LONGEST_TEXT].decode("utf-8", "ignore")
            return (0, {"kind": kind, "text": cut}) if text else (44004, {})
        if kind in _MEDIA_KINDS:
            media = self.world.media(str(content.get("media_id", "")))
            if media is None or media.until <= self.world.clock() or media.kind != kind:
                return 40007, {}
            shown = "image" if kind == "image" else "text"
            return 0, {"kind": shown, "text": f"[{kind}]", "media": media.id}
        return self._card(content, members) if kind == "template_card" else (40008, {})

    def _card(self, content: Body, members: tuple[str, ...]) -> tuple[int, dict[str, Any]]:
        buttons = content.get("button_list")
        task = str(content.get("task_id", ""))
        if content.get("card_type") != "button_interaction" or not _TASK.fullmatch(task):
            return 40058, {}
        if not isinstance(buttons, list) or not 0 < len(buttons) <= MOST_BUTTONS:
            return 42012, {}
        named = {str(each.get("key", "")): str(each.get("text", "")) for each in buttons}
        if len(named) != len(buttons) or not all(key and text for key, text in named.items()):
            return 42012, {}
        title = str(content.get("main_title", {}).get("title", ""))
        text = str(content.get("sub_title_text", ""))
        if not title and not text:
            return 44004, {}
        with self._lock:
            if task in self._cards:
                return 42014, {}
            self._cards[task] = Card(named, members)
        words = "\n".join(part for part in (title, text) if part)
        return 0, {"kind": "card", "text": words, "fields": tuple(named.items()), "task": task}

    def _new_code(self, task: str) -> str:
        code = secrets.token_urlsafe(18)
        with self._lock:
            self._cards[task].codes[code] = self.world.clock() + CODE_LIFE
        return code

    def _why_not_shown(self, person: Person, body: Body) -> str:
        """Give why a member does not see it: the same twice, or more than WeCom lets through; empty if shown."""
        now = self.world.clock()
        with self._lock:
            why = self._why_dropped(person.id, body, now)
            if why:
                self.dropped.append((person.id, why))
            return why

    def _why_dropped(self, member: str, body: Body, now: datetime) -> str:
        if body.get("enable_duplicate_check"):
            seconds = min(int(body.get("duplicate_check_interval", USUAL_INTERVAL)), LONGEST_INTERVAL)
            content = json.dumps(body[str(body["msgtype"])], sort_keys=True)
            key = f"{member}:{hashlib.sha256(content.encode()).hexdigest()}"
            before = self._known.get(key)
            self._known[key] = now
            if before and now - before < timedelta(seconds=seconds):
                return "duplicate"
        told = self._told.setdefault(member, deque(maxlen=HOUR[1]))
        for name, (length, most) in (("minute", MINUTE), ("hour", HOUR)):
            if sum(now - at < length for at in told) >= most:
                return name
        told.append(now)
        return ""
