"""The sentence of a campaign comes out of an imported register; all rows come in or none, and the way back is open."""

import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.stories.driver import SHANGHAI, Story, running
from tests.stories.people import bind
from tests.stories.test_bulletins import words_of
from tests.stories.test_history import filled, handed_in
from tests.stories.test_papers import PUBLIC, pushed_file, sheet_of

MONDAY = datetime(2026, 11, 23, 14, 7, tzinfo=SHANGHAI)
HEADINGS = "日期,类型,联络站,街道,来了几人,代表几人,办了几件,做了什么"
Rows = tuple[tuple[str, ...], ...]
GOOD: Rows = (
    ("2026-11-10", "接待选民", "东苑社区联络站", "", "12人", "3", "", "听停车的事"),
    ("2026/11/5", "视察调研", "", "柳荫街道", "", "5", "", "看河道"),
    ("2026-11-05", "视察调研", "", "柳荫街道", "", "5", "", "看河道"),
    ("2026-10-09", "办实事", "西苑社区", "", "", "", "4", ""),
)


@pytest.fixture
def story(district_url: str, tmp_path: Path, way: str) -> Iterator[Story]:
    with running(district_url, tmp_path, way, public_url=PUBLIC) as story:
        story.clock.at = MONDAY
        yield story


@pytest.fixture
def desk(story: Story) -> str:
    return bind(story, "staff:T001")


@pytest.fixture
def form(story: Story, desk: str) -> bytes:
    story.say(desk, "导入活动")
    return pushed_file(story, desk)


def as_csv(rows: Rows) -> bytes:
    return "\r\n".join([HEADINGS, *(",".join(row) for row in rows)]).encode("gb18030")


def brought_in(story: Story, who: str, content: bytes) -> str:
    handed_in(story, who, content, "传回活动")
    return story.say(who, "1")


def parts(total: int, rows: int) -> list[int]:
    """Share a total out over rows as evenly as it goes."""
    return [total // rows + (place < total % rows) for place in range(rows)]


def campaign() -> Rows:
    """Make the register of a campaign: 1082 people in 60 receptions, 98 inspections, 223 things in 40 rows."""
    days = [date(2026, 9, 1) + timedelta(days=place % 80) for place in range(100)]
    stations = ("东苑社区联络站", "西苑社区联络站", "北园街道联络站")
    return (
        *(
            (str(days[place]), "接待选民", stations[place % 3], "", str(people), "2", "", "")
            for place, people in enumerate(parts(1082, 60))
        ),
        *((str(days[place]), "视察调研", stations[place % 3], "", "9", "4", "", "") for place in range(98)),
        *(
            (str(days[place]), "办实事", stations[place % 3], "", "", "", str(things), "")
            for place, things in enumerate(parts(223, 40))
        ),
        ("2026-08-31", "接待选民", "东苑社区联络站", "", "7", "", "", "主题活动以前"),
    )


def test_the_sentence_of_a_campaign_comes_out_of_an_imported_register(
    story: Story, desk: str, form: bytes
) -> None:
    assert form
    done = brought_in(story, desk, as_csv(campaign()))

    assert done.startswith("导入了199条活动")
    assert "接待选民1082人次，视察调研98次，办实事223件次。" in story.say(desk, "总数 百名代表听百案")
    assert "接待选民1082人次，视察调研98次，办实事223件次。" in story.say(desk, "总数 9月1日到11月30日")
    assert "接待选民1089人次，视察调研98次，办实事223件次。" in story.say(desk, "总数")


def test_attendances_and_sessions_are_told_in_their_own_units(story: Story, desk: str, form: bytes) -> None:
    stations = [
        *(f"{name}社区联络站" for name in ("东苑", "西苑")),
    ]
    sessions = tuple(
        ("2026-05-06", "议政活动", stations[place % 2], "", str(people), str(deputies), str(things), "")
        for place, (people, deputies, things) in enumerate(
            zip(parts(6386, 776), parts(8290, 776), parts(2716, 776), strict=True)
        )
    )
    assert form
    brought_in(story, desk, as_csv(sessions))

    assert "议政活动776场、6386人次、2716条建议。代表参加8290人次、2个站；" in story.say(desk, "总数 上半年")


def test_one_bad_row_keeps_all_out_and_every_fault_is_named(story: Story, desk: str, form: bytes) -> None:
    bad: Rows = (
        *GOOD,
        ("2026年春", "接待选民", "", "", "3", "", "", ""),
        ("2026-12-24", "接待选民", "", "", "3", "", "", ""),
        ("2026-05-06", "开会", "", "", "3", "", "", ""),
        ("2026-05-06", "接待选民", "天宫站", "", "3", "", "", ""),
        ("2026-05-06", "接待选民", "", "", "很多", "", "", ""),
        ("2026-05-06", "接待选民", "", "", "", "", "", ""),
    )

    told = handed_in(story, desk, filled(form, bad), "传回活动")
    lines = [*story.say(desk, "3").splitlines(), *story.say(desk, "4").splitlines()]

    assert told.startswith("有6行要改，一行也没导入（另有4行没问题）")
    assert "第8行：日期“2026年春”不是日期，写成2024-05-06" in lines
    assert "第9行：日期“2026-12-24”太早，或还没有到" in lines
    assert "第10行：没有叫“开会”的活动类型" in lines
    assert "第11行：没有叫“天宫站”的联络站" in lines
    assert "第12行：来了几人“很多”不是数字" in lines
    assert "第13行：来了几人没有填" in lines
    assert story.say(desk, "活动清单").startswith("今年没有记过活动")


def test_the_same_file_again_changes_nothing_and_one_import_can_be_undone(
    story: Story, desk: str, form: bytes
) -> None:
    brought_in(story, desk, filled(form, GOOD))
    listed = story.say(desk, "活动清单")
    again = handed_in(story, desk, filled(form, GOOD), "传回活动")
    asked = story.say(desk, "撤销活动导入")
    undone = story.say(desk, "1")

    assert listed.startswith("今年4条：接待选民12人次，视察调研2次，办实事4件次。")
    assert again.startswith("这份表里的活动都导入过了")
    assert asked.startswith("11月23日导入的4条活动全部撤掉")
    assert undone.startswith("撤掉了4条")
    assert story.say(desk, "活动清单").startswith("今年没有记过活动")
    assert story.say(desk, "撤销活动导入").startswith("没有可以撤销的活动导入")
    assert brought_in(story, desk, filled(form, GOOD)).startswith("导入了4条活动")


def test_two_sheets_are_answered_each_by_its_own_digit(story: Story, desk: str, form: bytes) -> None:
    handed_in(story, desk, filled(form, GOOD[:1]), "传回活动")
    handed_in(story, desk, filled(form, GOOD[1:]), "传回活动")
    story.clock.turn(minutes=1)

    second = story.say(desk, "1")
    first = story.say(desk, "1")

    assert second.startswith("导入了3条活动")
    assert "还有一件等您回：看过了，1条都能导入" in second
    assert first.startswith("导入了1条活动")
    assert story.say(desk, "活动清单").startswith("今年4条")


def test_an_import_of_which_something_was_changed_stays(story: Story, desk: str, form: bytes) -> None:
    brought_in(story, desk, filled(form, GOOD))
    story.say(desk, "活动清单")
    shown = story.say(desk, "1")
    for words in ("1", "13人", "1"):
        story.say(desk, words)

    assert "，导入的。" in shown
    assert story.say(desk, "撤销活动导入").startswith("上一次导入的活动里有1条后来改过")


def test_the_register_comes_as_a_sheet_of_the_own_part_and_with_the_open_cases(
    story: Story, desk: str, form: bytes
) -> None:
    brought_in(story, desk, filled(form, GOOD))
    story.say("voter-1", "东苑小区3幢楼道灯坏了")
    station = bind(story, "staff:T005")
    wanted = story.say(station, "活动台账")
    sheet = sheet_of(pushed_file(story, station))
    story.say(desk, "台账")
    book = load_workbook(io.BytesIO(pushed_file(story, desk)))

    assert wanted.startswith("今年的活动台账正在做，1条")
    assert sheet["A1"].value == "东苑社区联络站活动台账（今年）"
    assert [cell.value for cell in sheet[4]][2:] == [
        "接待选民", "柳荫街道", "东苑社区联络站", 12, 3, None, "听停车的事", "导入",
    ]  # fmt: skip
    assert book.sheetnames[1].startswith("青禾区活动台账")
    assert book.worksheets[1].max_row == 7


def test_only_the_district_desk_brings_activities_in(story: Story) -> None:
    street = bind(story, "staff:T002")

    for words in ("导入活动", "传回活动", "撤销活动导入"):
        assert story.say(street, words).startswith(f"没看懂“{words}”")


def test_the_register_says_the_same_in_every_paper(story: Story, desk: str, form: bytes) -> None:
    told = "接待选民12人次，视察调研2次"
    brought_in(story, desk, filled(form, GOOD))
    story.say(desk, "11月月报")
    report = words_of(pushed_file(story, desk))
    story.say(desk, "下半年报告")
    half = words_of(pushed_file(story, desk))
    story.say(desk, "通报 11月")
    story.say(desk, "1")
    bulletin = words_of(pushed_file(story, desk))

    assert f"{told}。代表参加13人次、1个站；" in story.say(desk, "总数 11月")
    assert f"代表和联络站的活动：{told}；代表参加13人次、1个站。上一期：办实事4件次。" in report
    assert f"代表和联络站的活动：{told}，办实事4件次；" in half
    assert f"这段时间{told}。" in bulletin


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("今年视察调研几次", "今年青禾区视察调研2次（按活动清单2条，其中导入2条）。\n1 看这些活动"),
        ("11月接待选民多少人次", "11月青禾区接待选民12人次（按活动清单1条，其中导入1条）。"),
        ("下半年办实事多少件", "下半年青禾区办实事4件次（"),
        ("柳荫街道今年视察了几次", "今年柳荫街道视察调研2次（"),
        ("东苑社区站今年接待了多少人", "今年东苑社区联络站接待选民12人次（"),
        ("百名代表听百案办了多少实事", "百名代表听百案青禾区办实事4件次（"),
        ("今年有多少代表参加视察", "今年青禾区视察调研10人次代表参加（"),
        ("今年代表参加多少人次", "今年青禾区代表参加13人次、1个站（按活动清单）。"),
        ("去年视察调研几次", "去年青禾区视察调研0次（按活动清单0条）。"),
    ],
)
def test_every_question_gives_the_figure_of_the_papers(
    story: Story, desk: str, form: bytes, asked: str, told: str
) -> None:
    brought_in(story, desk, filled(form, GOOD))

    assert story.say(desk, asked).startswith(told)


def test_a_figure_opens_to_its_records_and_a_station_cannot_ask_beyond_its_own_part(
    story: Story, desk: str, form: bytes
) -> None:
    brought_in(story, desk, filled(form, GOOD))
    story.say(desk, "今年视察调研几次")
    opened = story.say(desk, "1")
    station = bind(story, "staff:T005")

    assert opened.startswith("今年2条：视察调研2次。\n1 11月5日 视察调研：")
    assert "接待选民12人次" in story.say(station, "今年接待选民多少人次")
    assert "视察调研0次" in story.say(station, "今年视察调研几次")
    assert story.say(station, "西苑社区站今年接待了多少人").startswith("“西苑社区联络站”不在您的范围")
