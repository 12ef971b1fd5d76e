"""The district as it stands, for all who work in this process."""

import threading

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.core.clock import Clock
from bot.core.ticks import Counts
from handlers.context import NO_SWITCHES, Switches, World
from handlers.district.district import District
from handlers.district.snapshot import load_district
from handlers.district.store import load_version
from handlers.texts import DEFAULT_TEXTS, Texts


class NoDistrictError(Exception):
    """The database holds no district yet."""


class Surroundings:
    """The district as it stands, loaded again when its version changes."""

    def __init__(self, engine: Engine, clock: Clock, switches: Switches = NO_SWITCHES) -> None:
        self._engine = engine
        self._clock = clock
        self._switches = switches
        self._lock = threading.Lock()
        self._district, self._texts = self._load()

    def _load(self) -> tuple[District, Texts]:
        with Session(self._engine) as session:
            if not load_version(session):
                raise NoDistrictError("no district: run `lianxinqiao district import DIR` (or `demo`)")
            district = load_district(session)
        return district, DEFAULT_TEXTS.replaced_by(district.texts)

    def world(self) -> World:
        return World(now=self._clock(), district=self._district, texts=self._texts, switches=self._switches)

    def reload(self) -> Counts:
        """Look whether the pack has changed; a new one takes the old one's place only when it is whole."""
        with self._lock, Session(self._engine) as session:
            if load_version(session) == self._district.version:
                return {"reloaded": 0}
        loaded = self._load()
        with self._lock:
            self._district, self._texts = loaded
        return {"reloaded": 1}
