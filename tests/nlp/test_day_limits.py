"""How long a department is given, in the words that staff use."""

from datetime import date

import pytest

from nlp.times.day_limits import read_limit

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("words", "days", "rest"),
    [
        ("住建局 10天", 10, "住建局"),
        ("住建局 十天", 10, "住建局"),
        ("住建局 10个工作日", 10, "住建局"),
        ("十五个工作日内 住建局", 15, "住建局"),
        ("住建局二十天", 20, "住建局"),
        ("住建局 三十五天以内", 35, "住建局"),
        ("住建局 7日", 7, "住建局"),
        ("住建局 两天 协办 城管局", 2, "住建局   协办 城管局"),
        ("住建局 10", 10, "住建局"),
    ],
)
def test_working_days_are_counted(words: str, days: int, rest: str) -> None:
    found = read_limit(words, MONDAY)

    assert found is not None
    assert (found.days, found.until, found.rest) == (days, None, rest)


@pytest.mark.parametrize(
    ("words", "until"),
    [
        ("住建局 到12月7日", date(2026, 12, 7)),
        ("住建局 12月7日前", date(2026, 12, 7)),
        ("住建局 12月7号之前", date(2026, 12, 7)),
        ("住建局 1月5日", date(2027, 1, 5)),
        ("住建局 2026年12月31日", date(2026, 12, 31)),
        ("住建局 下周五前", date(2026, 12, 4)),
        ("住建局 本周五", date(2026, 11, 27)),
        ("住建局 月底前", date(2026, 11, 30)),
        ("住建局 下个月底", date(2026, 12, 31)),
        ("住建局 两周", date(2026, 12, 7)),
        ("住建局 一个月内", date(2026, 12, 23)),
        ("住建局 半个月", date(2026, 12, 8)),
    ],
)
def test_a_last_day_is_understood(words: str, until: date) -> None:
    found = read_limit(words, MONDAY)

    assert found is not None
    assert (found.days, found.until, found.rest) == (None, until, "住建局")


@pytest.mark.parametrize("words", ["", "住建局", "住建局 13月40日", "区第三人民医院"])
def test_where_no_limit_stands_none_is_read(words: str) -> None:
    assert read_limit(words, MONDAY) is None
