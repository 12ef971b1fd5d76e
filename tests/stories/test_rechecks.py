"""回头看: what departments called solved is drawn by lot, looked at on the spot, and what is not done goes back."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.rechecks.drawing import chosen
from storage.engine.database import new_id
from storage.models import Case, CasePart, Recheck, RecheckDraw, Referral
from tests.stories.driver import SHANGHAI, Story
from tests.stories.people import EAST, WEST, bind, owed_to, steps_of, the_case

MONDAY = datetime(2026, 11, 23, 14, 7, tzinfo=SHANGHAI)
AT_EAST, FAR_OFF = (30.3125, 120.3303), (30.35, 120.36)
DONE = "11月20日已将6盏楼道灯全部换新"


def solved(story: Story, who: str, text: str, department: str) -> str:
    """Let a case be told, and be closed since its department called it solved; give its number."""
    story.say(who, text)
    with Session(story.engine) as session, session.begin():
        case = session.scalars(select(Case).order_by(Case.id.desc()).limit(1)).one()
        case.state, case.closed_at, case.verdict = "closed", story.clock(), "solved"
        case.asked_at = story.clock()
        session.add(
            Referral(
                id=new_id(),
                case_id=case.id,
                department=department,
                state="answered",
                days=10,
                due=story.clock().date(),
                receipt_due=story.clock().date(),
                sent_at=story.clock(),
                answered_at=story.clock(),
                answer=DONE,
                result="A",
            )
        )
        return case.number


@pytest.fixture
def desk(story: Story) -> str:
    story.clock.at = MONDAY
    return bind(story, "staff:T001")


@pytest.fixture
def station(story: Story) -> str:
    return bind(story, "staff:T005")


@pytest.fixture
def task(story: Story, desk: str, station: str) -> str:
    """The only closed case is drawn; the station has opened its task."""
    solved(story, "voter-1", EAST, "housing")
    story.clock.turn(hours=1)
    story.say(desk, "回头看 抽 10")
    story.say(desk, "1")
    story.say(station, "回头看")
    return story.say(station, "1")


def test_the_desk_sees_what_would_be_drawn_before_it_draws(story: Story, desk: str) -> None:
    for number in range(4):
        solved(story, f"voter-{number}", EAST, "housing")
    solved(story, "voter-9", WEST, "cityadmin")
    story.clock.turn(hours=1)

    terms = story.say(desk, "回头看 抽 3")

    assert terms.startswith(
        "90天内部门说办好、已办结的5件，抽3件到现场看：区住建局2/4、区城管局1/1。\n随机码"
    )
    assert story.say(desk, "0") == "好，没有抽。要抽回“回头看 抽 10”。"


def test_the_lots_can_be_drawn_again_from_what_is_kept(story: Story, desk: str, station: str) -> None:
    for number in range(6):
        solved(story, f"voter-{number}", EAST, "housing")
    story.clock.turn(hours=1)
    story.say(desk, "回头看 住建局 2")
    drawn = story.say(desk, "1")
    story.at(story.clock.at)

    with Session(story.engine) as session:
        draw = session.scalars(select(RecheckDraw)).one()
        numbers = set(session.scalars(select(Case.number).join(Recheck, Recheck.case_id == Case.id)))

    assert drawn == "抽好2件，这就发给1位站里的人，11月30日（周一）前看完。回“回头看”看结果。"
    assert numbers == set(chosen(draw.pool["housing"], 2, draw.seed))
    assert len(draw.pool["housing"]) == 6
    assert any(text.startswith("有2件部门说办好了，请到现场看看") for text in owed_to(story, station))


def test_a_station_is_told_what_to_look_at_and_where(task: str) -> None:
    assert task == (
        f"2611-0001 东苑小区楼道照明。区住建局说：“{DONE}”\n"
        "请到现场看，发照片或位置，再选（也可以写一句）：\n1 真办好了\n2 没办好\n3 看不出\n0 回列表"
    )


@pytest.mark.usefixtures("task")
def test_what_is_done_is_proved_by_a_picture_and_stands_beside_the_rates(
    story: Story, desk: str, station: str
) -> None:
    assert story.picture(station).startswith("2611-0001 的现场照片、位置收到了。看下来：\n1 真办好了")
    assert story.say(station, "1") == "2611-0001 按“真办好了”记下了，谢谢。都看完了，今天要办的回“今日”。"
    story.clock.turn(days=1)

    rates = story.say(desk, "今年到底解决了多少")

    assert "选民说解决1/1，100.0%（问1件，1件有人答）" in rates
    assert "5 回头看查1件，属实1件" in rates
    assert "2611-0001" in story.say(desk, "5")
    assert the_case(story, "2611-0001").state == "closed"


@pytest.mark.usefixtures("task")
def test_a_word_without_proof_does_not_count_yet(story: Story, station: str) -> None:
    assert story.say(station, "2").startswith("按“没办好”先记着。再发一张现场照片，或到现场发位置，才作数。")
    assert story.location(station, *FAR_OFF).startswith("这个位置离东苑小区有")
    assert story.say(station, "只换了两盏，三楼还是黑的").startswith("2611-0001 的话记下了。再选：")

    with Session(story.engine) as session:
        recheck = session.scalars(select(Recheck)).one()

    assert (recheck.finding, recheck.note) == ("", "只换了两盏，三楼还是黑的")


@pytest.mark.usefixtures("task")
def test_what_is_not_done_goes_back_on_half_the_clock_and_everybody_hears_it(
    story: Story, desk: str, station: str
) -> None:
    clerk = bind(story, "staff:T027")
    story.say(station, "2")

    found = story.location(station, *AT_EAST)

    assert found == (
        "2611-0001 按“没办好”记下了，谢谢。已退回区住建局重办，11月30日（周一）前再答复。都看完了，今天要办的回“今日”。"
    )
    case = the_case(story, "2611-0001")
    assert (case.state, case.failures, case.verdict) == ("referred", 1, "solved")
    assert steps_of(story, "2611-0001")[-1] == "recheck failed"
    assert any("还没办好，已退回区住建局重办" in text for text in owed_to(story, "voter-1", "result"))
    assert any(text.startswith("2611-0001，站里到现场看没办好") for text in owed_to(story, desk))
    assert any("2611-0001" in text for text in owed_to(story, clerk))
    assert "站里到现场看，还没办好，重办" in story.say("voter-1", "我的")
    assert story.say(desk, "回头看").startswith("今年回头看抽了1件，查1件，属实0件。")
    assert "2611-0001" in story.say(desk, "1")


@pytest.mark.usefixtures("task")
def test_a_finding_is_given_once(story: Story, station: str) -> None:
    street = bind(story, "staff:T002")
    story.say(street, "回头看")
    story.say(street, "1")
    story.say(street, "1")
    story.picture(station)
    story.say(station, "2")

    assert story.say(street, "3").startswith("2611-0001 已由柯巧云看过：没办好，一件只算一次。")
    assert the_case(story, "2611-0001").failures == 1


@pytest.mark.usefixtures("task")
def test_the_proof_is_no_part_of_what_the_voter_sent(story: Story, desk: str, station: str) -> None:
    story.picture(station)
    story.say(station, "1")

    with Session(story.engine) as session:
        kept = session.scalars(select(CasePart.recheck_id).where(CasePart.kind == "image")).all()

    assert all(kept)
    assert len(kept) == 1
    assert "照片" not in story.say(desk, "查 1")


def test_what_was_looked_at_is_not_drawn_again(story: Story, desk: str, task: str) -> None:
    assert task
    assert story.say(desk, "回头看 抽 10").startswith("90天内没有部门说办好、已办结又没看过的件")


def test_once_a_month_the_desk_is_asked_and_one_answer_is_enough(
    story: Story, desk: str, station: str
) -> None:
    solved(story, "voter-1", EAST, "housing")
    story.clock.at = datetime(2026, 12, 1, 9, 17, tzinfo=SHANGHAI)
    for person in (desk, station):
        story.say(person, "今日")
    for _ in range(3):
        story.at(story.clock.at + timedelta(minutes=4))

    asked = [text for text in owed_to(story, desk) if "按比例抽" in text]
    drawn = story.say(desk, "1")
    story.at(story.clock.at + timedelta(days=1))

    assert len(asked) == 1
    assert asked[0].startswith("11月部门说办好、已办结的1件，按比例抽1件回头看：区住建局1/1。随机码")
    assert drawn.startswith("抽好1件，这就发给1位站里的人，12月8日（周二）前看完。")
    assert len([text for text in owed_to(story, desk) if "按比例抽" in text]) == 1


def test_a_station_draws_nothing(story: Story, station: str) -> None:
    assert story.say(station, "回头看 抽 10") == "抽件由区里来做。要去看的件回“回头看”。"


def test_what_waits_to_be_seen_stands_in_the_day(story: Story, desk: str, station: str) -> None:
    solved(story, "voter-1", EAST, "housing")
    story.clock.turn(hours=1)
    story.say(desk, "回头看 抽 10")
    story.say(desk, "1")

    assert "1件要去现场回头看" in story.say(station, "今日")
