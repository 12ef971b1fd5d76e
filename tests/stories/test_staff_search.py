"""Staff find cases by words, whoever wrote them and however long ago."""

import pytest
from sqlalchemy.orm import Session

from handlers.cases.case_search import index_some
from storage.engine.database import new_id
from tests.stories.driver import Story
from tests.stories.people import EAST, WEST, bind


@pytest.fixture
def east(story: Story) -> str:
    """Give the staff of the station 东苑."""
    return bind(story, "staff:T005")


@pytest.fixture
def desk(story: Story) -> str:
    """Give the district desk."""
    return bind(story, "staff:T001")


def index_all(story: Story) -> None:
    with Session(story.engine) as session, session.begin():
        while index_some(session, new_id()):
            pass


@pytest.mark.parametrize("words", ["灯坏", "楼道灯", "3幢 下楼", "东苑 半个月", "灯,下楼"])
@pytest.mark.parametrize("indexed", [False, True], ids=["just filed", "indexed"])
def test_words_of_two_characters_find_a_case(story: Story, east: str, words: str, indexed: bool) -> None:
    story.say("voter-1", EAST)
    story.say("voter-2", "东苑小区停车位不够")
    if indexed:
        index_all(story)

    found = story.say(east, f"查 {words}")

    assert f"有“{words}”的1件" in found
    assert "2611-0001" in found
    assert "老人晚上不敢下楼" in story.say(east, "1")


def test_what_a_voter_adds_and_what_staff_write_down_is_found(story: Story, east: str) -> None:
    story.say("voter-1", EAST)
    index_all(story)
    story.say("voter-1", "补充 二楼的声控开关也失灵")
    story.voice("voter-2")
    story.say(bind(story, "staff:T001"), "听写 2 东苑小区门口的窨井盖松了")

    for _ in range(2):
        assert "2611-0001" in story.say(east, "查 声控开关")
        assert "2611-0002" in story.say(east, "查 窨井盖")
        index_all(story)


def test_only_cases_of_the_own_scope_are_found(story: Story, east: str, desk: str) -> None:
    story.say("voter-1", WEST)
    for _ in range(2):
        assert "2611-0001" in story.say(desk, "查 垃圾")
        assert story.say(east, "查 垃圾").startswith("没找到")
        index_all(story)


def test_a_case_that_moved_is_found_by_those_who_have_it_now(story: Story, east: str, desk: str) -> None:
    story.say("voter-1", WEST)
    index_all(story)
    story.say(desk, "改站 1 东苑")
    for _ in range(2):
        assert "2611-0001" in story.say(east, "查 垃圾")
        index_all(story)


def test_pairs_that_stand_apart_are_not_the_word(story: Story, desk: str) -> None:
    story.say("voter-1", "东苑小区路灯坏了，灯泡也要换")
    index_all(story)

    assert story.say(desk, "查 路灯泡").startswith("没找到")


def test_the_newest_twenty_are_shown_page_by_page(story: Story, east: str) -> None:
    for voter in range(22):
        story.say(f"voter-{voter}", EAST)
    index_all(story)

    pages = [story.say(east, "查 楼道灯"), *(story.say(east, "5") for _ in range(4))]

    assert "最新20件" in pages[0]
    assert "2611-0022" in pages[0]
    assert "2611-0003" in pages[4]
    assert all(len(page) <= 120 for page in pages)


@pytest.mark.parametrize("asked", ["查 灯", "搜索"])
def test_what_cannot_be_looked_up_is_said(story: Story, east: str, asked: str) -> None:
    assert "至少两个字" in story.say(east, asked)


@pytest.mark.parametrize("words", ["13912345678", "王桂芳", "灯坏 1391"])
def test_a_hidden_name_or_number_cannot_be_made_sure_of_by_looking_for_it(
    story: Story, east: str, desk: str, words: str
) -> None:
    story.say("voter-1", f"我叫王桂芳，电话13912345678，{EAST}")
    assert "2611-0001" in story.say(east, f"查 {words}")
    story.say("voter-1", "公开程度 1")
    story.say("voter-1", "2")

    for _ in range(2):
        for who in (east, desk):
            assert story.say(who, f"查 {words}").startswith("没找到")
            assert "2611-0001" in story.say(who, "查 楼道灯")
        index_all(story)


def test_a_voter_does_not_reach_the_search(story: Story) -> None:
    story.say("voter-1", EAST)

    assert "2611-0001" not in story.say("voter-2", "查 楼道灯")
