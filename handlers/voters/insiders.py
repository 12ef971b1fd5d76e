"""Complaints about people of the stations themselves, told by the names on the roster (密件)."""

import re

from handlers.district.district import District
from nlp.fold import fold

_COMPLAINS = re.compile(
    r"收了?|骂|吼|凶|打麻将|打牌|喝酒|睡觉|态度|不办|不理|不管|不让|不给|推|拖|好处|钱|烟|礼|红包|贪|占|欺|脏话|投诉|举报|反映|告|差劲|太差|迟到|旷工|偏心|泄露|威胁|刁难|敷衍"
)
_PRAISE = re.compile(r"感谢|谢谢|表扬|点赞|辛苦|热心|帮了?我|真好|很好|不错")
_OF_A_STATION = re.compile(
    r"(?:联络站|你们站|这个站|(?<![驿车电油加充快公收铁火网基])站里|[\u4e00-\u9fff]{2}(?<![驿车电油加充快公收铁火网基])站)(?:里|上)?的?(?:那个|这个|那位)?"
    r"(?:姓[\u4e00-\u9fff]的?|[男女]的|小[\u4e00-\u9fff]|老[\u4e00-\u9fff]|工作人员|站长|人)"
)
_NO_STATION = re.compile(
    r"驿站|车站|加油站|充电站|公交站|地铁站|收费站|快递站|服务站|变电站|水站|垃圾站|泵站|网站|基站|检疫站|防疫站"
)
_SHORT = 120
"""Characters; a long letter speaks of many stations, and only names on the roster tell ours."""


def concerns_insider(line: str, district: District) -> bool:
    """Tell whether a line complains of somebody who works at a station, for a street, at the desk, or is a deputy."""
    text = fold(line)
    if not _COMPLAINS.search(text) or _PRAISE.search(text):
        return False
    if district.names_insider(text):
        return True
    return len(text) <= _SHORT and _OF_A_STATION.search(text) is not None and not _NO_STATION.search(text)
