"""Replicas are restarted one after the other, as in an upgrade, while people go on writing: nobody notices."""

import threading
from collections.abc import Iterator
from itertools import count
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest
import requests
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import shanghai_now
from storage.models import Case, CasePart, Inbox
from tests.drills.mortal import Life, await_port, born, free_port
from tests.drills.table import Drill, forms
from tests.stories.driver import Story, running

REPLICAS = 2
SPEAKERS = 4
PATIENCE = 30
TROUBLES = ("东苑小区楼道灯坏了", "七格社区停车位不足", "滨河路公交车太少", "银沙路雨天积水严重")


class Proxy:
    """Asks the next process when one does not take the connection or has kept nothing, as nginx does."""

    def __init__(self, ports: list[int]) -> None:
        self._ports = ports
        self.asked_again = 0

    def post(self, sealed: tuple[dict[str, str], bytes], first: int) -> requests.Response | None:
        query, body = sealed
        for turn in range(REPLICAS * 2):
            port = self._ports[(first + turn) % REPLICAS]
            address = f"http://127.0.0.1:{port}/channels/official-account"
            try:
                answer = requests.post(address, params=query, data=body, timeout=5)
            except requests.exceptions.ConnectionError:
                self.asked_again += 1
                continue
            if answer.status_code != 503:
                return answer
            self.asked_again += 1
        return None


def speak(
    story: Story, proxy: Proxy, numbers: Iterator[int], over: threading.Event, replies: dict[str, str]
) -> None:
    while not over.is_set():
        number = next(numbers)
        story.clock.at = shanghai_now()()
        xml = story.xml(f"voter-{number}", MsgType="text", Content=TROUBLES[number % 4], MsgId=number)
        answer = proxy.post(story.seal(xml), number)
        key = f"official-account:voter-{number}:{number}"
        replies[key] = story.reply_in(answer.content) if answer is not None and answer.ok else ""


def restart_all(lives: list[Life], processes: list[ForkServerProcess]) -> list[int | None]:
    """End each process as systemd does (SIGTERM) and start it anew; give how they ended."""
    codes = []
    for index, life in enumerate(lives):
        processes[index].terminate()
        processes[index].join(PATIENCE)
        codes.append(processes[index].exitcode)
        processes[index] = born(life)
        await_port(life.port, processes[index])
    return codes


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
@pytest.mark.parametrize("rounds", forms(short=1, long=15))
def test_a_rolling_restart_is_not_noticed(
    district_url: str, tmp_path: Path, rounds: int, drill: Drill
) -> None:
    drill.does("1b rolling restart", f"{REPLICAS} processes behind a proxy, restarted in turn under load")
    lives = [Life(url=district_url, folder=tmp_path, port=free_port()) for _ in range(REPLICAS)]
    proxy = Proxy([life.port for life in lives])
    replies: dict[str, str] = {}
    over, numbers = threading.Event(), count(1)
    with running(district_url, tmp_path) as story:
        processes = [born(life) for life in lives]
        for life, process in zip(lives, processes, strict=True):
            await_port(life.port, process)
        threads = [
            threading.Thread(target=speak, args=(story, proxy, numbers, over, replies))
            for _ in range(SPEAKERS)
        ]
        for thread in threads:
            thread.start()
        codes = [code for _ in range(rounds) for code in restart_all(lives, processes)]
        over.set()
        for thread in threads:
            thread.join()
        for process in processes:
            process.terminate()
            process.join(PATIENCE)
        with Session(story.engine) as session:
            filed = session.execute(
                select(Inbox.dedupe_key, Case.number)
                .join(CasePart, CasePart.inbox_id == Inbox.id)
                .join(Case, Case.id == CasePart.case_id)
            ).all()
    drill.count(
        restarts=len(codes),
        messages=len(replies),
        asked_the_next=proxy.asked_again,
        unanswered=sum(not reply for reply in replies.values()),
    )

    assert replies
    assert [key for key, number in filed if number not in replies[key]] == []
    assert len(filed) == len(dict(iter(filed))) == len(replies)
    assert set(codes) == {0}
