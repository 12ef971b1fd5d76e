"""Accusations of somebody of the house are sealed whichever way they come in, and the accused never meet them."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Case, CaseAccused, CasePart, Outbox
from tests.stories.driver import Story
from tests.stories.people import EAST, bind, owed_to, the_case

BRIBE = "柯巧云收了我两条烟"


@pytest.fixture
def east(story: Story) -> str:
    """Give the accused: 柯巧云 of the station 东苑."""
    return bind(story, "staff:T005")


@pytest.fixture
def desk(story: Story) -> str:
    """Give the district desk."""
    return bind(story, "staff:T001")


def sealed_cases(story: Story) -> list[Case]:
    with Session(story.engine, expire_on_commit=False) as session:
        return list(session.scalars(select(Case).where(Case.sealed.is_(True)).order_by(Case.id)))


def open_numbers(story: Story) -> list[str]:
    with Session(story.engine) as session:
        return list(session.scalars(select(Case.number).where(Case.sealed.is_(False))))


def accused_in(story: Story, case: Case) -> set[str]:
    with Session(story.engine) as session:
        return set(session.scalars(select(CaseAccused.who).where(CaseAccused.case_id == case.id)))


def words_of(story: Story, number: str) -> str:
    case = the_case(story, number)
    with Session(story.engine) as session:
        parts = session.scalars(select(CasePart.text).where(CasePart.case_id == case.id))
        return "\n".join((case.text, *parts))


def alerts(story: Story) -> list[str]:
    with Session(story.engine) as session:
        return list(session.scalars(select(Outbox.text).where(Outbox.kind == "alert")))


def filed(story: Story) -> None:
    story.say("voter-1", BRIBE)


def joined(story: Story) -> None:
    story.say("voter-1", EAST)
    story.say("voter-1", BRIBE)


def added(story: Story) -> None:
    story.say("voter-1", EAST)
    story.clock.turn(hours=3)
    story.say("voter-1", f"补充 {BRIBE}")


def in_words_for_a_place(story: Story) -> None:
    story.say("voter-1", "下雨路上积水很深")
    story.say("voter-1", BRIBE)


def recognised(story: Story) -> None:
    story.voice("voter-1", recognised=BRIBE)


def dictated(story: Story) -> None:
    other = bind(story, "staff:T001")
    story.voice("voter-1")
    story.say(other, f"听写 1 {BRIBE}")


def for_a_visitor(story: Story) -> None:
    west = bind(story, "staff:T006")
    story.say(west, f"代录 {BRIBE}")


def to_a_deputy(story: Story) -> None:
    story.say("voter-1", f"我想跟陈立新代表说{BRIBE}")


def taken_apart(story: Story) -> None:
    story.say("voter-1", "柯 巧 云 收了我两条烟，谢谢您辛苦了")


DOORS = (
    filed,
    joined,
    added,
    in_words_for_a_place,
    recognised,
    dictated,
    for_a_visitor,
    to_a_deputy,
    taken_apart,
)


@pytest.mark.parametrize("enter", DOORS, ids=lambda door: door.__name__)
def test_an_accusation_is_sealed_whichever_way_it_comes_in(
    story: Story, east: str, enter: Callable[[Story], None]
) -> None:
    enter(story)

    (case,) = sealed_cases(story)
    assert (case.station, case.street, case.place, case.industry) == ("", "", "", "")
    assert "烟" in words_of(story, case.number)
    assert [who for who in accused_in(story, case) if who.startswith("person:")]
    assert not any("烟" in words_of(story, number) for number in open_numbers(story))
    assert owed_to(story, east, "alert") == []
    assert "没找到" in story.say(east, f"查 {case.number}")


def test_the_accused_of_the_desk_is_told_nothing_and_finds_nothing(story: Story, desk: str) -> None:
    story.say("voter-1", "区代表工委的张宁收了别人的红包")

    assert owed_to(story, desk, "alert") == []
    assert "2611-0001" not in story.say(desk, "今日")
    assert story.say(desk, "查 1").startswith("没找到")
    assert story.say(desk, "搜 红包").startswith("没找到")
