"""An answer says that something was done only where nothing is left to be done."""

import pytest

from nlp.sayings.answers import finished


@pytest.mark.parametrize(
    "answer",
    [
        "灯已换好",
        "楼道灯已全部换新，物业每周检查。",
        "11月24日已将3幢6盏楼道灯全部换新",
        "井盖补好了",
        "市政来过了，井盖换新的了",
        "下水道昨天疏通了",
        "垃圾已清运，以后每天收两次",
        "押金退还完毕",
    ],
)
def test_what_is_done_is_done(answer: str) -> None:
    assert finished(answer)


@pytest.mark.parametrize(
    "answer",
    [
        "明天来换灯",
        "已联系物业，明天来换",
        "正在换灯",
        "已转有关部门处理",
        "旧灯已拆，下周装新灯",
        "将尽快修好",
        "还没修好",
        "收到",
        "不归物业管",
        "已到现场看过",
    ],
)
def test_in_doubt_it_is_not(answer: str) -> None:
    assert not finished(answer)
