"""Questions about activities, each with what it means; a word too many makes it none."""

from datetime import date

import pytest

from nlp.asking.activity_questions import read_activity_question
from nlp.times.periods import Period

SATURDAY = date(2026, 11, 21)
KINDS = {"接待选民": "reception", "接待": "reception", "视察调研": "inspection", "视察": "inspection", "办实事": "deed", "实事": "deed"}  # fmt: skip
PLACES = {"东苑社区站": "station:S004", "下沙街道": "xiasha"}
CAMPAIGNS = {"百名代表听百案": Period(date(2026, 9, 1), date(2026, 12, 1), "百名代表听百案")}


def read(line: str) -> str:
    found = read_activity_question(line, SATURDAY, kinds=KINDS, places=PLACES, campaigns=CAMPAIGNS)
    if found is None:
        return "-"
    since = f" {found.period.since}" if found.period else ""
    return " ".join(filter(None, (found.measure, found.kind, found.place))) + since


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("今年视察调研几次", "times inspection 2026-01-01"),
        ("上半年接待选民多少人次", "people reception 2026-01-01"),
        ("办实事多少件", "things deed"),
        ("今年办了多少实事", "foremost deed 2026-01-01"),
        ("百名代表听百案接待了多少人", "people reception 2026-09-01"),
        ("下沙街道11月接待多少位选民", "people reception xiasha 2026-11-01"),
        ("东苑社区站今年视察了几次?", "times inspection station:S004 2026-01-01"),
        ("全区上个月代表参加多少人次", "deputies district 2026-10-01"),
        ("三季度有多少代表参加视察", "deputies inspection 2026-07-01"),
        ("本站接待人次", "people reception own-station"),
        ("下沙街道停车有几件", "-"),
        ("停车的事接待了多少人", "-"),
        ("各街道接待了多少人", "-"),
        ("接待日有几件", "-"),
        ("今年多少件", "-"),
        ("今年接待选民和视察几次", "-"),
        ("12月10日接待多少代表来", "-"),
        ("今年视察调研", "-"),
    ],
)
def test_a_question_means_what_it_says(line: str, meant: str) -> None:
    assert read(line) == meant
