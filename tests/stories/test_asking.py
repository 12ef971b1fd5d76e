"""Staff ask in their own words; the answer says how it was understood and opens to the cases behind it."""

import re
from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from storage.engine.database import new_id
from storage.models import Case, Referral
from tests.storage.test_rates import add_year
from tests.stories.driver import SHANGHAI, Story
from tests.stories.people import bind

OCTOBER = datetime(2026, 10, 12, 10, 0, tzinfo=SHANGHAI)


@pytest.fixture
def desk(story: Story) -> str:
    return bind(story, "staff:T001")


@pytest.fixture
def east(story: Story) -> str:
    return bind(story, "staff:T005")


@pytest.fixture
def _parking(story: Story) -> None:
    """Nine cases about parking in 下沙街道 in October: four open, one of them late, three with 城管局."""
    with Session(story.engine) as session, session.begin():
        for number in range(1, 10):
            add(
                session,
                f"2610-{number:04d}",
                state="referred" if number < 4 else "registered" if number == 4 else "closed",
                answer_by=date(2026, 11, 10) if number == 1 else date(2026, 12, 1),
                look_by=date(2026, 12, 1),
            )
            if number < 4:
                refer(
                    session,
                    f"2610-{number:04d}",
                    due=date(2026, 11, 10) if number == 1 else date(2026, 12, 1),
                )
        add(session, "2610-0010", street="liuyin", station="S004")


def add(session: Session, number: str, **columns: object) -> None:
    session.add(
        Case(
            **{
                "id": new_id(),
                "number": number,
                "category": "travel",
                "topic": "parking",
                "station": "S016",
                "street": "xiasha",
                "place_text": "七格社区",
                "text": "没地方停车",
                "because": {},
                "filed_at": OCTOBER,
                "look_by": date(2026, 10, 15),
                "updated_at": OCTOBER,
                **columns,
            }
        )
    )
    session.flush()


def refer(session: Session, number: str, **columns: object) -> None:
    case = session.query(Case).where(Case.number == number).one()
    session.add(
        Referral(
            **{
                "id": new_id(),
                "case_id": case.id,
                "department": "cityadmin",
                "days": 10,
                "receipt_due": date(2026, 10, 14),
                "sent_at": OCTOBER,
                **columns,
            }
        )
    )


@pytest.mark.usefixtures("_parking")
def test_a_question_is_answered_with_a_number_and_its_cases(story: Story, desk: str) -> None:
    said = story.say(desk, "上个月下沙街道停车没办结的有几件")

    assert said.startswith("上个月登记的下沙街道占道停车、停车难类共9件，没办结4件，其中超期1件")
    assert "2610-0001" in said
    assert "2610-0001" in story.say(desk, "1")


@pytest.mark.usefixtures("_parking")
def test_what_follows_changes_one_thing_and_0_goes_back(story: Story, desk: str) -> None:
    first = story.say(desk, "上个月下沙街道停车没办结的有几件")

    changed = story.say(desk, "那城管局主办的呢")

    assert "区城管局主办的" in changed
    assert "没办结3件" in changed
    assert story.say(desk, "0") == first


@pytest.mark.usefixtures("_parking")
def test_what_was_not_understood_is_named_and_three_near_questions_are_offered(
    story: Story, desk: str
) -> None:
    said = story.say(desk, "老大难的有几件")

    assert said.startswith("没听懂“老大难”，您是要：\n1 超期的\n2 选民两次说没解决的\n3 挂牌督办的")
    assert "超期没办2件" in story.say(desk, "1")


@pytest.mark.parametrize("asked", ["没解决的有几件", "没办完的", "帮我看看今天几件没办", "还剩几件没办"])
@pytest.mark.usefixtures("_parking")
def test_the_words_of_every_day_mean_what_is_not_closed(story: Story, desk: str, asked: str) -> None:
    assert "共10件，没办结5件，其中超期" in story.say(desk, asked)


@pytest.mark.usefixtures("_parking")
def test_not_solved_also_opens_what_voters_called_not_solved(story: Story, desk: str) -> None:
    with Session(story.engine) as session, session.begin():
        session.query(Case).where(Case.number == "2610-0009").one().verdict = "unsolved"
        session.query(Case).where(Case.number == "2610-0008").one().grade = "bad"

    said = story.say(desk, "没解决的有几件")
    digit = re.search(r"(\d) 选民说没解决的1件", said)

    assert digit
    assert "2610-0009" in story.say(desk, digit[1])
    assert "选民不满意1件\n1 2610-0008" in story.say(desk, "不满意的有几件")


@pytest.mark.usefixtures("_parking")
def test_people_are_counted_where_people_are_asked_for(story: Story, desk: str) -> None:
    story.say("voter-1", "东苑小区3幢楼道灯坏了")

    assert "听了1位选民（每人算一次），共1件" in story.say(desk, "今天接待了多少人")


@pytest.mark.parametrize(
    "asked", ["下沙街道停车有几件", "柳荫街道停车有几件", "各街道停车多少件", "全区有几件没办结"]
)
@pytest.mark.usefixtures("_parking")
def test_a_station_cannot_ask_beyond_its_own_area(story: Story, east: str, asked: str) -> None:
    said = story.say(east, asked)

    assert "您的范围" in said
    assert "共" not in said


@pytest.mark.usefixtures("_parking")
def test_a_station_counts_only_what_is_its_own(story: Story, east: str) -> None:
    assert story.say(east, "上个月停车有几件").startswith("上个月登记的东苑社区联络站占道停车、停车难类共1件")


def test_the_four_rates_are_told_with_what_they_are_made_of(story: Story, desk: str) -> None:
    with Session(story.engine) as session, session.begin():
        add_year(session)

    said = story.say(desk, "今年到底解决了多少")

    assert said.startswith(
        "今年到11月20日青禾区到期412件（选民说没解决、退回重办过的5件算在内）：\n"
        "1 按期办结391/412，94.9%\n"
        "2 部门说解决338/412，82.0%\n"
        "3 选民说解决143/215，66.5%（问391件，215件有人答）\n"
        "4 满意和基本满意171/210，81.4%\n"
    )
    assert "共21件" in story.say(desk, "1")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("今年城管局超期率", "超期21/412，5.1%"),
        ("今年各街道选民确认解决率排名", "1 北园街道66.7%（48/72）\n2 柳荫街道"),
        ("各单位今年按期办结率", "1 区城管局94.9%（391/412）"),
        ("一季度满意率同比", "去年同期"),
        ("三月各街道多少件", "柳荫街道138件"),
        ("三月每月多少件", "2026年3月412件"),
        ("停车平均几天答复", "平均5.0天"),
    ],
)
def test_rates_and_groups_are_told(story: Story, desk: str, asked: str, told: str) -> None:
    with Session(story.engine) as session, session.begin():
        add_year(session)

    assert told in story.say(desk, asked)


_DIGIT = re.compile(r"^([1-9]) (.+)$", re.MULTILINE)
_NUMBER = re.compile(r"\d{4}-\d{4}")


ASKED = (
    "今年到底解决了多少",
    "今年城管局超期率",
    "今年选民确认解决率同比",
    "今年各街道选民确认解决率排名",
    "各单位今年按期办结率",
    "三月各街道多少件",
    "今年各单位多少件",
    "今年每月多少件",
    "今年各站没办结的有几件",
    "今年办结的有几件",
    "三月多少件环比",
    "停车平均几天答复",
)


def test_every_figure_opens_to_as_many_cases_as_it_says_and_0_goes_back(story: Story, desk: str) -> None:
    with Session(story.engine) as session, session.begin():
        add_year(session)
        add(session, "2610-9001", street="", station="")
    for asked in ASKED:
        whole = story.say(desk, asked)
        lines = _DIGIT.findall(whole)
        assert lines, asked
        for digit, label in lines:
            opened = story.say(desk, digit)
            assert _NUMBER.search(opened), (asked, label, opened)
            if _NUMBER.match(label):
                assert opened.startswith(label[:9])
                assert story.say(desk, asked) == whole
                continue
            assert "看后面的" in label or f"共{opened_count(label)}件" in opened, (asked, label, opened)
            assert story.say(desk, "0") == whole, (asked, label)


def opened_count(label: str) -> int:
    """Give how many cases a line says it opens: what is left of 按期 is opened first, else what is above the line."""
    above = re.search(r"(\d+)/(\d+)", label)
    if above is None:
        return int(re.findall(r"(\d+)件", label)[-1])
    on_time = "按期" in label or "94.9%" in label
    return int(above[2]) - int(above[1]) if on_time else int(above[1])


def test_a_ranking_opens_a_unit_and_both_sides_of_its_rate(story: Story, desk: str) -> None:
    with Session(story.engine) as session, session.begin():
        add_year(session)
    story.say(desk, "各单位今年按期办结率")

    unit = story.say(desk, "1")

    assert unit.startswith("区城管局94.9%（391/412）。没按期的共21件：\n1 26")
    assert "按期的391件" in unit
    assert story.say(desk, "6").startswith("共391件：")
