"""The bot as a program that kills itself (SIGKILL) at one named moment: for the tests of test_kill.py.

Run as `python -m tests.stories.mortal URL FOLDER PORT MOMENT`; an empty moment lives on.
"""

import os
import signal
import sys
import threading
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import uvicorn
from sqlalchemy import event

from bot.app import build_app
from bot.channels.base import Channel, Push, Received
from bot.clock import shanghai_now
from bot.webhook import Webhook
from tests.stories.driver import story_settings


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Dying:
    """A channel that dies when it should make the answer: the message is committed, nobody was told."""

    def __init__(self, inner: Channel, moment: str) -> None:
        self.name = inner.name
        self._inner = inner
        self._moment = moment

    def verify(self, query: Mapping[str, str]) -> str:
        return self._inner.verify(query)

    def parse(self, query: Mapping[str, str], body: bytes) -> Received:
        received = self._inner.parse(query, body)
        if self._moment == "received":
            die()
        return received

    def render(self, reply_text: str, received: Received, now: datetime) -> bytes:
        if self._moment == "committed":
            die()
        return self._inner.render(reply_text, received, now)


class Postbox:
    """A way out that writes each push to a file, and dies before or after it."""

    def __init__(self, folder: Path, moment: str) -> None:
        self._file = folder / "posted.txt"
        self._moment = moment

    def push(self, push: Push) -> str:
        if self._moment == "claimed":
            die()
        with self._file.open("a", encoding="utf-8") as file:
            file.write(f"{push.client_msg_id}\n")
            file.flush()
            os.fsync(file.fileno())
        if self._moment == "sent":
            die()
        return push.client_msg_id

    def download_media(self, media_id: str) -> bytes:
        raise NotImplementedError(media_id)


def main(url: str, folder: str, port: str, moment: str) -> None:
    app = build_app(
        story_settings(url, Path(folder)),
        shanghai_now(),
        works=False,
        senders={"official-account": Postbox(Path(folder), moment)},
    )
    if moment == "handled":
        event.listen(app.engine, "commit", lambda _connection: die())
    assert isinstance(app.asgi, Webhook)
    app.asgi.channels = {name: Dying(channel, moment) for name, channel in app.asgi.channels.items()}
    app.start()
    if moment in {"claimed", "sent", "deliver"}:
        threading.Thread(target=app.metronome.run_now, args=("deliver",)).start()
    uvicorn.run(app.asgi, host="127.0.0.1", port=int(port), log_level="error")
    app.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
