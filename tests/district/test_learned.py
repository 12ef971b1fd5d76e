"""A district's corrections teach its words; what was learned is put in place and taken back, what people wrote stays."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from handlers.district.learned import learned_terms, replace_learned
from handlers.district.read import DEMO_FOLDER, read_pack
from handlers.district.store import apply, load_rows, load_version
from nlp.learning.teach import FEWEST, teach
from nlp.topics.classify import classify
from nlp.topics.lexicon import LEARNED, Lexicon, Term, Topic, build_lexicon

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
PLACES = ("东门", "西门", "北门", "南门", "桥头", "河边", "操场", "广场")
TROUBLES = ("凤尾架松了", "凤尾架掉漆", "凤尾架歪了", "凤尾架吱吱响")
FERRIES = [f"{place}{trouble}" for place in PLACES for trouble in TROUBLES]


@pytest.fixture
def session(engine: Engine) -> Session:
    with Session(engine) as session:
        apply(session, read_pack(DEMO_FOLDER), NOW)
        yield session  # type: ignore[misc]


@pytest.fixture
def lexicon() -> Lexicon:
    topics = [Topic("sport", "体育健身", "education"), Topic("parks", "公园绿化", "housing")]
    return build_lexicon(topics, [Term("草坪", "parks", 3), Term("球场", "sport", 3)])


def test_a_word_that_only_corrected_cases_hold_is_learned(lexicon: Lexicon) -> None:
    others = [f"{place}草坪{trouble}" for place in PLACES for trouble in ("秃了", "被踩坏")]
    lesson = teach(lexicon, [(text, "sport") for text in FERRIES], others)
    assert lesson is not None
    assert (lesson.corrections, lesson.apart) == (len(FERRIES), 7)
    assert lesson.right_before == 0
    assert lesson.right_after == lesson.apart
    assert lesson.others_kept == lesson.others
    assert lesson.worth_it
    after = build_lexicon(lexicon.topics.values(), lesson.terms)
    assert classify("新村凤尾架断了一根", after).category == "education"
    assert Term("草坪", "parks", 3) in lesson.terms


def test_too_few_corrections_teach_nothing(lexicon: Lexicon) -> None:
    assert teach(lexicon, [(text, "sport") for text in FERRIES[: FEWEST - 1]], []) is None


def test_corrections_to_topics_that_are_gone_are_left_out(lexicon: Lexicon) -> None:
    assert teach(lexicon, [(text, "gone") for text in FERRIES], []) is None


def test_learned_words_are_put_in_place_and_taken_back(session: Session) -> None:
    rows, version = load_rows(session)["lexicon"], load_version(session)
    learned = [Term("凤尾架", "sport", 2.5, LEARNED), Term("停水", "water-stoppage", -3, LEARNED)]
    replace_learned(session, learned, NOW)
    # What people wrote about a word is not written over.
    assert learned_terms(session) == learned[:1]
    assert load_version(session) == version + 1
    replace_learned(session, [], NOW)
    assert load_rows(session)["lexicon"] == rows
    assert load_version(session) == version + 2
