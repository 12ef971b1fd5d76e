"""Drill 4: the disk is full, the database can only be read, PostgreSQL is stopped: nothing acknowledged is missing."""

import asyncio
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, select, text
from sqlalchemy.orm import Session

from storage.keeping.integrity import find_breaks
from storage.models import Case, CasePart, Inbox
from tests.drills.table import Drill, forms
from tests.postgres import PostgresMissingError, PostgresServer, own_postgres
from tests.stories.driver import Story, call, prepare, running

TROUBLES = (
    "东苑小区楼道灯坏了",
    "七格社区停车位不足",
    "滨河路公交车太少",
    "银沙路雨天积水严重",
    "和平社区垃圾没人收",
)
SPEAKERS = 8
TRIES = 3
BETWEEN = 0.05
TOLD = "另外，您前面还有话我没收到，请再发一次。"
NOT_KEPT = 'lxq_rejected_total{channel="official-account",reason="not_kept"}'
PATIENCE = 60
DISK_BYTES = 24 << 20


@dataclass(slots=True)
class Said:
    voter: str
    key: str
    reply: str | None = None
    refusals: int = 0


@dataclass(slots=True)
class Talk:
    """Voters who go on talking, whatever happens to the database; WeChat brings each message three times."""

    story: Story
    pause: float
    """Between two tries; WeChat waits five seconds."""
    said: list[Said] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    messages: Iterator[int] = field(default_factory=lambda: iter(range(1, 1_000_000)))

    def say(self, words: str, voter: str | None = None) -> Said:
        number = next(self.messages)
        voter = voter or f"voter-{number}"
        said = Said(voter, f"official-account:{voter}:{number}")
        self.said.append(said)
        xml = self.story.xml(voter, MsgType="text", Content=words, MsgId=number)
        for _ in range(TRIES):
            status, body = self.story.post(xml)
            if status == 200:
                said.reply = self.story.reply_in(body)
                break
            said.refusals += 1
            self.over.wait(self.pause)
        return said

    def go_on(self, chance: random.Random) -> None:
        while not self.over.wait(BETWEEN):
            self.say(chance.choice(TROUBLES))


@contextmanager
def talking(story: Story, pause: float) -> Iterator[Talk]:
    talk = Talk(story, pause)
    threads = [threading.Thread(target=talk.go_on, args=(random.Random(n),)) for n in range(SPEAKERS)]
    for thread in threads:
        thread.start()
    try:
        yield talk
    finally:
        talk.over.set()
        for thread in threads:
            thread.join()


def until(condition: Callable[[], Any]) -> None:
    waits = iter(range(PATIENCE * 20))
    pause = threading.Event()
    while not condition():
        assert next(waits, None) is not None, "it never happened"
        pause.wait(0.05)


def health(story: Story) -> tuple[int, str]:
    status, body = asyncio.run(call(story.app.asgi, "GET", "/health/ready"))
    return status, body.decode()


def refused(story: Story) -> float:
    """Give how many messages the metrics say could not be kept."""
    _, metrics = asyncio.run(call(story.app.asgi, "GET", "/metrics"))
    (line,) = (line for line in metrics.decode().splitlines() if NOT_KEPT in line)
    return float(line.split()[-1])


# -- what can fail ------------------------------------------------------------------------------------------


@contextmanager
def pragma(engine: Engine, broken: str, whole: str) -> Iterator[None]:
    """Set a pragma on every connection of SQLite for a while."""
    now = [broken]

    def set_it(connection: Any, _record: object, _proxy: object) -> None:
        connection.execute(f"PRAGMA {now[0]}")

    event.listen(engine, "checkout", set_it)
    yield
    now[0] = whole


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Mount a disk of a few megabytes, or skip where that is not allowed."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", folder],
        check=False,
        capture_output=True,
    )
    if mounted.returncode:
        pytest.skip("no disk can be mounted here: only root may, and not in every container")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Take what is left of a disk, to the last byte, as a log that grows does; give it back."""
    ballast = disk / "somebody-elses.log"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    yield
    ballast.unlink()


@contextmanager
def read_only_postgres(engine: Engine) -> Iterator[None]:
    """As after a switch-over to a standby that is not yet the primary."""
    name = engine.url.database
    url = engine.url.set(database="postgres").render_as_string(hide_password=False)
    with PostgresServer(url) as administrator:
        for setting in ("on", "off"):
            administrator.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = {setting}')
            _send_all_away(administrator, name)
            if setting == "on":
                yield


def _send_all_away(administrator: PostgresServer, name: str | None) -> None:
    administrator.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")


def fault_of(name: str, engine: Engine) -> AbstractContextManager[None]:
    if name == "disk full":
        return pragma(engine, "max_page_count = 1", "max_page_count = 1073741823")
    if name == "read only" and engine.dialect.name == "sqlite":
        return pragma(engine, "query_only = ON", "query_only = OFF")
    return read_only_postgres(engine)


# -- the drill ----------------------------------------------------------------------------------------------


def play(story: Story, fault: AbstractContextManager[None], seconds: float) -> tuple[Talk, tuple[int, str]]:
    """Let voters talk before, during and after a fault; give what they said and the health during it."""
    with talking(story, pause=min(5.0, seconds / 6)) as talk:
        until(lambda: len(talk.said) > 2 * SPEAKERS)
        with fault:
            until(lambda: any(said.refusals for said in talk.said))
            during = health(story)
            threading.Event().wait(seconds)
            until(lambda: any(said.refusals == TRIES for said in talk.said))
        heard = len(talk.said)
        until(lambda: sum(said.reply is not None for said in talk.said[heard:]) > 2 * SPEAKERS)
    return talk, during


def check(story: Story, talk: Talk, drill: Drill) -> None:
    before = list(talk.said)
    acknowledged = [said for said in before if said.reply is not None]
    given_up = [said for said in before if said.reply is None]
    refusals = sum(said.refusals for said in before)
    with Session(story.engine) as session:
        filed = session.execute(
            select(Inbox.dedupe_key, Case.number)
            .join(CasePart, CasePart.inbox_id == Inbox.id)
            .join(Case, Case.id == CasePart.case_id)
        )
        stored = dict(iter(filed))
        parts = Counter(session.scalars(select(CasePart.inbox_id)))
        numbers = list(session.scalars(select(Case.number).order_by(Case.number)))
    drill.count(
        messages=len(before),
        acknowledged=len(acknowledged),
        refused_then_repeated=sum(said.refusals > 0 for said in acknowledged),
        never_acknowledged=len(given_up),
        missing=sum(said.key not in stored for said in acknowledged),
    )

    assert [said.key for said in acknowledged if stored.get(said.key, "-") not in (said.reply or "")] == []
    assert max(parts.values()) == 1
    assert numbers == [f"2611-{number:04d}" for number in range(1, len(numbers) + 1)]
    assert refused(story) == refusals > 0

    story.clock.turn(seconds=30)
    lost = next((said for said in given_up if said.key not in stored), None)
    fine = next(said for said in acknowledged if not said.refusals)
    assert lost is not None
    assert TOLD in (talk.say("东苑小区的路灯又坏了", lost.voter).reply or "")
    assert TOLD not in (talk.say("东苑小区的路灯又坏了", lost.voter).reply or "")
    assert TOLD not in (talk.say("东苑小区的路灯又坏了", fine.voter).reply or "")
    story.app.tick_all()
    assert health(story)[0] == 200


@pytest.mark.parametrize("seconds", forms(short=1.0, long=20.0))
@pytest.mark.parametrize(
    ("engine_name", "fault"),
    [("sqlite", "disk full"), ("sqlite", "read only"), ("postgresql", "read only")],
    indirect=["engine_name"],
)
def test_what_cannot_be_written_is_never_acknowledged(
    empty_database_url: str, tmp_path: Path, fault: str, seconds: float, drill: Drill
) -> None:
    prepare(empty_database_url, migrated=True)
    with running(empty_database_url, tmp_path) as story:
        drill.does(
            f"4 {fault}, {story.engine.dialect.name}", f"for {seconds:.0f} s while voters go on writing"
        )
        talk, (status, reasons) = play(story, fault_of(fault, story.engine), seconds)

        assert status == 503
        assert "nothing can be written" in reasons
        check(story, talk, drill)


@pytest.mark.skipif(sys.platform != "linux", reason="a disk is mounted as on Linux")
@pytest.mark.parametrize("seconds", forms(short=1.0, long=20.0))
def test_a_disk_without_a_free_byte_loses_nothing_that_was_acknowledged(
    tmp_path: Path, seconds: float, drill: Drill
) -> None:
    drill.does("4 no space left, sqlite", f"a disk filled to the last byte for {seconds:.0f} s, then freed")
    with small_disk(tmp_path / "disk") as disk:
        url = f"sqlite:///{disk / 'lianxinqiao.sqlite3'}"
        prepare(url, migrated=True)
        with running(url, tmp_path) as story:
            talk, (status, reasons) = play(story, filled(disk), seconds)

            assert status == 503
            assert "nothing can be written" in reasons
            check(story, talk, drill)
            with Session(story.engine) as session:
                assert session.scalars(text("PRAGMA integrity_check")).all() == ["ok"]
                assert list(find_breaks(session)) == []


@pytest.mark.parametrize("seconds", forms(short=2.0, long=60.0))
def test_a_stopped_postgres_loses_nothing_that_was_acknowledged(
    tmp_path: Path, seconds: float, drill: Drill
) -> None:
    drill.does("4 postgresql stopped", f"crashed, {seconds:.0f} s away, restarted while voters go on writing")
    try:
        server = own_postgres({"fsync": "off"})
    except PostgresMissingError as error:
        pytest.skip(f"no PostgreSQL: {error}")
    with server as machine:
        with PostgresServer(machine.url) as administrator:
            url = administrator.fresh_database(with_tables=False)
        prepare(url, migrated=True)

        @contextmanager
        def outage() -> Iterator[None]:
            machine.stop(signal.SIGQUIT)
            yield
            machine.start()

        with running(url, tmp_path) as story:
            talk, (status, reasons) = play(story, outage(), seconds)

            assert status == 503
            assert "the database cannot be reached" in reasons
            check(story, talk, drill)
