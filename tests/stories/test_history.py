"""Cases from before the bot come in from a sheet, all or none; they are found and counted, never reminded of or rated."""

import asyncio
import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.engine.database import new_id
from storage.keeping.integrity import find_breaks
from storage.models import Case, CaseStep
from tests.stories.driver import SHANGHAI, Story, call, running
from tests.stories.people import bind
from tests.stories.test_ledger_back import BOUNDARY
from tests.stories.test_papers import PUBLIC, pushed_file

MONDAY = datetime(2026, 11, 23, 14, 7, tzinfo=SHANGHAI)
GOOD = (
    ("督2024-017", "2024-05-06", "楼道照明", "东苑小区5幢楼道灯不亮", "", "东苑社区联络站", "东苑小区", "住建局",
     "2024-05-20", "办结", "换了12盏灯"),
    ("督2024-018", "2024/6/3", "", "西苑社区垃圾没人收", "", "", "", "", "", "", ""),
    ("", "2024-07-01", "行", "月雅路路口看不见红绿灯", "", "", "月雅路", "", "2024-07-02", "不归这里管", ""),
)  # fmt: skip
HEADINGS = "原编号,登记日期,事项,内容,街道,联络站,地点,承办单位,办结日期,结果,答复"


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
    story.say(desk, "导入历史")
    return pushed_file(story, desk)


def filled(form: bytes, rows: tuple[tuple[str, ...], ...]) -> bytes:
    book = load_workbook(io.BytesIO(form))
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for line, row in enumerate(rows, start=4):
        for place, value in enumerate(row, start=1):
            sheet.cell(line, place).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_csv(rows: tuple[tuple[str, ...], ...], encoding: str = "gb18030") -> bytes:
    return "\r\n".join([HEADINGS, *(",".join(row) for row in rows)]).encode(encoding)


def handed_in(story: Story, who: str, content: bytes, words: str = "传回历史") -> str:
    """Send a sheet through the page behind the link, and give what the bot then says."""
    story.say(who, words)
    story.at(story.clock.at)
    link = story.phones.texts_to(who)[-1].splitlines()[-1]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="t.xlsx"\r\n\r\n'
    body = head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    status, _ = asyncio.run(call(story.app.asgi, "POST", urlsplit(link).path, body=body, kind=kind))

    assert status == 200
    for _ in range(2):
        story.at(story.clock.at)
    return story.phones.texts_to(who)[-1]


def add_step(session: Session, case_id: int) -> None:
    session.add(
        CaseStep(id=new_id(), case_id=case_id, at=MONDAY, action="phone_seen", state="closed", note="")
    )


def count_cases(story: Story) -> int:
    with Session(story.engine) as session:
        return session.scalar(select(func.count()).select_from(Case)) or 0


def test_past_cases_come_in_by_one_digit_and_are_found_by_their_old_number(
    story: Story, desk: str, form: bytes
) -> None:
    told = handed_in(story, desk, filled(form, GOOD))
    looked = story.say(desk, "2")
    done = story.say(desk, "1")

    assert told.startswith("看过了，3件都能导入。")
    assert "2024-05-06 楼道照明（房） 东苑社区联络站：东苑小区5幢楼道灯不亮（原编号 督2024-0" in looked
    assert done.startswith("导入了3件，编号 0000-0001 到 0000-0003")
    assert "0000-0001" in story.say(desk, "查 督2024-017")
    opened = story.say(desk, "查 0000-0001")
    assert "楼道灯不亮" in opened
    assert "已办结" in opened
    assert story.say(desk, "未办结").startswith("这里现在一件也没有")
    assert "2024年5月登记0件，另有历史导入1件" in story.say(desk, "统计 2024年5月")
    assert "另有历史导入1件" in story.say(desk, "2024年5月月报")
    assert story.say(desk, "2024年到底解决了多少").startswith("2024年青禾区没有到期的转办件，算不出")
    with Session(story.engine) as session:
        assert list(find_breaks(session)) == []


def test_one_bad_row_keeps_all_out_and_every_fault_is_named(story: Story, desk: str, form: bytes) -> None:
    bad = (
        *GOOD,
        ("督9", "2024年春", "", "楼道灯不亮", "", "", "", "", "", "", ""),
        ("督10", "2024-05-06", "", "", "", "", "", "", "", "", ""),
        ("督11", "2024-05-06", "飞行器", "灯不亮", "", "", "", "", "", "", ""),
        ("督12", "2024-05-06", "", "灯不亮", "", "天宫站", "", "", "", "", ""),
        ("督13", "2024-05-06", "", "灯不亮", "", "", "", "", "2024-05-01", "", ""),
        ("督14", "2024-05-06", "", "灯不亮", "", "", "", "", "", "还在办", ""),
        GOOD[0],
    )

    told = handed_in(story, desk, filled(form, bad))
    lines = [*story.say(desk, "3").splitlines(), *story.say(desk, "4").splitlines()]

    assert told.startswith("有7行要改，一件也没导入（另有3行没问题）")
    assert "1 导入" not in told
    assert "第7行：登记日期“2024年春”不是日期，写成2024-05-06" in lines
    assert "第8行：内容没有填" in lines
    assert "第9行：没有叫“飞行器”的事项或类别" in lines
    assert "第10行：没有叫“天宫站”的联络站" in lines
    assert "第11行：办结日期在登记日期前面" in lines
    assert any(line.startswith("第12行：结果“还在办”不认得") for line in lines)
    assert "第13行：和第4行是同一件" in lines
    assert count_cases(story) == 0


def test_the_same_file_again_changes_nothing_and_one_import_can_be_undone(
    story: Story, desk: str, form: bytes
) -> None:
    assert form
    content = as_csv(GOOD)
    handed_in(story, desk, content)
    story.say(desk, "1")

    again = handed_in(story, desk, as_csv(GOOD, "utf-8-sig"))
    changed = handed_in(story, desk, as_csv(((*GOOD[0][:3], "完全另一件事", *GOOD[0][4:]),)))
    why = story.say(desk, "3")
    asked = story.say(desk, "撤销导入")
    undone = story.say(desk, "1")

    assert again.startswith("这份表里的件都导入过了")
    assert changed.startswith("有1行要改")
    assert "原编号 督2024-017 已经导入过，内容却不一样" in why
    assert asked.startswith("11月23日导入的3件全部撤掉")
    assert undone.startswith("撤掉了3件")
    assert count_cases(story) == 0
    assert story.say(desk, "撤销导入").startswith("没有可以撤销的导入")
    assert handed_in(story, desk, content).startswith("看过了，3件都能导入")
    assert story.say(desk, "1").startswith("导入了3件，编号 0000-0004 到 0000-0006")


def test_a_case_that_somebody_worked_with_keeps_its_import(story: Story, desk: str, form: bytes) -> None:
    assert form
    handed_in(story, desk, as_csv(GOOD))
    story.say(desk, "1")
    with Session(story.engine) as session, session.begin():
        case_id = session.scalars(select(Case.id).where(Case.number == "0000-0001")).one()
        add_step(session, case_id)

    assert story.say(desk, "撤销导入").startswith("上一次导入的件里有1件后来有人办过")


def test_what_is_no_sheet_is_said_and_nothing_comes_in(story: Story, desk: str, form: bytes) -> None:
    assert form
    for rubbish in (b"\x00\x01\x02", b"PK\x03\x04 no zip"):
        assert handed_in(story, desk, rubbish).startswith("您传回的 历史件导入表.xlsx 打不开")
    assert handed_in(story, desk, "姓名,年龄\r\n张三,5".encode()).startswith("这份文件里没找到")


def test_only_the_district_desk_brings_history_in(story: Story) -> None:
    street = bind(story, "staff:T002")

    for words in ("导入历史", "传回历史", "撤销导入"):
        assert story.say(street, words).startswith(f"没看懂“{words}”")


def test_a_complaint_about_an_insider_is_sealed_as_it_would_be_today(
    story: Story, desk: str, form: bytes
) -> None:
    assert form
    rows = (("", "2024-05-06", "", "东苑社区联络站的工作人员收红包", "", "", "", "", "", "", ""),)
    handed_in(story, desk, as_csv(rows))
    story.say(desk, "1")

    assert "历史导入" not in story.say(desk, "统计 2024年5月")
