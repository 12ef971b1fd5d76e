"""Questions as staff ask them, each with what it means: nearly all are understood, none wrongly.

The first table was written before the grammar and kept apart while it was made, the second one after it;
the third holds the words of every day that clerks typed and that were not understood.
"""

from datetime import date
from pathlib import Path

import pytest

from handlers.district.district import District
from handlers.district.read import DEMO_FOLDER, read_pack
from handlers.district.snapshot import build_district
from handlers.staff.asking.question_names import names_in
from nlp.asking.questions import Query, Unclear, read_question
from nlp.text.fold import fold

SATURDAY = date(2026, 11, 21)
TABLES = Path(__file__).parent
WANTED = 0.97
FEWEST = {"questions_before.tsv": 100, "questions_after.tsv": 100, "questions_daily.tsv": 60}
TABLE_NAMES = tuple(FEWEST)
NOT_UNDERSTOOD = "?"


@pytest.fixture(scope="module")
def district() -> District:
    return build_district(read_pack(DEMO_FOLDER).rows, 1)


def short(query: Query | Unclear | None) -> str:
    """Write what was understood as the tables do."""
    if not isinstance(query, Query):
        return NOT_UNDERSTOOD
    role = query.role or "dept"
    said = [query.measure, *query.states]
    said += [f"cat:{','.join(query.categories)}"] if query.categories else []
    said += [f"topic:{','.join(query.topics)}"] if query.topics else []
    said += [f"place:{query.place}"] if query.place else []
    said += [f"{role}:{query.department}"] if query.department else []
    said += [f"{query.period.since}..{query.period.until}"] if query.period else []
    said += [f"vs:{query.compare}"] if query.compare else []
    said += [f"by:{query.by}"] if query.by else []
    return " ".join([*said, "low"] if query.low else said)


def same(read: str, wanted: str) -> bool:
    """Compare; of what cannot be understood the table also says which words nobody knows, for its reader."""
    return read == (NOT_UNDERSTOOD if wanted.startswith(NOT_UNDERSTOOD) else wanted)


def rows(table: str) -> list[tuple[str, str]]:
    lines = (TABLES / table).read_text(encoding="utf-8").splitlines()
    return [(asked, wanted) for asked, _, wanted in (line.partition("\t") for line in lines)]


@pytest.mark.parametrize("table", TABLE_NAMES)
def test_nearly_all_questions_are_understood_and_none_wrongly(table: str, district: District) -> None:
    asked = rows(table)
    read = {
        line: short(read_question(fold(line), SATURDAY, names_in(fold(line), district))) for line, _ in asked
    }
    missed = [(line, read[line], wanted) for line, wanted in asked if not same(read[line], wanted)]
    wrong = [each for each in missed if each[1] != NOT_UNDERSTOOD]

    assert wrong == []
    assert len(asked) >= FEWEST[table]
    assert 1 - len(missed) / len(asked) >= WANTED, missed


STRANGE = ("除了", "不是", "王大妈", "火星街", "三岁以上", "转发过")


@pytest.mark.parametrize("table", TABLE_NAMES)
def test_a_word_that_nobody_knows_is_never_passed_over_wherever_it_stands(
    table: str, district: District
) -> None:
    answered = []
    for number, (line, wanted) in enumerate(rows(table)):
        if wanted.startswith(NOT_UNDERSTOOD):
            continue
        word = STRANGE[number % len(STRANGE)]
        for place in range(len(line) + 1):
            asked = fold(line[:place] + word + line[place:])
            if isinstance(read_question(asked, SATURDAY, names_in(asked, district)), Query):
                answered.append(asked)

    assert answered == []
