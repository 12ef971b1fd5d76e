"""A line that only says who and how to reach them is no trouble; one that says more is."""

import pytest

from nlp.sayings.contact_words import Contact, contact_said


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("我叫冯大明，电话13611112222，身份证330102195501011234", Contact("13611112222", True, False, False)),
        ("电话 13912345678 让他们打给我", Contact("13912345678", False, True, False)),
        ("电话打错了是13805711243", Contact("13805711243", False, False, True)),
        ("写错了 13888886666", Contact("13888886666", False, False, True)),
        ("电话改成13711113333", Contact("13711113333", False, False, True)),
    ],
)
def test_who_and_how_to_reach_them_is_read(said: str, meant: Contact) -> None:
    assert contact_said(said) == meant


@pytest.mark.parametrize(
    "said",
    [
        "我叫了救护车没来",
        "13611112222一直打骚扰电话",
        "身份证办不了",
        "东苑小区灯坏了，电话13611112222",
        "电话打错了",
    ],
)
def test_a_trouble_is_no_introduction(said: str) -> None:
    assert contact_said(said) is None
