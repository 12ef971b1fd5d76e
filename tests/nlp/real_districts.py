"""Sentences of our own around the names of real streets and communities, with invented estates and roads.

The list of names lies outside the project and may be missing.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from nlp.places.place_names import short_title
from nlp.places.places import Gazetteer, Place
from tests.nlp.place_cases import PlaceCase

NAMES = Path(__file__).resolve().parents[3] / "shared" / "eval" / "districts.json"
ESTATES = ("云栖", "岚汀", "听枫", "沐春", "砚池", "梧雨", "鹿鸣", "松间", "棠樾", "锦帆")
ESTATE_SLIPS = ("云期", "岚听", "听风", "木春", "燕池", "吴雨", "路鸣", "松尖", "唐樾", "锦凡")
ESTATE_ENDINGS = ("花园", "公寓", "雅苑", "新村", "小区")
ROADS = (
    "鹭洲路",
    "槐荫街",
    "栖霞岭路",
    "砚山大道",
    "芦汀巷",
    "雁歇路",
    "竹影街",
    "杏坛巷",
    "松雪路",
    "棹歌大道",
)
SLIPS = {
    "西陵社区": "西岭社区",
    "温馨社区": "温新社区",
    "丹枫社区": "丹风社区",
    "闻涛社区": "文涛社区",
    "冠山社区": "官山社区",
    "观潮社区": "关潮社区",
    "天官社区": "天关社区",
    "之江社区": "知江社区",
    "彩虹社区": "彩红社区",
    "信诚社区": "信城社区",
    "滨盛社区": "宾盛社区",
    "白马湖社区": "白马胡社区",
    "杨家墩社区": "扬家墩社区",
    "钱潮望涛社区": "钱朝望涛社区",
    "任砦社区": "任寨社区",
    "紫荆山路社区": "紫金山路社区",
    "琥珀名城社区": "虎珀名城社区",
    "时埂社区": "时梗社区",
    "晖达社区": "辉达社区",
    "魏河社区": "卫河社区",
    "关虎屯村": "关虎囤村",
    "凤凰台社区": "凤皇台社区",
    "水晶城社区": "水精城社区",
    "普罗旺世社区": "普罗旺士社区",
    "彭公祠街社区": "彭公词街社区",
}


def real_districts() -> Mapping[str, Any]:
    """Give streets and communities of real districts; none where the list is not at hand."""
    if not NAMES.is_file():
        return {}
    known: Mapping[str, Any] = json.loads(NAMES.read_text(encoding="utf-8"))
    return known


def measured_district(name: str, known: Mapping[str, Any]) -> tuple[Gazetteer, list[PlaceCase]]:
    """Give a district's gazetteer with invented estates and roads, and the sentences about it."""
    streets = [
        Place(key=each["code"], name=each["name"], kind="street", area=each["code"])
        for each in known["streets"]
    ]
    communities = [
        Place(
            key=each["code"],
            name=each["name"],
            kind=_kind(each["name"]),
            area=each["code"],
            parent=street["code"],
        )
        for street in known["streets"]
        for each in street["communities"]
    ]
    step = max(1, len(communities) // len(ESTATES))
    homes = communities[::step][: len(ESTATES)]
    estates = [
        Place(
            key=f"E{number}",
            name=ESTATES[number] + ESTATE_ENDINGS[number % len(ESTATE_ENDINGS)],
            kind="estate",
            area=home.key,
            parent=home.parent,
        )
        for number, home in enumerate(homes)
    ]
    roads = [
        Place(key=f"R{number}", name=road, kind="road", area=streets[number % len(streets)].key)
        for number, road in enumerate(ROADS)
    ]
    city, district = name[: name.index("市") + 1], name[name.index("市") + 1 :]
    gazetteer = Gazetteer([*streets, *communities, *estates, *roads], around=(city, district))
    cases = [
        *_about_communities(
            communities, {street.key: street.name for street in streets}, district, roads, estates
        ),
        *_about_streets(streets, district),
        *_about_estates(estates, communities, roads),
    ]
    return gazetteer, cases


def _kind(name: str) -> str:
    return "village" if short_title(name).endswith("村") else "community"


def _about_communities(
    communities: Sequence[Place],
    streets: Mapping[str, str],
    district: str,
    roads: Sequence[Place],
    estates: Sequence[Place],
) -> Iterator[PlaceCase]:
    by_name: defaultdict[str, set[str]] = defaultdict(set)
    for place in communities:
        by_name[short_title(place.name)].add(place.key)
    for number, place in enumerate(communities[:: max(1, len(communities) // 40)]):
        said, street = short_title(place.name), streets[place.parent]
        all_of_name, it = frozenset(by_name[said]), frozenset({place.key})
        road, estate = roads[number % len(roads)], estates[number % len(estates)]
        yield PlaceCase("name", f"{said}停车位不足，晚上回来没地方停", all_of_name)
        yield PlaceCase("street", f"{district}{street}{said}垃圾没人清运", it)
        yield PlaceCase("home", f"我住在{said}，投诉{road.name}夜市太吵", frozenset({road.key}))
        yield PlaceCase("home", f"{estate.name}楼道灯坏了，我是{said}居民", frozenset({estate.key}))
        office = "村委会" if said.endswith("村") else "居委会"
        before = said.removesuffix("社区").removesuffix("村")
        yield PlaceCase("office", f"{street}{before}{office}周末没有人值班", it)
    for right, slip in SLIPS.items():
        if right in by_name:
            yield PlaceCase("slip", f"{slip}的活动室一直锁着", frozenset(by_name[right]))


def _about_streets(streets: Sequence[Place], district: str) -> Iterator[PlaceCase]:
    for place in streets:
        yield PlaceCase("name", f"{place.name}办事大厅排队太久", frozenset({place.key}))
        yield PlaceCase("prefix", f"{district}{place.name}的公园太少", frozenset({place.key}))


def _about_estates(
    estates: Sequence[Place], communities: Sequence[Place], roads: Sequence[Place]
) -> Iterator[PlaceCase]:
    titles = {place.key: short_title(place.name) for place in communities}
    for number, place in enumerate(estates):
        it, road = frozenset({place.key}), roads[number % len(roads)]
        yield PlaceCase("inside", f"{titles[place.area]}{place.name}3幢电梯坏了", it)
        yield PlaceCase("stem", f"{ESTATES[number]}小区5号楼漏水", it)
        yield PlaceCase("stem", f"{ESTATES[number]}三号楼半夜有人装修", it)
        yield PlaceCase("slip", f"{place.name.replace(ESTATES[number], ESTATE_SLIPS[number])}停水两天", it)
        yield PlaceCase("home", f"家住{place.name}，{road.name}的路灯不亮", frozenset({road.key}))
        yield PlaceCase("landmark", f"{place.name}旁边的{road.name}坑坑洼洼", frozenset({road.key}))
        yield PlaceCase("unlisted", f"东{place.name}正在施工", frozenset())
        yield PlaceCase("unlisted", f"{road.name}小学招生范围怎么划", frozenset())
