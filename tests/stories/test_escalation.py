"""A department that does not answer: who hears of it, in which order, and by whose hand."""

from datetime import datetime

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from handlers.district.snapshot import load_district
from handlers.escalation.nagging import plan_escalation
from handlers.texts import DEFAULT_TEXTS
from storage.models import CaseStep, Person
from tests.stories.driver import SHANGHAI, Story
from tests.stories.people import EAST, bind, owed_to, steps_of, the_case

MONDAY = datetime(2026, 11, 23, 14, 7, tzinfo=SHANGHAI)
HEAD, LEADER = "staff:T030", "staff:T032"


@pytest.fixture
def desk(story: Story) -> str:
    return bind(story, "staff:T001")


@pytest.fixture
def housing(story: Story) -> str:
    return bind(story, "staff:T027")


def day(month: int, number: int, hour: int = 14) -> datetime:
    return datetime(2026, month, number, hour, 7, tzinfo=SHANGHAI)


def refer(story: Story, desk: str, words: str = "转 1 住建局 10天") -> None:
    story.clock.at = MONDAY
    story.say("voter-1", EAST)
    story.say(desk, words)
    story.say(desk, "1")


def wake(story: Story, at: datetime, *who: str) -> None:
    """Let a day begin: somebody writes, which opens their 48 hours, and the ticks run until all has gone out."""
    story.clock.at = at
    for each in who:
        story.say(each, "谢谢")
    for _ in range(3):
        story.app.tick_all()
        story.clock.turn(minutes=5)


def newest(story: Story, who: str, having: str) -> str:
    return [text for text in story.phones.texts_to(who) if having in text][-1]


def test_what_nobody_accepts_is_asked_about_and_whoever_sent_it_hears(
    story: Story, desk: str, housing: str
) -> None:
    refer(story, desk)
    wake(story, day(11, 24), housing, desk)
    before = [*owed_to(story, housing), *owed_to(story, desk)]
    wake(story, day(11, 25), housing, desk)
    wake(story, day(11, 25, 15), housing, desk)

    assert not any("还没接收" in text for text in before)
    assert sum("转来还没接收" in text for text in owed_to(story, housing)) == 1
    assert [text for text in owed_to(story, desk) if "还没接收" in text] == [
        "2611-0001 区住建局还没接收，这就提醒承办人。要催请打0571-00002001，看这件回“查 2611-0001”。"
    ]


def test_an_overdue_case_climbs_only_by_a_named_persons_hand(story: Story, desk: str, housing: str) -> None:
    head, leader = bind(story, HEAD), bind(story, LEADER)
    refer(story, desk)
    story.say(housing, "接收 1")
    wake(story, day(12, 2), housing)
    assert "12月7日（周一）该答复，还没收到" in newest(story, housing, "该答复")
    wake(story, day(12, 8), housing)
    assert newest(story, housing, "已过").startswith(
        "2611-0001，东苑小区，楼道照明，应于12月7日（周一）答复，已过1个工作日。\n1 写答复"
    )
    wake(story, day(12, 9), housing)
    story.say(housing, "3")
    story.say(housing, "要街道先划线才能施工")
    wake(story, day(12, 10), desk, head, leader)

    asked = newest(story, desk, "已过3个工作日")
    assert asked == (
        "2611-0001 区住建局已过3个工作日，承办人超期后提醒过2次，说“要街道先划线才能施工”。\n"
        "1 告诉该单位主要负责人（先看稿）\n2 打电话，给我号码\n3 再等两天"
    )
    assert not owed_to(story, head), "nothing goes to a head before somebody has pressed 1"

    draft = story.say(desk, "1")
    assert draft.startswith("稿：王启明您好：2611-0001 东苑小区，区住建局应于12月7日答复，已过3个工作日，说")
    assert not owed_to(story, head), "the draft is only shown"
    story.say(desk, "1")
    wake(story, day(12, 10, 15), head)
    assert newest(story, head, "请过问").endswith("区人大代表工委 张宁\n1 看")
    whole = story.say(head, "1")
    assert "楼道灯坏了半个月" in whole
    with Session(story.engine) as session:
        pressed = session.scalars(
            select(Person.name)
            .join(CaseStep, CaseStep.actor_id == Person.id)
            .where(CaseStep.action == "head told")
        ).all()
    assert pressed == ["张宁"]

    wake(story, day(12, 15), desk, leader)
    assert "1 告诉分管领导（先看稿）" in newest(story, desk, "已过6个工作日")
    assert not owed_to(story, leader)
    story.say(desk, "1")
    story.say(desk, "1")
    assert any("沈国平您好" in text for text in owed_to(story, leader))

    wake(story, day(12, 21), desk)
    assert the_case(story, "2611-0001").supervised_at is not None
    assert "列入督办清单" in newest(story, desk, "10个工作日")


def test_a_head_is_told_neither_the_voter_nor_the_flat(story: Story, desk: str, housing: str) -> None:
    head = bind(story, HEAD)
    story.clock.at = MONDAY
    story.say("voter-1", "东苑小区9幢402楼道灯坏了半个月，我叫韩有根，电话139．0000．0012")
    story.say(desk, "转 1 住建局 10天")
    story.say(desk, "1")
    story.say(housing, "接收 1")
    for at in (day(12, 8), day(12, 9)):
        wake(story, at, housing)
    story.say(housing, "3")
    story.say(housing, "9幢402的户主叫韩有根，电话13900000012打不通")
    wake(story, day(12, 10), desk, head)
    story.say(desk, "1")
    story.say(desk, "1")
    wake(story, day(12, 10, 15), head)
    whole = story.say(head, "1")
    read = [whole, *story.phones.texts_to(head)]

    assert "楼道灯坏了半个月" in whole
    assert [text for text in read for secret in ("402", "韩有根", "0012") if secret in text] == []


def test_waiting_two_days_is_asked_again_and_the_number_is_given(
    story: Story, desk: str, housing: str
) -> None:
    head = bind(story, HEAD)
    refer(story, desk)
    wake(story, day(12, 10), desk)
    assert "0571-00002001" in story.say(desk, "2")
    wake(story, day(12, 11), desk)
    assert (
        sum("已过3个工作日，提醒没有送到，电话0571-00002001。" in text for text in owed_to(story, desk)) == 1
    )
    wake(story, day(12, 14), desk)
    story.say(desk, "3")

    assert sum("提醒没有送到" in text for text in owed_to(story, desk)) == 2
    assert not owed_to(story, head)
    assert housing


def test_nobody_is_nagged_twice_a_day_or_on_a_day_off(story: Story, desk: str, housing: str) -> None:
    refer(story, desk)
    story.say(housing, "接收 1")
    for hour in (9, 10, 12, 15):
        wake(story, day(12, 8, hour), housing)
    wake(story, day(12, 12), housing)

    assert sum("已过" in text for text in owed_to(story, housing)) == 1


def test_an_extension_is_asked_once_and_granted_with_its_sum(story: Story, desk: str, housing: str) -> None:
    refer(story, desk)
    story.say(housing, "接收 1")
    assert "几个工作日、为什么" in story.say(housing, "延期 1 再等等")
    assert "定之前仍是12月7日（周一）" in story.say(housing, "5天 等配件到货")
    wake(story, day(11, 24), desk)
    assert newest(story, desk, "申请").startswith(
        "区住建局申请 2611-0001 延期：等配件到货。延后5个工作日：12月8日至12月14日（周一），去掉2个休息日。\n1 同意\n2 不同意"
    )
    story.say(desk, "1")
    assert "已申请过一次延期" in story.say(housing, "延期 1 5天 还要等")
    wake(story, day(11, 25), "voter-1", housing)

    assert the_case(story, "2611-0001").answer_by == day(12, 14).date()
    assert any("要多用几天，12月14日（周一）前答复" in text for text in owed_to(story, "voter-1"))
    wake(story, day(12, 8), housing)
    assert not any("已过" in text for text in owed_to(story, housing)), "the new day counts"
    assert steps_of(story, "2611-0001")[-2:] == ["extension asked", "extended"]


def test_an_extension_that_is_not_granted_leaves_the_day(story: Story, desk: str, housing: str) -> None:
    refer(story, desk)
    story.say(housing, "延期 1 5天 等配件")
    wake(story, day(11, 24), desk)
    story.say(desk, "2")

    assert the_case(story, "2611-0001").answer_by == day(12, 7).date()
    assert any("不同意延期，12月7日（周一）前答复" in text for text in owed_to(story, housing))


def test_an_extension_may_name_the_day(story: Story, desk: str, housing: str) -> None:
    refer(story, desk)

    story.say(housing, "延期 1 到12月14日 等配件到货")
    wake(story, day(11, 24), desk)

    assert "延期：等配件到货。延后5个工作日：12月8日至12月14日（周一）" in newest(story, desk, "申请")


def test_a_wish_for_more_days_is_found_again_until_it_is_decided(
    story: Story, desk: str, housing: str
) -> None:
    refer(story, desk)
    story.say(housing, "延期 1 等街道12月10日定方案，请延10天")

    counted = story.say(desk, "今日")
    card = story.say(desk, "查 1")
    granted = story.say(desk, "1")

    assert "1件单位申请延期，等您定" in counted
    assert "该单位申请延期10个工作日：等街道12月10日定方案,请延10天\n1 同意\n2 不同意\n3 回复" in card
    assert "10个工作日：12月8日至12月21日" in granted
    assert "申请延期" not in story.say(desk, "今日")
    assert the_case(story, "2611-0001").answer_by == day(12, 21).date()


def test_the_card_of_a_late_case_offers_whom_to_tell_and_nobody_unbound_was_reminded(
    story: Story, desk: str
) -> None:
    refer(story, desk)
    wake(story, day(12, 10), desk)
    asked = newest(story, desk, "已过3个工作日")
    story.say(desk, "统计")

    card = story.say(desk, "查 1")

    assert "没人绑定，没提醒过，电话0571-00002001。" in asked
    assert (
        "已过期3个工作日。\n1 告诉该单位主要负责人（先看稿）\n2 打电话，给我号码\n3 再等两天\n4 回复" in card
    )
    assert "0571-00002001" in story.say(desk, "2")


def reads(story: Story, now: datetime) -> int:
    """Count what a tick asks the database when all that is to be said today is said already."""
    asked: list[str] = []
    with Session(story.engine) as session:
        district = load_district(session)
        plan_escalation(session, now, district, DEFAULT_TEXTS)
        session.flush()
        event.listen(session.connection(), "before_cursor_execute", lambda *given: asked.append(given[2]))
        again = plan_escalation(session, now, district, DEFAULT_TEXTS)
        session.rollback()
    assert again == {"escalated": 0}
    return len(asked)


def test_a_tick_asks_as_little_about_many_cases_as_about_one(story: Story, desk: str) -> None:
    refer(story, desk)
    one = reads(story, day(12, 9))
    for number in range(2, 6):
        story.say(f"voter-{number}", f"西苑小区{number}幢楼道灯坏了")
        story.say(desk, f"转 {number} 住建局 10天")
        story.say(desk, "1")

    assert reads(story, day(12, 9)) == one
    assert reads(story, day(11, 24)) == 1, "the clocks alone"
