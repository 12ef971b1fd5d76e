"""From the public table of divisions to a pack that can be imported."""

import csv
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli.district import app
from handlers.district.read import read_pack
from handlers.district.snapshot import build_district

STREETS = [
    ("990108001", "柳荫街道"),
    ("990108002", "北园街道"),
    ("990108100", "银杏镇"),
    ("990109001", "别区街道"),
]
COMMUNITIES = [
    ("990108001001", "东苑社区居民委员会"),
    ("990108001002", "和平社区"),
    ("990108002001", "和平社区居委会"),
    ("990108100201", "大塘村村民委员会"),
    ("990108100202", "石臼坞村委会"),
    ("990109001001", "别处社区"),
]
WIDER = [("99", "示范省"), ("9901", "云州市"), ("990108", "青禾区"), ("990109", "别区")]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """The table as the public package has it: one CSV a level."""
    folder = tmp_path / "dist"
    folder.mkdir()
    levels = {
        "provinces": WIDER[:1],
        "cities": WIDER[1:2],
        "areas": WIDER[2:],
        "streets": STREETS,
        "villages": COMMUNITIES,
    }
    for level, rows in levels.items():
        with (folder / f"{level}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("code", "name"), *rows])
    return folder / "villages.csv"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def build(table: Path, folder: Path, *words: str) -> Result:
    return run("import-divisions", table, "--code", "990108", "--out", folder, *words)


def test_one_command_makes_a_pack_of_streets_communities_and_stations(table: Path, tmp_path: Path) -> None:
    result = build(table, tmp_path / "pack")
    rows = read_pack(tmp_path / "pack").rows
    district = build_district(rows, version=1)

    assert result.exit_code == 0, result.output
    assert "青禾区: 3 streets, 5 communities" in result.stdout
    assert [(row["name"], row["kind"]) for row in rows["areas"]] == [
        ("青禾区", "district"),
        ("柳荫街道", "street"),
        ("北园街道", "street"),
        ("银杏镇", "town"),
        ("东苑社区", "community"),
        ("和平社区", "community"),
        ("和平社区", "community"),
        ("大塘村", "village"),
        ("石臼坞村", "village"),
    ]
    assert [row["name"] for row in rows["stations"]][4:6] == ["柳荫和平社区联络站", "北园和平社区联络站"]
    assert (district.settings.name, district.settings.city) == ("青禾区", "云州市")
    (place,) = district.gazetteer.find("东苑居委会周末没人").places
    assert district.station_for_place(place) == district.stations["S990108001001"]


def _as_database(folder: Path) -> Path:
    with sqlite3.connect(folder / "data.sqlite") as database:
        for level, rows in {
            "area": WIDER[2:],
            "city": WIDER[1:2],
            "street": STREETS,
            "village": COMMUNITIES,
        }.items():
            database.execute(f"CREATE TABLE `{level}` (`code` VARCHAR(255) PRIMARY KEY, `name` VARCHAR(255))")
            database.executemany(f"INSERT INTO `{level}` VALUES (?, ?)", rows)
    database.close()
    return folder / "data.sqlite"


def _as_nested_json(folder: Path) -> Path:
    streets = [
        {
            "code": code,
            "name": name,
            "children": [{"code": key, "name": title} for key, title in COMMUNITIES if key.startswith(code)],
        }
        for code, name in STREETS
    ]
    areas = [
        {
            "code": code,
            "name": name,
            "children": [each for each in streets if str(each["code"]).startswith(code)],
        }
        for code, name in WIDER[2:]
    ]
    tree = [
        {"code": "99", "name": "示范省", "children": [{"code": "9901", "name": "云州市", "children": areas}]}
    ]
    (folder / "tree.json").write_text(json.dumps(tree, ensure_ascii=False), encoding="utf-8")
    return folder / "tree.json"


def _as_flat_json(folder: Path) -> Path:
    for name, rows in {
        "villages": COMMUNITIES,
        "streets": STREETS,
        "areas": WIDER[2:],
        "cities": WIDER[1:2],
    }.items():
        items = [{"code": code, "name": title} for code, title in rows]
        (folder / f"{name}.json").write_text(json.dumps(items, ensure_ascii=False), encoding="utf-8")
        (folder / f"{name}.csv").unlink()
    return folder / "villages.json"


def _as_one_padded_table(folder: Path) -> Path:
    with (folder / "all.csv").open("w", encoding="utf-8", newline="") as file:
        rows = [(code.ljust(12, "0"), name) for code, name in [*WIDER, *STREETS, *COMMUNITIES]]
        csv.writer(file).writerows([("code", "name"), *rows])
    return folder / "all.csv"


@pytest.mark.parametrize(
    "form",
    [_as_database, _as_nested_json, _as_flat_json, _as_one_padded_table, lambda folder: folder],
    ids=["sqlite", "nested json", "flat json", "one padded table", "the whole folder"],
)
def test_every_form_of_the_table_gives_the_same_pack(
    table: Path, tmp_path: Path, form: Callable[[Path], Path]
) -> None:
    build(table, tmp_path / "expected")
    result = build(form(table.parent), tmp_path / "pack")

    assert result.exit_code == 0, result.output
    assert read_pack(tmp_path / "pack").rows == read_pack(tmp_path / "expected").rows


def test_what_staff_wrote_is_kept_and_what_is_new_is_added(table: Path, tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    build(table, folder)
    stations = folder / "stations.csv"
    text = stations.read_text(encoding="utf-8").replace("东苑社区联络站", "东苑邻里联络站")
    stations.write_text(text, encoding="utf-8")
    with table.open("a", encoding="utf-8") as file:
        file.write("990108002002,新桥社区\n")

    shown = build(table, folder, "--dry-run").stdout
    assert "新桥社区" not in (folder / "areas.csv").read_text(encoding="utf-8")
    build(table, folder)

    assert "+ areas: 990108002002 新桥社区" in shown
    assert "东苑邻里联络站" in stations.read_text(encoding="utf-8")
    assert "新桥社区联络站" in stations.read_text(encoding="utf-8")


def test_a_second_run_changes_nothing(table: Path, tmp_path: Path) -> None:
    build(table, tmp_path / "pack")

    assert build(table, tmp_path / "pack").stdout.startswith("no change")


def test_names_of_the_table_come_back_when_asked_for(table: Path, tmp_path: Path) -> None:
    areas = tmp_path / "pack" / "areas.csv"
    build(table, tmp_path / "pack")
    areas.write_text(areas.read_text(encoding="utf-8").replace("银杏镇", "白果镇"), encoding="utf-8")

    build(table, tmp_path / "pack")
    assert "白果镇" in areas.read_text(encoding="utf-8")
    build(table, tmp_path / "pack", "--replace")
    assert "银杏镇" in areas.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("code", "content", "fault"),
    [
        ("99010", "", "six digits"),
        ("770108", "", "has nothing under the code 770108"),
        ("990108", "nonsense", "is no table of divisions"),
        ("990108", "[{", "is no table of divisions"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_in_words(
    table: Path, tmp_path: Path, code: str, content: str, fault: str
) -> None:
    if content:
        table.write_text(content, encoding="utf-8")

    result = run("import-divisions", table, "--code", code, "--out", tmp_path / "pack")

    assert result.exit_code == 2
    assert fault in result.stderr
    assert not (tmp_path / "pack").exists()


def test_communities_without_the_names_of_their_streets_are_refused(table: Path, tmp_path: Path) -> None:
    (table.parent / "streets.csv").unlink()

    result = build(table, tmp_path / "pack")

    assert result.exit_code == 2
    assert "the table of streets" in result.stderr
