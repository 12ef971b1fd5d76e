"""A card tells what became of its question, once it is known and as long as it can be changed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from storage.engine.database import new_id
from storage.messages import cards, questions
from storage.models import Person

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        yield session


@pytest.fixture
def question(session: Session) -> int:
    person = Person(id=new_id(), preferences={}, created_at=NOW)
    session.add(person)
    session.flush()
    return questions.ask(session, person_id=person.id, kind="place", now=NOW)


def send(session: Session, question: int, card: str = "q1_lxq1", code: str = "c1") -> None:
    cards.note_code(session, card_id=card, question_id=question, member="a", response_code=code, now=NOW)


def test_a_card_waits_until_its_question_is_closed(session: Session, question: int) -> None:
    send(session, question)

    assert cards.settled(session, NOW) == []
    questions.close(session, question, NOW)
    assert [card.id for card in cards.settled(session, NOW)] == ["q1_lxq1"]


def test_a_card_whose_question_ended_unanswered_says_so(session: Session, question: int) -> None:
    send(session, question)

    assert cards.settled(session, NOW + timedelta(hours=23)) == []
    assert [card.chosen for card in cards.settled(session, NOW + timedelta(hours=24))] == [""]


def test_a_card_says_what_was_chosen_with_its_newest_code(session: Session, question: int) -> None:
    send(session, question)
    send(session, question, code="c2")
    cards.note_choice(session, question, "参加")
    questions.close(session, question, NOW)

    assert cards.settled(session, NOW) == [
        cards.Settled(id="q1_lxq1", member="a", response_code="c2", chosen="参加")
    ]


def test_a_changed_card_is_left_alone_and_so_is_one_too_old(session: Session, question: int) -> None:
    send(session, question)
    questions.close(session, question, NOW)

    assert cards.settled(session, NOW + timedelta(hours=72)) == []
    cards.note_changed(session, "q1_lxq1", NOW)
    assert cards.settled(session, NOW) == []
