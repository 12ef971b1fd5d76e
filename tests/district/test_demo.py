"""The built-in district 青禾区: big enough to be believed, and what the written dialogues say of it is true."""

from collections import Counter
from datetime import date

import pytest

from handlers.calendar.occasions import nominal_dates
from handlers.district.district import District
from handlers.district.read import DEMO_FOLDER, read_pack
from handlers.district.snapshot import build_district
from handlers.duties.forms import FIELD_LENGTH
from handlers.messages import Point
from nlp.places.geo import Coordinate, metres_between

CENTRE = Coordinate(120.345, 30.317)


@pytest.fixture(scope="module")
def district() -> District:
    return build_district(read_pack(DEMO_FOLDER).rows, 1)


def station_of(district: District, text: str) -> str:
    places = district.gazetteer.find(text).places
    assert len(places) == 1, text
    station = district.station_for_place(places[0])
    return station.name if station else ""


def test_the_demo_has_neither_faults_nor_warnings() -> None:
    assert read_pack(DEMO_FOLDER).warnings == ()


def test_the_demo_is_as_big_as_a_small_district(district: District) -> None:
    kinds = Counter(area.kind for area in district.areas.values())

    assert (kinds["street"], kinds["community"]) == (3, 20)
    assert Counter(station.kind for station in district.stations.values()) == {
        "street": 3,
        "community": 18,
        "industry": 3,
    }
    assert len(district.deputies) == 60
    assert len(district.departments) >= 30
    assert len(district.places) >= 150
    assert Counter(member.role for member in district.staff.values())["operator"] == 1


@pytest.mark.parametrize(
    ("text", "station"),
    [
        ("东苑小区3幢楼道灯坏了半个月", "东苑社区联络站"),
        ("滨河路", "柳荫街道联络站"),
        ("银沙路雨天积水严重", "下沙街道联络站"),
        ("下沙河渠淤积、配水不足", "下沙街道联络站"),
        ("七格社区停车位不足", "七格社区联络站"),
        ("迎宾路路灯不亮", "下沙街道联络站"),
        ("学林雅居的电梯", "柳荫街道联络站"),
    ],
)
def test_a_place_of_the_written_dialogues_leads_to_its_station(
    district: District, text: str, station: str
) -> None:
    assert station_of(district, text) == station


def test_two_streets_have_a_peace_community(district: District) -> None:
    places = district.gazetteer.find("和平社区垃圾没人收").places

    assert sorted(district.whereabouts(place) for place in places) == ["北园街道", "柳荫街道"]


def test_every_place_and_every_station_can_say_who_takes_care(district: District) -> None:
    assert all(district.station_for_place(place) for place in district.places.values())


def test_every_deputy_has_a_community_station_and_each_has_three_to_five(district: District) -> None:
    own = Counter(deputy.stations[0] for deputy in district.deputies.values())

    assert {district.stations[key].kind for key in own} == {"community"}
    assert all(3 <= count <= 5 for count in own.values())
    assert len(own) == 18


def test_dongyuan_is_where_the_dialogues_say_it_is(district: District) -> None:
    ((station, metres), *_) = district.nearest_stations(Point(longitude=120.3332, latitude=30.3162), 3)

    assert (station.name, station.address, station.room) == ("东苑社区联络站", "东苑路12号", "接待室")
    assert station.hours == "周一至周五9:00–17:00"
    assert metres == pytest.approx(600, abs=60)
    assert [deputy.name for deputy in district.deputies_of_station(station.key)][:2] == ["陈立新", "周敏"]


def test_everything_lies_in_one_town(district: District) -> None:
    points = [station.point for station in district.stations.values()]
    points += [place.point for place in district.places.values() if place.point]

    assert all(point is not None and metres_between(CENTRE, point) < 4000 for point in points)


def test_no_number_of_the_demo_can_ring_anywhere(district: District) -> None:
    numbers = [
        *(deputy.phone for deputy in district.deputies.values()),
        *(member.phone for member in district.staff.values()),
        *(station.phone for station in district.stations.values()),
        *(department.phone for department in district.departments.values()),
        *district.settings.hotlines.values(),
        district.settings.desk_phone,
    ]

    assert all("-0000" in number for number in numbers)
    assert len(set(numbers)) == len(numbers)


def test_no_two_people_of_the_demo_have_one_name(district: District) -> None:
    names = [deputy.name for deputy in district.deputies.values()]
    names += [member.name for member in district.staff.values()]

    assert len(set(names)) == len(names)


def test_the_three_rules_of_the_calendar_are_there(district: District) -> None:
    reception, dual, industry = district.rules

    assert nominal_dates(reception, date(2026, 12, 1), date(2027, 2, 1)) == (
        date(2026, 12, 10),
        date(2027, 1, 10),
    )
    assert nominal_dates(dual, date(2026, 11, 1), date(2027, 7, 1)) == (date(2027, 1, 20), date(2027, 4, 20))
    assert nominal_dates(industry, date(2026, 11, 1), date(2027, 4, 1)) == (
        date(2026, 12, 25),
        date(2027, 2, 25),
    )
    assert (reception.theme, reception.leads) == ("察民情、解民忧、帮民困", (7, 1, 0))


def test_names_that_go_into_template_fields_fit_there(district: District) -> None:
    assert all(len(rule.name) <= FIELD_LENGTH for rule in district.rules)
    assert all(len(f"{found.name}{found.room}") <= FIELD_LENGTH for found in district.stations.values())
