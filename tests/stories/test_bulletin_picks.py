"""What a bulletin tells of is picked and worded by a person; what is grave stands in no paper, and nobody signs alone."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.models import Bulletin, Case
from tests.stories.driver import SHANGHAI, Story, running
from tests.stories.people import WEST, bind
from tests.stories.test_bulletins import words_of
from tests.stories.test_papers import PUBLIC, pushed_file

MONDAY = datetime(2026, 11, 23, 14, 7, tzinfo=SHANGHAI)
LAMPS = "东苑小区3幢楼道灯坏了半个月"
CARS = "北园社区路边乱停车，消防车都进不来"


@pytest.fixture
def story(district_url: str, tmp_path: Path, way: str) -> Iterator[Story]:
    with running(district_url, tmp_path, way, public_url=PUBLIC) as story:
        story.clock.at = MONDAY
        yield story


@pytest.fixture
def desk(story: Story) -> str:
    return bind(story, "staff:T001")


def proposed(story: Story, who: str) -> str:
    story.say(who, "通报")
    return story.say(who, "3")


def test_problems_are_picked_and_worded_in_one_message(story: Story, desk: str) -> None:
    for voter, text in (("voter-1", LAMPS), ("voter-2", WEST), ("voter-3", CARS)):
        story.say(voter, text)
    story.say(desk, "转 2 城管局 10天")
    story.say(desk, "1")

    card = proposed(story, desk)
    shown = story.say(desk, "1 改成 东苑小区3幢楼道灯11月30日前换新；2")
    story.say(desk, "2")
    story.say(desk, "1")
    paper = words_of(pushed_file(story, desk))

    assert "1 东苑小区楼道照明，已登记\n2 西苑社区垃圾清运，已转区城管局，12月7日前答复" in card
    assert len(card) <= 120
    assert "1. 东苑小区3幢楼道灯11月30日前换新\n2. 西苑社区垃圾清运" in shown
    assert "1. 东苑小区3幢楼道灯11月30日前换新（2611-0001）。" in paper
    assert "2. 西苑社区垃圾清运，已转区城管局，12月7日前答复（2611-0002）。" in paper
    assert "2611-0003" not in paper
    assert "臭得很" not in paper


@pytest.mark.parametrize(
    "grave",
    [
        "东苑小区12幢，我不想活了，没意思",
        "东苑小区楼下有人打架拿刀",
        "东苑小区门口，你们这帮吃干饭的",
        "东苑小区南门啊还能在哪",
        "东苑社区联络站的工作人员收红包，给亲戚揽生意",
        "东苑小区有人拉票给钱，贿选",
        "东苑小区电梯困住人了快来",
    ],
)
def test_what_is_grave_or_a_scrap_is_neither_proposed_nor_taken_by_number(
    story: Story, desk: str, grave: str
) -> None:
    story.say("voter-1", WEST)
    story.say("voter-2", grave)

    card = proposed(story, desk)
    by_number = story.say(desk, "1；2611-0002")
    special = story.say(desk, "专报 2611-0002 两件事")
    proposal = story.say(desk, "建议稿 2611-0002")

    assert "1 西苑社区垃圾清运" in card
    assert "\n2 " not in card
    assert "会这样写" not in by_number
    assert "草稿：" not in special
    assert "正在做" not in proposal


def test_what_was_merged_or_withdrawn_since_is_left_out_before_signing(story: Story, desk: str) -> None:
    story.say("voter-1", LAMPS)
    story.say("voter-2", WEST)
    proposed(story, desk)
    story.say(desk, "都要")
    story.say(desk, "2")
    with Session(story.engine) as session, session.begin():
        session.execute(update(Case).where(Case.number == "2611-0001").values(private="staff"))

    told = story.say(desk, "1")
    done = story.say(desk, "1")
    paper = words_of(pushed_file(story, desk))

    assert told.startswith("2611-0001 刚有变化，不能印，已去掉。")
    assert done.startswith("已签发")
    assert "2611-0001" not in paper
    assert "2611-0002" in paper


def test_own_words_of_a_grave_kind_are_refused_and_names_are_hidden(story: Story, desk: str) -> None:
    story.say("voter-1", LAMPS)
    proposed(story, desk)

    refused = story.say(desk, "1 改成 住户说不想活了")
    insult = story.say(desk, "1：你们这帮吃干饭的")
    long = story.say(desk, f"1 改成 {'楼道灯' * 25}")
    none_such = story.say(desk, "3")
    masked = story.say(desk, "1 改成 业主电话13800001111说灯已亮")

    assert refused.startswith("这句里有轻生")
    assert insult.startswith("这句里有轻生")
    assert long.startswith("一句最多60字")
    assert none_such.startswith("没有第3个，只列了1个")
    assert "13800001111" not in masked
    assert "会这样写" in masked


def test_a_draft_with_a_quotation_that_nobody_confirmed_is_not_issued(story: Story, desk: str) -> None:
    story.say("voter-1", LAMPS)
    story.say(desk, "通报")
    problem = {"number": "2611-0001", "topic": "x", "place_name": "x", "text": "原话", "state": "x"}
    with Session(story.engine) as session, session.begin():
        row = session.scalars(select(Bulletin)).one()
        row.facts = {
            **{name: value for name, value in row.facts.items() if name != "offered"},
            "problems": [problem],
        }

    assert story.say(desk, "2").startswith("这一期已经签发、退回或重新起草过了")
    assert "草稿" in story.say(desk, "通报")


def test_a_station_does_not_sign_its_own_bulletin_the_street_does(story: Story) -> None:
    story.say("voter-1", LAMPS)
    east = bind(story, "staff:T005")
    story.say(east, "通报")
    story.say(east, "3")
    story.say(east, "1")
    alone = story.say(east, "2")
    street = bind(story, "staff:T002")
    bind(story, "staff:T001")
    story.say(east, "通报")
    story.say(east, "3")
    story.say(east, "1")
    handed_in = story.say(east, "2")
    by_oneself = story.say(east, "1")
    for _ in range(2):
        story.at(story.clock.at)
    signed = story.say(street, "1")
    for _ in range(2):
        story.at(story.clock.at)

    assert alone.startswith("没有别人可以签发：自己起草的不能自己签")
    assert handed_in.startswith("这就送给1位，可以签发")
    assert "已签发" not in by_oneself
    assert signed.startswith("已签发：《民情通报》2026年第1期")
    assert "重印回" not in signed, "the street has a series of its own"
    assert any("您起草的《民情通报》已签发" in text for text in story.phones.texts_to(east))
    assert "2026年第1期（总第1期）正在重印" in story.say(east, "通报 1期")


def test_a_quotation_in_a_special_report_is_confirmed_by_a_person(story: Story, desk: str) -> None:
    story.say("voter-1", LAMPS)
    story.say("voter-2", WEST)
    story.say(desk, "专报 1 2 两件难办的事")
    card = story.say(desk, "3")
    story.say(desk, "2")
    story.say(desk, "2")
    story.say(desk, "1")
    paper = words_of(pushed_file(story, desk))

    assert card.startswith("引用哪几句选民原话？\n1 东苑小区3幢楼道灯坏了半个月\n2 西苑社区垃圾没人收")
    assert "选民反映：“西苑社区垃圾没人收，臭得很”。" in paper
    assert "坏了半个月" not in paper


def test_a_draft_of_a_proposal_quotes_what_was_picked(story: Story, desk: str) -> None:
    story.say("voter-1", LAMPS)
    story.say("voter-2", "东苑小区5幢楼道灯也不亮，老人摔过")
    card = story.say(desk, "建议稿 1")
    wanted = story.say(desk, "2 改成 5幢楼道灯不亮，老人夜里不便")
    paper = words_of(pushed_file(story, desk))

    assert card.startswith("建议稿里引用哪几句？")
    assert "引用1句" in wanted
    assert "5幢楼道灯不亮，老人夜里不便" in paper
    assert "老人摔过" not in paper
