"""Papers in official form: bulletins with their numbers, reports, and orders for departments without an account."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from docx import Document
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.files.fonts import chinese_font
from handlers.papers.report import make_report
from handlers.papers.spans import Span, params_of
from storage.engine.database import new_id
from storage.figures.documents import Wanted
from storage.models import Account, Bulletin, Case, Referral, RoleGrant
from storage.people.scopes import Scope
from tests.stories.driver import SHANGHAI, Story, running
from tests.stories.lines import both_channels
from tests.stories.people import EAST, WEST, bind
from tests.stories.test_papers import PUBLIC, pushed_file

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


def words_of(content: bytes) -> str:
    paper = Document(io.BytesIO(content))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in paper.paragraphs), *cells])


def issued(story: Story, who: str) -> str:
    """Draft, hand in and sign, as an office of one person does."""
    story.say(who, "通报")
    if "写哪几个问题" in story.say(who, "2"):
        story.say(who, "0")
        story.say(who, "2")
    return story.say(who, "1")


@both_channels
def test_a_bulletin_is_drafted_read_handed_in_and_issued_under_a_number(story: Story, desk: str) -> None:
    drafted = story.say(desk, "通报")
    story.say(desk, "1")
    draft = words_of(pushed_file(story, desk))
    proposed = story.say(desk, "2")
    shown = story.say(desk, "1")
    handed_in = story.say(desk, "2")
    done = story.say(desk, "1")
    paper = words_of(pushed_file(story, desk))

    assert drafted.startswith(
        "《民情通报》2026年第1期（总第1期）草稿：11月1日至11月23日2人反映，问题2个，交办0个。\n1 看稿\n2 送审"
    )
    assert "草稿　未编号" in draft
    assert proposed.startswith("写哪几个问题？\n1 西苑社区垃圾清运，已登记\n0 都不写")
    assert "1. 西苑社区垃圾清运，已登记" in shown
    assert "请审：\n1. 西苑社区垃圾清运，已登记\n1 签发\n2 看稿\n3 退回" in handed_in
    assert done.startswith("已签发：2026年第1期（总第1期）")
    assert "2026年第1期（总第1期）" in paper
    assert "2位选民通过联络站反映，登记问题2个" in paper
    assert "报：市人大常委会" in paper
    assert "1. 西苑社区垃圾清运，已登记（2611-0002）。" in paper
    assert "臭得很" not in paper
    assert "13800001111" not in paper
    assert "张三" not in paper


def test_a_reprint_is_the_same_to_the_last_byte_whatever_has_happened_since(story: Story, desk: str) -> None:
    issued(story, desk)
    first = pushed_file(story, desk)
    story.clock.turn(days=3)
    story.say("voter-3", EAST)
    story.say(desk, "通报 1期")

    assert pushed_file(story, desk) == first


def test_a_number_alone_means_last_years_where_this_year_has_none(story: Story, desk: str) -> None:
    issued(story, desk)
    story.clock.at = datetime(2027, 1, 4, 10, 0, tzinfo=SHANGHAI)

    assert "2026年第1期" in story.say(desk, "通报 1")
    assert story.say(desk, "通报 9").startswith("没有2027年第9期。往年的写“通报 2026年第9期”")


def test_numbers_have_no_gaps_though_drafts_are_dropped_and_sent_back(story: Story, desk: str) -> None:
    issued(story, desk)
    again_today = story.say(desk, "通报")
    story.clock.turn(days=1)
    story.say(desk, "通报")
    story.say(desk, "通报")
    story.say(desk, "2")
    returned = story.say(desk, "3")
    second = issued(story, desk)
    with Session(story.engine) as session:
        numbers = session.scalars(select(Bulletin.total).where(Bulletin.state == "issued"))

        assert sorted(total for total in numbers if total) == [1, 2]
    assert again_today.startswith("第1期已经写到今天"), "no day is told twice"
    assert "没有用掉编号" in returned
    assert second.startswith("已签发：2026年第2期（总第2期）")


def test_another_person_of_the_office_signs_where_there_is_one(story: Story, desk: str) -> None:
    chief = bind(story, "staff:T002")
    with Session(story.engine) as session, session.begin():
        person_id = session.scalars(select(Account.person_id).where(Account.external_id == chief)).one()
        session.add(
            RoleGrant(id=new_id(), person_id=person_id, role="district", area="", since=MONDAY, source="code")
        )
    story.say(desk, "通报")
    story.say(desk, "3")
    story.say(desk, "都不写")

    handed_in = story.say(desk, "2")
    for _ in range(2):
        story.at(story.clock.at)
    asked = [text for text in story.phones.texts_to(chief) if "请审" in text]
    signed = story.say(chief, "1")
    again = story.say(desk, "1")
    for _ in range(2):
        story.at(story.clock.at)

    assert handed_in.startswith("这就送给")
    assert asked[-1].endswith("1 签发\n2 看稿\n3 退回")
    assert signed.startswith("已签发：2026年第1期")
    assert "已签发" not in again
    assert any("您起草的《民情通报》已签发" in text for text in story.phones.texts_to(desk))


def test_a_station_has_a_series_of_its_own_with_its_own_cases_only(story: Story, desk: str) -> None:
    issued(story, desk)
    east = bind(story, "staff:T005")

    assert "2026年第1期（总第1期）草稿" in story.say(east, "通报")
    story.say(east, "1")
    paper = words_of(pushed_file(story, east))
    assert "登记问题1个" in paper
    assert "2611-0002" not in paper
    assert "市人大常委会" not in paper, "a station writes to those above it"
    assert "报：柳荫街道人大工委，区人大代表工委" in paper
    assert story.say(east, "通报 7期").startswith("没有2026年第7期")


@both_channels
def test_a_report_says_its_figures_at_once_and_comes_as_a_draft(story: Story, desk: str) -> None:
    for number in (1, 2):
        story.say(desk, f"转 {number} 住建局 3天")
        story.say(desk, "1")
    with Session(story.engine) as session, session.begin():
        first = session.scalars(select(Case.id).where(Case.number == "2611-0001")).one()
        session.execute(
            update(Referral)
            .where(Referral.case_id == first)
            .values(state="answered", answered_at=MONDAY.replace(day=25))
        )

    early = story.say(desk, "11月月报")
    story.clock.at = MONDAY.replace(day=30)
    said = story.say(desk, "11月月报")
    paper = words_of(pushed_file(story, desk))

    assert "登记2，应办结0，按期0（还算不出）" in early
    assert said.startswith(
        "2026年11月民情件督办月报正在做，一分钟左右发文件给您，是草稿，没有编号。先核对：登记2，应办结2，按期1（50.0%）。"
    )
    assert "本期登记民情件2件，上一期0件" in paper
    assert "区住建局\n2\n1\n50.0%\n0/1\n—\n—\n2611-0002" in paper
    assert "选民说解决0/0，还算不出（问0件，0件有人答）；上一期—" in paper


def test_an_order_for_a_department_on_paper_names_no_voter(story: Story, desk: str) -> None:
    refused = story.say(desk, "交办单 1")
    story.say(desk, "转 1 住建局 10天 协办 城管局")
    story.say(desk, "1")
    story.say(desk, "交办单 1")
    paper = words_of(pushed_file(story, desk))

    assert refused.startswith("2611-0001 还没有转给单位")
    for words in (
        "民情件交办单",
        "2611-0001",
        "区城管局",
        "12月7日（周一）前（10个工作日）",
        "老人晚上不敢下楼",
    ):
        assert words in paper
    assert "13800001111" not in paper
    assert "张三" not in paper


@both_channels
def test_charts_of_a_span_come_as_one_picture(story: Story, desk: str) -> None:
    if not chinese_font(""):
        pytest.skip("no Chinese font here: install fonts-noto-cjk or set LXQ_FONT")
    said = story.say(desk, "图 11月")
    for _ in range(2):
        story.at(story.clock.at)
    push = [each for each in story.phones.pushes if each.external_id == desk][-1]

    assert said.startswith("2026年11月的图正在画")
    if story.way == "wecom":
        assert push.kind == "image"
        assert push.content.startswith(b"\x89PNG")
    else:
        assert "/files/" in push.text


def test_without_a_font_it_is_said_which_one_to_install(story: Story) -> None:
    surroundings = story.app.surroundings
    bare = replace(surroundings.world(), switches=replace(surroundings.world().switches, font=""))
    wanted = Wanted(
        id=1,
        kind="chart",
        params=params_of(Span("month", MONDAY.date().replace(day=1), MONDAY.date(), "")),
        asked_by=1,
        asked_at=MONDAY,
        scope=Scope(district=True),
        stored_as="",
        attempts=1,
    )
    with Session(story.engine) as session:
        paper = make_report(session, bare, wanted)()

    assert "请管理员装 fonts-noto-cjk" in words_of(paper.content)
