"""What happens when many write at once, when a handler fails, and when requests repeat or are forged."""

import asyncio
import re
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from storage.models import Case, CasePart, Inbox, Outbox
from tests.stories.driver import Story, call

REFUSE = {
    "sqlite": "CREATE TRIGGER refuse BEFORE INSERT ON case_file WHEN NEW.text LIKE '%无法存%' "
    "BEGIN SELECT RAISE(ABORT, 'refused'); END",
    "postgresql": "ALTER TABLE case_file ADD CONSTRAINT refuse CHECK (text NOT LIKE '%无法存%')",
}
ALLOW = {"sqlite": "DROP TRIGGER refuse", "postgresql": "ALTER TABLE case_file DROP CONSTRAINT refuse"}


def execute(story: Story, statements: dict[str, str]) -> None:
    with story.engine.begin() as connection:
        connection.execute(text(statements[connection.dialect.name]))


def test_two_hundred_messages_at_once_keep_order_and_numbers(story: Story) -> None:
    troubles = ["东苑小区楼道灯坏了", "七格社区停车位不足", "滨河路公交车太少", "银沙路雨天积水严重"]
    sealed = [
        story.seal(story.xml(f"voter-{voter}", MsgType="text", Content=troubles[turn]))
        for turn in range(4)
        for voter in range(50)
    ]

    async def all_at_once() -> list[tuple[int, bytes]]:
        return await asyncio.gather(
            *(
                call(story.app.asgi, "POST", "/channels/official-account", query, body)
                for query, body in sealed
            )
        )

    answers = asyncio.run(all_at_once())

    assert {status for status, _ in answers} == {200}
    replied = [re.findall(r"\d{4}-\d{4}", story.reply_in(body)) for _, body in answers]
    assert sorted(number for number, *_ in replied) == [f"2611-{n:04d}" for n in range(1, 201)]
    by_voter = defaultdict(list)
    with Session(story.engine) as session:
        for voter_id, number, words in session.execute(
            select(Case.voter_id, Case.number, Case.text).order_by(Case.number)
        ):
            by_voter[voter_id].append((number, words))
    assert len(by_voter) == 50
    assert all([words for _, words in own] == troubles for own in by_voter.values())


def test_the_same_request_many_times_at_once_has_one_effect(story: Story) -> None:
    xml = story.xml("voter-1", MsgType="text", Content="东苑小区楼道灯坏了")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: story.reply_in(story.post(xml)[1]), range(24)))

    assert len(set(answers)) == 1
    with Session(story.engine) as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 1
        assert session.scalar(select(func.count()).select_from(CasePart)) == 1


def test_a_failing_handler_keeps_the_message_and_a_tick_answers_later(story: Story) -> None:
    story.event("voter-1", "subscribe")
    execute(story, REFUSE)

    heard = story.say("voter-1", "东苑小区楼道灯坏了，无法存")
    fine = story.say("voter-2", "七格社区停车位不足")
    execute(story, ALLOW)
    story.clock.turn(minutes=1)
    story.app.tick_all()

    assert heard == "您的话已收到，没有丢。系统忙，编号稍后发给您，不用重发。"
    assert "2611-0001" in fine
    assert any("2611-0002" in push for push in story.phones.texts_to("voter-1"))
    with Session(story.engine) as session:
        assert session.scalars(select(Inbox.status).distinct()).all() == ["answered"]


def test_a_repeat_of_a_message_that_failed_is_tried_again(story: Story) -> None:
    xml = story.xml("voter-1", MsgType="text", Content="东苑小区楼道灯坏了，无法存")
    execute(story, REFUSE)
    first = story.reply_in(story.post(xml)[1])
    execute(story, ALLOW)

    second = story.reply_in(story.post(xml)[1])

    assert "没有丢" in first
    assert "2611-0001" in second
    story.clock.turn(minutes=1)
    story.app.tick_all()
    with Session(story.engine) as session:
        assert session.scalars(select(Outbox).where(Outbox.kind == "answer")).all() == []


def test_a_body_that_is_too_big_is_refused_before_it_is_read(story: Story) -> None:
    query, _ = story.seal(story.xml("voter-1", MsgType="text", Content="x"))

    status, body = asyncio.run(
        call(story.app.asgi, "POST", "/channels/official-account", query, b"x" * 70_000)
    )

    assert (status, body) == (413, b"")


def test_a_forged_signature_is_refused_without_a_word(story: Story) -> None:
    query, body = story.seal(story.xml("voter-1", MsgType="text", Content="x"))

    status, said = asyncio.run(
        call(story.app.asgi, "POST", "/channels/official-account", query | {"msg_signature": "0" * 40}, body)
    )

    assert (status, said) == (403, b"")


def test_a_genuine_message_that_is_not_what_it_should_be_is_kept_aside(story: Story) -> None:
    status, body = story.post("<xml><ToUserName>a</ToUserName><CreateTime>1</CreateTime></xml>")

    assert (status, body) == (200, b"success")
    with Session(story.engine) as session:
        kept = session.scalars(select(Inbox)).one()
    assert kept.status == "quarantined"
    assert kept.reason
    assert kept.raw
