from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from handlers.district.district import District
from handlers.district.read import read_pack
from handlers.district.snapshot import build_district, load_district
from handlers.district.store import apply
from handlers.messages import Point
from storage.models import PackRow
from tests.district.folders import SETTINGS, changed, write_folder, write_sheet

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
AT_DONGYUAN = Point(longitude=120.3305, latitude=30.3125)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "pack")


@pytest.fixture
def district(folder: Path) -> District:
    return district_of(folder)


def district_of(folder: Path) -> District:
    return build_district(read_pack(folder).rows, 1)


def station_of(district: District, place: str) -> str:
    found = district.place(place)
    assert found is not None
    station = district.station_for_place(found)
    return station.key if station else ""


def test_an_estate_belongs_to_the_station_of_its_community(district: District) -> None:
    assert station_of(district, "E1") == "S2"


def test_a_place_with_a_station_of_its_own_goes_there(district: District) -> None:
    assert station_of(district, "E2") == "S3"


def test_a_road_of_a_whole_street_goes_to_the_street_station(district: District) -> None:
    assert station_of(district, "R1") == "S1"


def test_a_community_without_a_station_is_served_by_its_street(district: District) -> None:
    assert station_of(district, "E3") == "S1"


def test_a_street_without_any_station_has_none(district: District) -> None:
    assert station_of(district, "beiyuan") == ""
    assert district.street_station("beiyuan") is None


def test_streets_and_communities_are_places_too_but_the_district_is_not(district: District) -> None:
    assert station_of(district, "dongyuan") == "S2"
    assert district.place("qinghe") is None


def test_an_area_knows_what_lies_around_it(district: District) -> None:
    assert [area.key for area in district.area_path("dongyuan")] == ["dongyuan", "liuyin", "qinghe"]
    assert district.area_path("nowhere") == ()


def test_whereabouts_name_the_street(district: District) -> None:
    places = [district.place("E1"), district.place("R1"), district.place("E2")]

    assert [district.whereabouts(place) for place in places if place] == ["柳荫街道", "柳荫街道", "青禾区"]


def test_the_nearest_station_is_one_that_is_open_to_every_voter(district: District) -> None:
    found = district.nearest_stations(AT_DONGYUAN, 5)

    assert [station.key for station, _ in found] == ["S2", "S1"]
    assert found[0][1] == pytest.approx(73, abs=3)


def test_a_phones_own_position_is_moved_to_the_maps_datum_first(district: District) -> None:
    raw = Point(longitude=AT_DONGYUAN.longitude, latitude=AT_DONGYUAN.latitude, datum="wgs84")

    (_, as_map), (_, as_raw) = (district.nearest_stations(point, 1)[0] for point in (AT_DONGYUAN, raw))

    assert abs(as_raw - as_map) > 200


def test_a_pack_in_the_phones_datum_is_kept_in_the_maps(folder: Path) -> None:
    (folder / "district.toml").write_text(f'datum = "wgs84"\n{SETTINGS}', encoding="utf-8")

    station = district_of(folder).stations["S2"]

    assert station.longitude == pytest.approx(120.3347, abs=0.0005)
    assert station.latitude == pytest.approx(30.3097, abs=0.0005)


def test_deputies_of_a_station_begin_with_those_whose_own_it_is(district: District) -> None:
    assert [deputy.name for deputy in district.deputies_of_station("S2")] == ["陈立新", "周敏", "卓依诺"]
    assert [deputy.name for deputy in district.deputies_of_station("S1")] == ["卓依诺"]
    assert district.deputies_of_station("nowhere") == ()


def test_a_deputy_who_left_is_not_named_any_more(folder: Path) -> None:
    write_sheet(folder, "deputies", changed("deputies", 2, "active", "no"))

    district = district_of(folder)

    assert "D1" not in district.deputies
    assert [deputy.name for deputy in district.deputies_of_station("S2")] == ["周敏", "卓依诺"]


def test_an_audience_is_a_kind_of_station_or_one_station_or_all(district: District) -> None:
    keys = {
        audience: [station.key for station in district.stations_of_audience(audience)]
        for audience in ("community", "street", "industry", "S2", "all")
    }

    assert keys == {
        "community": ["S2"],
        "street": ["S1"],
        "industry": ["S3"],
        "S2": ["S2"],
        "all": ["S1", "S2", "S3"],
    }


def test_a_department_is_found_by_any_of_its_names(district: District) -> None:
    found = [
        district.department(word) for word in ("housing", "区住房和城乡建设局", "区住建局", "房管局", "某局")
    ]

    assert [department.key if department else "" for department in found] == ["housing"] * 4 + [""]


def test_a_trade_leads_to_its_industry_station(district: District) -> None:
    station = district.industry_station(district.topics["school"].industry)

    assert station is not None
    assert station.key == "S3"
    assert district.industry_station("") is None


def test_rules_holidays_settings_and_texts_arrive_as_they_were_written(district: District) -> None:
    reception, dual = district.rules

    assert (reception.label, reception.day, reception.leads) == ("接待日", 10, (7, 1, 0))
    assert (dual.months, dual.venue) == ((1, 4, 7, 10), "{street}会议室")
    assert not district.calendar.is_workday(date(2027, 1, 1))
    assert district.calendar.is_workday(date(2027, 1, 3))
    assert (district.settings.look_days, district.settings.quiet_from) == (4, time(21, 30))
    assert district.settings.hotlines == {"gas": "0571-00000119"}
    assert district.texts == {"reminder_open": "在办{count}件，回“案件”看。"}


def test_a_rule_that_is_switched_off_is_not_planned(folder: Path) -> None:
    rows = [
        [*row, active]
        for row, active in zip(changed("duty_rules", 2, "day", "9"), ["active", "no", "是"], strict=True)
    ]
    write_sheet(folder, "duty_rules", rows)

    assert [rule.key for rule in district_of(folder).rules] == ["dual"]


def test_the_desk_takes_what_no_station_takes(district: District) -> None:
    assert (district.desk().key, district.desk().name) == ("", "区人大代表工委")


def test_the_stored_district_carries_the_version_it_was_loaded_at(engine: Engine, folder: Path) -> None:
    with Session(engine) as session, session.begin():
        apply(session, read_pack(folder), NOW)

    with Session(engine) as session:
        district = load_district(session)

    assert district.version == 1
    assert list(district.stations) == ["S1", "S2", "S3"]


def test_a_row_stored_by_an_earlier_release_gets_the_columns_of_today(engine: Engine, folder: Path) -> None:
    with Session(engine) as session, session.begin():
        apply(session, read_pack(folder), NOW)
        row = session.get_one(PackRow, ("deputies", "D1"))
        row.data = {"key": "D1", "name": "陈立新", "level": "区", "stations": "S2", "rank": "1"}

    with Session(engine) as session:
        deputy = load_district(session).deputies["D1"]

    assert (deputy.name, deputy.phone, deputy.active) == ("陈立新", "", True)


def test_a_sentence_that_no_longer_fits_gives_way_to_ours(folder: Path) -> None:
    rows = {**read_pack(folder).rows, "texts": [{"key": "reminder_open", "text": "{once_a_gap}"}]}

    assert build_district(rows, 1).texts == {}


def test_a_station_without_deputies_leaves_its_cases_to_the_street(folder: Path) -> None:
    rows = dict(read_pack(folder).rows)
    rows["deputies"] = [{**row, "stations": "S1"} for row in rows["deputies"]]

    assert station_of(build_district(rows, 1), "E1") == "S1"


def test_where_the_street_has_no_deputies_either_the_station_keeps_them(folder: Path) -> None:
    rows = {**read_pack(folder).rows, "deputies": []}

    assert station_of(build_district(rows, 1), "E1") == "S2"


def test_stations_on_leave_take_nothing_and_are_not_offered_as_the_nearest(folder: Path) -> None:
    rows = dict(read_pack(folder).rows)
    rows["stations"] = [{**row, "active": "no"} for row in rows["stations"]]
    district = build_district(rows, 1)

    assert station_of(district, "E1") == ""
    assert district.nearest_stations(AT_DONGYUAN, 5) == ()
    assert district.industry_station("教育") is None


def test_a_point_belongs_to_the_smallest_area_drawn_around_it(folder: Path) -> None:
    outlines = {
        "liuyin": "120 30;121 30;121 31;120 31",
        "dongyuan": "120.3 30.3;120.4 30.3;120.4 30.4;120.3 30.4",
    }
    rows = dict(read_pack(folder).rows)
    rows["areas"] = [{**row, "boundary": outlines.get(row["key"], "")} for row in rows["areas"]]
    district = build_district(rows, 1)

    inside, beside, outside = (
        district.area_at(Point(longitude=longitude, latitude=30.35)) for longitude in (120.35, 120.8, 122)
    )
    assert inside is not None
    assert beside is not None
    assert (inside.key, beside.key, outside) == ("dongyuan", "liuyin", None)


def test_two_places_of_one_name_in_one_street_are_told_apart_by_their_communities(folder: Path) -> None:
    rows = dict(read_pack(folder).rows)
    (first,) = (row for row in rows["places"] if row["key"] == "E1")
    rows["places"] = [*rows["places"], {**first, "key": "E9", "area": "heping"}]
    district = build_district(rows, 1)
    places = [place for key in ("E1", "E9") if (place := district.place(key))]

    assert district.told_apart(places) == ["柳荫街道，东苑社区", "柳荫街道，和平社区"]
