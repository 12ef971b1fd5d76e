"""What is no message to an office: an advertisement, or mere abuse. A complaint about either is neither."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from ahocorasick_rs import AhoCorasick

ADVERT, ABUSE = "advert", "abuse"
_LONGEST_READ = 1_000
_SHORT = 40
"""Abuse with a matter in it is longer than this, or names the matter."""

_WAY = re.compile(
    r"(?:(?:加|添加)?(?:我|本人)?(?:的)?(?:微信|薇信|威信|VX|vx|V信|v信|wx|WX|QQ|qq|扣扣|电话|手机|联系|咨询|热线)[号:： ]{0,3}[A-Za-z0-9_-]{5,30}|https?://|www\.|t\.cn/|\d{11})"
)
_OFFER = re.compile(
    r"(?:代开(?:各类|正规)?发票|专业(?:办证|刻章|贷款|催收|开锁|疏通)|(?:无抵押|低息|秒批|急用钱|信用)贷款?|贷款(?:秒批|秒到|找我)|刷单|日结|兼职(?:赚|挣|招)|招(?:聘)?兼职|在家(?:赚|挣)钱|"
    r"日赚|月入过万|稳赚|博彩|彩票(?:计划|群)|赌场|棋牌(?:平台|游戏)|炒股群|荐股|股票(?:内部|群)|返利|优惠券|加盟|微商|代理(?:招募|加盟)|减肥(?:茶|产品)|壮阳|约炮|上门服务|高仿|回收(?:烟酒|手机|黄金)|"
    r"特价(?:促销|处理)|点击(?:链接|领取)|领(?:取)?红包|扫码领)"
)
_FURTHEST = 60
"""Letters between an offer and the way to take it."""
_COMPLAINS = re.compile(
    r"投诉|举报|反映|被骗|骗子|诈骗|小广告|骚扰|取缔|查处|清理|希望|请.{0,6}(?:管|查|处理)|怎么没人管|到处(?:贴|是)|牛皮癣"
)
_ABUSE = re.compile(
    r"傻[逼比屄叉X]|煞笔|沙比|[操草艹日]你(?:妈|娘|大爷|全家)|你妈[的逼死]|妈了?个?[逼巴]|狗日的|王八蛋|龟孙|去死吧|死全家|滚蛋|吃屎|垃圾(?:程序|机器人|政府|代表|玩意|东西)|"
    r"狗(?:东西|官|屁)|畜生|废物|蠢货|白痴|脑残|混蛋|贱[人货]|cnm|nmsl|tmd|SB|sb(?![a-z])"
)
_TRIGGER = AhoCorasick(
    [
        *(
            "发票",
            "办证",
            "刻章",
            "贷",
            "刷单",
            "日结",
            "兼职",
            "赚",
            "挣钱",
            "月入",
            "博彩",
            "彩票",
            "赌",
            "棋牌",
            "股",
            "返利",
            "优惠券",
            "加盟",
            "微商",
            "代理",
        ),
        *(
            "减肥",
            "壮阳",
            "约炮",
            "上门服务",
            "高仿",
            "回收",
            "特价",
            "点击",
            "红包",
            "扫码",
            "开锁",
            "疏通",
            "催收",
        ),
        *(
            "傻",
            "煞笔",
            "沙比",
            "你妈",
            "你娘",
            "你大爷",
            "你全家",
            "妈个",
            "妈逼",
            "妈巴",
            "妈了",
            "狗",
            "王八",
            "龟孙",
            "去死",
            "死全家",
            "滚蛋",
            "吃屎",
            "垃圾",
        ),
        *("畜生", "废物", "蠢货", "白痴", "脑残", "混蛋", "贱人", "贱货", "cnm", "nmsl", "tmd", "SB", "sb"),
    ]
)


_INSULT = re.compile(
    r"吃干饭|吃白饭|白吃饭|饭桶|白养你|养你们|一群(?:猪|狗|蠢|废|饭)|都是猪|猪脑|瞎了(?:你|狗)|不要脸|臭不要|去你(?:妈|的)|他妈的|妈的|(?<![A-Za-z])tmd|缺德|断子绝孙|不得好死|王八|混账|狗腿|走狗|无耻"
)


def insults(text: str) -> bool:
    """Tell words that no paper prints, however much else is said beside them."""
    return bool(_ABUSE.search(text) or _INSULT.search(text))


def nuisance(text: str) -> str:
    """Tell an `advert` or `abuse`; empty for what may be a message. Whoever asks decides whether a matter is named."""
    read = text[:_LONGEST_READ]
    if not _TRIGGER.find_matches_as_indexes(read):
        return ""
    if _offers(read) and not _COMPLAINS.search(read):
        return ADVERT
    return ABUSE if len(read) <= _SHORT and _ABUSE.search(read) else ""


def _offers(text: str) -> bool:
    """Tell whether an offer and the way to take it stand near each other, whichever comes first."""
    offers, ways = _spans(_OFFER, text), _spans(_WAY, text)
    return bool(offers and ways) and any(
        0 <= second[0] - first[1] <= _FURTHEST
        for firsts, seconds in ((offers, ways), (ways, offers))
        for first, second in _neighbours(firsts, seconds)
    )


def _spans(pattern: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    return [found.span() for found in pattern.finditer(text)]


def _neighbours(
    firsts: list[tuple[int, int]], seconds: list[tuple[int, int]]
) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Give each of the firsts with the nearest of the seconds behind it."""
    starts = [start for start, _ in seconds]
    for first in firsts:
        at = bisect_left(starts, first[1])
        if at < len(seconds):
            yield first, seconds[at]
