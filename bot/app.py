"""Build everything once and join it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from fastapi import FastAPI
from sqlalchemy import Engine

from bot.channels.base import Sender
from bot.core.clock import Clock
from bot.core.metrics import Metrics
from bot.core.note import Note
from bot.core.settings import Settings
from bot.core.surroundings import Surroundings
from bot.core.ticks import Metronome
from bot.core.writer import Writer
from bot.files.files import files_router, speak_chinese
from bot.files.uploads import Uploads
from bot.from_settings import noting, shelf_of, switches_of
from bot.health import health_router, writer_faults
from bot.jobs import list_ticks
from bot.sending.ways import connect
from bot.webhook import App as AsgiApp
from bot.webhook import Webhook
from nlp.alarms.signals import detect
from nlp.masking.bare_names import find_bare_names
from storage.engine.database import open_database
from storage.messages.health import record_tick

SELDOM = 3600
"""Seconds; a tick that beats no more often runs again only when its time has come."""


_FIRST = "王小明家着火了"


@dataclass(slots=True)
class App:
    """A running bot: an ASGI application, a writer, and (in a worker) the ticks."""

    asgi: AsgiApp
    site: FastAPI
    """What stands behind the webhook; the demo mounts its sandbox here."""
    engine: Engine
    writer: Writer
    surroundings: Surroundings
    metronome: Metronome
    works: bool
    clock: Clock
    _ran: dict[str, datetime] = field(default_factory=dict)

    def start(self) -> None:
        """Begin to work, with all that reading needs at hand: nobody's first message waits for it."""
        detect(_FIRST)
        list(find_bare_names(_FIRST))
        self.writer.start()
        self.metronome.start(works=self.works)

    def stop(self) -> None:
        """End cleanly: no further ticks, what was accepted is answered, then the database closes."""
        self.metronome.stop()
        self.writer.stop()
        self.engine.dispose()

    def tick_all(self) -> None:
        """Run every tick once, in order, the seldom ones if their time has come (after the sandbox turned the clock)."""
        now = self.clock()
        for name, seconds in self.metronome.every.items():
            last = self._ran.get(name)
            if seconds < SELDOM or last is None or abs((now - last).total_seconds()) >= seconds:
                self.metronome.run_now(name)
                self._ran[name] = now


def build_app(
    settings: Settings,
    clock: Clock,
    *,
    works: bool | None = None,
    senders: Mapping[str, Sender] | None = None,
) -> App:
    """Join database, channels, writer and ticks; raises NoDistrictError where no district was imported.

    `works` says whether the ticks run in this process (by default on SQLite, where one process does all);
    `senders` takes the place of the real ways out.
    """
    engine = open_database(settings.database_url)
    surroundings = Surroundings(engine, clock, switches_of(settings))
    metrics = Metrics()
    writer = Writer(engine, surroundings.world, Note(settings.data_dir))
    channels, ways_out = connect(settings, clock, writer)
    ticks = list_ticks(
        settings, clock, writer, surroundings, metrics, senders=ways_out if senders is None else senders
    )
    metronome = Metronome(
        ticks,
        ended=lambda name: writer.transact(lambda s: record_tick(s.connection(), name, clock())),
        metrics=metrics,
    )
    inner = FastAPI(title="lianxinqiao", docs_url=None, redoc_url=None, openapi_url=None)
    shelf, note = shelf_of(settings), noting(settings, clock)
    texts = lambda: surroundings.world().texts  # noqa: E731 -- read anew each time: a new pack brings new ones
    inner.include_router(files_router(writer, shelf, clock, texts, note))
    speak_chinese(inner, texts)
    uploads = Uploads(
        inner, writer, shelf, clock, texts=texts, note=note, max_bytes=settings.max_upload_bytes
    )
    inner.include_router(
        health_router(
            engine, clock, metrics, more_reasons=lambda: writer_faults(writer), rhythms=metronome.rhythms
        )
    )
    asgi = Webhook(
        uploads,
        channels,
        writer,
        clock,
        metrics=metrics,
        max_body_bytes=settings.max_body_bytes,
        texts=texts,
    )
    runs_ticks = settings.on_sqlite if works is None else works
    return App(asgi, inner, engine, writer, surroundings, metronome, runs_ticks, clock)
