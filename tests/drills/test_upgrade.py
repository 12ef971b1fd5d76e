"""An upgrade without a stop: processes of an earlier version go on beside new ones, on the database made for these."""

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
import requests
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from bot.core.clock import shanghai_now
from storage.engine.database import new_id
from storage.messages import outbox
from storage.models import Account, Outbox, Person
from tests.channels.pretend_api import Answer, Call, PretendApi, answer, serving
from tests.drills.earlier import ROOT, NoEarlierVersionError, earlier_version
from tests.drills.mortal import free_port
from tests.drills.table import Drill
from tests.drills.traffic import Proxy, assert_each_has_one_case, under_traffic
from tests.stories.driver import running
from tests.stories.lines import AES_KEY, APP_ID, TOKEN

PATIENCE = 60
EACH_STATE = 10.0
"""Seconds of traffic before, between and after the steps of the upgrade."""
OWE_EVERY = 0.1
OWED_EACH = 3
CUSTOM = "/cgi-bin/message/custom/send"
TEMPLATE = "/cgi-bin/message/template/send"


@dataclass(slots=True)
class Machine:
    """Processes of both versions with the same settings, each with a log of its own."""

    folder: Path
    settings: dict[str, str]
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)
    names: Iterator[int] = field(default_factory=lambda: count(1))

    def run(self, code: Path, *command: str) -> None:
        subprocess.run(self._line(*command), cwd=code, env=self._environment(code), check=True)

    def start(self, code: Path, *command: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{next(self.names)}-{command[0]}.log").open("wb") as log:
            process = subprocess.Popen(
                self._line(*command), cwd=code, env=self._environment(code), stdout=log, stderr=log
            )
        self.running.append(process)
        return process

    def serve(self, code: Path, port: int) -> subprocess.Popen[bytes]:
        process = self.start(code, "serve", "--port", str(port))
        until(lambda: is_ready(port), process)
        return process

    def end(self, process: subprocess.Popen[bytes]) -> None:
        process.send_signal(signal.SIGTERM)
        self.codes.append(process.wait(PATIENCE))
        self.running.remove(process)

    def logs(self) -> dict[str, str]:
        return {log.name: log.read_text(encoding="utf-8") for log in self.folder.glob("*.log")}

    def _line(self, *command: str) -> list[str]:
        return [sys.executable, "-m", "bot", *command]

    def _environment(self, code: Path) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LXQ_")}
        return kept | self.settings | {"PYTHONPATH": str(code)}


def is_ready(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/health/ready", timeout=5).ok
    except requests.ConnectionError:
        return False


def until(condition: Callable[[], bool], process: subprocess.Popen[bytes] | None = None) -> None:
    waits, pause = iter(range(PATIENCE * 10)), threading.Event()
    while not condition():
        assert next(waits, None) is not None, "it never happened"
        assert process is None or process.poll() is None, "it ended"
        pause.wait(0.1)


@contextmanager
def machine(folder: Path, url: str, api: PretendApi) -> Iterator[Machine]:
    made = Machine(
        folder,
        {
            "LXQ_DATABASE_URL": url,
            "LXQ_DATA_DIR": str(folder / "data"),
            "LXQ_OFFICIAL_APP_ID": APP_ID,
            "LXQ_OFFICIAL_APP_SECRET": "sandboxsecret",
            "LXQ_OFFICIAL_TOKEN": TOKEN,
            "LXQ_OFFICIAL_AES_KEY": AES_KEY,
            "LXQ_OFFICIAL_API_BASE": api.base,
            "LXQ_OFFICIAL_TEMPLATE_REMINDER": "template-reminder",
        },
    )
    try:
        yield made
    finally:
        for process in made.running:
            process.kill()
            process.wait()


def pretend_wechat() -> PretendApi:
    api, ids = PretendApi(), count(1)

    def taken(_call: Call) -> Answer:
        return answer(errcode=0, errmsg="ok", msgid=next(ids))

    api.on("/cgi-bin/stable_token", answer(access_token="TOKEN", expires_in=7200))
    api.answers |= {CUSTOM: taken, TEMPLATE: taken}
    return api


@contextmanager
def owing(engine: Engine) -> Iterator[None]:
    """Owe pushes all the time; every other person wrote just now and hears by text, the others by template."""
    over, numbers = threading.Event(), count(1)

    def owe(number: int) -> None:
        now = shanghai_now()()
        with Session(engine) as session, session.begin():
            person = new_id()
            session.add(Person(id=person, created_at=now))
            session.flush()
            session.add(
                Account(
                    id=new_id(),
                    channel="official-account",
                    external_id=f"deputy-{number}",
                    person_id=person,
                    last_message_at=now if number % 2 else None,
                    created_at=now,
                )
            )
            for turn in range(OWED_EACH):
                outbox.enqueue(
                    session,
                    dedupe_key=f"drill/{number}/{turn}",
                    person_id=person,
                    kind="reminder",
                    text=f"提醒{number}之{turn}",
                    template="reminder",
                    order_key=f"drill/{number}",
                    now=now,
                    not_before=now,
                )

    def go_on() -> None:
        while not over.wait(OWE_EVERY):
            owe(next(numbers))

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def owed(engine: Engine) -> int:
    with Session(engine) as session:
        due = select(func.count()).where(
            Outbox.status.in_(outbox.OWED), Outbox.not_before <= shanghai_now()()
        )
        return session.scalar(due) or 0


def assert_each_push_arrived_once(engine: Engine, api: PretendApi) -> int:
    with Session(engine) as session:
        statuses = set(session.scalars(select(Outbox.status).where(Outbox.dedupe_key.startswith("drill/"))))
        sent = session.execute(
            select(Outbox.rung, Outbox.client_msg_id, Outbox.text).where(Outbox.status == "sent")
        ).all()
    texts = Counter(call.data["text"]["content"] for call in api.calls_to(CUSTOM))
    templates = Counter(call.data["client_msg_id"] for call in api.calls_to(TEMPLATE))

    assert statuses == {"sent"}
    assert texts == Counter(text for rung, _, text in sent if rung != "template")
    assert templates == Counter(message_id for rung, message_id, _ in sent if rung == "template")
    assert max(texts.values()) == max(templates.values()) == 1
    return len(sent)


@pytest.mark.drill
@pytest.mark.timeout(900)
@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_an_upgrade_without_a_stop_is_not_noticed(
    empty_database_url: str, tmp_path: Path, drill: Drill
) -> None:
    try:
        earlier = earlier_version(tmp_path / "earlier")
    except NoEarlierVersionError as error:
        pytest.skip(str(error))
    old, api = earlier.folder, pretend_wechat()
    drill.does(
        "1c upgrade, postgresql",
        f"code of {earlier.commit}, {earlier.behind} revision(s) behind, beside the new one, then replaced",
    )
    first, second, third = (free_port() for _ in range(3))
    (tmp_path / "data").mkdir()
    wait = threading.Event().wait
    with serving(api), machine(tmp_path, empty_database_url, api) as both:
        both.run(old, "migrate")
        both.run(old, "district", "import", "demo")
        servers = {port: both.serve(old, port) for port in (first, second)}
        worker = both.start(old, "worker")
        proxy = Proxy([first, second])
        with running(empty_database_url, tmp_path / "story") as story:
            with under_traffic(story, proxy) as traffic:
                wait(EACH_STATE / 2)
                both.run(ROOT, "migrate")
                with owing(story.engine):
                    wait(EACH_STATE)
                    assert is_ready(first)
                    servers[third] = both.serve(ROOT, third)
                    proxy.ports.append(third)
                    new_worker = both.start(ROOT, "worker")
                    wait(EACH_STATE)
                    for port in (first, second):
                        both.end(servers[port])
                        servers[port] = both.serve(ROOT, port)
                    both.end(worker)
                    wait(EACH_STATE)
            until(lambda: not owed(story.engine))
            for process in (*servers.values(), new_worker):
                both.end(process)
            pushes = assert_each_push_arrived_once(story.engine, api)
            drill.count(messages=len(traffic.replies), pushes=pushes, asked_the_next=proxy.asked_again)
            assert_each_has_one_case(story.engine, traffic.replies)
    troubles = {
        name: line
        for name, log in both.logs().items()
        for line in log.splitlines()
        if '"level": "error"' in line or "Traceback" in line
    }
    assert troubles == {}
    assert set(both.codes) == {0}
