"""Whoever speaks may write the number of a case in any form: voters, stations, departments."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import CasePart
from tests.stories.driver import Story
from tests.stories.people import EAST, bind, the_case

FORMS = (
    "2611-0001",
    "26110001",
    "2611－0001",
    "2611—0001",
    "2611 0001",
    "2611 - 1",
    "编号2611-0001",
    "二六一一杠零零零一",
)


@pytest.mark.parametrize("form", FORMS)
def test_a_voter_finds_the_own_case(story: Story, form: str) -> None:
    story.say("voter-1", EAST)
    story.say("voter-1", "取消")

    assert "2611-0001" in story.say("voter-1", f"查询 {form}")
    assert "找到" not in story.say("voter-1", f"查询{form}")
    assert "2611-0001" in story.say("voter-1", f"撤回{form}")
    assert "没找到" in story.say("voter-2", f"查询 {form}")


def test_a_voter_adds_to_the_case_of_the_number(story: Story) -> None:
    story.say("voter-1", EAST)
    story.say("voter-1", "西苑社区垃圾没人收，臭得很")

    assert "2611-0001" in story.say("voter-1", "补充 26110001 四楼也不亮")
    assert "2611-0002" in story.say("voter-1", "补充 3幢门口最多")
    assert "没找到" in story.say("voter-1", "补充 26110009 四楼也不亮")
    with Session(story.engine) as session:
        parts = select(CasePart.text).where(CasePart.case_id == the_case(story, "2611-0001").id)
        assert "四楼也不亮" in list(session.scalars(parts))


@pytest.mark.parametrize("form", [*FORMS, "1", "0001", "1号件", "一号那件", "编号1"])
def test_staff_reach_a_case(story: Story, form: str) -> None:
    east = bind(story, "staff:T005")
    story.say("voter-1", EAST)

    assert "楼道照明" in story.say(east, f"查 {form}")
    assert "2611-0001" in story.say(east, f"接手 {form}")
    assert "2611-0001" in story.say(east, f"回复 {form} 楼道灯今天下午四点换好了，请您看看")


@pytest.mark.parametrize("form", ["26110001", "2611—0001", "1号件", "一号那件", "编号1"])
def test_a_case_is_referred_and_answered_by_any_form(story: Story, form: str) -> None:
    desk, lamps = bind(story, "staff:T001"), bind(story, "staff:T027")
    story.say("voter-1", EAST)

    assert "2611-0001" in story.say(desk, f"转 {form} 住建局 10天")
    story.say(desk, "1")

    assert "楼道照明" in story.say(lamps, f"查 {form}")
    assert "接收了" in story.say(lamps, f"接收 {form}")
    story.say(lamps, f"答复 {form} 11月24日更换了三盏灯，已经试过，都亮")
    story.say(lamps, "1")
    assert the_case(story, "2611-0001").state == "answered"
