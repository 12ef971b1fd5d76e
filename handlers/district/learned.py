"""The words that a district's lexicon has learned: taken from its cases, put in place of those of before, given back."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.district import records
from handlers.district.pack import Pack
from handlers.district.snapshot import build_district
from handlers.district.store import Difference, apply, load_rows, load_version
from nlp.learning.teach import Lesson, teach
from nlp.topics.lexicon import LEARNED, Term
from storage.cases.corrections import corrected, uncorrected_texts

SHEET = "lexicon"


def lesson_of_cases(session: Session, since: datetime) -> Lesson | None:
    """Learn from the cases that people corrected since then; nothing is changed."""
    district = build_district(load_rows(session), version=load_version(session))
    return teach(district.lexicon, corrected(session, since), uncorrected_texts(session))


def learned_terms(session: Session) -> list[Term]:
    """Give the learned words in use."""
    return [records.term(row) for row in load_rows(session)[SHEET] if row["note"] == LEARNED]


def replace_learned(session: Session, terms: Iterable[Term], now: datetime) -> Difference:
    """Put learned words in place of all learned before; what people wrote stays. A word both have stays theirs."""
    rows = load_rows(session)
    written = [row for row in rows[SHEET] if row["note"] != LEARNED]
    theirs = {(row["term"], row["topic"]) for row in written}
    topics = {row["key"] for row in rows["topics"]}
    learned = [
        {"term": term.text, "topic": term.topic, "weight": f"{term.weight:g}", "note": LEARNED}
        for term in terms
        if term.note == LEARNED and term.topic in topics and (term.text, term.topic) not in theirs
    ]
    return apply(session, Pack(rows={**rows, SHEET: [*written, *learned]}), now)
