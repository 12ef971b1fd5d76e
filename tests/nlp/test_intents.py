"""Only a whole line of small talk is small talk; anything more is a case."""

import pytest

from nlp.sayings.intents import small_talk


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("你好", "greeting"),
        ("您好！", "greeting"),
        ("妳好", "greeting"),
        ("在吗？", "greeting"),
        ("Ｈｅｌｌｏ", "greeting"),
        ("你好，在吗", "greeting"),
        ("你是谁", "identity"),
        ("你是机器人吗？", "identity"),
        ("你们是真人吗", "identity"),
        ("请问对面是人还是机器", "identity"),
        ("是机器人在回复吗？", "identity"),
        ("谢谢", "thanks"),
        ("好的，谢谢啊", "thanks"),
        ("辛苦了", "thanks"),
        ("你们都是骗子，屁用没有", "abuse"),
        ("骗子！！！", "abuse"),
    ],
)
def test_whole_lines_of_small_talk_are_known(line: str, kind: str) -> None:
    assert small_talk(line) == kind


@pytest.mark.parametrize(
    "line",
    [
        "你好，我家停水了",
        "谢谢，还有路灯也坏了",
        "垃圾没人收",
        "你们站在哪里",
        "你们有人管吗",
        "物业的人吗",
        "骗子公司骗了我三千块",
        "好的物业什么时候能来",
        "请问医保怎么报销",
        "3",
        "",
        "。。。",
    ],
)
def test_anything_more_is_no_small_talk(line: str) -> None:
    assert small_talk(line) == ""
