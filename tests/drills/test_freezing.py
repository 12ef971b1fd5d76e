"""A message that freezes its handler: the guard ends the process, the message is put aside, the others are answered."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import shanghai_now
from bot.guard import FROZEN
from handlers.texts import DEFAULT_TEXTS as TEXTS
from storage.models import Inbox
from tests.drills.freezing import PATTERN, WAIT
from tests.drills.mortal import free_port
from tests.drills.table import Drill, forms
from tests.stories.driver import Story, prepare, running
from tests.stories.lines import AES_KEY, APP_ID, TOKEN

ROOT = Path(__file__).parents[2]
PATIENCE = 120
TROUBLE = "东苑小区3幢楼道灯坏了半个月"
QUICK, REAL = "8 0.5 11", "30 1 11"


@dataclass(frozen=True, slots=True)
class Served:
    process: subprocess.Popen[bytes]
    address: str
    log: Path

    def post(self, sealed: tuple[dict[str, str], bytes]) -> bytes:
        """Deliver a request; nothing comes back from a process that was ended."""
        query, body = sealed
        try:
            return requests.post(self.address, params=query, data=body, timeout=PATIENCE).content
        except requests.exceptions.ConnectionError:
            return b""


@contextmanager
def served(url: str, folder: Path, guard: str) -> Iterator[Served]:
    """Run the command as systemd does, and wait until it takes requests."""
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LXQ_")}
    told = {
        "DRILL_GUARD": guard,
        "LXQ_DATABASE_URL": url,
        "LXQ_DATA_DIR": str(folder),
        "LXQ_OFFICIAL_APP_ID": APP_ID,
        "LXQ_OFFICIAL_APP_SECRET": "sandboxsecret",
        "LXQ_OFFICIAL_TOKEN": TOKEN,
        "LXQ_OFFICIAL_AES_KEY": AES_KEY,
        "LXQ_OFFICIAL_API_BASE": "http://127.0.0.1:9",
    }
    log = folder / f"log-{port}"
    command = [sys.executable, "-m", "tests.drills.freezing", "serve", "--port", str(port)]
    with log.open("wb") as file:
        process = subprocess.Popen(command, env=kept | told, cwd=ROOT, stderr=file)
    try:
        base = f"http://127.0.0.1:{port}"
        turns = iter(range(PATIENCE * 4))
        while not _answers(base):
            assert next(turns, None) is not None
            assert process.poll() is None, log.read_text(encoding="utf-8")
            threading.Event().wait(0.25)
        yield Served(process, f"{base}/channels/official-account", log)
    finally:
        process.kill()
        process.wait()


def _answers(base: str) -> bool:
    try:
        return requests.get(f"{base}/health/live", timeout=1).ok
    except requests.exceptions.RequestException:
        return False


@contextmanager
def district(url: str, folder: Path) -> Iterator[Story]:
    """Give the means to seal what is said, by a clock that is right."""
    prepare(url, migrated=True)
    with running(url, folder) as story:
        story.clock.at = shanghai_now()()
        yield story


def sealed(story: Story, who: str, text: str, number: int) -> tuple[dict[str, str], bytes]:
    story.clock.at = shanghai_now()()
    return story.seal(story.xml(who, MsgType="text", Content=text, MsgId=number))


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize("word", [PATTERN, pytest.param(WAIT, marks=pytest.mark.drill)])
@pytest.mark.parametrize("guard", forms(short=QUICK, long=REAL))
def test_a_message_that_freezes_the_process_twice_is_put_aside_and_the_others_are_answered(
    empty_database_url: str, tmp_path: Path, guard: str, word: str, drill: Drill
) -> None:
    drill.does(f"7 freezing handler: {word}", "the guard ends the process twice, the drill starts it again")
    codes: list[int] = []
    with district(empty_database_url, tmp_path) as story:
        for _ in range(2):
            with served(empty_database_url, tmp_path, guard) as bot:
                frozen = threading.Thread(target=bot.post, args=(sealed(story, "voter-1", word, 1),))
                frozen.start()
                if word == WAIT:  # what waits behind it
                    threading.Event().wait(1)
                    threading.Thread(target=bot.post, args=(sealed(story, "voter-2", TROUBLE, 2),)).start()
                codes.append(bot.process.wait(PATIENCE))
                frozen.join()
                lines = [
                    line for line in bot.log.read_text(encoding="utf-8").splitlines() if "was ended" in line
                ]
                assert len(lines) == 1
                assert word not in bot.log.read_text(encoding="utf-8")
        with served(empty_database_url, tmp_path, guard) as bot:
            others = [story.reply_in(bot.post(sealed(story, f"voter-{n}", TROUBLE, n))) for n in range(3, 6)]
            again = story.reply_in(bot.post(sealed(story, "voter-1", word, 1)))
            bot.process.send_signal(signal.SIGTERM)
            codes.append(bot.process.wait(PATIENCE))
        with Session(story.engine) as session:
            aside = [row.dedupe_key for row in session.scalars(select(Inbox)) if row.reason == "ended"]
    drill.count(ends=codes)

    assert codes == [FROZEN, FROZEN, 0]
    assert aside == ["official-account:voter-1:1"]
    assert again == TEXTS("put_aside")
    assert all("编号" in reply for reply in others)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize("guard", forms(short="1000 1 2", long="1000 1 11"))
@pytest.mark.parametrize("word", [PATTERN, pytest.param(WAIT, marks=pytest.mark.drill)])
def test_a_frozen_process_ends_when_it_is_told_to(
    empty_database_url: str, tmp_path: Path, guard: str, word: str, drill: Drill
) -> None:
    drill.does(f"7 SIGTERM while frozen: {word}", "told to end with a handler that never comes back")
    with district(empty_database_url, tmp_path) as story, served(empty_database_url, tmp_path, guard) as bot:
        frozen = threading.Thread(target=bot.post, args=(sealed(story, "voter-1", word, 1),))
        frozen.start()
        threading.Event().wait(1)
        bot.process.send_signal(signal.SIGTERM)
        code = bot.process.wait(12)
        frozen.join()

    assert code == FROZEN
    assert "did not stop" in bot.log.read_text(encoding="utf-8")


@pytest.mark.drill
@pytest.mark.timeout(PATIENCE * 5)
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_nothing_of_the_bot_outlives_a_guard_that_was_killed(empty_database_url: str, tmp_path: Path) -> None:
    with district(empty_database_url, tmp_path) as story:
        with served(empty_database_url, tmp_path, REAL) as bot:
            bot.process.kill()
            bot.process.wait()
            base = bot.address.rpartition("/channels/")[0]
            turns = iter(range(40))
            while _answers(base):
                assert next(turns, None) is not None
                threading.Event().wait(0.25)
        with served(empty_database_url, tmp_path, REAL) as bot:
            assert "编号" in story.reply_in(bot.post(sealed(story, "voter-1", TROUBLE, 1)))
