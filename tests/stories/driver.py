"""Drives the whole bot as WeChat does: encrypted requests in, replies out, pushes caught at the last edge."""

import asyncio
import itertools
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import xmltodict
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.app import App, build_app
from bot.channels.base import Push, SendError
from bot.core.settings import Settings, load_settings
from handlers.district.read import DEMO_FOLDER, read_pack
from handlers.district.store import apply
from storage.engine.database import Base, open_database
from storage.migrate import migrate
from tests.stories.lines import AES_KEY, AGENT_ID, APP_ID, CORP_ID, LINES, TOKEN, WECOM_AES_KEY, WECOM_TOKEN

SHANGHAI = ZoneInfo("Asia/Shanghai")
_IDS = itertools.count(7_000_000_000_000_001)
SATURDAY = datetime(2026, 11, 21, 9, 0, tzinfo=SHANGHAI)


class TurnableClock:
    """A clock that stands still until it is turned."""

    def __init__(self, at: datetime = SATURDAY) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def turn(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class Phones:
    """The last edge: keeps what would have gone to WeChat; can be told to fail."""

    pushes: list[Push] = field(default_factory=list)
    failures: list[SendError] = field(default_factory=list)
    media: dict[str, bytes] = field(default_factory=dict)
    download_failures: list[SendError] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def push(self, push: Push) -> str:
        with self._lock:
            if self.failures:
                raise self.failures.pop(0)
            self.pushes.append(push)
            return f"msg{len(self.pushes)}"

    def download_media(self, media_id: str) -> bytes:
        if self.download_failures:
            raise self.download_failures.pop(0)
        if media_id not in self.media:
            raise SendError("40007", retryable=False)
        return self.media[media_id]

    def texts_to(self, who: str) -> list[str]:
        return [push.text for push in self.pushes if push.external_id == who]


class Story:
    """A district at work, with a clock to turn and people to speak as, through one of the channels."""

    def __init__(
        self, app: App, clock: TurnableClock, phones: Mapping[str, Phones], way: str = "official-account"
    ) -> None:
        self.app, self.clock, self.way = app, clock, way
        self.phones = phones[way]
        self._all_phones = phones
        self._line = LINES[way]
        self._ids = _IDS

    def through(self, way: str) -> "Story":
        """Give the same district, spoken to through another channel."""
        return Story(self.app, self.clock, self._all_phones, way)

    @property
    def engine(self) -> Engine:
        return self.app.engine

    def say(self, who: str, text: str, **fields: Any) -> str:
        """Send a text and give the bot's reply."""
        return self.send(who, MsgType="text", Content=text, **fields)

    def picture(self, who: str, media_id: str = "media1") -> str:
        return self.send(who, MsgType="image", PicUrl="http://mmbiz.qpic.cn/x", MediaId=media_id)

    def voice(self, who: str, recognised: str = "") -> str:
        return self.send(who, MsgType="voice", MediaId="voice1", Format="amr", Recognition=recognised)

    def location(self, who: str, latitude: float, longitude: float, label: str = "") -> str:
        return self.send(
            who, MsgType="location", Location_X=latitude, Location_Y=longitude, Scale=15, Label=label
        )

    def event(self, who: str, event: str, **fields: Any) -> str:
        return self.send(who, MsgType="event", Event=event, with_id=False, **fields)

    def send(self, who: str, *, with_id: bool = True, **fields: Any) -> str:
        status, body = self.post(self.xml(who, with_id=with_id, **fields))

        assert status == 200
        return self.reply_in(body)

    def xml(self, who: str, *, with_id: bool = True, **fields: Any) -> str:
        message = {
            "ToUserName": self._line.account,
            "FromUserName": who,
            "CreateTime": int(self.clock().timestamp()),
            **fields,
            **self._line.extras,
        }
        if with_id:
            message.setdefault("MsgId", next(self._ids))
        return str(xmltodict.unparse({"xml": message}, full_document=False))

    def post(self, xml: str) -> tuple[int, bytes]:
        """Seal a request with an independent implementation and hand it to the ASGI application."""
        query, body = self.seal(xml)
        return asyncio.run(call(self.app.asgi, "POST", self._line.address, query, body))

    def seal(self, xml: str) -> tuple[dict[str, str], bytes]:
        timestamp, nonce = str(int(self.clock().timestamp())), str(next(self._ids))
        return self._line.seal(xml, nonce, timestamp)

    def reply_in(self, body: bytes) -> str:
        return self._line.open(body)

    def at(self, moment: datetime) -> None:
        """Turn the clock and let the ticks run."""
        self.clock.at = moment
        self.app.tick_all()


async def call(  # noqa: PLR0917 -- as an address reads
    app: Any,
    method: str,
    path: str,
    query: dict[str, str] | None = None,
    body: bytes = b"",
    kind: str = "application/xml",
) -> tuple[int, bytes]:
    """Make one HTTP request of an ASGI application."""
    sent: list[dict[str, Any]] = []
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": urlencode(query or {}).encode(),
        "headers": [
            (b"content-length", str(len(body)).encode()),
            (b"host", b"127.0.0.1"),
            (b"content-type", kind.encode()),
        ],
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(event: dict[str, Any]) -> None:
        sent.append(event)

    await app(scope, receive, send)
    return sent[0]["status"], b"".join(event.get("body", b"") for event in sent[1:])


def story_settings(database_url: str, folder: Path, **more: str) -> Settings:
    """Give the settings of a story; `more` names further ones in small letters (`forward_url`)."""
    return load_settings(
        {
            # Stories and drills have few people say much in a minute; only those about haste mind that.
            "LXQ_MESSAGES_PER_MINUTE": "100000",
            **{f"LXQ_{name.upper()}": value for name, value in more.items()},
            "LXQ_DATABASE_URL": database_url,
            "LXQ_DATA_DIR": str(folder),
            "LXQ_OFFICIAL_APP_ID": APP_ID,
            "LXQ_OFFICIAL_APP_SECRET": "sandboxsecret",
            "LXQ_OFFICIAL_TOKEN": TOKEN,
            "LXQ_OFFICIAL_AES_KEY": AES_KEY,
            "LXQ_OFFICIAL_TEMPLATE_REMINDER": "template-reminder",
            "LXQ_WECOM_CORP_ID": CORP_ID,
            "LXQ_WECOM_AGENT_ID": AGENT_ID,
            "LXQ_WECOM_SECRET": "sandboxsecret",
            "LXQ_WECOM_TOKEN": WECOM_TOKEN,
            "LXQ_WECOM_AES_KEY": WECOM_AES_KEY,
        },
        env_file=None,
    )


def prepare(database_url: str, now: datetime = SATURDAY, *, migrated: bool = False) -> None:
    """Make the tables (by all migrations, as an operator does, where that matters) and import the demo district."""
    engine = open_database(database_url)
    if migrated:
        migrate(engine)
    else:
        Base.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        apply(session, read_pack(DEMO_FOLDER), now)
    engine.dispose()


@contextmanager
def running(database_url: str, folder: Path, way: str = "official-account", **more: str) -> Iterator[Story]:
    """Run the bot on a prepared database; the ticks only run when the clock is turned."""
    clock, phones = TurnableClock(), {name: Phones() for name in LINES}
    app = build_app(story_settings(database_url, folder, **more), clock, works=False, senders=phones)
    app.writer.start()
    try:
        yield Story(app, clock, phones, way)
    finally:
        app.stop()
