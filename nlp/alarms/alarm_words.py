"""Whether words about a danger tell more than was told before: people, injuries, fire, another house."""

import re

from nlp.text.fold import fold

_MARKS = (
    *("孩", "娃", "婴", "孕", "老人", "老太", "老头", "奶奶", "爷爷", "妈", "爸", "学生", "残疾", "瘫"),
    *("有人", "人在里面", "里面有人", "被困", "困", "压住", "埋", "掉", "跳", "落水", "沉"),
    *(
        "伤",
        "血",
        "晕",
        "昏",
        "死",
        "断气",
        "没气",
        "没呼吸",
        "抽",
        "吐",
        "烧",
        "烫",
        "骨折",
        "叫不醒",
        "不动",
    ),
    *("火", "烟", "炸", "爆", "漏", "塌", "裂", "电", "毒"),
    *("刀", "枪", "砍", "打人", "锁", "门打不开", "出不来", "下不来", "起不来"),
    *("更大", "越来越", "蔓延", "全是", "整栋", "整层", "隔壁", "楼上", "楼下"),
)
_NUMBERS = re.compile(r"\d+|[一二两三四五六七八九十]{1,6}+(?=个|名|位|口|人|楼|层|栋|幢|号|单元)")


def tells_more(before: str, words: str) -> bool:
    """Tell whether a further sentence names something that none before it named."""
    known, said = fold(before), fold(words)
    if any(mark in said and mark not in known for mark in _MARKS):
        return True
    return not set(_NUMBERS.findall(said)) <= set(_NUMBERS.findall(known))
