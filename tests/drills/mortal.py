"""The bot as a process that kills itself (SIGKILL) at one moment of its work, and what its people got before."""

import os
import signal
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from types import FrameType
from typing import NoReturn

import uvicorn
from sqlalchemy import event

from bot.app import App, build_app
from bot.channels.base import Channel, Push, Received
from bot.core.clock import shanghai_now
from bot.webhook import Webhook
from tests.stories.driver import story_settings

MOMENTS = ("received", "handled", "committed", "claimed", "sent", "settled")
"""A message read; a transaction about to commit; an answer about to leave; a push claimed, sent; any commit done."""
POSTED = "posted.txt"
_BEAT = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """How a process lives and dies; without a moment it lives on."""

    url: str
    folder: Path
    port: int
    moment: str = ""
    after: int = 1
    """At which occurrence of the moment it dies."""
    ahead: timedelta = timedelta()
    """How far its clock is ahead of the real one."""
    works: bool = False
    """Whether it delivers pushes and picks up what was left."""


class Doom:
    """Counts the moments and kills the process at its own."""

    def __init__(self, moment: str, after: int) -> None:
        self._moment, self._left = moment, after

    def meet(self, moment: str) -> None:
        if moment == self._moment:
            self._left -= 1
            if self._left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)


class Dying:
    """A channel that may die after it read a message, or when the answer is committed and nobody was told."""

    def __init__(self, inner: Channel, doom: Doom) -> None:
        self.name = inner.name
        self._inner = inner
        self._doom = doom

    def verify(self, query: Mapping[str, str]) -> str:
        return self._inner.verify(query)

    def parse(self, query: Mapping[str, str], body: bytes) -> Received:
        received = self._inner.parse(query, body)
        self._doom.meet("received")
        return received

    def render(self, reply_text: str, received: Received, now: datetime) -> bytes:
        self._doom.meet("committed")
        return self._inner.render(reply_text, received, now)


class Postbox:
    """A way out that writes each push to a file all processes share, and may die before or after it."""

    def __init__(self, folder: Path, doom: Doom) -> None:
        self._file = folder / POSTED
        self._doom = doom

    def push(self, push: Push) -> str:
        self._doom.meet("claimed")
        line = f"{push.kind} {push.client_msg_id}\n".encode()
        with self._file.open("ab", buffering=0) as file:
            file.write(line)
            os.fsync(file.fileno())
        self._doom.meet("sent")
        return push.client_msg_id

    def download_media(self, media_id: str) -> bytes:
        raise NotImplementedError(media_id)


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


def live(life: Life) -> None:
    # As `serve` does: uvicorn raises the signal once more when it is done.
    signal.signal(signal.SIGTERM, _end)
    doom = Doom(life.moment, life.after)
    real = shanghai_now()
    app = build_app(
        story_settings(life.url, life.folder),
        lambda: real() + life.ahead,
        works=False,
        senders={"official-account": Postbox(life.folder, doom)},
    )
    event.listen(app.engine, "commit", lambda _connection: doom.meet("handled"))
    event.listen(app.engine, "checkin", lambda _connection, _record: doom.meet("settled"))
    assert isinstance(app.asgi, Webhook)
    app.asgi.channels = {name: Dying(channel, doom) for name, channel in app.asgi.channels.items()}
    app.start()
    if life.works:
        threading.Thread(target=_work, args=(app,), daemon=True).start()
    try:
        uvicorn.run(app.asgi, host="127.0.0.1", port=life.port, log_level="error", ws="none")
    finally:
        app.stop()


def _work(app: App) -> None:
    while True:
        for tick in ("deliver", "retry unanswered"):
            app.metronome.run_now(tick)
        time.sleep(_BEAT)


_NURSERY = get_context("forkserver")
_NURSERY.set_forkserver_preload([__name__])


def born(life: Life) -> ForkServerProcess:
    """Start a process from one that has everything imported already: a tenth of a second instead of two."""
    process = _NURSERY.Process(target=live, args=(life,), daemon=True)
    process.start()
    return process


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def await_port(port: int, process: ForkServerProcess) -> None:
    """Wait until a process takes requests, or is dead."""
    while process.is_alive():
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            process.join(_BEAT)
        else:
            return


def posted(folder: Path) -> list[str]:
    """Give the pushes that arrived, in their order, by client_msg_id: WeChat delivers a template once per id."""
    file = folder / POSTED
    lines = file.read_text(encoding="ascii").splitlines() if file.exists() else []
    arrived: list[str] = []
    templates: set[str] = set()
    for kind, message_id in (line.split() for line in lines):
        if kind == "template" and message_id in templates:
            continue
        templates.add(message_id)
        arrived.append(message_id)
    return arrived
