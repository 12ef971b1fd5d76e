"""The shipped router on real messages, where they are at hand; the figures may not fall."""

import csv
from pathlib import Path

import pytest

from nlp.learning.sheets import read_lexicon
from nlp.topics.classify import classify

DEMO = Path(__file__).parents[2] / "handlers" / "district" / "demo"
CLERKS = Path(__file__).parents[3] / "shared" / "eval" / "clerk_dev.tsv"

pytestmark = pytest.mark.skipif(not CLERKS.is_file(), reason="../shared/eval/clerk_dev.tsv is not here")


# The words were chosen with these messages in view: the floors guard against a slip, they are no promise.
@pytest.mark.parametrize(("letters", "strict", "fair"), [(2_000, 0.88, 0.93), (50, 0.84, 0.90)])
def test_the_router_agrees_with_clerks(letters: int, strict: float, fair: float) -> None:
    lexicon = read_lexicon(DEMO)
    with CLERKS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    found = [(classify(row["text"][:letters], lexicon).category, row) for row in rows]
    assert sum(category == row["category"] for category, row in found) / len(rows) >= strict
    assert sum(category in {row["category"], row["alt"]} for category, row in found) / len(rows) >= fair
