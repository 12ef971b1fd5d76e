"""Danger, despair, courts and insiders: the right door first, then filed, and the right people told."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Case, Outbox, Question
from tests.stories.driver import Story
from tests.stories.lines import both_channels


def only_case(story: Story) -> Case:
    with Session(story.engine) as session:
        return session.scalars(select(Case)).one()


@pytest.mark.parametrize(
    ("text", "kind", "number"),
    [
        ("东苑小区楼道里煤气味很重", "gas", "119"),
        ("七格社区着火了快来人", "fire", "119"),
        ("滨河路有人掉河里了", "drowning", "120"),
        ("隔壁在打人，要出人命了", "violence", "110"),
        ("我被困在电梯里了", "rescue", "119"),
        ("有人触电了快救命", "rescue", "120"),
        ("我家孩子不见了", "missing", "110"),
    ],
    ids=["gas", "fire", "drowning", "violence", "lift", "current", "lost child"],
)
def test_danger_gets_the_right_number_first_and_is_filed_as_urgent(
    story: Story, text: str, kind: str, number: str
) -> None:
    reply = story.say("voter-1", text)

    assert number in reply
    assert "我不能替您" in reply
    assert "2611-0001" in reply
    assert "（" not in reply
    assert only_case(story).urgency == kind


@both_channels
def test_despair_gets_people_to_talk_to_and_no_number_or_menu(story: Story) -> None:
    reply = story.say("voter-1", "活不下去了，不想活了")

    assert "12356" in reply
    assert "110" in reply
    assert "2611" not in reply
    assert only_case(story).urgency == "suicide"
    with Session(story.engine) as session:
        assert session.scalars(select(Question)).all() == []


@both_channels
def test_staff_are_told_of_danger_at_any_hour_without_the_voters_words(story: Story) -> None:
    story.clock.turn(hours=14)
    story.say("voter-1", "东苑小区楼道里煤气味很重")
    with Session(story.engine) as session:
        alerts = list(session.scalars(select(Outbox).where(Outbox.kind == "alert")))

    assert alerts
    assert all("2611-0001" in alert.text and "煤气味" not in alert.text for alert in alerts)
    assert all(alert.not_before.timestamp() <= story.clock().timestamp() for alert in alerts)


@both_channels
def test_a_complaint_about_an_insider_is_sealed(story: Story) -> None:
    reply = story.say("voter-1", "我要反映东苑站的人收好处")
    own = story.say("voter-1", "我的")

    case = only_case(story)
    assert reply.startswith("单独收好了，编号 2611-0001。")
    assert (case.sealed, case.station, case.street) == (True, "", "")
    assert own == "2611-0001 单独保管，正在看。要补充写“补充 2611-0001 内容”。"


def test_a_court_case_gets_the_right_door_and_no_opinion(story: Story) -> None:
    reply = story.say("voter-1", "法院判得不公，你们人大管不管")

    assert "2611-0001" in reply
    assert "12309" in reply
    assert "12348" in reply


@pytest.mark.parametrize(
    "said", ["有人持刀", "我爸摔倒了起不来快来人", "不想活了"], ids=["knife", "fall", "despair"]
)
def test_danger_is_never_taken_for_the_answer_to_a_question(story: Story, said: str) -> None:
    story.say("voter-1", "下雨路上积水很深")

    reply = story.say("voter-1", said)

    assert "110" in reply or "120" in reply
    with Session(story.engine) as session:
        assert session.scalars(select(Case.urgency).order_by(Case.id)).all()[-1] != ""


@pytest.mark.parametrize(
    "said", ["我想跟陈立新代表说我不想活了", "补充 楼道煤气味很重"], ids=["deputy", "addition"]
)
def test_danger_is_heard_before_any_command(story: Story, said: str) -> None:
    reply = story.say("voter-1", said)

    assert "110" in reply or "119" in reply
    assert only_case(story).urgency != ""


def test_whoever_sees_another_in_despair_is_told_what_to_do(story: Story) -> None:
    reply = story.say("voter-1", "楼上有人要跳楼快来")

    assert reply.startswith("请马上打110，说清在哪里")
    assert only_case(story).urgency == "suicide"


def test_after_a_cry_for_help_nothing_sounds_like_a_form(story: Story) -> None:
    story.say("voter-1", "活不下去了")
    said = [story.say("voter-1", text) for text in ("东苑小区3幢", "我的", "为什么", "补充 难受")]

    assert all("12356" in reply and "2611" not in reply and "站" not in reply for reply in said)
    assert only_case(story).station


def test_an_ordinary_trouble_after_a_cry_for_help_is_a_case_of_its_own(story: Story) -> None:
    story.say("voter-1", "活不下去了")

    assert "2611-0002" in story.say("voter-1", "东苑小区楼道灯坏了")


def test_thanks_after_a_cry_for_help_are_not_answered_by_an_office(story: Story) -> None:
    story.say("voter-1", "活不下去了")

    assert "12356" in story.say("voter-1", "谢谢")


@pytest.mark.parametrize(
    "said",
    [
        "投诉东苑社区联络站",
        "联络站小李收了我两条烟",
        "柯巧云上班时间打麻将",
        "东苑社区的柯巧云骂人",
        "陈立新代表收了开发商的钱",
        "东苑站那个姓柯的态度太差",
        "你们站里那个女的不让我写",
    ],
)
def test_a_complaint_about_a_station_does_not_go_to_it(story: Story, said: str) -> None:
    story.say("voter-1", said)

    assert only_case(story).sealed


@pytest.mark.parametrize(
    "said", ["感谢柯巧云帮我们修好了路灯", "东苑小区公交车站里那个人乱停车", "驿站里那个女的态度差，快递乱放"]
)
def test_praise_and_other_peoples_stations_are_not_sealed(story: Story, said: str) -> None:
    story.say("voter-1", said)
    with Session(story.engine) as session:
        assert not any(session.scalars(select(Case.sealed)))
