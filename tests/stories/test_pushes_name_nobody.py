"""What is pushed to staff and deputies names no voter: it may lie on a locked screen."""

import itertools
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.intake import Intake, inbox_row, kept_text
from handlers.messages import IncomingMessage, Kind
from storage.messages import inbox
from storage.models import Outbox, RoleGrant
from tests.stories.driver import SHANGHAI, Story
from tests.stories.people import bind

STAFF, DESK, DEPUTY = "staff:T005", "staff:T001", "deputy:D001"
PRIVATE = ("王桂芳", "139", "3301", "wangguifang", "楼道灯坏了半个月", "老伴心脏病", "神经病", "肿瘤")
"""Names, numbers, sentences and illnesses that occur below."""
SAID = (
    "我叫王桂芳，电话13912345678，身份证330106195001011234，东苑小区3幢楼道灯坏了半个月，老伴心脏病",
    "东苑小区3幢13912345678家里有很浓的煤气味，微信wangguifang88",
    "东苑社区书记收钱办低保，我叫王桂芳 13912345678",
    "我叫王桂芳，电话139-1234-5678，要投诉西苑社区的垃圾没人收",
)


def pushes_to_duties(story: Story) -> list[tuple[str, str]]:
    """Give kind and words, with the short form, of every push to someone with a role."""
    with Session(story.engine) as session:
        rows = session.scalars(
            select(Outbox).where(Outbox.person_id.in_(select(RoleGrant.person_id))).order_by(Outbox.id)
        )
        return [(row.kind, f"{row.text} {' '.join(row.fields.values())}") for row in rows]


def left_by_a_crash(story: Story, who: str, words: str) -> int:
    """Keep a message that nobody has answered yet."""
    message = IncomingMessage(
        channel="official-account",
        sender=who,
        recipient="gh_story",
        kind=Kind.TEXT,
        dedupe_key=f"{who}:{words}",
        sent_at=story.clock(),
        text=words,
    )
    intake = Intake(
        dedupe_key=message.dedupe_key, channel=message.channel, sender=who, raw=b"", message=message
    )
    with story.engine.begin() as connection:
        return inbox.remember(connection, [inbox_row(intake, story.clock(), raw=kept_text(intake))])[
            message.dedupe_key
        ].id


def test_in_a_month_of_pushes_no_voter_is_named(story: Story) -> None:
    for who in (STAFF, DESK, DEPUTY):
        bind(story, who)
    for number, words in enumerate(SAID):
        story.say(f"voter-{number}", words)
    story.voice("voter-8")
    story.say(STAFF, "听写 0005 我是王桂芳13912345678，东苑小区着火了，老伴心脏病")
    story.say("voter-0", "补充 我叫王桂芳，还是没人来")
    retried = left_by_a_crash(story, STAFF, "查 0001")
    story.app.writer.retry(retried)
    story.at(datetime(2026, 11, 21, 17, 34, tzinfo=SHANGHAI))
    story.at(datetime(2026, 11, 23, 8, 34, tzinfo=SHANGHAI))
    story.at(datetime(2026, 12, 3, 8, 40, tzinfo=SHANGHAI))
    story.say(DEPUTY, "请假 肿瘤复查")
    story.at(datetime(2026, 12, 9, 17, 34, tzinfo=SHANGHAI))
    pushes = pushes_to_duties(story)

    assert {kind for kind, _ in pushes} == {"alert", "answer", "digest", "notice", "reminder"}
    assert [(kind, word) for (kind, text), word in itertools.product(pushes, PRIVATE) if word in text] == []


def test_the_station_still_sees_why_a_deputy_stays_away_when_it_asks(story: Story) -> None:
    bind(story, STAFF)
    bind(story, DEPUTY)
    story.at(datetime(2026, 12, 3, 8, 40, tzinfo=SHANGHAI))
    story.say(DEPUTY, "请假 肿瘤复查")
    shown = story.say(STAFF, "谁来")
    digit = next(line[0] for line in shown.splitlines() if line.endswith("请假的名单和原因"))

    assert "肿瘤复查" in story.say(STAFF, digit)
