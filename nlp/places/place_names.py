"""What a place may be called: its title without office words, its stem, and other ways of writing it."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ADMIN_ENDINGS = ("社区", "街道", "村", "镇", "乡")
NAMED_ENDINGS = (
    "花园",
    "家园",
    "新村",
    "公寓",
    "新苑",
    "名苑",
    "佳苑",
    "雅苑",
    "花苑",
    "嘉苑",
    "嘉园",
    "名园",
    "苑",
)
"""Endings of estates that belong to the name: 东苑花园 is not 东苑公寓, yet both are said 东苑小区."""
ENDINGS = ("小区", *ADMIN_ENDINGS[:2], *NAMED_ENDINGS, *ADMIN_ENDINGS[2:])

_ENDINGS = frozenset(ENDINGS)
ROADS = ("路", "街", "巷", "道", "弄", "胡同")

_SHORTEST_STEM = 2
_KIND_ENDINGS = (
    *("大道", "大街", "小学", "中学", "幼儿园", "公园", "广场", "市场", "菜场", "医院", "大厦", "公馆"),
    *("路", "街", "巷", "弄"),
)
_OFFICE_END = "会"
_OFFICE = re.compile(r"(?:居民|村民)?(?:居民委员会|村民委员会|居委会|村委会|委员会)")
_VILLAGE_OFFICE = re.compile(r"村?(?:村民委员会|村委会)")
_TAKES_ITS_ENDING = re.compile(
    r"(?:[路街巷道弄桥厅局院所厂矿馆会]|医院|学院|大学|中学|小学|公园|广场|市场|车站|码头|中心)$"
)
_NUMERALS = "一二三四五六七八九十"
_NUMERAL = re.compile(rf"[{_NUMERALS}\d]")
_NUMBERED = re.compile(
    rf"(第?)([{_NUMERALS}]{{1,3}}|\d{{1,2}})(?=[区期号村弄巷路组队社街幢栋苑大支院里园厂小中初高])"
)
_MARKETS = ("农贸市场", "农副产品市场", "菜市场", "菜场", "市场")
_SCHOOL = re.compile(rf"(.{{0,40}})第([{_NUMERALS}])(小学|中学|初级中学|高级中学)")
GENERIC = re.compile(
    rf"(?:第?[{_NUMERALS}\d]{{1,6}})?(?:人民|中心|中医|妇幼保健|妇幼|儿童|实验|妇产|红十字|街道|社区|综合)?"
    r"(?:医院|卫生院|卫生服务中心|小学|中学|初中|高中|幼儿园|学校|公园|图书馆|文化馆|体育馆|体育场|体育中心|游泳馆"
    r"|少年宫|青少年宫|博物馆|客运站|客运中心|汽车站|火车站|农贸市场|菜市场|菜场|市场|广场|敬老院|养老院|福利院"
    r"|行政服务中心|政务服务中心|便民服务中心|文化中心|派出所|税务局)"
)
"""Institutions that every district has: such a name alone may be a topic and no place."""


def short_title(name: str) -> str:
    """Give the name of a community or village as people say it: 七格社区居民委员会 is 七格社区."""
    office = _OFFICE.search(name) if name.endswith(_OFFICE_END) else None
    if office is None or office.end() != len(name) or not office.start():
        return name
    before = name[: office.start()]
    if before.endswith("社区"):
        return before
    if _VILLAGE_OFFICE.search(name) and not before.endswith("居民"):
        return before if before.endswith("村") else before + "村"
    return before if before.endswith("村") else before + "社区"


def stem(name: str) -> str:
    """Give a name without its ending, empty where nobody says it so: a road keeps its ending."""
    cut = name[:-2] if name[-2:] in _ENDINGS else name[:-1] if name[-1:] in _ENDINGS else ""
    return cut if len(cut) >= _SHORTEST_STEM else ""


def named_part(name: str) -> str:
    """Give the letters that tell a name from others of its kind: 飞山 of 飞山大道, 红星 of 红星路社区."""
    part = stem(name) or name
    ending = next((ending for ending in _KIND_ENDINGS if part.endswith(ending)), "")
    return part.removesuffix(ending) or part


def needs_its_ending(name_stem: str) -> bool:
    """Tell whether a stem alone means something else: 人民路 of 人民路社区, or a word of every day."""
    return name_stem in everyday_words() or _TAKES_ITS_ENDING.search(name_stem) is not None


@cache
def everyday_words() -> frozenset[str]:
    lines = Path(__file__).with_name("everyday_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def other_spellings(name: str) -> Iterator[str]:
    """Give other ways of writing a name: 景芳6区, 柳浪弄 for 柳浪巷, 南塘菜场 for 南塘农贸市场, 柳荫一小."""
    if _NUMERAL.search(name) and _NUMBERED.search(name):
        yield _NUMBERED.sub(_other_numeral, name)
    if name.endswith("巷"):
        yield name[:-1] + "弄"
        yield name[:-1] + "胡同"
    if name.endswith("弄"):
        yield name[:-1] + "巷"
    if name.endswith(_MARKETS) and not GENERIC.fullmatch(name):
        market = next(ending for ending in _MARKETS if name.endswith(ending))
        yield from (name.removesuffix(market) + other for other in _MARKETS if other != market)
    if "第" in name and (school := _SCHOOL.fullmatch(name)):
        yield f"{school[1]}{school[2]}{school[3][-2] if school[3] in {'小学', '中学'} else school[3][0]}"


def _other_numeral(found: re.Match[str]) -> str:
    value = found[2]
    return found[1] + (_in_chinese(int(value)) if value.isdigit() else str(_in_digits(value)))


def _in_chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else _NUMERALS[tens - 1] + "十"
    return (head + (_NUMERALS[ones - 1] if ones else "")) or "零"


def _in_digits(words: str) -> int:
    if "十" not in words:
        return int("".join(str(_NUMERALS.index(word) + 1) for word in words))
    tens, _, ones = words.partition("十")
    ten = _NUMERALS.index(tens[0]) + 1 if tens else 1
    return ten * 10 + (_NUMERALS.index(ones[0]) + 1 if ones else 0)


def without_prefix(name: str, prefixes: tuple[str, ...]) -> str:
    """Give a name without the district or city before it, empty if there is none: 青禾区人民医院 is 人民医院."""
    for prefix in prefixes:
        if name.startswith(prefix):
            rest = name.removeprefix(prefix)
            if len(rest) > _SHORTEST_STEM and not rest.startswith(ADMIN_ENDINGS):
                return rest
    return ""


def prefixes_of(*names: str) -> tuple[str, ...]:
    """Give how a district or city stands before a name, the longest first: 青禾区, 青禾."""
    forms = {form for name in names for form in (name, name[:-1]) if len(form) >= _SHORTEST_STEM}
    return tuple(sorted(forms, key=len, reverse=True))
