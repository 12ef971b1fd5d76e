"""One reader for the numbers of cases, in all the forms in which people write them."""

import pytest

from nlp.text.case_numbers import at_start, first_in, in_one_form, several_at_start

WHOLE = (
    "2611-0042",
    "26110042",
    "2611－0042",
    "2611—0042",
    "2611–0042",
    "2611——0042",
    "2611 - 42",
    "2611 0042",
    "2611·0042",
    "2611_0042",
    "2611/0042",
    "2611.0042",
    "２６１１－００４２",
    "２６１１００４２",
    "二六一一杠零零四二",
    "二六幺幺横杠零零四二",
    "编号2611-0042",
    "编号：26110042",
    "No.2611-0042",
    "2611-0042号件",
    "2611-0042那件",
)


@pytest.mark.parametrize("written", WHOLE)
def test_a_whole_number_is_read_in_every_form(written: str) -> None:
    assert at_start(f"{written} 灯已换好") == ("2611-0042", "灯已换好")
    assert at_start(written) == ("2611-0042", "")
    assert first_in(f"我的{written}，怎么样了") == "2611-0042"
    assert "2611-0042" in in_one_form(f"撤回{written}")


@pytest.mark.parametrize(
    "written",
    [
        "42",
        "0042",
        "42：",
        "42，",
        "42号件",
        "42号那件",
        "四十二号那件",
        "四二号件",
        "第42号件",
        "编号42",
        "42那件事",
        "#42",
    ],
)
def test_the_end_of_a_number_is_read_where_it_stands_apart(written: str) -> None:
    assert at_start(f"{written} 灯已换好") == ("42", "灯已换好")


@pytest.mark.parametrize(
    "words",
    [
        "10号会修好",
        "十号会来人",
        "3号楼漏水",
        "2024-12-01 来过",
        "20261201 来过",
        "13900000012",
        "2611-0042-3",
        "12月1日已答复",
        "2026年已修",
        "已修好 42",
        "两件事",
        "2件事",
        "42件都办完了",
        "一件一件办",
    ],
)
def test_dates_telephones_and_houses_are_no_numbers(words: str) -> None:
    assert at_start(words) is None


def test_a_telephone_number_stays_one() -> None:
    assert in_one_form("我的座机26110042") == "我的座机26110042"
    assert first_in("打电话26110042") == ""


def test_only_an_office_speaks_of_the_forty_second() -> None:
    assert in_one_form("转四十二号那件给城管", office=True) == "转 42 给城管"
    assert in_one_form("四十二号那件怎么样了") == "四十二号那件怎么样了"
    for said in ("12号楼道灯坏了", "办完42件", "逐件办", "一件一件办", "这两件事"):
        assert in_one_form(said, office=True) == said


@pytest.mark.parametrize(
    ("text", "numbers", "rest"),
    [
        ("42 47 51 停车难", ["42", "47", "51"], "停车难"),
        ("2611-0042、26110047 和51 停车难", ["2611-0042", "2611-0047", "51"], "停车难"),
        ("0031 12月1日已答复，有回执", ["31"], "12月1日已答复，有回执"),
        ("停车难", [], "停车难"),
    ],
)
def test_several_numbers_stand_ahead_of_words(text: str, numbers: list[str], rest: str) -> None:
    assert several_at_start(text) == (numbers, rest)
