"""What a district's corrected cases teach its words: proposed to a folder, put in place only when told to, taken back the same way."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.cli.common import alone, note, opened, out, read_settings, refuse
from bot.cli.packs import database_fault, reading
from bot.core.clock import shanghai_now
from handlers.district.learned import learned_terms, lesson_of_cases, replace_learned
from nlp.learning.fit import write_terms
from nlp.learning.sheets import read_terms
from nlp.learning.teach import FEWEST, Lesson
from nlp.topics.lexicon import LEARNED, LexiconErrors

TERMS = "learned.csv"
BEFORE = "before.csv"
LOOKED_BACK = timedelta(days=2 * 365)


def propose_from_cases(folder: Path) -> None:
    """Learn from the corrections in the database and write the words to a folder; nothing is changed."""
    settings = read_settings()
    now = shanghai_now(settings.timezone)()
    try:
        with opened(settings) as engine, reading(engine) as session:
            lesson = lesson_of_cases(session, now - LOOKED_BACK)
            before = learned_terms(session)
    except DBAPIError as error:
        raise refuse([database_fault(error)]) from None
    if lesson is None:
        raise refuse([f"fewer than {FEWEST} cases were corrected: there is nothing to learn from yet"])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_terms(folder / TERMS, lesson.learned)
        write_terms(folder / BEFORE, before)
    except OSError as error:
        raise refuse([f"{folder} cannot be written: {error.strerror}"]) from None
    for line in _told(lesson):
        out.print(line, markup=False)
    out.print(f"{len(lesson.learned)} words written to {folder / TERMS}; strike what you do not like, then:")
    out.print(f"  lianxinqiao lexicon apply {folder / TERMS}", markup=False)
    out.print(f"and back again: lianxinqiao lexicon apply {folder / BEFORE}", markup=False)


def _told(lesson: Lesson) -> list[str]:
    return [
        (
            f"{lesson.corrections} corrected cases; of {lesson.apart} kept apart "
            f"{lesson.right_before} were right before, {lesson.right_after} after"
        ),
        f"of {lesson.others} others kept apart {lesson.others_kept} keep their head",
        "this is worth applying"
        if lesson.worth_it
        else "this gains nothing: better wait for more corrections",
    ]


def apply_learned(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="learned.csv of a proposal, or before.csv to go back.")
    ],
) -> None:
    """Put learned words in place of those learned before; the words that people wrote stay."""
    settings = read_settings()
    try:
        terms = read_terms(file)
    except LexiconErrors as error:
        raise refuse(error.faults) from None
    if strange := [term.text for term in terms if term.note != LEARNED]:
        raise refuse(
            [f"{file.name}: '{strange[0]}' has no note '{LEARNED}'; what people wrote belongs to the pack"]
        )
    note(settings, "lexicon apply", file=str(file))
    now = shanghai_now(settings.timezone)()
    try:
        with alone(settings), opened(settings) as engine, Session(engine) as session, session.begin():
            found = replace_learned(session, terms, now)
    except DBAPIError as error:
        raise refuse([database_fault(error)]) from None
    for line in found.summary():
        out.print(line, markup=False)
    out.print(f"{len(terms)} learned words are in place; a running bot takes them up within a minute")
