"""A pack of three stations small enough to be read at a glance, as files in a folder."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

SHEETS: Mapping[str, Sequence[Sequence[str]]] = {
    "areas": [
        ["key", "name", "kind", "parent"],
        ["qinghe", "青禾区", "district", ""],
        ["liuyin", "柳荫街道", "street", "qinghe"],
        ["beiyuan", "北园街道", "street", "qinghe"],
        ["dongyuan", "东苑社区", "community", "liuyin"],
        ["heping", "和平社区", "community", "liuyin"],
    ],
    "stations": [
        ["key", "name", "kind", "area", "street", "address", "longitude", "latitude", "industry"],
        ["S1", "柳荫街道联络站", "street", "liuyin", "liuyin", "柳荫路1号", "120.32", "30.31", ""],
        ["S2", "东苑社区联络站", "community", "dongyuan", "liuyin", "东苑路12号", "120.33", "30.312", ""],
        ["S3", "教育行业联络站", "industry", "", "liuyin", "学林街6号", "120.331", "30.312", "教育"],
    ],
    "deputies": [
        ["key", "name", "level", "stations", "phone", "sector", "active"],
        ["D1", "陈立新", "区", "S2", "139-0000-0001", "教师", "yes"],
        ["D2", "周敏", "市", "S2;S3", "139-0000-0002", "教师", "yes"],
        ["D3", "卓依诺", "区", "S1;S2", "139-0000-0003", "律师", "yes"],
    ],
    "staff": [
        ["key", "name", "role", "area", "phone"],
        ["T1", "张宁", "district", "", "138-0000-0001"],
        ["T2", "柯巧云", "station", "S2", "138-0000-0002"],
        ["T3", "褚继业", "street", "liuyin", "138-0000-0003"],
    ],
    "departments": [
        ["key", "name", "short", "aliases", "phone"],
        ["housing", "区住房和城乡建设局", "区住建局", "住建局;房管局", "0571-00002001"],
    ],
    "places": [
        ["key", "name", "kind", "area", "station", "aliases", "longitude", "latitude"],
        ["E1", "东苑小区", "estate", "dongyuan", "", "东苑新村", "120.3301", "30.3121"],
        ["E2", "青少年宫", "school", "", "S3", "", "", ""],
        ["R1", "滨河路", "road", "liuyin", "", "", "", ""],
        ["E3", "百合公寓", "estate", "heping", "", "", "", ""],
    ],
    "topics": [
        ["key", "label", "category", "department", "industry", "days"],
        ["lighting", "楼道照明", "housing", "区住建局", "", "3"],
        ["school", "入学", "education", "", "教育", "2"],
    ],
    "lexicon": [
        ["term", "topic", "weight"],
        ["楼道灯", "lighting", "2"],
        ["入学", "school", "1.5"],
    ],
    "duty_rules": [
        [
            "key",
            "name",
            "short_name",
            "pattern",
            "day",
            "months",
            "anchor",
            "audience",
            "venue",
            "leads",
            "holiday",
        ],
        [
            "reception",
            "代表接待选民日",
            "接待日",
            "monthly",
            "10",
            "",
            "",
            "community",
            "",
            "7;1;0",
            "next_workday",
        ],
        [
            "dual",
            "代表双活动日",
            "",
            "quarterly",
            "20",
            "1;4;7;10",
            "",
            "all",
            "{street}会议室",
            "7;0",
            "hold",
        ],
    ],
    "holidays": [
        ["date", "kind", "name"],
        ["2027-01-01", "holiday", "元旦"],
        ["2027-01-03", "workday", "调休上班"],
    ],
    "texts": [["key", "text"], ["reminder_open", "在办{count}件，回“案件”看。"]],
}

SETTINGS = 'name = "青禾区"\nlook_days = 4\nquiet_from = 21:30:00\n\n[hotlines]\ngas = "0571-00000119"\n'


def write_folder(folder: Path, sheets: Mapping[str, Sequence[Sequence[str]]] = SHEETS) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "district.toml").write_text(SETTINGS, encoding="utf-8")
    for name, rows in sheets.items():
        write_sheet(folder, name, rows)
    return folder


def write_sheet(folder: Path, name: str, rows: Sequence[Sequence[str]], *, encoding: str = "utf-8") -> None:
    with (folder / f"{name}.csv").open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)


def changed(name: str, line: int, column: str, value: str) -> list[list[str]]:
    """Give a sheet with one cell changed; the line is counted as an editor counts it."""
    rows = [list(row) for row in SHEETS[name]]
    rows[line - 1][rows[0].index(column)] = value
    return rows
