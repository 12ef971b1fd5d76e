"""Every way of entering × every way of seeing × whom the words accuse: the accused find nothing, whatever office they hold."""

from collections.abc import Mapping

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Case
from tests.stories.driver import Story
from tests.stories.people import EAST, bind, owed_to

ACCUSED: Mapping[str, tuple[str, str]] = {
    "person of a station": ("柯巧云收了我两条烟", "staff:T005"),
    "station by office": ("东苑站的站长收了我两条烟", "staff:T005"),
    "person of a street": ("街道工委的褚继业收了我两条烟", "staff:T002"),
    "person of a department": ("住建局的鲍明远收了开发商的两条烟", "staff:T027"),
    "person of the desk": ("区代表工委的张宁收了我两条烟", "staff:T001"),
    "the desk": ("代表工委的人收了我两条烟", "staff:T001"),
}
SEEING = (
    "今日",
    "未办结",
    "逐件办",
    "新到",
    "查 1",
    "查 2",
    "搜 两条烟",
    "这个月一共收了多少件",
    "台账",
    "件 2611-0001",
    "回复 2611-0001 收到",
    "办结 2611-0001 办好了",
    "转 2611-0001 区住建局",
    "合并 2611-0001 2611-0002",
)


def filed(story: Story, voter: str, words: str) -> None:
    story.say(voter, words)


def added(story: Story, voter: str, words: str) -> None:
    story.say(voter, EAST)
    story.clock.turn(hours=2)
    story.say(voter, f"补充 {words}")


def spoken(story: Story, voter: str, words: str) -> None:
    story.voice(voter, recognised=words)


def entered_for_a_visitor(story: Story, _voter: str, words: str) -> None:
    story.say(bind(story, "staff:T006"), f"代录 {words}")


def sealed_numbers(story: Story) -> list[str]:
    with Session(story.engine) as session:
        return list(session.scalars(select(Case.number).where(Case.sealed.is_(True))))


ENTERING = (filed, added, spoken, entered_for_a_visitor)


@pytest.mark.parametrize("whom", ACCUSED)
def test_the_accused_meet_nothing_whichever_way_it_came_in(story: Story, whom: str) -> None:
    words, accused = ACCUSED[whom]
    who = bind(story, accused)
    for number, enter in enumerate(ENTERING):
        enter(story, f"voter-{number}", words)
    numbers = sealed_numbers(story)
    seen = []
    for line in (*SEEING, *(f"查 {number}" for number in numbers)):
        story.clock.turn(seconds=20)
        seen.append(story.say(who, line).replace(line.partition(" ")[2] or line, ""))

    assert len(numbers) == len(ENTERING)
    assert not any("烟" in each or "单独保管" in each for each in seen)
    assert not any(number in told or "烟" in told for told in owed_to(story, who) for number in numbers)
    assert "4件" not in "".join(seen)
