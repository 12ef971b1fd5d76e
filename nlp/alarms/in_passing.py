"""Whether “想死” is a manner of speaking about an ordinary trouble (吵得我真想死): then a person is asked before anybody is told."""

import re

LONGEST = 60
"""Characters; whoever writes more about it means it."""
_MOST_IDIOMS = 2
_IDIOM = re.compile(
    r"(?:得|的)?(?:我|人|俺|咱)?(?:真的?|简直|都|快|好|就|实在){0,2}(?:要|想|快)(?:疯|死|崩溃)(?!你|她|他)(?:了|掉|的心都有了?)?"
)
_DIES = re.compile("想死")
_MEANS_IT = re.compile(
    r"跳|楼顶|天台|窗台|桥|江|河|药|刀|割|绳|上吊|遗书|活|拖累|意思|意义|病|癌|债|欠|贷|赔|离婚|走了|去世|失业|下岗|没钱|分手"
    r"|家暴|打我|骗|抑郁|孤|独|一个人|没人|难受|痛苦|绝望|熬|累|哭|求|救|对不起|永别|再见|不如|寻死|算了|一死|去死"
)
"""Words beside which nothing is a manner of speaking."""
_ENDS = re.compile(r"[,，。.!！?？;；~～、\s]+")
_SHORTEST = 3


def said_in_passing(text: str) -> str:
    """Give the ordinary words of a text without what it says of dying as people say it in anger; empty where it may be meant."""
    if len(text) > LONGEST or not _DIES.search(text) or _MEANS_IT.search(text):
        return ""
    clauses = [_IDIOM.sub("", clause) for clause in _ENDS.split(text)]
    rest = "，".join(clause for clause in clauses if len(clause) >= _SHORTEST)
    idioms = len(_DIES.findall(text))
    return rest if idioms <= _MOST_IDIOMS and not _DIES.search(rest) else ""
