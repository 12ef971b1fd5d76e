"""A promised day: near it stands on 今日; the day after it the voter hears another one and why, once."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Account, Outbox
from tests.stories.driver import SHANGHAI, Story
from tests.stories.people import EAST, bind, owed_to

MONDAY = datetime(2026, 11, 23, 10, 7, tzinfo=SHANGHAI)


def day(number: int, hour: int = 10, month: int = 11) -> datetime:
    return datetime(2026, month, number, hour, 7, tzinfo=SHANGHAI)


def wake(story: Story, at: datetime, *who: str) -> None:
    story.clock.at = at
    for each in who:
        story.say(each, "谢谢")
    for _ in range(3):
        story.app.tick_all()
        story.clock.turn(minutes=5)


def apologies(story: Story, who: str) -> list[str]:
    return [text for text in owed_to(story, who) if "没做到" in text]


@pytest.fixture
def east(story: Story) -> str:
    return bind(story, "staff:T005")


def test_a_day_that_comes_near_stands_on_today(story: Story, east: str) -> None:
    story.clock.at = MONDAY
    assert "11月26日" in story.say("voter-1", EAST)

    story.clock.at = day(24)
    early = story.say(east, "今日")
    story.clock.at = day(25)
    near = story.say(east, "今日")

    assert "答应今明" not in early
    assert "1件答应今明两个工作日回选民" in near
    digit = next(line[0] for line in near.splitlines() if "答应今明" in line)
    assert "2611-0001" in story.say(east, digit)


def test_the_day_after_the_voter_hears_another_day_and_why_once(story: Story, east: str) -> None:
    story.clock.at = MONDAY
    story.say("voter-1", EAST)
    story.say(east, "接手 1")
    wake(story, day(26), "voter-1")
    assert apologies(story, "voter-1") == []

    wake(story, day(27), "voter-1")
    wake(story, day(27, 15), "voter-1")
    wake(story, day(28), "voter-1")
    wake(story, day(4, month=12), "voter-1")

    (said,) = apologies(story, "voter-1")
    assert said.startswith(
        "2611-0001 楼道照明，说好昨天回您，没做到，对不起。原因：东苑社区联络站接手了，还没有结果。12月1日（周二）前回您。不想等回“人工”。"
    )
    assert "12月1日（周二）前有人回您" in story.say("voter-1", "查询 1")
    assert "人工" not in story.say("voter-1", "人工")[:2]


def test_it_is_told_by_day_even_if_nothing_ran_on_the_day(story: Story) -> None:
    story.clock.at = MONDAY
    story.say("voter-1", EAST)
    wake(story, day(29, 23))
    assert apologies(story, "voter-1") == []

    wake(story, day(30, 9))

    (said,) = apologies(story, "voter-1")
    assert "说好11月26日回您" in said
    assert "还没有人接手" in said


def test_a_department_that_is_late_is_named(story: Story) -> None:
    desk = bind(story, "staff:T001")
    bind(story, "staff:T027")
    story.clock.at = MONDAY
    story.say("voter-1", EAST)
    story.say(desk, "转 1 住建局 3天")
    story.say(desk, "1")
    wake(story, day(26), "voter-1")
    wake(story, day(27), "voter-1")

    (said,) = apologies(story, "voter-1")
    assert "原因：区住建局还没答复。" in said


@pytest.mark.parametrize(
    "words", ["东苑社区联络站的柯巧云收红包，给亲戚揽生意", "我不想活了", "东苑小区3幢着火了"]
)
def test_grave_and_sealed_matters_have_their_own_ways(story: Story, words: str) -> None:
    story.clock.at = MONDAY
    story.say("voter-1", words)
    wake(story, day(4, month=12), "voter-1")

    assert apologies(story, "voter-1") == []


def test_whoever_was_answered_or_withdrew_hears_nothing(story: Story, east: str) -> None:
    story.clock.at = MONDAY
    story.say("voter-1", EAST)
    story.say("voter-2", "东苑小区垃圾没人收，臭得很")
    story.say(east, "回复 1 电工明天上午来换灯，换好再告诉您")
    story.say("voter-2", "撤回")
    story.say("voter-2", "1")
    wake(story, day(4, month=12), "voter-1", "voter-2")

    assert apologies(story, "voter-1") == apologies(story, "voter-2") == []


def test_nobody_hears_of_it_in_the_night(story: Story) -> None:
    story.clock.at = MONDAY
    for turn in range(3):
        story.say(f"voter-{turn}", EAST.replace("3幢", f"{turn + 3}幢"))
    wake(story, day(27, 19))

    with Session(story.engine) as session:
        rows = session.scalars(select(Outbox).where(Outbox.text.contains("没做到"))).all()
        accounts = {row.person_id for row in session.scalars(select(Account))}
    assert len(rows) == 3
    assert {row.person_id for row in rows} <= accounts
    assert all(8 <= row.not_before.astimezone(SHANGHAI).hour < 21 for row in rows)


@pytest.mark.parametrize(
    "line",
    [
        "说11月26号前有人回我的 都28号了 人呢",
        "不是说26号之前回我吗，怎么还没人",
        "说好26号前有人回我，到现在没消息",
        "答应26日答复我的，没人理",
    ],
)
def test_a_promise_held_against_us_shows_the_own_matter(story: Story, line: str) -> None:
    story.clock.at = MONDAY
    story.say("voter-1", EAST)
    story.clock.at = day(28)

    said = story.say("voter-1", line)

    assert "2611-0001" in said
    assert "记下了" not in said
