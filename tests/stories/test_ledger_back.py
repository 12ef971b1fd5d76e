"""A 台账 goes out, is edited in Excel, comes back, and is applied once, after a look at the difference."""

import asyncio
import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from openpyxl import load_workbook

from tests.stories.driver import SHANGHAI, Story, call, running
from tests.stories.people import EAST, WEST, bind, steps_of, the_case
from tests.stories.test_papers import PUBLIC, column, pushed_file, sheet_of

MONDAY = datetime(2026, 11, 23, 14, 7, tzinfo=SHANGHAI)
BOUNDARY = "a-boundary"
HEADINGS = {"单位": "承办单位（可改）", "期限": "答复期限（可改）", "答复": "答复（可改）"}


@pytest.fixture
def story(district_url: str, tmp_path: Path, way: str) -> Iterator[Story]:
    with running(district_url, tmp_path, way, public_url=PUBLIC) as story:
        story.clock.at = MONDAY
        story.say("voter-1", EAST)
        story.say("voter-2", WEST)
        story.say("voter-3", EAST)
        yield story


@pytest.fixture
def desk(story: Story) -> str:
    return bind(story, "staff:T001")


def exported(story: Story, who: str) -> bytes:
    story.say(who, "台账")
    return pushed_file(story, who)


def edited(content: bytes, edits: dict[tuple[str, str], object]) -> bytes:
    """Fill cells in, named by the number of a case and a column."""
    book = load_workbook(io.BytesIO(content))
    sheet = sheet_of(content)
    numbers, headings = column(sheet, "编号"), [cell.value for cell in sheet[3]]
    active = book.worksheets[0]
    for (number, what), value in edits.items():
        active.cell(4 + numbers.index(number), 1 + headings.index(HEADINGS[what])).value = value  # type: ignore[union-attr]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sent_back(story: Story, who: str, content: bytes) -> str:
    """Send a file through the page behind the link, and give what the bot then says."""
    story.say(who, "传回台账")
    story.at(story.clock.at)
    link = story.phones.texts_to(who)[-1].splitlines()[-1]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="t.xlsx"\r\n\r\n'
    body = head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    status, said = asyncio.run(call(story.app.asgi, "POST", urlsplit(link).path, body=body, kind=kind))

    assert (status, said.decode()[:4]) == (200, "收到了。")
    for _ in range(2):
        story.at(story.clock.at)
    return story.phones.texts_to(who)[-1]


def test_departments_days_and_answers_are_shown_and_then_applied_once(story: Story, desk: str) -> None:
    content = edited(
        exported(story, desk),
        {
            ("2611-0001", "单位"): "住建局",
            ("2611-0001", "期限"): datetime(2026, 12, 7),  # noqa: DTZ001 -- a day in a cell
            ("2611-0002", "答复"): "垃圾已于今天清运",
        },
    )

    asked = sent_back(story, desk, content)
    shown = story.say(desk, "2")
    untouched = the_case(story, "2611-0001").state
    said = story.say(desk, "1")
    again = sent_back(story, desk, content)

    assert asked.startswith("台账看过了：要改3处，0行用不上。")
    assert "2611-0001 承办单位：无→区住建局" in shown
    assert untouched == "registered"
    assert said.startswith("照改了3处")
    assert the_case(story, "2611-0001").state == "referred"
    assert str(the_case(story, "2611-0001").answer_by) == "2026-12-07"
    assert again.startswith("台账看过了，和现在一样")
    assert steps_of(story, "2611-0002").count("replied") == 1


def test_rows_that_cannot_be_taken_are_named_and_change_nothing(story: Story, desk: str) -> None:
    content = edited(
        exported(story, desk),
        {
            ("2611-0001", "单位"): "没有的局",
            ("2611-0002", "期限"): "2026-12-07",
            ("2611-0003", "单位"): "城管局",
            ("2611-0003", "期限"): "2026-12-06",
        },
    )

    asked = sent_back(story, desk, content)
    errors = story.say(desk, "3")

    assert "要改0处，3行用不上" in asked
    assert "2611-0001：没有叫“没有的局”的单位" in errors
    assert "2611-0002：还没有承办单位" in errors
    assert "2611-0003：“2026-12-06”不是今后的工作日" in errors
    assert "1 照改" not in errors


def test_an_answer_that_tells_nothing_is_refused_in_a_sheet_as_in_chat(story: Story, desk: str) -> None:
    story.say(desk, "转 3 住建局 10天")
    story.say(desk, "1")
    content = edited(
        exported(story, desk),
        {
            ("2611-0001", "答复"): "已转有关部门",
            ("2611-0002", "答复"): "垃圾清走了",
            ("2611-0003", "答复"): "楼道灯已经全部换好了",
        },
    )

    asked = sent_back(story, desk, content)
    errors = story.say(desk, "3")
    story.say(desk, "1")

    assert "要改1处，2行用不上" in asked
    assert "2611-0001：答复还差：做了什么、哪天做完、依据什么" in errors
    assert "2611-0003：答复还差：哪天做完" in errors
    assert steps_of(story, "2611-0001") == ["filed"]
    assert "concluded" in steps_of(story, "2611-0002")


def test_what_changed_since_the_export_is_not_overwritten(story: Story, desk: str) -> None:
    content = edited(exported(story, desk), {("2611-0001", "单位"): "城管局"})
    story.say(desk, "转 1 住建局 10天")
    story.say(desk, "1")

    assert "要改0处，1行用不上" in sent_back(story, desk, content)
    assert "承办单位在导出后已有变化" in story.say(desk, "3")


def test_what_changes_between_the_look_and_the_digit_is_left_alone(story: Story, desk: str) -> None:
    east = bind(story, "staff:T005")
    content = edited(exported(story, desk), {("2611-0001", "答复"): "灯已换好"})
    sent_back(story, desk, content)
    story.say(east, "回复 1 明天来换灯")

    assert "1件没改" in story.say(desk, "1")
    assert steps_of(story, "2611-0001").count("replied") == 1


def test_a_station_changes_answers_but_no_department(story: Story) -> None:
    east = bind(story, "staff:T005")
    content = edited(
        exported(story, east), {("2611-0001", "单位"): "住建局", ("2611-0003", "答复"): "灯已换好"}
    )

    assert "要改1处，1行用不上" in sent_back(story, east, content)
    story.say(east, "1")
    assert the_case(story, "2611-0001").state == "registered"
    assert the_case(story, "2611-0003").state == "awaiting_voter"


def test_another_file_and_another_persons_sheet_change_nothing(story: Story, desk: str) -> None:
    east = bind(story, "staff:T005")
    theirs = exported(story, desk)
    exported(story, east)

    assert sent_back(story, east, b"no sheet at all").startswith("这份文件不是您导出的那份台账")
    assert sent_back(story, east, theirs).startswith("这份文件不是您导出的那份台账")
