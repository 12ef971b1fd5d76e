"""Voters who go on writing to several processes through a proxy, as WeChat brings it."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

import requests
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot.core.clock import shanghai_now
from storage.models import Case, CasePart, Inbox
from tests.stories.driver import Story

SPEAKERS = 4
PAUSE = 0.05
TROUBLES = ("东苑小区楼道灯坏了", "七格社区停车位不足", "滨河路公交车太少", "银沙路雨天积水严重")


class Proxy:
    """Asks the next process when one does not take the connection or has kept nothing, as nginx does; WeChat tries thrice."""

    def __init__(self, ports: list[int]) -> None:
        self.ports = ports
        self.asked_again = 0

    def post(self, sealed: tuple[dict[str, str], bytes], first: int) -> requests.Response | None:
        query, body = sealed
        ports = list(self.ports)
        for turn in range(max(3, len(ports) * 2)):
            address = f"http://127.0.0.1:{ports[(first + turn) % len(ports)]}/channels/official-account"
            try:
                answer = requests.post(address, params=query, data=body, timeout=10)
            except requests.exceptions.ConnectionError:
                self.asked_again += 1
                continue
            if answer.status_code < 500:
                return answer
            self.asked_again += 1
        return None


@dataclass(slots=True)
class Traffic:
    """What was said, and what WeChat got for it; an empty reply means that it was not acknowledged."""

    story: Story
    proxy: Proxy
    replies: dict[str, str] = field(default_factory=dict)
    over: threading.Event = field(default_factory=threading.Event)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def speak(self) -> None:
        """Be one voter after the other, each with one sentence."""
        while not self.over.wait(PAUSE):
            number = next(self.numbers)
            self.story.clock.at = shanghai_now()()
            xml = self.story.xml(
                f"voter-{number}", MsgType="text", Content=TROUBLES[number % 4], MsgId=number
            )
            answer = self.proxy.post(self.story.seal(xml), number)
            key = f"official-account:voter-{number}:{number}"
            self.replies[key] = (
                self.story.reply_in(answer.content) if answer is not None and answer.ok else ""
            )


@contextmanager
def under_traffic(story: Story, proxy: Proxy) -> Iterator[Traffic]:
    """Let people write until the end."""
    traffic = Traffic(story, proxy)
    threads = [threading.Thread(target=traffic.speak) for _ in range(SPEAKERS)]
    for thread in threads:
        thread.start()
    try:
        yield traffic
    finally:
        traffic.over.set()
        for thread in threads:
            thread.join()


def assert_each_has_one_case(engine: Engine, replies: dict[str, str]) -> None:
    """Every message was answered with the number of the one case that it became; numbers have no gaps."""
    with Session(engine) as session:
        filed = session.execute(
            select(Inbox.dedupe_key, Case.number)
            .join(CasePart, CasePart.inbox_id == Inbox.id)
            .join(Case, Case.id == CasePart.case_id)
        ).all()
        numbers = sorted(session.scalars(select(Case.number)), key=lambda number: (len(number), number))

    assert replies
    assert [key for key, reply in replies.items() if not reply] == []
    assert max(Counter(key for key, _ in filed).values()) == 1
    assert {key for key, _ in filed} == set(replies)
    assert [key for key, number in filed if number not in replies[key]] == []
    month = numbers[0][:4]
    assert numbers == [f"{month}-{number:04d}" for number in range(1, len(numbers) + 1)]
