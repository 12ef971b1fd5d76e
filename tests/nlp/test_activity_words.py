"""A line about an activity, as people type it, and what it says."""

from datetime import date

import pytest

from nlp.asking.activity_words import Said, number_of, read_activity
from nlp.text.fold import fold

SATURDAY = date(2026, 11, 21)
KINDS = (("接待选民", "reception"), ("接待", "reception"), ("视察调研", "inspection"), ("办实事", "deed"))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "11月10日 12人 代表3人 查看东苑小区消防通道",
            Said(day=date(2026, 11, 10), people=12, deputies=3, text="查看东苑小区消防通道"),
        ),
        ("昨天 来了8人，代表两位", Said(day=date(2026, 11, 20), people=8, deputies=2)),
        ("10号接待选民十二人，其中代表三人参加", Said(day=date(2026, 11, 10), kind="reception", people=12, deputies=3)),
        ("今天办实事3件 给老人装扶手", Said(day=SATURDAY, kind="deed", things=3, text="给老人装扶手")),
        ("视察调研 11月5日 5名代表查看河道", Said(day=date(2026, 11, 5), kind="inspection", deputies=5, text="查看河道")),
        ("上周五 26人次 代表4名 收集建议7条", Said(day=date(2026, 11, 13), people=26, deputies=4, things=7)),
        ("周三看了消防通道", Said(day=date(2026, 11, 18), text="看了消防通道")),
        ("28号 3人", Said(day=date(2026, 10, 28), people=3)),
        ("给12户换了30米水管", Said(text="给12户换了30米水管")),
        ("3位人大代表和居民谈停车，2025年12月10日", Said(day=date(2025, 12, 10), deputies=3, text="和居民谈停车")),
        ("给三位老人装了扶手", Said(text="给三位老人装了扶手")),
        ("人数改成3人", Said(people=3)),
        ("代表应该是5位", Said(deputies=5)),
        ("不对，是11月9日，12人，代表改为5人", Said(day=date(2026, 11, 9), people=12, deputies=5)),
        ("来了12位居民反映停车", Said(people=12, text="反映停车")),
        ("一百零五人", Said(people=105)),
        ("代表12月调研安排", Said(text="代表12月调研安排")),
    ],
)  # fmt: skip
def test_a_line_says_what_it_says(line: str, said: Said) -> None:
    assert read_activity(fold(line), SATURDAY, KINDS) == said


@pytest.mark.parametrize(
    ("words", "number"), [("12", 12), ("十", 10), ("十二", 12), ("二十", 20), ("三十五", 35), ("两百", 200)]
)
def test_numbers_are_read_in_both_ways_of_writing(words: str, number: int) -> None:
    assert number_of(words) == number
