"""Many voters, one trouble: a burst is told once, its cases are put together, and a 代表建议 is drafted of them."""

import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from docx import Document
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Burst, Outbox
from tests.stories.driver import SHANGHAI, Story, running
from tests.stories.people import bind, owed_to, the_case

MONDAY = datetime(2026, 11, 23, 14, 7, tzinfo=SHANGHAI)
TOLD = (
    "东苑小区3幢楼道灯坏了半个月，老人晚上不敢下楼",
    "东苑小区楼道灯一直不亮，黑灯瞎火的",
    "我们东苑小区楼道里的灯坏了没人修",
    "东苑小区5幢楼道灯全坏了",
    "东苑小区楼道照明坏了，楼梯上摔了人",
)


def tell(story: Story, count: int = len(TOLD)) -> None:
    """Let as many voters tell of the lights of one estate, each as a case of its own."""
    for number, text in enumerate(TOLD[:count], 1):
        story.say(f"voter-{number}", text)
        story.say(f"voter-{number}", "2")


def alerts(story: Story, who: str) -> list[str]:
    return [text for text in owed_to(story, who) if "小时内" in text]


@pytest.fixture
def desk(story: Story) -> str:
    story.clock.at = MONDAY
    return bind(story, "staff:T001")


@pytest.fixture
def street(story: Story) -> str:
    return bind(story, "staff:T002")


def test_street_and_district_hear_of_a_burst_once(story: Story, desk: str, street: str) -> None:
    elsewhere, station = bind(story, "staff:T003"), bind(story, "staff:T005")
    tell(story)
    story.app.metronome.run_now("watch bursts")
    story.clock.turn(hours=2)
    story.say("voter-6", "东苑小区楼道灯还是黑的")
    story.app.metronome.run_now("watch bursts")

    alert = (
        "24小时内东苑小区楼道照明来了5件，5人反映：2611-0001、2611-0002、2611-0003、2611-0004、2611-0005。您看怎么办：\n"
        "1 看这些件\n2 并成一件办\n3 起草代表建议"
    )
    assert alerts(story, desk) == alerts(story, street) == [alert]
    assert alerts(story, elsewhere) == alerts(story, station) == []


def test_as_long_as_cases_come_it_is_one_burst_and_later_another(
    story: Story, desk: str, street: str
) -> None:
    tell(story)
    story.app.metronome.run_now("watch bursts")
    for hour in range(1, 4):
        story.clock.turn(hours=12)
        for number, text in enumerate(TOLD):
            story.say(f"voter-{hour}-{number}", text)
        story.app.metronome.run_now("watch bursts")
    assert len(alerts(story, desk)) == 1
    story.clock.turn(days=3)
    for number, text in enumerate(TOLD):
        story.say(f"voter-9-{number}", text)
    story.app.metronome.run_now("watch bursts")

    with Session(story.engine) as session:
        bursts = session.scalars(select(Burst)).all()

    assert len(bursts) == 2
    assert len(alerts(story, desk)) == len(alerts(story, street)) == 2


def test_four_voters_or_one_voter_five_times_are_no_burst(story: Story, desk: str) -> None:
    tell(story, 4)
    for _ in range(3):
        story.clock.turn(hours=1)
        story.say("voter-1", TOLD[1])

    assert story.app.metronome.run_now("watch bursts") == {"bursts": 0}
    assert alerts(story, desk) == []


def test_at_night_only_danger_is_told_at_once(story: Story, desk: str) -> None:
    story.clock.at = MONDAY.replace(hour=23)
    tell(story)
    for number in range(5):
        story.say(f"near-{number}", "东苑小区有很浓的煤气味，怕是燃气漏了")
    story.app.metronome.run_now("watch bursts")

    with Session(story.engine) as session:
        owed = session.execute(select(Outbox.text, Outbox.not_before).where(Outbox.text.contains("小时内")))
        when = {text.split("来了")[0]: at.astimezone(SHANGHAI) for text, at in owed}

    assert when.pop("24小时内东苑小区楼道照明").hour == 7
    assert list(when.values()) == [story.clock.at]
    assert desk


def test_its_cases_are_opened_by_digit_and_put_together(story: Story, desk: str, street: str) -> None:
    tell(story)
    for _ in range(3):
        story.at(story.clock.at)

    assert story.say(street, "1").startswith("同一处同一类5件")
    asked = story.say(desk, "2")
    merged = story.say(desk, "1")

    assert asked.startswith("把4件并到 2611-0001 一起办")
    assert merged.startswith("4件并到 2611-0001 了")
    main = the_case(story, "2611-0001").id
    assert {the_case(story, f"2611-000{number}").merged_into for number in range(2, 6)} == {main}
    assert any("2611-0003" in text and "2611-0001" in text for text in owed_to(story, "voter-3", "result"))


# -- 建议稿 ------------------------------------------------------------------------------------------------


@pytest.fixture
def office(district_url: str, tmp_path: Path) -> Iterator[Story]:
    """A district where files go out in WeCom."""
    with running(district_url, tmp_path, "wecom") as story:
        story.clock.at = MONDAY
        yield story


def photo() -> bytes:
    """Give a picture as a phone takes it: with a place and a name in it."""
    image = Image.new("RGB", (400, 300), "navy")
    exif = Image.Exif()
    exif[0x010E] = "李四家门口"
    out = io.BytesIO()
    image.save(out, format="JPEG", exif=exif)
    return out.getvalue()


def test_a_draft_holds_facts_pictures_and_sources_but_no_person(office: Story) -> None:
    desk = bind(office, "staff:T001")
    voters = office.through("official-account")
    voters.phones.media["media1"] = photo()
    tell(voters)
    voters.picture("voter-5")
    voters.say("voter-6", "东苑社区联络站的工作人员收红包，把楼道灯的活给亲戚干")
    voters.say("voter-8", "东苑小区楼道灯坏了，我叫李四，电话13800001111")
    voters.say("voter-7", TOLD[3])
    voters.say("voter-7", "2")
    voters.say("voter-7", "撤回")
    voters.say("voter-7", "1")
    office.at(office.clock.at)

    office.say(desk, "建议稿 1")
    wanted = office.say(desk, "1")
    for _ in range(3):
        office.at(office.clock.at + timedelta(minutes=1))

    assert wanted.startswith("建议稿正在做：2611-0001 和同一处同一类的，共5件、5人反映")
    sent = next(push for push in office.phones.pushes if push.external_id == desk and push.kind == "file")
    assert sent.text == "建议稿_东苑小区楼道照明_20261123.docx"
    assert sent.content is not None
    paper = Document(io.BytesIO(sent.content))
    said = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    cells = [cell.text for row in paper.tables[0].rows for cell in row.cells]
    assert "关于解决东苑小区楼道照明问题的建议\n（草稿）" in said
    assert "共登记5件、5人反映" in said
    assert "老人晚上不敢下楼" in said
    assert "到现在没有部门的答复。" in said
    assert "2611-0005，11月23日" in said
    assert [f"2611-000{number}" for number in range(1, 6)] == [text for text in cells if "2611-" in text]
    for personal in ("13800001111", "李四", "红包", "2611-0007", "2611-0008"):
        assert personal not in said
    parts = paper.part.package.iter_parts()
    pictures = [part.blob for part in parts if str(part.partname).startswith("/word/media")]
    assert len(pictures) == 1
    with Image.open(io.BytesIO(pictures[0])) as image:
        assert not image.getexif()


def test_a_draft_takes_nothing_from_beyond_the_askers_scope(office: Story) -> None:
    west = bind(office, "staff:T006")
    tell(office.through("official-account"), 2)

    assert office.say(west, "建议稿 1").startswith("没找到 1，或不在您的范围")
