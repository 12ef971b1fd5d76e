"""The difference between two versions of an answer, as a reviewer reads it."""

import pytest

from nlp.topics.difference import Change, changes


@pytest.mark.parametrize(
    ("before", "now", "found"),
    [
        ("已换6盏灯", "已换6盏灯", []),
        ("已换6盏灯", "已换8盏灯", [Change("6", "8", "已换")]),
        ("11月24日已换灯，望周知", "11月24日已换灯", [Change("，望周知", "", "日已换灯")]),
        ("已换灯", "11月24日已换灯", [Change("", "11月24日", "")]),
        (
            "我局高度重视，已换灯",
            "已换灯，每周检查",
            [Change("我局高度重视，", "", ""), Change("", "，每周检查", "，已换灯")],
        ),
        ("甲乙丙", "丁乙戊", [Change("甲乙丙", "丁乙戊", "")]),
    ],
)
def test_what_was_taken_out_and_put_in(before: str, now: str, found: list[Change]) -> None:
    assert changes(before, now) == found
