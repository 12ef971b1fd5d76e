"""Several troubles in one message are told apart; one trouble with its causes and wishes stays one."""

import pytest

from handlers.district.read import DEMO_FOLDER
from nlp.learning.sheets import read_lexicon
from nlp.topics.lexicon import Lexicon
from nlp.topics.troubles import troubles


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return read_lexicon(DEMO_FOLDER)


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("滨河路乱停车，垃圾桶也好几天没人清", ["illegal-parking", "rubbish"]),
        ("公交站牌被撞歪了，还有路灯也不亮", ["bus", "street-lamp"]),
        ("楼道灯坏了，另外电梯也停了", ["corridor-light", "lift"]),
        ("1、停车位不够 2、路灯不亮 3、垃圾没人收", ["parking", "street-lamp", "rubbish"]),
        ("一是停车位不够，二是路灯不亮", ["parking", "street-lamp"]),
        ("东苑小区5幢旁路灯坏了，还有滨河路小学门口放学时车乱停", ["street-lamp", "illegal-parking"]),
        ("幼儿园边上有人抽烟，还有，菜市场门口路坑坑洼洼", ["health", "road-damage"]),
        ("1. 北园小区2幢楼道灯坏了 2. 东苑小区门口垃圾没人收", ["corridor-light", "rubbish"]),
    ],
)
def test_what_a_writer_sets_side_by_side_is_several_troubles(
    lexicon: Lexicon, text: str, topics: list[str]
) -> None:
    assert [trouble.found.topic for trouble in troubles(text, lexicon)] == topics


@pytest.mark.parametrize(
    "text",
    [
        "",
        "东苑小区3幢楼道灯坏了半个月，老人晚上不敢下楼",
        "电梯坏了，物业也不管",
        "电梯坏了，打过电话也没人来修",
        "路面有坑，晚上走路也不安全",
        "路灯坏了，希望也把垃圾桶换一下",
        "路灯坏了，还有3天就过年了",
        "停车位不够，还有一个停车位被占了",
        "我第一次坐公交就等了半小时，还有一趟没停",
        "2.5公里外的垃圾站太远",
        "滨河路乱停车，垃圾桶也好几天没人清" + "，请尽快派人来看一看" * 10,
    ],
)
def test_one_trouble_with_its_causes_and_wishes_stays_one(lexicon: Lexicon, text: str) -> None:
    assert troubles(text, lexicon) == ()


def test_each_trouble_keeps_the_words_that_tell_it(lexicon: Lexicon) -> None:
    first, second = troubles("滨河路乱停车，垃圾桶也好几天没人清", lexicon)

    assert (first.words, second.words) == ("滨河路乱停车", "垃圾桶也好几天没人清")
