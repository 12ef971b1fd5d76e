"""Who cannot write leaves a number and is called: the station sees it, nobody else, and it is never a case."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.models import Case, Person
from tests.stories.driver import Story
from tests.stories.lines import both_channels
from tests.stories.people import bind

PHONE = "13900000001"
EAST_STATION, WEST_STATION, DESK = "staff:T005", "staff:T006", "staff:T001"


def case_count(story: Story) -> int:
    with Session(story.engine) as session:
        return session.scalar(select(func.count()).select_from(Case)) or 0


def phones(story: Story) -> list[str]:
    with Session(story.engine) as session:
        known = select(Person.phone).where(Person.roster_key.is_(None), Person.phone != "")
        return list(session.scalars(known))


@both_channels
@pytest.mark.parametrize("said", [PHONE, "我电话139 0000 0001", "13900000001，姓王"])
def test_the_number_is_kept_and_somebody_calls(story: Story, said: str) -> None:
    bind(story, DESK)
    asked = story.say("voter-1", "我不会弄，找人")
    noted = story.say("voter-1", said)

    listed = story.say(DESK, "要打的电话")
    shown = story.say(DESK, "1")
    done = story.say(DESK, "已打")

    assert asked.startswith("好，请留个电话，只有联络站看得到，11月23日（周一）上班后打给您。")
    assert noted.startswith("记下了，11月23日（周一）上班后打给您，尾号0001。")
    assert listed.startswith("1位选民等回电")
    assert PHONE in shown
    assert done.startswith("记下了")
    assert story.say(DESK, "要打的电话").startswith("现在没有等回电的选民")
    assert (case_count(story), phones(story)) == (0, [PHONE])


def test_only_the_voters_own_station_sees_who_waits(story: Story) -> None:
    for who in (EAST_STATION, WEST_STATION, "deputy:D001", "staff:T027"):
        bind(story, who)
    story.say("voter-1", "东苑小区3幢楼道灯坏了")
    story.say("voter-1", "人工")
    story.say("voter-1", PHONE)

    assert "等回电" in story.say(EAST_STATION, "今日")
    assert story.say(WEST_STATION, "要打的电话").startswith("现在没有等回电的选民")
    for who in (WEST_STATION, "deputy:D001", "staff:T027"):
        assert PHONE not in "".join(story.say(who, words) for words in ("要打的电话", "1", "今日", "1"))


def test_a_number_with_a_digit_too_few_is_asked_again(story: Story) -> None:
    story.say("voter-1", "人工")

    assert story.say("voter-1", "1390000000").startswith("这个号码好像多了或少了一位")
    assert story.say("voter-1", PHONE).startswith("记下了")
    assert phones(story) == [PHONE]


def test_whoever_leaves_no_number_is_told_where_to_go(story: Story) -> None:
    story.say("voter-1", "有没有真人")

    assert story.say("voter-1", "0").startswith("好，不留电话。可到青禾大道1号")
    assert phones(story) == []


def test_a_number_under_the_question_where_is_kept_and_the_place_asked_again(story: Story) -> None:
    story.say("voter-1", "路灯坏了")
    kept = story.say("voter-1", PHONE)
    placed = story.say("voter-1", "东苑小区")

    assert kept.startswith("电话记下了，只有联络站看得到。路灯那件事在哪条路或哪个小区")
    assert placed.startswith("好，东苑小区")
    assert (case_count(story), phones(story)) == (1, [PHONE])


@pytest.mark.parametrize(
    "trouble", ["东苑小区楼道灯坏了，电话13900000001", "打了12345没人管垃圾", "找人修路灯等了三天没人来"]
)
def test_a_trouble_after_the_question_is_a_case(story: Story, trouble: str) -> None:
    story.say("voter-1", "人工")

    assert "编号" in story.say("voter-1", trouble)


def test_a_number_written_wrong_is_replaced_by_the_next(story: Story) -> None:
    story.say("voter-1", "东苑小区3幢楼道灯坏了")
    story.say("voter-1", "人工")
    story.say("voter-1", PHONE)
    changed = story.say("voter-1", "电话打错了是13900000002")
    story.say("voter-1", "我的")
    again = story.say("voter-1", "写错了 13900000003")

    assert "尾号0002" in changed
    assert "尾号0003" in again
    assert (case_count(story), phones(story)) == (1, ["13900000003"])


def test_a_number_with_the_wish_to_be_called_makes_somebody_call(story: Story) -> None:
    bind(story, DESK)
    story.say("voter-1", "东苑小区3幢楼道灯坏了")

    assert "尾号0001" in story.say("voter-1", f"电话 {PHONE} 让他们打给我")
    assert story.say(DESK, "要打的电话").startswith("1位选民等回电")


def test_who_one_is_goes_with_the_case_and_the_open_question_comes_again(story: Story) -> None:
    alone = story.say("voter-2", "我叫冯大明，电话13900000009")
    story.say("voter-1", "路灯坏了")
    kept = story.say("voter-1", f"我叫冯大明，电话{PHONE}，身份证330102195501011234")
    placed = story.say("voter-1", "东苑小区")

    assert "有什么事请写一句" in alone
    assert kept.startswith("记下了，跟 2611-0001 放在一起")
    assert "路灯那件事在哪条路" in kept
    assert placed.startswith("好，东苑小区")
    assert (case_count(story), sorted(phones(story))) == (1, [PHONE, "13900000009"])
