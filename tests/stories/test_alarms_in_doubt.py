"""Where it is unsure whether somebody is in danger, the bot asks first; one digit or silence raises the alarm."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from nlp.alarms.in_passing import said_in_passing
from storage.models import Case, Question
from tests.stories.driver import Story
from tests.stories.people import bind
from tests.stories.test_alarms import DESK, alerts, beat, open_alarms

NOISE = "东苑小区3幢楼上天天装修 吵得我要疯了 真想死"


def later(story: Story, minutes: int) -> None:
    story.clock.turn(minutes=minutes)
    for tick in ("hear silence", "climb alarms", "deliver"):
        story.app.metronome.run_now(tick)


def words_kept(story: Story) -> str:
    with Session(story.engine) as session:
        cases = "".join(session.scalars(select(Case.text)))
        return cases + "".join(str(data) for data in session.scalars(select(Question.data)))


def test_after_no_danger_only_the_trouble_is_filed(story: Story) -> None:
    bind(story, DESK)

    asked = story.say("voter-1", NOISE)
    said = story.say("voter-1", "2")
    later(story, 10)

    assert "12356" in asked
    assert "1 有\n2 没有" in asked
    assert "2611-0001" in said
    assert "装修" in words_kept(story)
    assert "想死" not in words_kept(story)
    assert alerts(story, DESK) == []


@pytest.mark.parametrize("answer", ["1", "有", "我真的想死", ""], ids=["digit", "word", "again", "silence"])
def test_danger_said_again_or_silence_raises_the_alarm(story: Story, answer: str) -> None:
    bind(story, DESK)
    story.say("voter-1", NOISE)
    if answer:
        story.say("voter-1", answer)
        beat(story)
    else:
        later(story, 4)
        assert alerts(story, DESK) == []
        later(story, 1)
        assert any("110" in text for text in story.phones.texts_to("voter-1"))
    later(story, 7)

    assert len(alerts(story, DESK)) >= 1
    assert len(open_alarms(story)) == 1


def test_other_words_in_between_do_not_end_the_question(story: Story) -> None:
    bind(story, DESK)
    story.say("voter-1", NOISE)
    story.say("voter-1", "我的")
    story.say("voter-1", "西苑社区的垃圾桶满了三天没人收")
    later(story, 6)

    assert len(alerts(story, DESK)) == 1


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("楼上吵得我要疯了 真想死", "楼上吵"),
        ("电梯又坏了，我都想死了", "电梯又坏了"),
        ("我想死", ""),
        ("楼上吵得我想跳楼真想死", ""),
        ("欠了一屁股债真想死", ""),
        ("物业不修电梯，活着没意思，想死", ""),
        ("我得了病 楼上还吵 真想死", ""),
        ("楼上吵得我不想活了", ""),
    ],
    ids=["noise", "lift", "alone", "a way", "debts", "no sense", "illness", "not live"],
)
def test_what_is_said_in_passing(text: str, rest: str) -> None:
    assert said_in_passing(text) == rest
