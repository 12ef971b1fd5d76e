"""What a voter says of a case that has ended: within a week the same case goes on, later one linked to it (T8)."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import CasePart
from tests.stories.driver import SHANGHAI, Story
from tests.stories.people import EAST, bind, steps_of, the_case

MONDAY = datetime(2026, 11, 23, 14, 7, tzinfo=SHANGHAI)
NUMBER = "2611-0001"


def hear(story: Story, at: datetime | None = None) -> None:
    story.clock.at = at or story.clock.at
    for _ in range(3):
        story.app.tick_all()


@pytest.fixture
def east(story: Story) -> str:
    """Give the clerk of the station that has the case."""
    story.clock.at = MONDAY
    story.say("voter-1", EAST)
    return bind(story, "staff:T005")


@pytest.fixture
def ended(story: Story, east: str) -> str:
    """Give the clerk of a case that its voter called solved on Monday."""
    story.clock.turn(hours=1)
    story.say(east, "办结 1 灯已换好")
    hear(story)
    story.say("voter-1", "1")
    story.say("voter-1", "1")
    return east


@pytest.mark.parametrize("days", [0, 1, 6])
@pytest.mark.parametrize(
    "words", ["又坏了", "没修好", "还是不亮", "还在闪", "还在闪，没好", "东苑小区楼道灯又不亮了，三楼全黑"]
)
def test_within_a_week_a_word_reopens_the_same_case(story: Story, ended: str, words: str, days: int) -> None:
    story.clock.turn(days=days)

    said = story.say("voter-1", words)

    case = the_case(story, NUMBER)
    assert said.startswith("按“没解决”记下，退回东苑社区联络站重办，")
    assert (case.state, case.failures, case.verdict) == ("assigned", 1, "unsolved")
    assert NUMBER in story.say(ended, "未办结")
    shown = story.say("voter-1", "我的")
    assert shown.startswith(f"{NUMBER} ")
    assert said.split("重办，")[1].split("。")[0] in shown


@pytest.mark.parametrize("words", ["又坏了", "东苑小区楼道灯又不亮了，三楼全黑"])
def test_later_it_opens_a_linked_case_that_names_the_earlier_one(
    story: Story, ended: str, words: str
) -> None:
    story.clock.turn(days=8)

    said = story.say("voter-1", words)

    earlier, case = the_case(story, NUMBER), the_case(story, "2612-0001")
    assert said.startswith(f"记下了，编号 2612-0001，接着 {NUMBER}（11月23日办结）办。\n楼道照明（房）")
    assert case.linked_to == earlier.id
    assert (case.station, case.topic, case.place, case.state) == (
        earlier.station,
        earlier.topic,
        earlier.place,
        "registered",
    )
    assert (earlier.state, earlier.verdict) == ("closed", "solved")
    assert f"接着 {NUMBER} 办" in story.say(ended, "查 2612-0001")
    assert f"接着 {NUMBER} 办" in story.say("voter-1", "查 2612-0001")
    assert "又有问题，另记 2612-0001" in story.say("voter-1", f"查 {NUMBER}")


@pytest.mark.usefixtures("ended")
@pytest.mark.parametrize("words", ["好了", "修好了"])
@pytest.mark.parametrize("hours", [0, 30])
def test_well_after_all_right_after_not_solved_is_asked_about(story: Story, words: str, hours: int) -> None:
    story.say("voter-1", "还在闪")
    story.clock.turn(hours=hours)

    asked = story.say("voter-1", words)
    said = story.say("voter-1", "1")

    assert asked.startswith(f"{NUMBER} 现在怎么样？\n1 ")
    assert said.startswith("记下“解决了”。")
    assert (the_case(story, NUMBER).state, the_case(story, NUMBER).verdict) == ("closed", "solved")


@pytest.mark.usefixtures("ended")
def test_the_case_may_be_chosen_from_the_own_ones(story: Story) -> None:
    shown = story.say("voter-1", "我的")
    said = story.say("voter-1", "1")

    assert shown.endswith("这件已办结。没好或又坏了回1；别的事直接写一句。")
    assert said.startswith("按“没解决”记下，退回东苑社区联络站重办，")
    assert the_case(story, NUMBER).state == "assigned"


@pytest.mark.usefixtures("ended")
def test_a_number_before_the_words_names_the_case(story: Story) -> None:
    said = story.say("voter-1", f"{NUMBER} 没修好")

    assert said.startswith("按“没解决”记下")


def test_of_several_cases_the_voter_is_asked_which(story: Story, ended: str) -> None:
    story.clock.turn(hours=1)
    story.say("voter-1", "东苑小区停车位不足")
    story.say(ended, "办结 2 已划线12个")
    hear(story)
    story.say("voter-1", "1")
    story.say("voter-1", "0")

    asked = story.say("voter-1", "又坏了")
    said = story.say("voter-1", "2")

    assert asked.startswith("您说的是哪一件？\n1 2611-0002 ")
    assert said.startswith("按“没解决”记下")
    assert the_case(story, NUMBER).state == "assigned"
    assert the_case(story, "2611-0002").state == "closed"


@pytest.mark.usefixtures("ended")
def test_what_is_said_of_another_place_or_another_trouble_is_a_new_case(story: Story) -> None:
    story.clock.turn(hours=1)

    assert "编号 2611-0002" in story.say("voter-1", "北园社区路灯又不亮了，走路看不见")
    assert the_case(story, NUMBER).state == "closed"


def test_who_told_nothing_before_is_heard_as_ever(story: Story) -> None:
    story.clock.at = MONDAY

    assert "编号 2611-0001" in story.say("voter-1", "东苑小区3幢楼道灯还是不亮，没修好")


def test_words_about_a_case_at_work_go_into_it(story: Story, east: str) -> None:
    story.say(east, "接手 1")
    story.clock.turn(hours=2)

    said = story.say("voter-1", "灯还是不亮")

    assert said.startswith(f"已放进 {NUMBER}")
    assert "还是不亮" in story.say(east, "查 1") or "补充1条" in story.say(east, "查 1")


@pytest.mark.parametrize("stale", ["1", "2", "没有解决，半夜还是响", "噪音", "北园社区"])
@pytest.mark.parametrize("menu", ["correct", "topic", "place"])
def test_a_menu_from_before_the_end_changes_nothing(story: Story, stale: str, menu: str) -> None:
    story.clock.at = MONDAY
    first = {"correct": EAST, "topic": "隔壁半夜总是很吵睡不着", "place": "路灯不亮了好几天"}[menu]
    story.say("voter-1", first)
    desk = bind(story, "staff:T001")
    story.say(desk, "办结 1 已处理好")
    before = the_case(story, NUMBER)
    hear(story, MONDAY + timedelta(hours=1))
    hear(story, MONDAY + timedelta(days=8))

    said = story.say("voter-1", stale)

    after = the_case(story, NUMBER)
    assert (after.topic, after.category, after.place, after.place_text, after.station) == (
        before.topic,
        before.category,
        before.place,
        before.place_text,
        before.station,
    )
    assert "现在是“" not in said


def test_a_menu_from_before_somebody_took_it_over_is_too_late_and_words_still_go_in(
    story: Story, east: str
) -> None:
    story.say("voter-1", "1")
    story.say(east, "接手 1")

    late = story.say("voter-1", "1")
    then = story.say("voter-1", "其实是四楼的灯")

    assert late.startswith("这件已经有人在办")
    assert then.startswith(f"已放进 {NUMBER}")
    assert steps_of(story, NUMBER)[-1] == "added"


@pytest.mark.usefixtures("ended")
def test_a_picture_after_unsolved_goes_into_the_case(story: Story) -> None:
    story.say("voter-1", "又坏了")

    said = story.picture("voter-1")

    assert said.startswith(f"照片已放进 {NUMBER}")


@pytest.mark.usefixtures("ended")
def test_a_new_trouble_told_instead_is_filed(story: Story) -> None:
    story.say("voter-1", "又坏了")

    assert "编号 2611-0002" in story.say("voter-1", "北园社区垃圾没人收，臭得很")


@pytest.mark.parametrize("words", ["好了", "修好了，谢谢"])
def test_good_news_counts_even_where_the_question_gave_way_to_another(
    story: Story, east: str, words: str
) -> None:
    story.say(east, "办结 1 灯已换好")
    hear(story)
    story.say("voter-1", "取消")

    said = story.say("voter-1", words)

    assert said.startswith("记下“解决了”")
    assert the_case(story, NUMBER).verdict == "solved"


def test_partly_tells_the_office_what_is_left(story: Story, east: str) -> None:
    story.say(east, "办结 1 灯已换好")
    hear(story)

    asked = story.say("voter-1", "2")
    noted = story.say("voter-1", "四楼那盏")
    thanks = story.say("voter-1", "2")
    hear(story)

    assert asked.startswith("记下“好了一部分”。哪里没好直接写一句")
    assert noted.startswith(f"放进 {NUMBER} 了")
    assert thanks.startswith("谢谢您")
    assert any("选民说好了一部分" in text for text in story.phones.texts_to(east))
    assert "四楼那盏" in story.say(east, "查 1") or "补充1条" in story.say(east, "查 1")


@pytest.mark.usefixtures("ended")
def test_who_takes_unsolved_back_ends_the_second_round(story: Story) -> None:
    story.say("voter-1", "又坏了")
    story.clock.turn(days=1)

    story.say("voter-1", "改评价")
    said = story.say("voter-1", "1")

    assert said.startswith("记下“解决了”")
    assert (the_case(story, NUMBER).state, the_case(story, NUMBER).verdict) == ("closed", "solved")


def test_a_verdict_can_be_changed_for_seven_days_from_the_day_it_was_given(story: Story, east: str) -> None:
    story.say(east, "办结 1 灯已换好")
    hear(story)
    story.clock.turn(days=6)
    story.say("voter-1", "1")
    story.say("voter-1", "1")

    story.clock.turn(days=6)
    still = story.say("voter-1", "改评价")
    story.say("voter-1", "取消")
    story.clock.turn(days=2)
    late = story.say("voter-1", "改评价")

    assert still.startswith(f"{NUMBER} 现在怎么样？")
    assert late.startswith("7天内没有您评价过的件")


@pytest.mark.parametrize("words", ["不满意", "还黑着", "一点没变"])
def test_while_it_is_asked_whether_it_is_solved_a_short_no_is_a_no(
    story: Story, east: str, words: str
) -> None:
    story.say(east, "办结 1 灯已换好")
    hear(story)

    assert story.say("voter-1", words).startswith("按“没解决”记下，退回东苑社区联络站重办，")


@pytest.mark.parametrize("yes", ["1", "是的"])
def test_within_a_week_doubtful_words_are_asked_about(story: Story, ended: str, yes: str) -> None:
    story.clock.turn(days=3)

    asked = story.say("voter-1", "灯又暗了")

    assert asked.startswith(f"您说的是不是这件：{NUMBER} 楼道照明")
    assert story.say("voter-1", yes).startswith("按“没解决”记下，退回东苑社区联络站重办，")
    assert NUMBER in story.say(ended, "未办结")


@pytest.mark.usefixtures("ended")
def test_doubtful_words_are_kept_even_if_the_question_is_never_answered(story: Story) -> None:
    story.clock.turn(days=3)
    story.say("voter-1", "灯又暗了")
    story.say("voter-1", "隐私")

    with Session(story.engine) as session:
        assert "灯又暗了" in list(session.scalars(select(CasePart.text)))


@pytest.mark.usefixtures("ended")
def test_doubtful_words_that_mean_something_new_are_filed(story: Story) -> None:
    story.clock.turn(days=3)
    story.say("voter-1", "灯又暗了")

    assert "编号 2611-0002" in story.say("voter-1", "0")
    assert steps_of(story, "2611-0002") == ["filed"]


@pytest.mark.usefixtures("ended")
def test_doubtful_words_go_with_the_place_written_next(story: Story) -> None:
    story.clock.turn(days=3)
    story.say("voter-1", "灯又暗了")

    filed = story.say("voter-1", "西苑小区门口")

    assert "编号 2611-0002" in filed
    assert "西苑社区联络站" in filed
    assert "又暗" in the_case(story, "2611-0002").text


@pytest.mark.usefixtures("ended")
def test_not_solved_is_no_place(story: Story) -> None:
    story.say("voter-1", "路灯坏了")

    assert story.say("voter-1", "没解决").startswith(f"您说的是不是这件：{NUMBER}")
    assert story.say("voter-1", "1").startswith("按“没解决”记下")
