"""Canned replies: which are offered, how they are filled, and that the built-in ones are good answers."""

import pytest

from handlers.district import canned, records
from handlers.district.canned import CannedReply
from handlers.district.read import DEMO_FOLDER, read_pack
from nlp.sayings.answers import lacking, says_nothing

BUILT_IN = [records.canned_reply(row) for row in read_pack(DEMO_FOLDER).rows["replies"]]
VALUES = {"编号": "2611-0042", "问题": "楼道照明", "地点": "东苑小区", "日期": "11月24日", "单位": "区住建局"}
SAID = {"做了什么": "更换水管3处", "哪天": "12月7日", "哪年哪季度": "2027年一季度", "几月": "明年3月"}


def written(reply: CannedReply) -> str:
    """Fill a reply as a person would."""
    text = canned.filled(reply.text, VALUES)
    while blank := canned.next_blank(text):
        text = canned.with_blank(text, SAID.get(blank, "物业"))
    return text


@pytest.mark.parametrize("reply", BUILT_IN, ids=lambda each: each.key)
def test_a_built_in_reply_passes_the_checks_that_its_step_makes(reply: CannedReply) -> None:
    text = written(reply)

    assert "{" not in text
    assert "〔" not in text
    if reply.step == "answer":
        assert lacking(text) == ()
    assert not says_nothing(text)


def test_what_is_made_for_a_topic_comes_first_and_three_are_enough() -> None:
    found = canned.fitting(BUILT_IN, "answer", "corridor-light")

    assert [each.key for each in found] == ["lamp-done", "done", "planned"]
    assert [each.key for each in canned.fitting(BUILT_IN, "answer", "pension")] == [
        "done",
        "planned",
        "cannot",
    ]


def test_every_step_has_something_for_every_topic() -> None:
    assert all(canned.fitting(BUILT_IN, step, "pension") for step in canned.STEPS)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{日期}已在{站}换灯", "has the gap {站}"),
        ("已换〔几盏灯", "has a blank that is none"),
        ("字" * 201, "has 201 characters, at most 200 fit"),
        ("您的件已受理", "says '受理'"),
    ],
)
def test_a_reply_with_a_fault_is_told(text: str, fault: str) -> None:
    assert any(fault in said for said in canned.faults_of(text, ("受理",)))
