"""Words made to hold a pattern up, said by everybody to a server at work: the others never wait, nothing is lost."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.models import Case, Inbox
from tests.drills.served import Served, district, sealed, served
from tests.drills.table import Drill, forms
from tests.linear.collected import patterns
from tests.linear.pumps import pumps_of, texts_of
from tests.stories.driver import Story
from tests.stories.people import bind

KNOWN = (
    "帮我",
    "那件撤错了",
    "办好事",
    "接待选民",
    "那天",
    "，",
    "算了",
    "我是",
    "9幢",
    "王",
    "1",
    "转人工",
    "　",
    "号",
)
"""What once froze it, and its like."""
SPEAKERS = ("voter-slow", "staff:T001", "staff:T005", "deputy:D001", "staff:T027")
TROUBLE = "滨河路公交车太少"
A_BREATH = 0.3


@dataclass(frozen=True, slots=True)
class Size:
    """Every so many-th pattern of the program is tried; texts of so many characters."""

    each: int
    lengths: tuple[int, ...]


def slow_words(size: Size) -> Iterator[str]:
    """Give what was made to be slow to read: the known words again and again, and each pattern's own."""
    for length in size.lengths:
        for word in KNOWN:
            yield f"算了{word * (length // len(word))}路"
    for _, pattern, flags in patterns()[:: size.each]:
        for before, pump in pumps_of(pattern, flags)[:3]:
            yield from (texts_of(before, pump, length)[1] for length in size.lengths)


def talk(bot: Served, story: Story, over: threading.Event, waits: list[float], replies: list[str]) -> None:
    """Report a trouble in peace, again and again, until it is over."""
    for number in range(1_000_000):
        if over.wait(A_BREATH):
            return
        message = sealed(story, f"quiet-{number % 50}", TROUBLE, 9_000_000 + number)
        started = time.perf_counter()
        replies.append(story.reply_in(bot.post(message)))
        waits.append(time.perf_counter() - started)


@pytest.mark.parametrize("size", forms(short=Size(40, (90, 640)), long=Size(1, (90, 640, 4000)), minutes=40))
def test_words_made_to_be_slow_keep_nobody_waiting(
    empty_database_url: str, tmp_path: Path, size: Size, drill: Drill, engine_name: str
) -> None:
    drill.does(
        f"7 slow words, {engine_name}", "every pattern's own words, again and again, while others talk"
    )
    words = list(dict.fromkeys(slow_words(size)))
    waits: list[float] = []
    replies: list[str] = []
    longest = (0.0, "")
    over = threading.Event()
    told = {"LXQ_MESSAGES_PER_MINUTE": "100000"}
    with district(empty_database_url, tmp_path) as story:
        speakers = [who if who.startswith("voter") else bind(story, who) for who in SPEAKERS]
        with served(empty_database_url, tmp_path, told=told) as bot:
            others = threading.Thread(target=talk, args=(bot, story, over, waits, replies))
            others.start()
            for number, text in enumerate(words):
                message = sealed(story, speakers[number % len(speakers)], text, number + 1)
                started = time.perf_counter()
                bot.post(message)
                longest = max(longest, (time.perf_counter() - started, text[:12]))
            over.set()
            others.join()
            assert bot.process.poll() is None
        with Session(story.engine) as session:
            statuses = Counter(
                dict(session.execute(select(Inbox.status, func.count()).group_by(Inbox.status)).all())
            )
            cases = session.scalar(select(func.count()).select_from(Case))
    drill.count(
        slow=len(words),
        others=len(waits),
        cases=cases,
        longest=f"{longest[0]:.2f} s ({longest[1]})",
        worst_wait_of_others=f"{max(waits):.2f} s",
    )

    assert statuses == {"answered": len(words) + len(waits)}
    assert all(replies)
