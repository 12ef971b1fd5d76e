"""A plain yes or no, anger, or a word of leaving, where a digit was asked for: nothing is mistaken for a case or a topic."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.models import Case
from tests.stories.driver import Story
from tests.stories.people import EAST, the_case

TWO = "滨河路乱停车，垃圾桶也好几天没人清"


def cases(story: Story) -> int:
    with Session(story.engine) as session:
        return session.scalar(select(func.count(Case.id))) or 0


@pytest.mark.parametrize("yes", ["是", "是的", "确定", "嗯"])
def test_a_plain_yes_withdraws_where_it_was_asked(story: Story, yes: str) -> None:
    story.say("voter-1", EAST)
    story.say("voter-1", "撤回")

    assert story.say("voter-1", yes).startswith("2611-0001 已撤回")


def test_a_plain_no_leaves_what_is_kept(story: Story) -> None:
    story.say("voter-1", EAST)
    story.say("voter-1", "删除我")

    story.say("voter-1", "不删了")

    assert cases(story) == 1
    assert "2611-0001" in story.say("voter-1", "我的")


def test_good_is_no_yes_to_being_deleted(story: Story) -> None:
    story.say("voter-1", EAST)
    story.say("voter-1", "删除我")

    assert "凭证号" not in story.say("voter-1", "好")


@pytest.mark.parametrize(("said", "filed"), [("要", 2), ("好", 2), ("不用了", 1)])
def test_the_second_matter_is_filed_by_a_word(story: Story, said: str, filed: int) -> None:
    story.say("voter-1", TWO)

    story.say("voter-1", said)

    assert cases(story) == filed


@pytest.mark.parametrize("angry", ["你们就知道踢皮球", "踢皮球", "村里"])
def test_anger_below_the_topics_changes_no_topic(story: Story, angry: str) -> None:
    story.say("voter-1", EAST)
    before = the_case(story, "2611-0001").topic
    story.say("voter-1", "1")

    story.say("voter-1", angry)

    assert the_case(story, "2611-0001").topic == before
    assert cases(story) == 1


@pytest.mark.parametrize("said", ["我不想用了", "别再给我发消息", "退订", "怎么撤回"])
def test_leaving_and_questions_to_the_bot_are_no_case(story: Story, said: str) -> None:
    answered = story.say("voter-1", said)

    assert "回“" in answered
    assert cases(story) == 0


def test_who_asks_whether_anybody_works_today_is_told_where_and_when(story: Story) -> None:
    assert "青禾大道1号" in story.say("voter-1", "你们今天上班吗")
    assert cases(story) == 0
