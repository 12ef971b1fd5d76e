"""Lists of staff outlive one pick: 0 leads from a case back to its list, from there to the one before, and out."""

from datetime import datetime

import pytest

from tests.stories.driver import SHANGHAI, Story
from tests.stories.lines import both_channels
from tests.stories.people import EAST, WEST, bind, steps_of

LAMPS = "东苑小区1幢电梯坏了三天"


@pytest.fixture
def desk(story: Story) -> str:
    for voter, line in (("voter-1", EAST), ("voter-2", WEST), ("voter-3", LAMPS)):
        story.say(voter, line)
    return bind(story, "staff:T001")


@both_channels
def test_zero_leads_back_step_by_step(story: Story, desk: str) -> None:
    listed = story.say(desk, "未办结")
    assert listed.endswith("0 不看了")

    card = story.say(desk, "1")
    assert card.endswith("0 回列表")
    assert story.say(desk, "0") == listed
    assert story.say(desk, "2") != card
    story.say(desk, "0")
    assert "什么也没改" in story.say(desk, "0")
    assert "没有等您选的事" in story.say(desk, "1")


def test_a_list_holds_what_is_left_after_something_was_done(story: Story, desk: str) -> None:
    number = story.say(desk, "未办结").splitlines()[1].split()[1]
    story.say(desk, "1")
    story.say(desk, "4")

    done = story.say(desk, "11月21日已全部处理完毕并拍照留存，依据物业服务合同")

    assert "concluded" in steps_of(story, number)
    assert done.endswith("0 回列表")
    assert "没办结3件" in story.say(desk, "0")


def test_words_that_were_asked_for_can_be_left_by_zero(story: Story, desk: str) -> None:
    listed = story.say(desk, "未办结")
    number = listed.splitlines()[1].split()[1]
    story.say(desk, "1")

    assert story.say(desk, "1").endswith("0 回列表")
    assert story.say(desk, "0") == listed
    assert steps_of(story, number) == ["filed"]


@pytest.mark.parametrize("asked", ["未办结", "查 东苑小区", "统计", "今年没办结的有几件", "新到的有几件"])
def test_every_list_can_be_left_and_come_back_to(story: Story, desk: str, asked: str) -> None:
    listed = story.say(desk, asked)
    assert "\n0 不看了" in listed

    assert "\n0 " in story.say(desk, "1")
    assert story.say(desk, "0") == listed


def test_a_list_below_today_leads_back_to_today(story: Story, desk: str) -> None:
    story.say("voter-4", "幸福路燃气泄漏，味道很大")
    today = story.say(desk, "今日")
    assert "1 急件1件" in today

    listed = story.say(desk, "1")
    assert listed.endswith("0 回今日")
    story.say(desk, "1")
    assert story.say(desk, "0") == listed
    assert story.say(desk, "0") == today


def test_the_card_of_the_morning_can_be_come_back_to(story: Story, desk: str) -> None:
    story.say("voter-4", "幸福路燃气泄漏，味道很大")
    for minutes in (48 * 60 - 20, 5, 5, 5, 5):
        story.clock.turn(minutes=minutes)
        story.app.tick_all()
    pushed = next(text for text in story.phones.texts_to(desk) if "项：" in text)
    assert "急件1件" in pushed

    story.say(desk, "1")
    assert "急件1件" in story.say(desk, "0")


def test_a_department_comes_back_to_its_list_and_a_deputy_to_theirs(story: Story, desk: str) -> None:
    clerk = bind(story, "staff:T027")
    story.say(desk, "转 2611-0001 住建局 5天")
    story.say(desk, "1")
    listed = story.say(clerk, "要办的")
    assert story.say(clerk, "1").endswith("0 回列表")
    assert story.say(clerk, "0") == listed


def test_today_shows_the_first_lines_and_opens_the_rest_by_a_digit(story: Story, desk: str) -> None:
    said = story.say(desk, "今日")

    assert len(said) <= 120
    assert said.count("\n") <= 8


def test_what_a_clerk_asks_every_day_leads_to_its_list(story: Story, desk: str) -> None:
    clerk = bind(story, "staff:T027")
    story.say(desk, "转 2611-0001 住建局 3天")
    story.say(desk, "1")
    story.say(desk, "转 2611-0002 住建局 10天")
    story.say(desk, "1")
    story.say(clerk, "退回 2611-0002 按三定方案归城管局，建议转城管局")

    assert "3个工作日内到期1件" in story.say(desk, "快到期的")
    assert "单位退回1件" in story.say(desk, "退回来的")
    assert "还没接手1件" in story.say(desk, "没人管的")
    assert "区住建局" in story.say(desk, "谁还没答复")
    assert "3位，3件" in story.say(desk, "各街道接待了多少人")
    assert "共3件" in story.say(desk, "今天新来几件")


def test_a_transfer_that_was_not_sent_is_named_when_another_takes_its_place(story: Story, desk: str) -> None:
    story.say(desk, "转 2611-0001 住建局 3天")

    assert story.say(desk, "转 2611-0002 城管局 3天").startswith("2611-0001 那份还没发出")


def test_helpers_are_told_the_working_day_before_and_on_the_day(story: Story, desk: str) -> None:
    helper = bind(story, "staff:T028")
    story.clock.at = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
    story.say(desk, "转 2611-0001 住建局 3天 协办 城管局")
    story.say(desk, "1")
    told = {}
    for day in (24, 25, 26):
        before = len(story.phones.texts_to(helper))
        for minute in (20, 30, 40):
            story.clock.at = datetime(2026, 11, day, 8, minute, tzinfo=SHANGHAI)
            story.say(helper, "你好")
            story.app.tick_all()
        told[day] = [text for text in story.phones.texts_to(helper)[before:] if "要答复的" in text]

    assert [len(texts) for texts in told.values()] == [0, 1, 1]
    assert "2611-0001" in told[25][0]


def test_a_command_about_a_closed_case_in_words_asks_what_was_done(story: Story, desk: str) -> None:
    assert "做了什么、哪天做的、依据什么" in story.say(desk, "办结 1")
    assert "concluded" not in steps_of(story, "2611-0001")
    assert "没有办结" in story.say(desk, "好的")

    story.say(desk, "11月21日已换新灯，物业每周检查，依据物业服务合同")
    assert "concluded" in steps_of(story, "2611-0001")


def test_a_digit_that_crosses_a_push_answers_what_was_read(story: Story) -> None:
    """The question arrived a moment after the digit was written."""
    story.say("voter-1", EAST)
    story.say("voter-1", "滨河路公交车太少")
    desk = bind(story, "staff:T001")
    story.say("voter-1", "我的")
    story.say(desk, "办结 1 11月21日已换好声控灯12盏并试亮，依据物业服务合同")
    story.clock.turn(seconds=0.4)
    story.app.tick_all()
    assert "真的好了吗" in story.phones.texts_to("voter-1")[-1]

    steps = steps_of(story, "2611-0001")

    assert story.say("voter-1", "1").startswith("2611-0002 公交")
    assert steps_of(story, "2611-0001") == steps


def test_a_digit_after_a_push_answers_the_push(story: Story) -> None:
    story.say("voter-1", EAST)
    story.say("voter-1", "滨河路公交车太少")
    desk = bind(story, "staff:T001")
    story.say("voter-1", "我的")
    story.say(desk, "办结 1 11月21日已换好声控灯12盏并试亮，依据物业服务合同")
    story.clock.turn(seconds=0.4)
    story.app.tick_all()
    story.clock.turn(seconds=3)

    assert "满意" in story.say("voter-1", "1")


def test_the_second_page_of_today_leads_back_to_the_first(story: Story, desk: str) -> None:
    story.say("voter-4", "幸福路燃气泄漏，味道很大")
    story.voice("voter-5")
    story.say("voter-6", "找人")
    story.say("voter-6", "13700002222")
    for number, trouble in enumerate(("转 1 住建局 3天", "转 2 城管局 3天")):
        story.say(desk, trouble)
        story.say(desk, "1")
        story.clock.turn(minutes=number)
    story.clock.turn(days=10)
    story.say("voter-7", "滨河路公交车太少")

    first = story.say(desk, "今日")
    second = story.say(desk, "6")

    assert "6 其余" in first
    assert "\n0 回今日\n" in second
    assert story.say(desk, "0") == first
