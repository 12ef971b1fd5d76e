"""What was learned about danger: the weights belong to the examples, and hold for people it never met."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from nlp.alarms.signals import detect
from nlp.danger.learn import examples, learn
from nlp.danger.reader import LONG, WEIGHTS, kind_of, read_danger
from nlp.text.fold import fold
from nlp.topics.linear import write_weights

STRANGERS = Path(__file__).parents[1] / "data" / "danger_strangers.tsv"
"""Written by somebody who saw neither code nor examples; nothing is learned from it."""


def test_the_weights_are_what_the_examples_teach(tmp_path: Path) -> None:
    again = tmp_path / "weights.csv"
    write_weights(again, learn(examples()))

    assert again.read_text(encoding="utf-8") == WEIGHTS.read_text(encoding="utf-8")


def test_danger_is_heard_in_the_words_of_strangers() -> None:
    with STRANGERS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    counts, alarms, asked = Counter[str](), Counter[str](), Counter[str]()
    for row in rows:
        found = detect(row["text"])
        counts[row["label"]] += 1
        alarms[row["label"]] += found.grave
        asked[row["label"]] += bool(found.unsure)

    assert alarms["danger"] >= 0.88 * counts["danger"]
    assert alarms["danger"] + asked["danger"] >= 0.94 * counts["danger"]
    assert alarms["despair"] >= 0.9 * counts["despair"]
    assert alarms["plain"] <= 0.08 * counts["plain"]
    assert asked["plain"] <= 0.08 * counts["plain"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("我爸躺在地上怎么喊都不答应，嘴角有白沫", "medical"),
        ("小孙子掉进门口的水塘了快来人", "drowning"),
        ("楼下配电箱烧起来了火苗窜到二楼", "fire"),
        ("对门男的拿着菜刀在砸她家门", "violence"),
        ("奶奶早上出去买菜到现在没回来 她有老年痴呆", "missing"),
    ],
)
def test_a_danger_has_its_kind(text: str, kind: str) -> None:
    found = detect(text)

    assert found.grave
    assert found.emergency == kind or kind_of(fold(text)) == kind


@pytest.mark.parametrize(
    "text",
    [
        "楼道灯坏了半个月了没人修",
        "亮了亮了，谢谢你们",
        "不用你们管了，我自己弄好了",
        "消防通道又被堵了，投诉三次了",
        "电梯一个月坏八次，能不能换一台",
        "我要投诉物业，气死我了",
        "转人工转人工",
    ],
)
def test_ordinary_words_raise_no_alarm(text: str) -> None:
    assert not detect(text).grave


def test_a_long_letter_is_not_read_in_pieces() -> None:
    letter = "关于小区物业收费的情况反映如下。" * (LONG // 16 + 2)

    assert not read_danger(letter)
