"""Papers asked for in chat: made by a worker, once, for who may see what is in them."""

import asyncio
import io
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import update
from sqlalchemy.orm import Session

from storage.figures import documents
from storage.models import Document, Outbox
from tests.stories.driver import SHANGHAI, Story, call, running
from tests.stories.lines import both_channels
from tests.stories.people import EAST, WEST, bind

MONDAY = datetime(2026, 11, 23, 14, 7, tzinfo=SHANGHAI)
PUBLIC = "https://bot.example.cn"


@pytest.fixture
def story(district_url: str, tmp_path: Path, way: str) -> Iterator[Story]:
    with running(district_url, tmp_path, way, public_url=PUBLIC) as story:
        yield story


@pytest.fixture
def desk(story: Story) -> str:
    return bind(story, "staff:T001")


@pytest.fixture
def east(story: Story) -> str:
    return bind(story, "staff:T005")


def pushed_file(story: Story, who: str) -> bytes:
    """Let the worker work, and give the newest file as its reader gets it: sent, or behind a link."""
    for _ in range(2):
        story.at(story.clock.at)
    pushes = [each for each in story.phones.pushes if each.external_id == who]
    if story.way == "wecom":
        return [each for each in pushes if each.kind == "file"][-1].content
    links = [last for each in pushes if (last := each.text.splitlines()[-1]).startswith("http")]
    return fetch(story, links[-1])[1]


def fetch(story: Story, link: str) -> tuple[int, bytes]:
    return asyncio.run(call(story.app.asgi, "GET", urlsplit(link).path))


def sheet_of(content: bytes) -> Worksheet:
    sheet = load_workbook(io.BytesIO(content)).active
    assert isinstance(sheet, Worksheet)
    return sheet


def column(sheet: Worksheet, heading: str) -> list[object]:
    place = [cell.value for cell in sheet[3]].index(heading)
    return [row[place].value for row in sheet.iter_rows(min_row=4, max_row=sheet.max_row - 1)]


@both_channels
def test_the_open_cases_of_a_station_come_as_a_sheet(story: Story, east: str, desk: str) -> None:
    story.clock.at = MONDAY
    story.say("voter-1", f"{EAST}，我叫张三，电话13800001111")
    story.say("voter-2", WEST)
    story.say(desk, "转 1 住建局 10天")
    story.say(desk, "1")

    answer = story.say(east, "台账")
    sheet = sheet_of(pushed_file(story, east))

    assert answer.startswith("东苑社区联络站未办结1件，台账正在做")
    assert column(sheet, "编号") == ["2611-0001"]
    assert column(sheet, "承办单位（可改）") == ["区住建局"]
    assert column(sheet, "答复期限（可改）") == [datetime(2026, 12, 7)]  # noqa: DTZ001 -- a day in a cell
    assert "13800001111" not in str(column(sheet, "内容"))
    assert "范围：东苑社区联络站　共1件　导出时间：2026-11-23 14:07　导出人：" in str(sheet["A2"].value)
    assert sheet.page_setup.orientation == "landscape"


@both_channels
def test_answer_and_sheet_say_how_many_open_cases_stand_in_neither(story: Story, east: str) -> None:
    story.say("voter-1", EAST)
    story.say("voter-2", "东苑小区，我不想活了，活着没意思")

    answer = story.say(east, "台账")
    sheet = sheet_of(pushed_file(story, east))

    assert answer.startswith("东苑社区联络站未办结2件，其中1件内容不外传、不列进表，台账正在做")
    assert "共2件（其中1件内容不外传，不列进表，表中1件）" in str(sheet["A2"].value)
    assert len(column(sheet, "编号")) == 1


def test_a_file_opens_no_more_once_a_case_in_it_was_sealed(story: Story, east: str) -> None:
    story.say("voter-1", EAST)
    story.say("voter-2", WEST)
    story.say(east, "台账")
    pushed_file(story, east)
    link = story.phones.texts_to(east)[-1].splitlines()[-1]
    before = fetch(story, link)[0]
    story.clock.turn(hours=1)
    story.say("voter-1", "补充 柯巧云收了我两条烟")

    assert before == 200
    assert fetch(story, link)[0] == 404


def test_a_link_opens_for_a_day_and_every_opening_is_noted(story: Story, east: str, tmp_path: Path) -> None:
    story.say("voter-1", EAST)
    story.say(east, "台账")
    pushed_file(story, east)
    link = story.phones.texts_to(east)[-1].splitlines()[-1]
    noted = [json.loads(line)["command"] for line in (tmp_path / "audit.log").read_text("utf-8").splitlines()]

    assert link.startswith(f"{PUBLIC}/files/")
    assert fetch(story, link)[0] == 200
    assert fetch(story, link[:-1] + ("A" if link[-1] != "A" else "B"))[0] == 404
    story.clock.turn(hours=24)
    assert fetch(story, link)[0] == 404
    assert [command for command in noted if command != "audit head"] == ["paper", "file"]


def test_who_no_longer_holds_the_role_cannot_open_the_link(story: Story, east: str) -> None:
    story.say("voter-1", EAST)
    story.say(east, "台账")
    pushed_file(story, east)
    link = story.phones.texts_to(east)[-1].splitlines()[-1]
    with Session(story.engine) as session, session.begin():
        document = session.query(Document).one()
        document.scope = {"district": True, "streets": [], "stations": []}

    assert fetch(story, link)[0] == 404


def test_a_paper_whose_maker_died_is_made_again_and_pushed_once(story: Story, east: str) -> None:
    story.say("voter-1", EAST)
    story.say(east, "台账")
    with Session(story.engine) as session, session.begin():
        died = documents.claim(session, story.clock())
        assert died is not None
    story.app.metronome.run_now("make papers")
    with Session(story.engine) as session, session.begin():
        untouched = session.query(Document.state).scalar()
        session.execute(update(Document).values(lease_until=story.clock.at.replace(year=2000)))

    pushed_file(story, east)

    with Session(story.engine) as session, session.begin():
        late = documents.record(session, died, "made", name="", stored_as="")
        pushes = session.query(Outbox).filter(Outbox.dedupe_key == f"document/{died.id}").count()
    assert untouched == "making"
    assert not late
    assert pushes == 1


def test_without_a_way_for_files_it_is_said_at_once(district_url: str, tmp_path: Path) -> None:
    with running(district_url, tmp_path) as story:
        east = bind(story, "staff:T005")
        story.say("voter-1", EAST)

        assert story.say(east, "台账").startswith("这个号发不了文件")
