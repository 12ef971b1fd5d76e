from contextlib import suppress
from datetime import date, time
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from handlers.district.pack import PackErrors
from handlers.district.read import read_pack
from handlers.foreign.child import FaultError, lines_of
from tests.district.folders import SHEETS, changed, write_folder, write_sheet


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "pack")


def faults_of(folder: Path) -> list[str]:
    with pytest.raises(PackErrors) as refused:
        read_pack(folder)
    return list(refused.value.lines)


def test_a_good_pack_has_no_fault_and_no_warning(folder: Path) -> None:
    pack = read_pack(folder)

    assert pack.warnings == ()
    assert [row["name"] for row in pack.rows["deputies"]] == ["陈立新", "周敏", "卓依诺"]


BROKEN_CELLS = [
    (
        "areas",
        3,
        "kind",
        "borough",
        "kind 'borough' is not one of district, street, town, community, village, grid",
    ),
    ("areas", 5, "parent", "nowhere", "parent 'nowhere' is not in areas.csv"),
    ("areas", 5, "parent", "qinghe", "a community needs a street or town as its parent"),
    ("areas", 4, "parent", "dongyuan", "a street lies in the district, not in a community"),
    ("areas", 2, "parent", "liuyin", "a district has no parent"),
    ("areas", 6, "kind", "grid", "a grid needs a community or village as its parent"),
    ("areas", 6, "key", "dongyuan", "key 'dongyuan' is already on line 5"),
    ("areas", 6, "key", "", "key is empty"),
    ("areas", 6, "key", "a b", "key 'a b' cannot be a key: no spaces, no ; , / : and at most 32 characters"),
    ("areas", 6, "key", "k" * 33, "key 'kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk' cannot be a key"),
    ("areas", 6, "name", "长" * 65, "name has 65 characters, at most 64 fit"),
    ("stations", 3, "kind", "room", "kind 'room' is not one of street, community, industry"),
    ("stations", 3, "area", "", "a community station needs the community it serves (area)"),
    ("stations", 3, "street", "", "street is empty"),
    ("stations", 3, "street", "heping", "street 'heping' is a community, not a street"),
    ("stations", 2, "area", "heping", "a street station serves a street, but 'heping' is a community"),
    ("stations", 2, "area", "", "a street station needs its street as its area"),
    ("stations", 2, "longitude", "30.31", "longitude 30.31 is outside 73 to 136"),
    ("stations", 2, "latitude", "", "has only one of longitude and latitude"),
    ("deputies", 4, "stations", "S1;xx", "station 'xx' is not in stations.csv"),
    ("deputies", 2, "level", "镇", "level '镇' is not one of 全国, 省, 市, 区, 县, 乡镇"),
    ("deputies", 2, "active", "maybe", "active 'maybe' is neither yes nor no"),
    ("deputies", 2, "name", "", "name is empty"),
    ("staff", 3, "area", "S9", "station 'S9' is not in the stations sheet"),
    ("staff", 4, "area", "dongyuan", "street 'dongyuan' is not a street of the areas sheet"),
    ("staff", 2, "area", "S1", "the role district is for the whole district: leave area empty"),
    ("staff", 2, "role", "boss", "role 'boss' is not one of station, street, district, operator"),
    ("departments", 2, "name", "", "name is empty"),
    ("places", 2, "longitude", "east", "longitude is not a number"),
    ("places", 2, "longitude", "nan", "longitude nan is outside 73 to 136"),
    ("places", 2, "area", "nowhere", "area 'nowhere' is not in areas.csv"),
    ("places", 3, "station", "", "needs an area or a station, else nobody knows who takes care"),
    ("places", 2, "aliases", "东苑新村;苑", "name '苑' is too short to be looked for in a sentence"),
    ("areas", 6, "name", "路", "name '路' is too short to be looked for in a sentence"),
    ("places", 3, "key", "dongyuan", "key 'dongyuan' is an area's already"),
    ("topics", 2, "category", "light", "category 'light' is not one of"),
    ("topics", 2, "department", "nobody", "department 'nobody' is not in the departments sheet"),
    ("stations", 3, "industry", "教育", "only an industry station has an industry"),
    ("topics", 2, "days", "0", "days must be 1 to 99 working days"),
    ("topics", 2, "days", "soon", "days is not a whole number"),
    ("lexicon", 2, "topic", "lamps", "topic 'lamps' is not in topics.csv"),
    ("lexicon", 2, "term", "ＬＥＤ灯", "term 'ＬＥＤ灯' can never match: write 'led灯'"),
    ("lexicon", 2, "term", "希望", "term '希望' stands in nearly every message"),
    ("lexicon", 2, "weight", "strong", "weight 'strong' is not a number"),
    ("lexicon", 2, "weight", "0", "weight 0 must lie between -20 and 20 and not be 0"),
    ("duty_rules", 2, "pattern", "daily", "pattern 'daily' is not one of"),
    ("duty_rules", 2, "day", "32", "day must be 1 to 31"),
    ("duty_rules", 2, "day", "first", "day is not a whole number"),
    ("duty_rules", 3, "months", "1;13", "months must be 1 to 12"),
    ("duty_rules", 2, "holiday", "shift", "holiday 'shift' is not one of hold, next_workday, skip"),
    (
        "duty_rules",
        2,
        "audience",
        "S9",
        "audience 'S9' is neither community, street, industry, all nor a station",
    ),
    ("duty_rules", 3, "venue", "{city}会堂", "venue may name {station} and {street}, not {city}"),
    ("duty_rules", 2, "anchor", "2026-02-30", "anchor '2026-02-30' is not a date such as 2026-12-10"),
    ("holidays", 2, "date", "New Year", "date 'New Year' is not a date such as 2026-12-10"),
    ("holidays", 2, "kind", "party", "kind 'party' is not one of holiday, workday"),
    ("holidays", 3, "date", "2027/1/1", "date '2027-01-01' is already on line 2"),
    ("texts", 2, "key", "no_such_sentence", "there is no sentence 'no_such_sentence'"),
    ("texts", 2, "text", "在办{number}件", "the sentence 'reminder_open' has no gap {number}"),
    ("texts", 2, "text", "", "text is empty"),
]


@pytest.mark.parametrize(
    ("sheet", "line", "column", "value", "sentence"),
    BROKEN_CELLS,
    ids=[f"{sheet}-{column}-{value[:8] or 'empty'}" for sheet, _, column, value, _ in BROKEN_CELLS],
)
def test_a_broken_cell_is_told_with_its_file_and_line(
    folder: Path, *, sheet: str, line: int, column: str, value: str, sentence: str
) -> None:
    write_sheet(folder, sheet, changed(sheet, line, column, value))

    faults = faults_of(folder)

    assert any(fault.startswith(f"{sheet}.csv line {line}: {sentence}") for fault in faults)


def test_an_area_inside_itself_is_refused(folder: Path) -> None:
    rows = changed("areas", 5, "kind", "grid")
    rows[4][3] = "dongyuan"
    write_sheet(folder, "areas", rows)

    assert "areas.csv line 5: a grid needs a community or village as its parent" in faults_of(folder)


def test_all_faults_of_all_files_are_told_at_once(folder: Path) -> None:
    (folder / "district.toml").write_text('nane = "x"\nlook_days = 0\n', encoding="utf-8")
    write_sheet(folder, "deputies", changed("deputies", 4, "stations", "xx"))
    write_sheet(folder, "places", changed("places", 2, "longitude", "east"))
    (folder / "staff.csv").unlink()

    faults = faults_of(folder)

    assert [fault.split(":")[0] for fault in faults] == [
        "district.toml",
        "district.toml",
        "staff.csv (or .xlsx) is missing",
        "places.csv line 2",
        "deputies.csv line 4",
    ]


def test_one_broken_row_does_not_blame_the_rows_that_name_it(folder: Path) -> None:
    write_sheet(folder, "stations", changed("stations", 3, "longitude", "east"))

    assert faults_of(folder) == ["stations.csv line 3: longitude is not a number"]


BROKEN_FILES = [
    ("areas.csv", b"", "areas.csv is empty: its first line must name the columns"),
    ("areas.csv", b"key,name,kind,parent,colour\n", "areas.csv: column 'colour' is not known"),
    ("areas.csv", b"key,name,parent\n", "areas.csv: column 'kind' is missing"),
    ("areas.csv", b"key,name,kind,kind\n", "areas.csv: column 'kind' is there twice"),
    ("areas.csv", b"key,name,kind\na,b,street,x\n", "areas.csv line 2: has 4 cells, the first line names 3"),
    ("areas.csv", b'key,name,kind\na,"b,street\n', "areas.csv line 2: unexpected end of data"),
    ("areas.csv", b"\xff\xfe\x00\x01", "areas.csv is neither UTF-8 nor GB18030 text"),
    ("staff.xlsx", b"PK nonsense", "staff.csv and staff.xlsx are both there: keep one"),
    ("bureaus.csv", b"key\n", "bureaus.csv is not a sheet of a district pack"),
    ("staff.xls", b"old", "staff.xls is in the old Excel format: save it as .xlsx or .csv"),
    ("district.toml", b"name = ", "district.toml: "),
    ("district.toml", "name = '青禾区'".encode("gb18030"), "district.toml: is not UTF-8 text"),
    ("district.toml", b"name = ''", "district.toml: name is empty"),
    ("district.toml", b"name = 3", "district.toml: name must be text in quotes"),
    ("district.toml", b"look_days = '3'", "district.toml: look_days must be a whole number"),
    ("district.toml", b"look_days = true", "district.toml: look_days must be a whole number"),
    ("district.toml", b"join_minutes = 9999", "district.toml: join_minutes must be 1 to 1440"),
    ("district.toml", b"keep_positions = 1", "district.toml: keep_positions must be true or false"),
    (
        "district.toml",
        b"quiet_to = '7.30'",
        "district.toml: quiet_to '7.30' is not a time of day such as 09:00",
    ),
    ("district.toml", b"quiet_to = ''", "district.toml: quiet_to is empty"),
    ("district.toml", b"datum = 'bd09'", "district.toml: datum 'bd09' is not one of gcj02, wgs84"),
    ("district.toml", b"timezone = 'Mars'", "district.toml: timezone 'Mars' is not a time zone"),
    (
        "district.toml",
        b"hotlines = 'x'",
        "district.toml: hotlines must be a table of names and numbers in quotes",
    ),
]


@pytest.mark.parametrize(("name", "content", "sentence"), BROKEN_FILES, ids=lambda value: str(value)[:40])
def test_a_broken_file_is_told_by_name(folder: Path, name: str, content: bytes, sentence: str) -> None:
    (folder / name).write_bytes(content)

    assert any(fault.startswith(sentence) for fault in faults_of(folder))


def test_a_workbook_that_is_none_is_refused(folder: Path) -> None:
    (folder / "staff.csv").unlink()
    (folder / "staff.xlsx").write_bytes(b"PK nonsense")

    assert "staff.xlsx is not an Excel workbook" in faults_of(folder)


@given(places=st.lists(st.integers(0, 10**6), min_size=1, max_size=6), byte=st.integers(0, 255))
@settings(deadline=None, max_examples=80)
def test_a_damaged_workbook_is_read_or_refused_but_never_a_crash(places: list[int], byte: int) -> None:
    content = bytearray(good_workbook())
    for place in places:
        content[place % len(content)] = byte

    with suppress(FaultError):
        list(lines_of(bytes(content), 100, 20))


@cache
def good_workbook() -> bytes:
    workbook = Workbook()
    for row in SHEETS["staff"]:
        workbook.worksheets[0].append(list(row))
    content = BytesIO()
    workbook.save(content)
    return content.getvalue()


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert faults_of(tmp_path / "nowhere") == [f"{tmp_path / 'nowhere'} is not a folder"]


def test_an_empty_folder_misses_every_sheet(tmp_path: Path) -> None:
    assert len(faults_of(tmp_path)) == len(SHEETS) + 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_is_read_in_the_encodings_of_excel(folder: Path, encoding: str) -> None:
    expected = read_pack(folder).rows
    for name, rows in SHEETS.items():
        write_sheet(folder, name, rows, encoding=encoding)

    assert read_pack(folder).rows == expected


def test_a_workbook_says_the_same_as_the_csv_it_was_made_from(folder: Path) -> None:
    expected = read_pack(folder).rows
    for name, rows in SHEETS.items():
        (folder / f"{name}.csv").unlink()
        workbook = Workbook()
        sheet = workbook.worksheets[0]
        for row in rows:
            sheet.append([_as_excel_would(cell) for cell in row])
        workbook.save(folder / f"{name}.xlsx")

    assert read_pack(folder).rows == expected


def _as_excel_would(cell: str) -> object:
    """Excel turns what looks like a number or a date into one."""
    try:
        return date.fromisoformat(cell)
    except ValueError:
        pass
    try:
        return float(cell) if cell else None
    except ValueError:
        return cell


def test_people_may_write_lists_times_and_marks_in_their_own_way(folder: Path) -> None:
    rows = changed("deputies", 3, "stations", "S2、S3")
    rows[3][6] = "离任"
    write_sheet(folder, "deputies", rows)
    holidays = [["Date", " Kind ", "name", ""], ["2027/1/1", "休", "元旦"], [], ["2027年1月3日", "班", ""]]
    write_sheet(folder, "holidays", holidays)

    pack = read_pack(folder)

    assert pack.rows["deputies"][1]["stations"] == "S2;S3"
    assert pack.rows["deputies"][2]["active"] == "no"
    assert [(row["date"], row["kind"]) for row in pack.rows["holidays"]] == [
        ("2027-01-01", "holiday"),
        ("2027-01-03", "workday"),
    ]


def test_the_line_of_a_fault_is_the_one_an_editor_shows(folder: Path) -> None:
    texts = '\ufeffkey,text\nreminder_open,"在办{count}件，\n回“案件”看。"\n\nno_such_sentence,x\n'
    (folder / "texts.csv").write_text(texts, encoding="utf-8")

    assert faults_of(folder) == ["texts.csv line 5: there is no sentence 'no_such_sentence'"]


def test_what_should_be_looked_at_is_a_warning_and_no_fault(folder: Path) -> None:
    write_sheet(folder, "deputies", changed("deputies", 3, "stations", ""))
    stations = changed("stations", 2, "longitude", "")
    stations[1][7] = ""
    write_sheet(folder, "stations", stations)
    write_sheet(folder, "texts", [["key", "text"], ["reminder_open", "已受理" + "。" * 120]])

    assert read_pack(folder).warnings == (
        "texts.csv line 2: 123 characters; a message should have at most 120",
        "texts.csv line 2: says '受理', a legal word of petitions and permits",
        "texts.csv line 2: leaves out {count}",
        "deputies.csv line 3: 周敏 belongs to no station and will hear of no duty",
        "stations.csv line 2: 柳荫街道联络站 has no coordinate and is never found as the nearest",
        "stations.csv line 4: 教育行业联络站 has no deputy",
    )


def test_times_of_day_are_kept_in_one_way_of_writing(folder: Path) -> None:
    rows = [
        [*row, starts] for row, starts in zip(SHEETS["duty_rules"], ["starts", "9:05", "14：30"], strict=True)
    ]
    write_sheet(folder, "duty_rules", rows)

    starts = [row["starts"] for row in read_pack(folder).rows["duty_rules"]]

    assert [time.fromisoformat(start) for start in starts] == [time(9, 5), time(14, 30)]


def test_a_pack_of_an_earlier_release_has_no_canned_replies(folder: Path) -> None:
    assert read_pack(folder).rows["replies"] == []


def test_the_faults_of_canned_replies_are_told_with_their_lines(folder: Path) -> None:
    lines = ("key,step,topics,text", "a,reply,nothing,{日期}已换灯", "b,sing,,换了", "c,reply,,{站}换了")
    (folder / "replies.csv").write_text("\n".join(lines), encoding="utf-8")

    assert faults_of(folder) == [
        "replies.csv line 3: step 'sing' is not one of reply, pause, answer, return",
        "replies.csv line 2: topic 'nothing' is not in topics.csv",
    ]


def test_the_faults_of_retention_are_told_with_their_lines(folder: Path) -> None:
    lines = ("category,what,months", "*,contact,24", "cats,contact,24", "*,names,24", "health,words,1")
    (folder / "retention.csv").write_text("\n".join(lines), encoding="utf-8")
    faults = faults_of(folder)

    assert [fault.partition(":")[0] for fault in faults] == [
        f"retention.csv line {line}" for line in (3, 4, 5)
    ]
    assert faults[2] == "retention.csv line 5: months must be 3 to 1200"


def test_the_faults_of_insider_words_are_told_with_their_lines(folder: Path) -> None:
    lines = ("word,kind", "里长,title", "里长,title", ",other", "顺走,crime")
    (folder / "insider_words.csv").write_text("\n".join(lines), encoding="utf-8")
    faults = faults_of(folder)

    assert [fault.partition(":")[0] for fault in faults] == [
        f"insider_words.csv line {line}" for line in (3, 4, 5)
    ]
    assert "kind 'crime' is not one of" in faults[2]
