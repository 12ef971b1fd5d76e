"""Plain words of danger in a short message, however they are said; and the frightening words of ordinary ones."""

import pytest

from nlp.alarms.signals import detect

DANGER = (
    *(
        "我爸倒地上叫不应了",
        "我老汉儿昏起了",
        "阿婆跌倒唔郁得",
        "流了好多血止不住",
        "孩子噎住了脸发紫",
        "我妈心梗了",
    ),
    *(
        "屋头起火咯",
        "着火嘞",
        "着 火 了",
        "冒好大的烟 窗户里有火苗",
        "煤气罐在喷火",
        "挖断燃气管了 到处是气味",
    ),
    *(
        "电梯卡住了 里面有人出不来",
        "被关在电梯里出不来了",
        "孩子头卡在防盗窗里",
        "地下室进水有人困在里面",
        "救 命",
        "出人命了快来",
    ),
    *("水里有个小孩在扑腾", "河里漂着个人", "他掐我脖子", "我被人拘禁了", "孩子被陌生人抱走了", "有人拿枪"),
    *("我割腕了", "遗书写好了", "有人要跳下来了", "她站在七楼窗户外面", "我把安眠药都吃了", "不想再醒来了"),
)
ORDINARY = (
    *(
        "电梯老是困人要求更换",
        "昨天隔壁着火了 消防栓没水",
        "救命稻草",
        "救命 那个新图书馆也太好看了吧",
        "我娃转学被卡住了",
    ),
    *(
        "我这儿压着几个没核",
        "大爷说压根没人上门",
        "点了没反应咋办",
        "量血压九十多人",
        "密室门口天天喊救命 吵死人",
    ),
    *(
        "快递堆到消防门口了 烧起来怎么办",
        "老人食堂的火灾报警器坏了",
        "路灯不亮怕出事",
        "楼道灯 坏了",
        "累死了跑了三趟",
    ),
)


@pytest.mark.parametrize("text", DANGER)
def test_danger_is_heard_however_it_is_said(text: str) -> None:
    assert detect(text).grave


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_message_with_such_a_word_raises_nothing(text: str) -> None:
    assert not detect(text).grave
