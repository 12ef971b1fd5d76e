"""Spans of time are found in what staff type."""

from datetime import date

import pytest

from nlp.times.periods import find_period

SATURDAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("今天", "2026-11-21", "2026-11-22"),
        ("昨天来了几件", "2026-11-20", "2026-11-21"),
        ("本周", "2026-11-16", "2026-11-23"),
        ("本月来了多少件", "2026-11-01", "2026-12-01"),
        ("上月", "2026-10-01", "2026-11-01"),
        ("上个月多少件", "2026-10-01", "2026-11-01"),
        ("本季度", "2026-10-01", "2027-01-01"),
        ("上季度", "2026-07-01", "2026-10-01"),
        ("今年", "2026-01-01", "2027-01-01"),
        ("去年", "2025-01-01", "2026-01-01"),
        ("11月", "2026-11-01", "2026-12-01"),
        ("12月份", "2025-12-01", "2026-01-01"),
        ("2025年3月", "2025-03-01", "2025-04-01"),
        ("去年12月", "2025-12-01", "2026-01-01"),
    ],
)
def test_a_period_is_found(text: str, since: str, until: str) -> None:
    found = find_period(text, SATURDAY)

    assert found is not None
    assert (found.since.isoformat(), found.until.isoformat()) == (since, until)


@pytest.mark.parametrize("text", ["", "老大难", "13月", "0月", "12月10日谁来", "0000年1月", "9999年12月"])
def test_no_period_is_found(text: str) -> None:
    assert find_period(text, SATURDAY) is None


def test_the_month_before_january_lies_in_the_year_before() -> None:
    found = find_period("上月", date(2027, 1, 5))

    assert found is not None
    assert (found.since, found.until, found.label) == (date(2026, 12, 1), date(2027, 1, 1), "上月")
