"""A message is a complaint, a cry for help, a question, a suggestion, thanks or a report; and some want care."""

import pytest

from nlp.alarms.character import Kind, read_character


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("楼下烧烤店半夜还在放音乐", Kind.COMPLAINT),
        ("我要投诉物业，电梯坏了能不能尽快修", Kind.COMPLAINT),
        ("我不是举报谁，就是路灯坏了没人修", Kind.COMPLAINT),
        ("提了几次建议没人理，路还是烂的", Kind.COMPLAINT),
        ("实名举报东苑小区有人开赌场", Kind.REPORT),
        ("检举某厂夜里偷排污水", Kind.REPORT),
        ("请问生育津贴怎么申请，需要什么材料", Kind.QUESTION),
        ("社保卡在哪里办", Kind.QUESTION),
        ("建议在滨河路口增设红绿灯", Kind.SUGGESTION),
        ("能不能在小区门口加装一个路灯", Kind.SUGGESTION),
        ("没有建议，就是想说垃圾没人收", Kind.COMPLAINT),
        ("家里断了收入，孩子又病了，帮帮我们", Kind.HELP),
        ("感谢社区工作人员，楼道灯已经修好了", Kind.THANKS),
        ("谢谢你们的处理，但是路灯还是不亮", Kind.COMPLAINT),
        ("謝謝師傅幫我們修好水管", Kind.THANKS),
    ],
)
def test_a_message_is_of_the_kind_its_words_say(text: str, kind: Kind) -> None:
    assert read_character(text).kind is kind


@pytest.mark.parametrize(
    ("text", "urgent"),
    [
        ("水管爆了，正在往楼下漏", True),
        ("停电两天了，冰箱里的药都坏了", True),
        ("厨房有很浓的煤气味", True),
        ("去年停水三天的赔偿什么时候给", False),
        ("公园里的椅子旧了", False),
        ("不是很急，路灯有空来修一下", False),
    ],
)
def test_what_cannot_wait_is_told_from_what_can(text: str, urgent: bool) -> None:
    assert read_character(text).urgent is urgent


def test_numbers_of_persons_are_noticed() -> None:
    assert read_character("我的电话13800000000，路灯坏了").personal
    assert not read_character("3号楼2单元的灯坏了").personal


def test_what_wants_care_comes_along() -> None:
    assert read_character("法院判决了一直不执行").signals.court
    assert read_character("联络站的人收了红包才办事", accuses=True).signals.insider
    assert read_character("换届的时候有人送钱拉票").signals.election
    assert read_character("换届的时候有人送钱拉票").kind is Kind.REPORT
