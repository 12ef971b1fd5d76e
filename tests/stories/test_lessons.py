"""Once a month the district's staff hear what their corrections would teach the words; nothing changes by itself."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.lessons import lesson_due, propose_lesson
from nlp.learning.teach import Lesson
from nlp.topics.lexicon import LEARNED, Term
from tests.stories.driver import SHANGHAI, Story
from tests.stories.people import bind, owed_to

FIRST_WORKDAY = datetime(2026, 12, 1, 10, 0, tzinfo=SHANGHAI)
LESSON = Lesson((Term("凤尾架", "sport", 2.0, LEARNED),), 40, 8, 3, 7, 20, 20)


def told(story: Story, lesson: Lesson) -> int:
    world = story.app.surroundings.world()
    with Session(story.engine) as session, session.begin():
        return propose_lesson(session, world=replace(world, now=FIRST_WORKDAY), lesson=lesson)["proposed"]


def test_staff_hear_once_a_month_what_was_right_before_and_after(story: Story) -> None:
    desk = bind(story, "staff:T001")

    assert [told(story, LESSON), told(story, LESSON)] == [1, 0]
    (push,) = owed_to(story, desk, "digest")
    assert "原来对3件，教过后对7件" in push
    assert push.endswith("看过再启用。")


def test_without_corrections_nothing_is_proposed(story: Story) -> None:
    bind(story, "staff:T001")
    world = story.app.surroundings.world()
    with Session(story.engine) as session:
        assert lesson_due(session, FIRST_WORKDAY, world.district) is None
