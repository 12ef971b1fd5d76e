"""Words that may tell of danger are filed as what they seem, and one digit raises the alarm."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.texts import DEFAULT_TEXTS as TEXTS
from nlp.alarms.signals import detect
from nlp.danger.reader import DANGER
from storage.models import Alarm, Case
from tests.stories.driver import Story
from tests.stories.people import bind

MAYBE = next(
    text
    for text in (
        "东苑小区有人一直在楼道里哭",
        "东苑小区3幢楼上有人一直哭喊",
        "东苑小区3幢楼顶坐着个人",
        "滨河路井盖没了，刚有人差点掉进去",
        "滨河路桥上有个人站了半天",
        "东苑小区电梯突然往下掉了一截",
        "东苑小区5幢楼道里有股怪味，闻了头晕",
        "滨河路电线垂下来了，离头顶不远",
    )
    if detect(text).unsure == DANGER
)
"""Words that leave it open, as the model has learned by now."""
DESK = "staff:T001"


def alarms(story: Story) -> list[str]:
    with Session(story.engine) as session:
        return list(session.scalars(select(Alarm.kind)))


def test_danger_in_words_that_nobody_thought_of_raises_the_alarm(story: Story) -> None:
    bind(story, DESK)
    reply = story.say("voter-1", "我奶奶躺地上怎么喊都不答应")

    assert "120" in reply
    assert len(alarms(story)) == 1


def test_one_digit_raises_the_alarm_of_the_case_that_was_filed(story: Story) -> None:
    bind(story, DESK)
    reply = story.say("voter-1", MAYBE)
    assert TEXTS("danger_there") in reply
    assert "2611-" in reply
    assert alarms(story) == []

    reply = story.say("voter-1", "9")

    with Session(story.engine) as session:
        (case,) = session.scalars(select(Case))
    assert alarms(story) == [case.urgency]
    assert case.number in reply
    assert "119" in reply or "110" in reply


def test_silence_leaves_an_ordinary_case(story: Story) -> None:
    story.say("voter-1", MAYBE)
    story.say("voter-1", "那边晚上没灯")
    story.clock.turn(hours=1)
    story.app.tick_all()

    assert alarms(story) == []
    with Session(story.engine) as session:
        assert {case.urgency for case in session.scalars(select(Case))} == {""}
