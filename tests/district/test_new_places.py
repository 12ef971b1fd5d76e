"""Estates and roads added to a pack from a list."""

from pathlib import Path
from shutil import copytree

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from typer.testing import CliRunner, Result

from bot.cli.district import app
from handlers.district.read import DEMO_FOLDER, read_pack
from handlers.district.snapshot import build_district, load_district
from tests.district.folders import write_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "pack")


def add(folder: Path, tmp_path: Path, lines: str, *words: str) -> Result:
    file = tmp_path / "new.csv"
    file.write_text(lines, encoding="utf-8")
    return CliRunner().invoke(app, ["add-places", str(file), "--pack", str(folder), *words])


def test_places_are_added_by_the_name_of_their_area(folder: Path, tmp_path: Path) -> None:
    result = add(
        folder,
        tmp_path,
        "名称,类别,所属,别名,经度,纬度\n锦绣花园,小区,东苑社区,锦绣,120.331,30.313\n人民路,道路,柳荫街道,,,\n",
    )
    district = build_district(read_pack(folder).rows, version=1)

    assert result.exit_code == 0, result.output
    assert "+ places: P00005 锦绣花园" in result.stdout
    (place,) = district.gazetteer.find("锦绣花园的门禁坏了").places
    assert (place.kind, place.area, place.aliases) == ("estate", "dongyuan", ("锦绣",))
    assert district.gazetteer.find("人民路积水").places[0].kind == "road"


def test_a_place_that_is_there_is_brought_up_to_date_and_not_doubled(folder: Path, tmp_path: Path) -> None:
    result = add(folder, tmp_path, "name,area,aliases\n东苑小区,dongyuan,东苑老小区\n")
    rows = {row["key"]: row for row in read_pack(folder).rows["places"]}

    assert result.exit_code == 0, result.output
    assert "~ places: E1 东苑小区: aliases '东苑新村' -> '东苑新村;东苑老小区'" in result.stdout
    assert rows["E1"]["longitude"] == "120.3301"
    assert len(rows) == 4


def test_every_fault_is_told_with_its_line_and_nothing_is_written(folder: Path, tmp_path: Path) -> None:
    before = (folder / "places.csv").read_bytes()

    result = add(
        folder,
        tmp_path,
        "name,area,longitude,latitude,station\n"
        "锦绣花园,没有的社区,,,\n"
        ",dongyuan,,,\n"
        "云栖公寓,dongyuan,220,30,\n"
        "听枫苑,dongyuan,120.3,,\n"
        "沐春里,,,,\n"
        "砚池苑,,,,S9\n"
        "鹿鸣苑,dongyuan,,,\n"
        "鹿鸣苑,dongyuan,,,\n",
    )

    assert result.exit_code == 2
    assert "new.csv line 2: area '没有的社区' is neither the key nor the name of an area" in result.stderr
    assert "new.csv line 3: name is empty" in result.stderr
    assert "new.csv line 4: longitude 220 is outside 73 to 136" in result.stderr
    assert "new.csv line 5: has only one of longitude and latitude" in result.stderr
    assert "new.csv line 6: needs an area or a station" in result.stderr
    assert "new.csv line 7: station 'S9' is not in the pack" in result.stderr
    assert "new.csv line 9: '鹿鸣苑' stands in line 8 already" in result.stderr
    assert (folder / "places.csv").read_bytes() == before


def test_an_area_that_lies_in_two_streets_needs_the_street_before_it(tmp_path: Path) -> None:
    demo = tmp_path / "demo"
    file = tmp_path / "new.csv"
    file.write_text("name,area\n云栖公寓,和平社区\n", encoding="utf-8")

    result = CliRunner().invoke(app, ["add-places", str(file), "--pack", str(_demo(demo))])
    assert "lies in several streets (柳荫街道、北园街道): write the street before it" in result.stderr

    file.write_text("name,area\n云栖公寓,北园街道和平社区\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["add-places", str(file), "--pack", str(demo)])
    assert result.exit_code == 0, result.output


def _demo(folder: Path) -> Path:
    return Path(copytree(DEMO_FOLDER, folder))


def test_raw_gps_is_moved_to_the_datum_of_the_pack(folder: Path, tmp_path: Path) -> None:
    add(
        folder, tmp_path, "name,area,longitude,latitude\n云栖公寓,dongyuan,120.33,30.31\n", "--datum", "wgs84"
    )
    (row,) = (row for row in read_pack(folder).rows["places"] if row["name"] == "云栖公寓")

    assert 0.003 < float(row["longitude"]) - 120.33 < 0.006


def test_the_loaded_district_takes_places_up(
    engine: Engine, database_url: str, folder: Path, tmp_path: Path
) -> None:
    environment = {"LXQ_DATABASE_URL": database_url, "LXQ_DATA_DIR": str(tmp_path / "data")}
    file = tmp_path / "new.csv"
    file.write_text("name,area\n云栖公寓,东苑社区\n", encoding="utf-8")
    refused = CliRunner().invoke(app, ["add-places", str(file)], env=environment)
    CliRunner().invoke(app, ["import", str(folder)], env=environment)

    added = CliRunner().invoke(app, ["add-places", str(file)], env=environment)

    assert refused.exit_code == 2
    assert "no district is loaded" in refused.stderr
    assert added.exit_code == 0, added.output
    with Session(engine) as session:
        district = load_district(session)
    assert district.version == 2
    assert len(district.gazetteer.find("云栖公寓停水").places) == 1
