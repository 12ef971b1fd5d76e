"""How fast places are found and how much memory a large gazetteer takes; printed by `make bench-routing`."""

import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import process_time

from nlp.places.places import Gazetteer, Place
from tests.nlp.place_cases import AROUND, Tally, invented_places, tally, written_cases
from tests.nlp.real_districts import measured_district, real_districts

COUNT = 100_000
MESSAGES = 5_000
LENGTH = 200
_LETTERS = (
    "东西南北中金银水山林桂花柳荫苑春江湖海星月明华丽都城翠竹兰梅松柏云霞锦绣天河滨康安宁福禄寿喜泰和平阳光正大新世纪"
    "七格石桥塘浦沿义蓬庄前进临义盛乔司丁九堡笕彭埠凯旋采荷紫望四季青观潮长冠白马官井岩头里仁良渚余闲祥仓前五常"
)
_ENDINGS = [
    "小区",
    "花园",
    "路",
    "街",
    "苑",
    "公寓",
    "新村",
    "家园",
    "大厦",
    "广场",
    "公园",
    "社区",
    "村",
    "府",
    "湾",
    "城",
    "中学",
    "小学",
    "幼儿园",
    "农贸市场",
    "巷",
    "里",
]
_PHRASES = (
    "您好，我想反映一个问题，",
    "晚上十一点还在施工，吵得一家老小睡不着，",
    "多次打电话都没有人处理，",
    "物业只收费不做事，楼道堆满杂物，",
    "消防通道被电动车占满了，",
    "孩子上学要绕很远的路，",
    "下雨天路面积水很深，电动车都熄火了，",
    "希望有关部门尽快核实并给一个说法，",
    "垃圾桶好几天没人清，臭味飘到家里，",
    "我们小区的业主都很着急，",
)


def invented(count: int) -> list[Place]:
    """Make places with names like real ones, all different."""
    dice = random.Random(7)
    names: dict[str, None] = {}
    while len(names) < count:
        letters = dice.choices(_LETTERS, k=dice.choice((2, 2, 3, 3, 4)))
        names["".join(letters) + dice.choice(_ENDINGS)] = None
    return [
        Place(key=f"E{number}", name=name, kind="estate", area=f"C{number % 500}", parent=f"S{number % 20}")
        for number, name in enumerate(names)
    ]


def messages(places: list[Place], count: int, length: int = LENGTH) -> list[str]:
    """Make messages of one length, two in three of which name a place."""
    dice = random.Random(11)
    texts = []
    for number in range(count):
        parts = dice.sample(_PHRASES, len(_PHRASES)) * 2
        if number % 3:
            parts.insert(1, f"{dice.choice(places).name}就是这样，")
        texts.append("".join(parts)[:length])
    return texts


def measure_places() -> Iterator[str]:
    """Give the table of figures; memory is measured in a process of its own."""
    told = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.places"],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    yield from told.stdout.splitlines()


def _memory() -> float:
    """Give the memory this process holds, in megabytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


def _measure() -> Iterator[str]:
    places = invented(COUNT)
    texts = messages(places, MESSAGES)
    before, started = _memory(), process_time()
    gazetteer = Gazetteer(places)
    built, after = process_time() - started, _memory()
    started = process_time()
    found = sum(len(gazetteer.find(text).places) == 1 for text in texts)
    seconds = process_time() - started
    cases = tally(_small_gazetteer(), written_cases())
    yield "| | |"
    yield "|---|---|"
    yield f"| places | {COUNT:,} |"
    yield f"| load | {built:.2f} s |"
    yield f"| memory beside the places themselves | {after - before:.0f} MB |"
    yield f"| a message of {LENGTH} characters | {seconds / MESSAGES * 1e6:.0f} µs |"
    yield f"| messages a second, one core | {MESSAGES / seconds:,.0f} |"
    yield f"| of them with one place | {found / MESSAGES:.0%} |"
    yield f"| sentences with traps: right / wrong place ({cases.count}) | {_shares(cases)} |"
    for name, known in real_districts().items():
        district = tally(*measured_district(name, known))
        yield f"| {name}: right / wrong place ({district.count}) | {_shares(district)} |"


def _shares(result: Tally) -> str:
    return f"{result.right_share:.3f} / {result.wrong_share:.3f}"


def _small_gazetteer() -> Gazetteer:
    return Gazetteer(invented_places(), around=AROUND)


if __name__ == "__main__":
    print("\n".join(_measure()))
