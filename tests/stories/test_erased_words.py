"""Words that were erased: no search finds them, no entry of the index holds them, and they leave the very bytes of the files."""

import threading
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from handlers.cases import case_search
from handlers.cases.case_search import index_some
from storage.cases import search
from storage.engine.database import new_id
from storage.keeping.integrity import find_breaks
from storage.people.scopes import Scope
from tests.bot.test_one_at_a_time import until_somebody_waits
from tests.stories.driver import Story
from tests.stories.people import bind

DESK = Scope(district=True)
TOLD = "西苑社区麤犇垃圾桶没人收，我叫王骉淼，电话13912345678"
RARE = ("麤", "犇", "骉", "淼")
"""Characters that stand nowhere else in a district."""


def index_all(story: Story) -> None:
    with Session(story.engine) as session, session.begin():
        while index_some(session, new_id()):
            pass


def proposed(story: Story, pair: str) -> int:
    """Count the entries of the index that hold a pair, whatever the cases say now."""
    with Session(story.engine) as session:
        return len(search.newest_entries(session, DESK, {pair}))


def found(story: Story, words: str) -> int:
    with Session(story.engine) as session:
        return len(case_search.find(session, DESK, words, limit=20) or ())


def forget(story: Story, who: str) -> None:
    story.say(who, "删除我")
    assert story.say(who, "1").startswith("删好了")


def in_files(folder: Path) -> list[str]:
    """Give the rare characters that stand in the bytes of the database or its log."""
    files = [file.read_bytes() for file in folder.glob("story.sqlite3*")]
    return [sign for sign in RARE if any(sign.encode() in each for each in files)]


def test_the_index_lets_go_of_a_withdrawn_case_at_once_and_keeps_all_others(story: Story) -> None:
    for voter in range(12):
        story.say(f"voter-{voter}", "西苑社区垃圾没人收，臭得很")
        story.app.writer.transact(lambda session: index_some(session, new_id()))
    story.say("voter-wang", TOLD)
    story.say("voter-wang", "补充 桶边还有一辆犇犇车")
    index_all(story)
    forget(story, "voter-wang")

    assert [proposed(story, pair) for pair in ("麤犇", "犇犇", "13", "王骉")] == [0, 0, 0, 0]
    assert found(story, "垃圾没人收") == 12
    with Session(story.engine) as session:
        assert list(find_breaks(session)) == []


def test_a_case_that_an_office_had_in_hand_is_found_by_what_happened_and_not_by_who_told_it(
    story: Story,
) -> None:
    for who in ("staff:T001", "staff:T005"):
        bind(story, who)
    story.say("voter-wang", TOLD)
    index_all(story)
    story.say("staff:T001", "改站 1 东苑")
    story.say("staff:T005", "回复 1 11月21日已派人清运，桶换了新的")
    index_all(story)
    forget(story, "voter-wang")

    assert [proposed(story, pair) for pair in ("王骉", "骉淼", "39")] == [0, 0, 0]
    assert found(story, "麤犇垃圾桶") == 1
    with Session(story.engine) as session:
        assert list(find_breaks(session)) == []


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_erased_words_leave_the_bytes_of_the_database_and_of_its_log(story: Story, tmp_path: Path) -> None:
    story.say("voter-wang", TOLD)
    for voter in range(5):
        story.say(f"voter-{voter}", "西苑社区垃圾没人收，臭得很")
        index_all(story)
    story.app.tick_all()
    assert in_files(tmp_path) == list(RARE)
    forget(story, "voter-wang")
    story.clock.turn(minutes=11)
    story.app.tick_all()

    assert in_files(tmp_path) == []
    assert found(story, "垃圾没人收") == 5


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_words_that_are_being_indexed_while_they_are_erased_do_not_stay(story: Story) -> None:
    story.say("voter-wang", TOLD)
    story.say("voter-2", "西苑社区垃圾没人收，臭得很")
    index_all(story)
    story.say("voter-wang", "补充 桶边还有一辆犇犇车")
    story.say("voter-wang", "删除我")
    with Session(story.engine) as indexing:
        index_some(indexing, new_id())
        forgetting = threading.Thread(target=lambda: story.say("voter-wang", "1"))
        forgetting.start()
        until_somebody_waits(story.engine)
        indexing.commit()
    forgetting.join(20)

    assert [proposed(story, pair) for pair in ("麤犇", "犇犇")] == [0, 0]
