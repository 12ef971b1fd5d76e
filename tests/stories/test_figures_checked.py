"""Moment 60: departments check their figures, a person decides on what they doubt, then the report is frozen."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from storage.models import Case, CaseStep, Referral
from tests.stories.driver import SHANGHAI, Story, running
from tests.stories.people import EAST, WEST, bind
from tests.stories.test_bulletins import words_of
from tests.stories.test_papers import PUBLIC, pushed_file

DECEMBER = datetime(2026, 12, 1, 9, 12, tzinfo=SHANGHAI)


@pytest.fixture
def story(district_url: str, tmp_path: Path, way: str) -> Iterator[Story]:
    with running(district_url, tmp_path, way, public_url=PUBLIC) as story:
        story.clock.at = datetime(2026, 11, 16, 9, 7, tzinfo=SHANGHAI)
        for end, words in enumerate((EAST, WEST, "北园社区路灯不亮"), start=1):
            story.say(f"voter-{end}", words)
        desk = bind(story, "staff:T001")
        for number, department in ((1, "住建局"), (2, "城管局"), (3, "水务局")):
            story.say(desk, f"转 {number} {department} 3天")
            story.say(desk, "1")
        with Session(story.engine) as session, session.begin():
            for number, day in ((1, 23), (2, 18)):
                case = session.query(Case).filter_by(number=f"2611-{number:04d}").one()
                session.execute(
                    update(Referral)
                    .where(Referral.case_id == case.id)
                    .values(
                        state="answered",
                        answered_at=datetime(2026, 11, day, 10, tzinfo=SHANGHAI),
                        answer="已修好",
                    )
                )
        story.clock.at = DECEMBER
        story.at(DECEMBER)
        yield story


@pytest.fixture
def desk() -> str:
    return "staff:T001"


@pytest.fixture
def housing(story: Story) -> str:
    return bind(story, "staff:T027")


def pushed(story: Story, who: str) -> str:
    for _ in range(2):
        story.at(story.clock.at)
    return story.phones.texts_to(who)[-1]


def test_departments_hear_their_own_figures_object_and_the_report_is_frozen(
    story: Story, desk: str, housing: str
) -> None:
    draft = story.say(desk, "核对 11月月报 12月3日")
    sent = story.say(desk, "1")
    told = pushed(story, housing)
    objected = story.say(housing, "0001 11月18日已当面答复，有签收单")
    state = story.say(desk, "核对")
    shown = story.say(desk, "1")
    decided = story.say(desk, "1")
    early = (story.say(desk, "核对"), story.say(desk, "3"))[1]
    issued = story.say(desk, "1")
    paper = pushed_file(story, desk)
    words = words_of(paper)

    assert draft.startswith("2026年11月民情件督办月报请3个单位核对自己的数，12月3日（周四）前回。其中")
    assert "区水务局" in draft
    assert sent.startswith("这就发给")
    assert (
        "2026年11月民情件督办月报里贵单位：应办结1，按期0，超期1（2611-0001），选民说没解决0。"
        "有出入请在12月3日（周四）前回件号和理由，如“0031 12月1日已答复”；没有回1。" in told
    )
    assert objected.startswith("记下了：2611-0001，会有人核实")
    assert "有出入：1（区住建局）" in state
    assert "区住建局 2611-0001：11月18日已当面答复，有签收单\n1 有道理，改算按期" in shown
    assert decided.startswith("2611-0001 改算按期")
    assert "还有2个单位没回" in early
    assert issued.startswith("2026年11月民情件督办月报已发布")
    assert "按期办结2/3，66.7%" in words
    assert "核对中区住建局提出 2611-0001：11月18日已当面答复，有签收单（经核实，改算按期）" in words
    assert "（核对后改算按期的1件）" in words
    assert "按期办结2/3，66.7%" in story.say(desk, "11月按期办结率")
    assert any(step == "excused" for step in steps(story))


def test_an_issued_report_prints_the_same_bytes_whatever_has_happened_since(story: Story, desk: str) -> None:
    story.say(desk, "核对 11月月报")
    story.say(desk, "1")
    story.clock.at = datetime(2026, 12, 8, 9, 12, tzinfo=SHANGHAI)
    story.say(desk, "核对")
    issued = story.say(desk, "3")
    first = pushed_file(story, desk)
    with Session(story.engine) as session, session.begin():
        session.execute(update(Case).values(street="xiasha", state="closed"))
    again = story.say(desk, "11月月报")

    assert "已发布" in issued
    assert again.startswith("2026年11月民情件督办月报已经发布过")
    assert pushed_file(story, desk) == first
    assert story.say(desk, "核对 11月月报").endswith("要重印回它的名字，比如“11月月报”。")


def test_what_voters_say_and_what_was_never_answered_nobody_can_excuse(
    story: Story, desk: str, housing: str
) -> None:
    with Session(story.engine) as session, session.begin():
        session.execute(update(Referral).values(state="accepted", answered_at=None))
    story.say(desk, "核对 11月月报")
    story.say(desk, "1")
    pushed(story, housing)
    story.say(housing, "0001 不是我们的事情")
    story.say(desk, "核对")
    shown = story.say(desk, "1")

    assert "改算按期" not in shown
    assert "2 不改" in shown
    assert story.say(desk, "1").startswith("没有“1”这一项")


def test_agreeing_by_digit_or_telephone_ends_the_checking_and_the_desk_hears(
    story: Story, desk: str, housing: str
) -> None:
    story.say(desk, "核对 11月月报")
    story.say(desk, "1")
    pushed(story, housing)
    story.say(desk, "核对")
    listed = story.say(desk, "2")
    phoned = story.say(desk, "1")
    story.say(desk, "2")
    story.say(desk, "2")
    agreed = story.say(housing, "1")

    assert agreed.startswith("好，记下了：没有出入")
    assert listed.startswith("没回的单位，电话里核对过回序号：\n1 区")
    assert "电话里说没有出入" in phoned
    assert "各单位都回了" in pushed(story, desk)
    story.clock.at = datetime(2026, 12, 9, 9, 12, tzinfo=SHANGHAI)
    assert "核对到12月4日（周五）为止" in story.say(housing, "有出入 0001 还有一件不对")


def test_a_span_that_is_not_over_cannot_be_checked(story: Story, desk: str) -> None:
    assert story.say(desk, "核对 12月月报") != ""
    assert story.say(desk, "核对").startswith("现在没有在核对的报告")
    assert story.say(desk, "核对 本月月报").startswith("2026年12月民情件督办月报的时间还没过完，1月1日以后")


def steps(story: Story) -> list[str]:
    with Session(story.engine) as session:
        return [action for (action,) in session.query(CaseStep.action)]
