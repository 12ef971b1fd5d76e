"""Real messages to officials, sent as sealed requests: every one is filed and answered."""

import csv
import re
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.models import Case, Inbox
from tests.stories.driver import Story

MESSAGES = Path(__file__).parents[3] / "shared" / "eval" / "messages_dev.tsv"
ROWS = 200
GRAVE = ("安全最要紧",)
"""An answer to despair carries no number."""

pytestmark = pytest.mark.skipif(
    not MESSAGES.is_file(), reason=f"the recorded messages are not here: {MESSAGES}"
)


def messages() -> list[str]:
    csv.field_size_limit(sys.maxsize)
    with MESSAGES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    step = len(rows) // ROWS
    return [row["text"] for row in rows[::step][:ROWS]]


def test_two_hundred_real_messages_are_all_filed_and_answered(story: Story) -> None:
    texts = messages()

    replies = [story.say(f"voter-{number}", text) for number, text in enumerate(texts)]

    unanswered = [
        number
        for number, reply in enumerate(replies)
        if not re.search(r"2611-\d{4}", reply) and not any(said in reply for said in GRAVE)
    ]
    assert unanswered == []
    assert all(len(reply) <= 200 for reply in replies)
    with Session(story.engine) as session:
        assert session.scalar(select(func.count()).select_from(Case)) == ROWS
        assert session.scalars(select(Inbox.status).distinct()).all() == ["answered"]
