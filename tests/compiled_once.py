"""Statements are compiled once for all databases of a kind: each test opens one of its own, and would do it all again."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.util import LRUCache

import storage.engine.database

_STATEMENTS = 5_000


@contextmanager
def compiled_once() -> Iterator[None]:
    """Let all engines that are opened share what was compiled, by the kind of their database."""
    create = storage.engine.database.create_engine
    shared: dict[str, tuple[Dialect, LRUCache[Any, Any]]] = {}

    def create_sharing(url: str, **options: Any) -> Engine:
        engine = create(url, **options)
        kind = make_url(url).get_backend_name()
        dialect, compiled = shared.setdefault(kind, (engine.dialect, LRUCache(_STATEMENTS)))
        # What is compiled is kept by dialect, so they share that as well.
        engine.dialect = engine.pool._dialect = dialect  # noqa: SLF001
        engine._compiled_cache = compiled  # noqa: SLF001
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(storage.engine.database, "create_engine", create_sharing)
        yield
