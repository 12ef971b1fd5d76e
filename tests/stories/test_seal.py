"""Accusations of somebody of the house are sealed whichever way they come in, and the accused never meet them."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Case, CaseAccused, CasePart, Outbox
from tests.stories.driver import Story
from tests.stories.people import EAST, bind, owed_to, the_case

BRIBE = "柯巧云收了我两条烟"


@pytest.fixture
def east(story: Story) -> str:
    """Give the accused: 柯巧云 of the station 东苑."""
    return bind(story, "staff:T005")


@pytest.fixture
def desk(story: Story) -> str:
    """Give the district desk."""
    return bind(story, "staff:T001")


def sealed_cases(story: Story) -> list[Case]:
    with Session(story.engine, expire_on_commit=False) as session:
        return list(session.scalars(select(Case).where(Case.sealed.is_(True)).order_by(Case.id)))


def open_numbers(story: Story) -> list[str]:
    with Session(story.engine) as session:
        return list(session.scalars(select(Case.number).where(Case.sealed.is_(False))))


def accused_in(story: Story, case: Case) -> set[str]:
    with Session(story.engine) as session:
        return set(session.scalars(select(CaseAccused.who).where(CaseAccused.case_id == case.id)))


def words_of(story: Story, number: str) -> str:
    case = the_case(story, number)
    with Session(story.engine) as session:
        parts = session.scalars(select(CasePart.text).where(CasePart.case_id == case.id))
        return "\n".join((case.text, *parts))


def alerts(story: Story) -> list[str]:
    with Session(story.engine) as session:
        return list(session.scalars(select(Outbox.text).where(Outbox.kind == "alert")))


def filed(story: Story) -> None:
    story.say("voter-1", BRIBE)


def joined(story: Story) -> None:
    story.say("voter-1", EAST)
    story.say("voter-1", BRIBE)


def added(story: Story) -> None:
    story.say("voter-1", EAST)
    story.clock.turn(hours=3)
    story.say("voter-1", f"补充 {BRIBE}")


def in_words_for_a_place(story: Story) -> None:
    story.say("voter-1", "下雨路上积水很深")
    story.say("voter-1", BRIBE)


def recognised(story: Story) -> None:
    story.voice("voter-1", recognised=BRIBE)


def dictated(story: Story) -> None:
    other = bind(story, "staff:T001")
    story.voice("voter-1")
    story.say(other, f"听写 1 {BRIBE}")


def for_a_visitor(story: Story) -> None:
    west = bind(story, "staff:T006")
    story.say(west, f"代录 {BRIBE}")


def to_a_deputy(story: Story) -> None:
    story.say("voter-1", f"我想跟陈立新代表说{BRIBE}")


def taken_apart(story: Story) -> None:
    story.say("voter-1", "柯 巧 云 收了我两条烟，谢谢您辛苦了")


DOORS = (
    filed,
    joined,
    added,
    in_words_for_a_place,
    recognised,
    dictated,
    for_a_visitor,
    to_a_deputy,
    taken_apart,
)


@pytest.mark.parametrize("enter", DOORS, ids=lambda door: door.__name__)
def test_an_accusation_is_sealed_whichever_way_it_comes_in(
    story: Story, east: str, enter: Callable[[Story], None]
) -> None:
    enter(story)

    (case,) = sealed_cases(story)
    assert (case.station, case.street, case.place, case.industry) == ("", "", "", "")
    assert "烟" in words_of(story, case.number)
    assert [who for who in accused_in(story, case) if who.startswith("person:")]
    assert not any("烟" in words_of(story, number) for number in open_numbers(story))
    assert owed_to(story, east, "alert") == []
    assert "没找到" in story.say(east, f"查 {case.number}")


def test_the_accused_of_the_desk_is_told_nothing_and_finds_nothing(story: Story, desk: str) -> None:
    story.say("voter-1", "区代表工委的张宁收了别人的红包")

    assert owed_to(story, desk, "alert") == []
    assert "2611-0001" not in story.say(desk, "今日")
    assert story.say(desk, "查 1").startswith("没找到")
    assert story.say(desk, "搜 红包").startswith("没找到")


def test_thanks_cancel_no_accusation_and_names_alone_are_ordinary(story: Story) -> None:
    story.say("voter-1", "谢谢柯巧云帮我们把路灯修好了，辛苦了")
    story.say("voter-2", "住建局一直不来修东苑小区的屋顶，没人管")

    assert sealed_cases(story) == []


def test_ordinary_words_after_a_sealed_case_are_a_case_of_their_own(story: Story) -> None:
    story.say("voter-1", BRIBE)

    assert "2611-0002" in story.say("voter-1", EAST)
    assert "2611-0001" in story.say("voter-1", "补充 2611-0001 昨天又来要了一次")
    assert "昨天又来要了一次" in words_of(story, "2611-0001")
    assert "楼道灯" not in words_of(story, "2611-0001")


def test_a_case_of_one_voter_that_nobody_outside_was_shown_is_sealed_whole(
    story: Story, east: str, desk: str
) -> None:
    story.say("voter-1", EAST)
    story.say(east, "接手 1")
    story.clock.turn(hours=1)
    said = story.say("voter-1", f"补充 {BRIBE}")

    (case,) = sealed_cases(story)
    assert (case.number, case.station) == ("2611-0001", "")
    assert said.startswith("2611-0001 已改为单独保管")
    assert story.say(east, "查 1").startswith("没找到")
    (told,) = owed_to(story, desk, "alert")
    assert "柯巧云" in told
    assert "2611-0001" in told


def test_what_a_department_has_goes_on_without_the_accusing_words(story: Story, east: str, desk: str) -> None:
    story.say("voter-1", EAST)
    story.say(desk, "转 1 区住建局")
    story.say(desk, "1")
    story.clock.turn(hours=1)
    said = story.say("voter-1", f"补充 {BRIBE}")

    (case,) = sealed_cases(story)
    assert case.number == "2611-0002"
    assert "2611-0002" in said
    assert "烟" not in words_of(story, "2611-0001")
    assert "烟" in words_of(story, "2611-0002")
    assert story.say(east, "查 2").startswith("没找到")
    assert "2611-0001" in story.say(east, "查 1")


def test_words_with_a_verdict_are_heard_apart(story: Story, east: str) -> None:
    story.say("voter-1", EAST)
    story.say(east, "办结 1 灯换好了，当晚试过都亮")
    story.say(east, "1")
    story.clock.turn(hours=20)
    story.say("voter-1", "没解决，柯巧云还威胁我撤诉")

    assert [case.number for case in sealed_cases(story)]
    assert not any("威胁" in words_of(story, number) for number in open_numbers(story))


def test_a_doubtful_case_is_opened_with_one_digit_by_a_named_person(
    story: Story, east: str, desk: str
) -> None:
    story.say("voter-1", "东苑小区楼道灯坏了，柯巧云推来推去不给登记")
    with Session(story.engine) as session, session.begin():
        session.add(CaseAccused(id=1, case_id=sealed_cases(story)[0].id, who="unclear"))
    shown = story.say(desk, "查 1")
    digit = next(line.split()[0] for line in shown.splitlines() if "转为普通件" in line)

    assert "已转为普通件" in story.say(desk, digit)
    assert sealed_cases(story) == []
    assert "2611-0001" in story.say(east, "查 1")


@pytest.mark.parametrize(
    "asked", ["这个投诉她自己看得到不？", "我举报的这个人会不会知道", "被投诉的人能看到我写的吗"]
)
def test_whether_the_accused_reads_it_gets_an_honest_answer(story: Story, asked: str) -> None:
    story.say("voter-1", BRIBE)

    assert "2611-0001 单独保管" in story.say("voter-1", asked)


def test_where_all_of_the_desk_are_accused_the_operator_gets_the_number_alone(
    story: Story, desk: str
) -> None:
    operator = bind(story, "staff:T026")
    story.say("voter-1", "代表工委的人都收了开发商的红包")

    assert owed_to(story, desk, "alert") == []
    (told,) = owed_to(story, operator, "alert")
    assert "2611-0001" in told
    assert "红包" not in told


def test_an_election_report_goes_to_the_desk_alone(story: Story, east: str, desk: str) -> None:
    story.say("voter-1", "换届选举有人给钱拉票，一票两百")

    (case,) = sealed_cases(story)
    assert story.say(east, f"查 {case.number}").startswith("没找到")
    assert owed_to(story, east, "alert") == []
    assert owed_to(story, desk, "alert")
