"""专报 of chosen cases, the supervision list of a month, and the totals that offices print."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from handlers.district.store import note_change
from storage.models import Case, PackRow
from tests.storage.test_rates import add_year
from tests.stories.driver import SHANGHAI, Story, running
from tests.stories.people import EAST, WEST, bind
from tests.stories.test_bulletins import issued, words_of
from tests.stories.test_papers import PUBLIC, pushed_file, sheet_of

BEFORE = {
    "bulletin_total_before": 1436,
    "bulletin_year_before": 2026,
    "bulletin_number_before": 7,
    "handed_over_before": 3613,
}
"""What the district's settings tell of the time before the bot."""
MONDAY = datetime(2026, 11, 23, 14, 7, tzinfo=SHANGHAI)


@pytest.fixture
def story(district_url: str, tmp_path: Path, way: str) -> Iterator[Story]:
    with running(district_url, tmp_path, way, public_url=PUBLIC) as story:
        story.clock.at = MONDAY
        story.say("voter-1", f"{EAST}，我叫张三，电话13800001111")
        story.say("voter-2", WEST)
        yield story


@pytest.fixture
def desk(story: Story) -> str:
    return bind(story, "staff:T001")


def test_chosen_cases_go_to_the_leadership_with_their_background_under_a_number_of_their_own(
    story: Story, desk: str
) -> None:
    story.say("voter-3", "北园社区路灯不亮，三根水泥电杆都歪着")
    story.say(desk, "转 3 城管局 10天")
    story.say(desk, "1")
    story.say(desk, "督办 3 张宁 12月20日")
    drafted = story.say(desk, "专报 3、2 路灯和垃圾，两件难办的事")
    story.say(desk, "2")
    done = story.say(desk, "1")
    paper = words_of(pushed_file(story, desk))
    first = story.say(desk, "专报 1期")
    again = pushed_file(story, desk)
    with Session(story.engine) as session, session.begin():
        session.execute(update(Case).values(place_text="别处", supervised_owner="", verdict="unsolved"))
    story.say(desk, "专报 1期")

    assert drafted.startswith(
        "《专报》2026年第1期（总第1期）草稿：路灯和垃圾，两件难办的事，2件。\n1 看稿\n2 送审"
    )
    assert done.startswith("已签发：2026年第1期（总第1期）")
    assert first.startswith("2026年第1期（总第1期）正在重印")
    assert "路灯和垃圾，两件难办的事" in paper
    assert "1. 北园社区，" in paper
    assert "转区城管局办理，12月7日（周一）前答复。" in paper
    assert "已挂牌督办，责任人张宁，期限12月20日（周日）。" in paper
    assert "今年" in paper
    assert "报：区委" in paper
    assert pushed_file(story, desk) == again
    assert issued(story, desk).startswith("已签发：2026年第1期（总第1期）")


def test_what_is_private_or_sealed_is_in_no_special_report(story: Story, desk: str) -> None:
    story.say("voter-4", "东苑社区联络站的工作人员收红包，给亲戚的茶叶店揽生意")
    assert story.say(desk, "专报 2 1 两件事").startswith("2611-0001 不能写进去：标了不公开")
    assert not story.say(desk, "专报 2 3 两件事").startswith("《专报》")
    assert story.say(desk, "专报").startswith("写几件的编号和题目")


def test_the_supervision_list_of_a_month_names_owner_date_and_notes(story: Story, desk: str) -> None:
    story.say(desk, "督办 1 张宁 11月20日")
    story.say(desk, "督办 2 李方 12月20日")
    story.say(desk, "批示 2 请城管局一周内拿出方案 李方 12月1日")
    story.say(desk, "转 1 城管局 5天 协办 住建局")
    story.say(desk, "1")
    said = story.say(desk, "督办表 11月")
    sheet = sheet_of(pushed_file(story, desk))
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]

    assert said.startswith("2026年11月的督办表正在做")
    assert sheet["A1"].value == "青禾区督办表（2026年11月）"
    assert "现挂牌2件" in str(sheet["A2"].value)
    assert {row[1] for row in rows} == {"2611-0001", "2611-0002"}
    assert {row[6] for row in rows} == {"张宁", "李方"}
    assert any("请城管局一周内拿出方案" in str(row[11]) for row in rows)
    assert any("（协办区住建局）" in str(row[8]) for row in rows)
    assert "13800001111" not in str(rows)


def test_the_sentence_of_the_bulletins_comes_out_of_data(story: Story, desk: str) -> None:
    with Session(story.engine) as session, session.begin():
        add_year(session)
        for key, value in BEFORE.items():
            row = session.get_one(PackRow, ("district", key))
            row.data = {"key": key, "value": str(value)}
        note_change(session, MONDAY)
    story.app.metronome.run_now("reload district")

    drafted = story.say(desk, "通报")
    story.say(desk, "2")
    story.say(desk, "0")
    story.say(desk, "2")
    done = story.say(desk, "1")
    totals = story.say(desk, "总数")

    assert drafted.startswith("《民情通报》2026年第8期（总第1437期）草稿：")
    assert done.startswith("已签发：2026年第8期（总第1437期）")
    assert totals.startswith(
        "《民情通报》1437期（启用以前1436），交还问题4025个（启用以前3613），解决率66.5%（问391件，215件有人答，143件说解决了）。"
    )
    assert "活动还没有记过。代表参加的人次还没有记过；" in totals
    assert "《民情通报》1期，交还问题412个，解决率66.5%" in story.say(desk, "总数 今年")
