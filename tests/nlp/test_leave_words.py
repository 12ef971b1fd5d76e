"""A deputy's leave is known however it is said; a trouble is none."""

import pytest

from nlp.sayings.leave_words import Leave, leave_said


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("我10号来不了", Leave(day=10)),
        ("不来了 发烧", Leave(reason="发烧")),
        ("12月10日我有事来不了", Leave(month=12, day=10)),
        ("那天要开会，来不了了", Leave(reason="那天要开会")),
        ("请个假", Leave()),
        ("有事", Leave()),
    ],
)
def test_leave_may_be_said_in_words(said: str, meant: Leave) -> None:
    assert leave_said(said) == meant


@pytest.mark.parametrize(
    "said", ["救护车进小区来不了", "物业叫了三次都不来", "有事找谁", "东苑小区路灯坏了，没人来"]
)
def test_a_trouble_is_no_leave(said: str) -> None:
    assert leave_said(said) is None
