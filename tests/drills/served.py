"""The command as systemd runs it, and the means to speak to it: for drills that no process of the tests may share."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from bot.core.clock import shanghai_now
from tests.drills.mortal import free_port
from tests.stories.driver import Story, prepare, running
from tests.stories.lines import AES_KEY, APP_ID, TOKEN

ROOT = Path(__file__).parents[2]
PATIENCE = 120


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
def served(
    url: str, folder: Path, *, module: str = "bot", told: Mapping[str, str] | None = None
) -> Iterator[Served]:
    """Run the command in a process of its own, and wait until it takes requests; `told`: settings besides the usual."""
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LXQ_")}
    settings = {
        "LXQ_DATABASE_URL": url,
        "LXQ_DATA_DIR": str(folder),
        "LXQ_OFFICIAL_APP_ID": APP_ID,
        "LXQ_OFFICIAL_APP_SECRET": "sandboxsecret",
        "LXQ_OFFICIAL_TOKEN": TOKEN,
        "LXQ_OFFICIAL_AES_KEY": AES_KEY,
        "LXQ_OFFICIAL_API_BASE": "http://127.0.0.1:9",
    }
    log = folder / f"log-{port}"
    command = [sys.executable, "-m", module, "serve", "--port", str(port)]
    with log.open("wb") as file:
        process = subprocess.Popen(command, env=kept | settings | dict(told or {}), cwd=ROOT, stderr=file)
    try:
        base = f"http://127.0.0.1:{port}"
        turns = iter(range(PATIENCE * 4))
        while not answers(base):
            assert next(turns, None) is not None
            assert process.poll() is None, log.read_text(encoding="utf-8")
            threading.Event().wait(0.25)
        yield Served(process, f"{base}/channels/official-account", log)
    finally:
        process.kill()
        process.wait()


def answers(base: str) -> bool:
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
    """Seal a text that somebody says now."""
    story.clock.at = shanghai_now()()
    return story.seal(story.xml(who, MsgType="text", Content=text, MsgId=number))
