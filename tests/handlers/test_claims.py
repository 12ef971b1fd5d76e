"""Every sentence that claims something has its fact, and the test that shows it, in data/claims.csv."""

import csv
import re
from pathlib import Path

import pytest

from tests.handlers.test_texts import SENTENCES

ROOT = Path(__file__).parents[2]
_CLAIMS = re.compile(
    "已发|已告诉|已通知|已问|已经问过|已转|会提醒|提醒您|再提醒|不再提醒|前有人回您|查得到|照样能查|自己的编号查|"
    "收到了|已收到|这就|锁定|自动|告诉您|都告诉|会告诉|会问|会收到|会发到|会联系|答复会发|打给您|马上发|"
    "马上再发|马上按|稍后发|一分钟左右|一分钟内|前再答复您"
)
"""What a sentence says when it promises, or tells of something as done."""


def _rows() -> dict[str, tuple[str, str]]:
    with (ROOT / "tests/data/claims.csv").open(encoding="utf-8", newline="") as file:
        return {row["key"]: (row["fact"], row["test"]) for row in csv.DictReader(file)}


ROWS = _rows()
CLAIMING = {key for key, sentence in SENTENCES.items() if _CLAIMS.search(sentence)}


def test_every_claim_has_a_fact_behind_it() -> None:
    assert CLAIMING - ROWS.keys() == set(), "write down what makes it so, and the test that shows it"


def test_no_row_stands_for_a_sentence_that_claims_nothing_any_more() -> None:
    assert ROWS.keys() - CLAIMING == set()


@pytest.mark.parametrize("shown_by", sorted({test for _, test in ROWS.values()}))
def test_the_test_that_shows_it_is_there(shown_by: str) -> None:
    path, _, name = shown_by.partition("::")

    assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8")


def test_every_row_names_its_fact() -> None:
    assert [key for key, (fact, _) in ROWS.items() if not fact.strip()] == []
