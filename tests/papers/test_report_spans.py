"""Which months a report is about, as people name them."""

from datetime import date

import pytest

from handlers.papers.spans import ASKED, read_span

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("line", "since", "until"),
    [
        ("11月月报", "2026-11-01", "2026-12-01"),
        ("12月月报", "2025-12-01", "2026-01-01"),
        ("2025年3月月报", "2025-03-01", "2025-04-01"),
        ("11月督办月报", "2026-11-01", "2026-12-01"),
        ("本月月报", "2026-11-01", "2026-12-01"),
        ("上月月报", "2026-10-01", "2026-11-01"),
        ("月报", "2026-10-01", "2026-11-01"),
        ("三季度报告", "2026-07-01", "2026-10-01"),
        ("2025年第四季度报告", "2025-10-01", "2026-01-01"),
        ("四季度报告", "2026-10-01", "2027-01-01"),
        ("上季度报告", "2026-07-01", "2026-10-01"),
        ("本季度报告", "2026-10-01", "2027-01-01"),
        ("季度报告", "2026-07-01", "2026-10-01"),
        ("上半年报告", "2026-01-01", "2026-07-01"),
        ("去年下半年报告", "2025-07-01", "2026-01-01"),
    ],
)
def test_a_span_is_read_as_it_is_said(line: str, since: str, until: str) -> None:
    span = read_span(line, TODAY)

    assert ASKED.fullmatch(line)
    assert span is not None
    assert (span.since.isoformat(), span.until.isoformat()) == (since, until)
