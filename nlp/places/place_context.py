"""What stands around a name in a sentence, and whether it is that name at all, part of another one, or only a matter."""

import re

from nlp.places.place_names import NAMED_ENDINGS, ROADS

_SHORT_NAME = 3
_SHORT_STEM = 2
_HOUSE_NUMBER = re.compile(
    r"\d{1,3}(?:号楼?|幢|栋|单元|区|期|弄)|[一二三四五六七八九十]{1,4}(?:期|区|号楼|幢|栋)"
    r"|(?:小区)?(?:业主|居民|物业|门口|里面?的?)"
)
_PART_OF_LONGER = re.compile(
    r"[^,。;!?\n的]?(?:大?[路街巷](?!边|口|灯|面|上)|大道|桥|站|中心|寺|庙|公司|集团|酒店|宾馆|商场|超市|城(?!管)|馆|专业|医院|学校|小学|中学|幼儿园|市场|广场|公园|大厦|大学|学院|"
    + "|".join(NAMED_ENDINGS)
    + ")"
)
_ROAD_PART = re.compile(
    r"(?:第?[一二三四五六七八九十\d]{1,6}|实验|中心)?(?:小区|社区|新村|花园|家园|公寓|[名佳雅花嘉新]?苑|村(?!民|口)|小学|中学|幼儿园|医院|公园|大厦|广场|街道|镇)"
)
_OTHER_BEFORE = re.compile(r"(?<![城区市县镇以路街河江湖山湾岸最很更重创翻全])[东西南北新]$")
_BARE_BEFORE = re.compile(
    "(?:^|[^\u4e00-\u9fff]|[在住到去从往离和与及是们区县市镇乡道于对就为让给望议请映诉报问说求助告替帮管经过找的向来这那把了])$"
)
"""What stands before a place that is said by its stem alone: 在七格, 我们七格, never 学物联网 of 物联网社区."""
_SLOGAN = re.compile(
    r"(?:创建|建设|打造|共建|争创|构建|评选|荣获|全国|省级|市级|示范|申报|评为)[^,。;!?\n]{0,3}$"
)
_OF_VILLAGES = re.compile("[里规民级务容貌集企庄卫]")
"""What follows a village that is no name: 建设村里的路, 创建村规民约."""
_WISHED = re.compile(r"(?:建|增设|增加|引进|新建|开办|缺少?|没有|规划|落户|多[设办开])[^,。;!?\n]{0,6}$")
_AT_AFTER = re.compile(
    r"门口|门前|大门|[东南西北]门|旁|边上|附近|对面|后面|前面|[东南西北]侧|周边|周围|一带|路口|停车|里面|院内|地块|公交站|这边|那边|外面"
)
_AT_BEFORE = re.compile(r"(?:在|到|去|位于|住|从)$")

_BARE_AFTER = re.compile(
    r"$|[^\u4e00-\u9fff]|[的这那附近周旁门对停没缺路垃积公地物业居幼老电充河渠污噪施拆安回夜广环道交加水气网快太很有乱想要希什怎上下里内外一几全晚早房快小学楼医菜人]"
)
"""What follows a place of two letters said by its stem alone: 七格停车, never 新中国 of 新中社区."""


def has_house_number(text: str, end: int) -> bool:
    return _HOUSE_NUMBER.match(text, end) is not None


def is_another_place(text: str, start: int) -> bool:
    """Tell whether the letter before makes it another name: 新东苑小区, 南滨河路."""
    return _OTHER_BEFORE.search(text, max(0, start - 2), start) is not None


def is_in_another_town(text: str, start: int) -> bool:
    """Tell whether a town or county stands right before it: 岳屏镇东风村."""
    return text[max(0, start - 1) : start] in {"乡", "镇", "县"} and start > _SHORT_STEM


def is_a_matter(text: str, start: int, end: int) -> bool:
    """Tell whether a name that is also a word of every day is meant as that word: 创建文明社区, 建设村里的路."""
    of_villages = text.endswith("村", start, end) and _OF_VILLAGES.match(text, end)
    return bool(of_villages or _SLOGAN.search(text, 0, start))


def is_free_before(text: str, start: int) -> bool:
    """Tell whether what stands before cannot belong to the name."""
    return _BARE_BEFORE.search(text, max(0, start - 1), start) is not None


def stands_alone(text: str, start: int, end: int) -> bool:
    """Tell whether a stem without any ending is a place here."""
    if _PART_OF_LONGER.match(text, end) or not is_free_before(text, start):
        return False
    return end - start > _SHORT_STEM or _BARE_AFTER.match(text, end) is not None


def is_part_of_longer(text: str, name: str, end: int) -> bool:
    """Tell whether a name without an ending of its own goes on to another one: 滨河路小学, 翠湖大厦."""
    if name.endswith(ROADS):
        return _ROAD_PART.match(text, end) is not None
    if len(name) > _SHORT_NAME:
        return False
    return _PART_OF_LONGER.match(text, end) is not None


def says_where(text: str, start: int, end: int) -> bool:
    """Tell whether an institution is named as a spot on the map, and not as a matter."""
    if _WISHED.search(text, max(0, start - 10), start):
        return False
    return bool(_AT_AFTER.match(text, end) or _AT_BEFORE.search(text, max(0, start - 2), start))
