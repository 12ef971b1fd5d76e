"""What is picked of a few lines, and how it is to be worded."""

import pytest

from nlp.sayings.picks import Pick, read_picks


@pytest.mark.parametrize(
    ("said", "picked"),
    [
        ("1", [Pick(1)]),
        ("1 3", [Pick(1), Pick(3)]),
        ("1，3", [Pick(1), Pick(3)]),
        ("1、3。", [Pick(1), Pick(3)]),
        ("13", [Pick(1), Pick(3)]),
        ("１ ３", [Pick(1), Pick(3)]),
        ("第1和第3", [Pick(1), Pick(3)]),
        ("选一和三", [Pick(1), Pick(3)]),
        ("1改成楼道灯已换好", [Pick(1, words="楼道灯已换好")]),
        ("1 改成 楼道灯已换好；3", [Pick(1, words="楼道灯已换好"), Pick(3)]),
        ("1：楼道灯12月2日换好，每周检查\n2", [Pick(1, words="楼道灯12月2日换好，每周检查"), Pick(2)]),
        ("1 楼道灯已换好", [Pick(1, words="楼道灯已换好")]),
        ("2611-0042 改为 路灯亮了;2", [Pick(number="2611-0042", words="路灯亮了"), Pick(2)]),
        ("26110042", [Pick(number="26110042")]),
        ("42", [Pick(number="42")]),
        ("都要", [Pick(1), Pick(2), Pick(3)]),
        ("1 1 改成新的", [Pick(1, words="新的")]),
        ("都不写", []),
        ("0", []),
    ],
)
def test_picks_are_read_as_they_are_typed(said: str, picked: list[Pick]) -> None:
    read = read_picks(said, 3)

    assert read is not None
    assert list(read) == picked


@pytest.mark.parametrize("said", ["今日", "查 42", "先看稿", "谁来", "", "；；"])
def test_what_picks_nothing_is_left_to_others(said: str) -> None:
    assert read_picks(said, 3) is None
