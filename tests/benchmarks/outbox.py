"""The outbox: how long 100,000 reminders take to plan, and how fast one worker drains them."""

import asyncio
import logging
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from datetime import time as time_of_day
from multiprocessing.connection import Connection as Pipe
from pathlib import Path

from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from bot.channels.official_account_sender import OfficialAccountSender
from bot.channels.token_keeper import TokenKeeper
from bot.core.logs import configure_logs
from bot.core.metrics import Metrics
from bot.core.writer import Writer
from bot.files.shelf import Shelf
from bot.sending.delivery import Deliveries, Setup
from handlers.calendar.occasions import DutyRule
from handlers.calendar.times import SHANGHAI
from handlers.context import World
from handlers.district.district import District
from handlers.district.pack import Deputy, Station
from handlers.duties.reminders import plan_in_pieces
from handlers.texts import DEFAULT_TEXTS
from storage.engine.bulk import insert_rows
from storage.engine.database import Base, new_id, open_database
from storage.models import Account, Outbox, Person
from tests.channels.memory_store import MemoryStore
from tests.handlers.small_district import small_district

REMINDERS, DRAINED, STATIONS = 100_000, 12_000, 100
ANSWER_SECONDS = 0.08
EVENING_BEFORE = datetime(2026, 12, 9, 8, 20, tzinfo=SHANGHAI)
_TOKEN = b'{"access_token":"T","expires_in":7200}'
_SENT = b'{"errcode":0,"errmsg":"ok","msgid":1}'


def measure_outbox() -> Iterator[str]:
    """Plan for 100,000 deputies on an empty SQLite file, then drain the first 12,000 with 80 ms an answer."""
    configure_logs(level=logging.WARNING)
    with tempfile.TemporaryDirectory() as folder, _pretend_api() as base:
        engine = open_database(f"sqlite:///{Path(folder) / 'outbox.sqlite3'}")
        Base.metadata.create_all(engine)
        district = _district()
        _add_people(engine, district)
        seconds, worked, planned = _plan(engine, district)
        yield "| what | figure |"
        yield "| --- | --- |"
        yield f"| {planned:,} reminders planned and enqueued | {seconds:.1f} s, {worked:.1f} s of them CPU |"
        yield f"| the process held at most (rows of 2,000 at once) | {_megabytes()} MB |"
        seconds, sent = _drain(engine, base)
        yield f"| {sent:,} of them sent by one worker, {ANSWER_SECONDS * 1000:.0f} ms an answer | {sent / seconds:.0f}/s |"
        engine.dispose()


def _megabytes() -> int:
    in_one = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // in_one


def _district() -> District:
    stations = [
        Station(key=f"S{n:03d}", name=f"第{n}联络站", kind="community", street="liuyin", address=f"{n}号")
        for n in range(STATIONS)
    ]
    deputies = [
        Deputy(key=f"D{n:06d}", name="陈立新", level="区", stations=(stations[n % STATIONS].key,))
        for n in range(REMINDERS)
    ]
    rule = DutyRule(
        key="reception",
        name="代表统一接待选民日",
        pattern="monthly",
        day=10,
        starts=time_of_day(9),
        leads=(1,),
        holiday="hold",
    )
    return small_district([rule], stations=stations, deputies=deputies)


def _add_people(engine: Engine, district: District) -> None:
    ids = {deputy.roster_key: new_id() for deputy in district.deputies.values()}
    persons = [
        {
            "id": person_id,
            "roster_key": key,
            "name": "陈立新",
            "phone": "",
            "station": "",
            "preferences": {},
            "created_at": EVENING_BEFORE,
        }
        for key, person_id in ids.items()
    ]
    accounts = [
        {
            "id": new_id(),
            "channel": "official-account",
            "external_id": f"o{person_id}",
            "person_id": person_id,
            "following": True,
            "unreachable_code": "",
            "created_at": EVENING_BEFORE,
        }
        for person_id in ids.values()
    ]
    with engine.begin() as connection:
        insert_rows(connection, Person, persons)
        insert_rows(connection, Account, accounts)


def _plan(engine: Engine, district: District) -> tuple[float, float, int]:
    writer = Writer(engine, _no_world)
    writer.start()
    started, worked = time.perf_counter(), time.process_time()
    planned = plan_in_pieces(writer.transact, EVENING_BEFORE, district, DEFAULT_TEXTS)["reminders"]
    seconds, worked = time.perf_counter() - started, time.process_time() - worked
    writer.stop()
    return seconds, worked, planned


def _drain(engine: Engine, base: str) -> tuple[float, int]:
    """Send the first of them; the others stay in the queue behind, not yet due."""
    first = select(Outbox.id).order_by(Outbox.not_before, Outbox.id).limit(DRAINED)
    with Session(engine) as session, session.begin():
        later = EVENING_BEFORE + timedelta(days=2)
        session.execute(update(Outbox).where(Outbox.id.not_in(first)).values(not_before=later))
    writer = Writer(engine, _no_world)
    writer.start()
    sender = OfficialAccountSender(
        app_id="wx1",
        secret="S",
        api_base=base,
        keeper=TokenKeeper(MemoryStore(), _morning, lambda _: None),
        templates={"reminder": "TM-1"},
    )
    deliveries = Deliveries(
        writer=writer,
        senders={"official-account": sender},
        clock=_morning,
        setup=Setup(templates=frozenset({"reminder"})),
        metrics=Metrics(),
        shelf=Shelf(Path("no files")),
    )
    started = time.perf_counter()
    deliveries.deliver_due()
    seconds = time.perf_counter() - started
    writer.stop()
    sender.close()
    with Session(engine) as session:
        sent = session.scalar(select(func.count()).where(Outbox.status == "sent")) or 0
    return seconds, sent


def _morning() -> datetime:
    return EVENING_BEFORE + timedelta(minutes=30)


def _no_world() -> World:
    raise AssertionError("no message comes in")


# -- the pretend API, in a process of its own ---------------------------------------------------------------


@contextmanager
def _pretend_api() -> Iterator[str]:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        process.terminate()
        process.join()


def _serve(pipe: Pipe) -> None:
    asyncio.run(_answer_for_ever(pipe))


async def _answer_for_ever(pipe: Pipe) -> None:
    server = await asyncio.start_server(_answer, "127.0.0.1", 0)
    pipe.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            break
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
        await reader.readexactly(int(fields.get(b"content-length", b"0")))
        body = _TOKEN if b"stable_token" in head else _SENT
        await asyncio.sleep(ANSWER_SECONDS)
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        )
        writer.write(body)
        await writer.drain()
    writer.close()
