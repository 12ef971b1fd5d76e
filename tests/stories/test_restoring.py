"""Who withdrew a case and thinks better of it gets it back as it was, for a day."""

import pytest

from tests.stories.driver import Story
from tests.stories.people import EAST, steps_of, the_case

SAME_LAMP = "东苑小区楼道灯坏了"


@pytest.mark.parametrize("said", ["算了不撤了", "不撤了 还要办", "恢复", "接着办"])
def test_a_withdrawn_case_comes_back_by_a_word(story: Story, said: str) -> None:
    story.say("voter-1", EAST)
    story.say("voter-1", "撤回")
    gone = story.say("voter-1", "1")
    back = story.say("voter-1", said)

    assert "回“恢复”" in gone
    assert back.startswith("好，2611-0001 没撤，接着办")
    assert the_case(story, "2611-0001").closed_at is None
    assert steps_of(story, "2611-0001") == ["filed", "withdrawn", "restored"]


def test_a_supporter_comes_back_to_the_case_of_the_others(story: Story) -> None:
    story.say("voter-1", EAST)
    for words in (SAME_LAMP, "1", "撤回", "1"):
        story.say("voter-2", words)

    assert story.say("voter-2", "恢复").startswith("好，2611-0002 没撤")
    assert the_case(story, "2611-0002").merged_into == the_case(story, "2611-0001").id


def test_after_a_day_it_stays_withdrawn(story: Story) -> None:
    story.say("voter-1", EAST)
    story.say("voter-1", "撤回")
    story.say("voter-1", "1")
    story.clock.turn(hours=25)

    assert "没撤" not in story.say("voter-1", "恢复")
    assert the_case(story, "2611-0001").state == "withdrawn"
