"""What one message costs inside the process: CPU of each step, statements, bytes on disk."""

import itertools
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from bot.channels.official_account import OfficialAccount
from bot.core.clock import shanghai_now
from bot.core.surroundings import Surroundings
from handlers.intake import Intake
from handlers.lanes.batch import handle_batch
from handlers.messages import IncomingMessage, Kind
from nlp.alarms.signals import detect
from nlp.topics.classify import classify
from storage.engine.database import open_database
from tests.benchmarks.load import AES_KEY, APP_ID, PLACES, TOKEN, TROUBLES, sealed_requests
from tests.stories.driver import prepare

BATCH, BATCHES, VOTERS = 32, 100, 5000


def per_call_us(call: Callable[[], Any], times: int = 3000) -> float:
    """Give the CPU of one call in microseconds."""
    began = time.thread_time()
    for _ in range(times):
        call()
    return (time.thread_time() - began) / times * 1e6


@contextmanager
def counting(engine: Engine) -> Iterator[list[int]]:
    count = [0]

    def note(*_arguments: object) -> None:
        count[0] += 1

    event.listen(engine, "after_cursor_execute", note)
    yield count
    event.remove(engine, "after_cursor_execute", note)


def batches(seed: int) -> Iterator[list[Intake]]:
    chance = random.Random(seed)
    numbers = itertools.count()
    clock = shanghai_now()
    while True:
        batch = []
        for _ in range(BATCH):
            sender = f"o{chance.randrange(VOTERS):027d}"
            key = f"official-account/{seed}/{next(numbers)}"
            message = IncomingMessage(
                channel="official-account",
                sender=sender,
                recipient="gh_bench",
                kind=Kind.TEXT,
                dedupe_key=key,
                sent_at=clock(),
                text=chance.choice(PLACES) + chance.choice(TROUBLES),
            )
            batch.append(
                Intake(dedupe_key=key, channel=message.channel, sender=sender, raw=b"", message=message)
            )
        yield batch


def bytes_used(engine: Engine) -> int:
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        return int(pages) * int(connection.exec_driver_sql("PRAGMA page_size").scalar_one())


def measure_steps() -> Iterator[str]:
    """Give the table of steps."""
    yield "| step (µs of CPU unless it says otherwise) | |"
    yield "|---|---|"
    for name, value in steps():
        yield f"| {name} | {value:,.2f} |"


def steps() -> list[tuple[str, float]]:
    """Measure on SQLite with full synchronisation; times in µs a message."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "steps.sqlite3"
        prepare(f"sqlite:///{file}")
        engine = open_database(f"sqlite:///{file}")
        surroundings = Surroundings(engine, shanghai_now())
        many = batches(1)
        for batch in itertools.islice(many, 20):
            handle_batch(engine, batch, surroundings.world)
        size = bytes_used(engine)
        measured = list(itertools.islice(many, BATCHES))
        with counting(engine) as count:
            began, wall = time.thread_time(), time.perf_counter()
            for batch in measured:
                handle_batch(engine, batch, surroundings.world)
            cpu, wall = time.thread_time() - began, time.perf_counter() - wall
        messages = BATCH * BATCHES
        lexicon = surroundings.world().district.lexicon
        gazetteer = surroundings.world().district.gazetteer
        text = PLACES[0] + TROUBLES[0]
        figures = [
            ("verify, open, read a sealed request", per_call_us(_parse())),
            ("signals", per_call_us(lambda: detect(text))),
            ("topic", per_call_us(lambda: classify(text, lexicon))),
            ("place", per_call_us(lambda: gazetteer.find(text))),
            (f"the whole batch of {BATCH}, CPU a message", cpu / messages * 1e6),
            (f"the whole batch of {BATCH}, time a message", wall / messages * 1e6),
            (f"statements a message, in batches of {BATCH}", count[0] / messages),
            ("commits a message", 1 / BATCH),
            ("bytes on disk a message", (bytes_used(engine) - size) / messages),
        ]
        engine.dispose()
        return figures


def _parse() -> Callable[[], Any]:
    account = OfficialAccount(app_id=APP_ID, token=TOKEN, clock=shanghai_now(), aes_key=AES_KEY)
    (request,) = sealed_requests(1, 1, "/x")
    head, _, body = request.partition(b"\r\n\r\n")
    words = head.split(b" ")[1].decode().partition("?")[2]
    query = dict(pair.split("=", 1) for pair in words.split("&"))
    return lambda: account.parse(query, body)
