"""Two processes on one PostgreSQL get the same messages at the same moment, in different order."""

import asyncio
import random
import re
import threading
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.models import Case, CasePart, Inbox
from tests.stories.driver import Story, call, running

TROUBLES = (
    "东苑小区楼道灯坏了",
    "七格社区停车位不足",
    "滨河路公交车太少",
    "银沙路雨天积水严重",
    "和平社区垃圾没人收",
)


def deliver(story: Story, sealed: list[tuple[dict[str, str], bytes]]) -> list[tuple[int, bytes]]:
    async def all_at_once() -> list[tuple[int, bytes]]:
        return await asyncio.gather(
            *(
                call(story.app.asgi, "POST", "/channels/official-account", query, body)
                for query, body in sealed
            )
        )

    return asyncio.run(all_at_once())


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_two_replicas_neither_double_nor_lose_nor_lock_each_other_out(
    district_url: str, tmp_path: Path, seed: int
) -> None:
    with running(district_url, tmp_path) as first, running(district_url, tmp_path) as second:
        sealed = [
            first.seal(first.xml(f"voter-{voter}", MsgType="text", Content=trouble))
            for voter in range(20)
            for trouble in TROUBLES
        ]
        shuffled = list(sealed)
        random.Random(seed).shuffle(shuffled)
        answers: dict[str, list[tuple[int, bytes]]] = {}
        threads = [
            threading.Thread(target=lambda: answers.update(first=deliver(first, sealed))),
            threading.Thread(target=lambda: answers.update(second=deliver(second, shuffled))),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        with Session(first.engine) as session:
            numbers = list(session.scalars(select(Case.number).order_by(Case.number)))
            parts = session.scalar(select(func.count()).select_from(CasePart))
            statuses = list(session.scalars(select(Inbox.status).distinct()))

    assert {status for replies in answers.values() for status, _ in replies} == {200}
    assert numbers == [f"2611-{n:04d}" for n in range(1, 101)]
    assert parts == 100
    assert statuses == ["answered"]
    replied = {
        sealed_request[1]: re.findall(r"\d{4}-\d{4}", first.reply_in(body))
        for sealed_request, (_, body) in zip(sealed, answers["first"], strict=True)
    }
    again = {
        sealed_request[1]: re.findall(r"\d{4}-\d{4}", first.reply_in(body))
        for sealed_request, (_, body) in zip(shuffled, answers["second"], strict=True)
    }
    assert replied == again
