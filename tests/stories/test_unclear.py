"""What staff and clerks type by habit or in haste: nothing is filed by a slip, and what was meant is said."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.models import Case
from tests.stories.driver import Story
from tests.stories.people import EAST, bind, owed_to, the_case

CLERK, STATION, DESK = "staff:T027", "staff:T005", "staff:T001"


@pytest.fixture
def office(story: Story) -> Story:
    """One case with the housing bureau; its clerk, a station and the desk are there."""
    story.say("voter-1", EAST)
    for who in (CLERK, STATION, DESK):
        bind(story, who)
    story.say(DESK, "转 1 住建局 10天")
    story.say(DESK, "1")
    return story


def cases_filed(story: Story) -> int:
    with Session(story.engine) as session:
        return session.scalar(select(func.count()).select_from(Case)) or 0


@pytest.mark.parametrize(
    ("who", "words", "said"),
    [
        (CLERK, "已转有关科室处理", "要答复写“答复 2611-0001 内容”"),
        (CLERK, "我们看过了", "没有交"),
        (STATION, "转 1 城管局 5天", "转单位由街道、区里办"),
        (STATION, "协办 1 城管局", "不归您用"),
        (STATION, "接收 1", "不归您用"),
        (DESK, "谁没绑定", "“绑定码 陈立新”"),
        (DESK, "已转有关科室处理", "什么也没改"),
    ],
)
def test_a_habitual_digit_files_nothing(office: Story, who: str, words: str, said: str) -> None:
    answered = office.say(who, words)
    office.say(who, "1")

    assert said in answered
    assert cases_filed(office) == 1


def test_words_that_were_a_visitors_are_filed_by_a_word_and_not_typed_again(office: Story) -> None:
    asked = office.say(STATION, "西苑小区4幢王阿姨说楼上漏水好几天了")
    filed = office.say(STATION, "代录")

    assert "回“代录”两个字" in asked
    assert "编号 2611-0002" in filed
    assert the_case(office, "2611-0002").text == "西苑小区4幢王阿姨说楼上漏水好几天了"


@pytest.mark.parametrize("words", ["好的", "收到，谢谢", "已转", "已转有关部门", "已反馈给相关单位"])
def test_an_answer_that_says_nothing_never_reaches_the_voter(story: Story, words: str) -> None:
    story.say("voter-1", EAST)
    station = bind(story, STATION)

    refused = story.say(station, f"回复 1 {words}")
    told = owed_to(story, "voter-1", "result")
    sent = story.say(station, "11月21日已换新灯，物业每周检查")

    assert "没说做了什么，没有发给选民" in refused
    assert told == []
    assert "2611-0001" in sent
    assert any("已换新灯" in text for text in owed_to(story, "voter-1", "result"))


def test_a_case_is_not_ended_with_words_that_say_nothing(story: Story) -> None:
    story.say("voter-1", EAST)
    station = bind(story, STATION)

    assert "没有办结" in story.say(station, "办结 1 好的")
    assert the_case(story, "2611-0001").state == "registered"
