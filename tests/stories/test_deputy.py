"""A deputy sees the own stations' cases without the voters, and says who comes."""

from datetime import datetime

import pytest

from tests.stories.driver import SHANGHAI, Story
from tests.stories.lines import both_channels
from tests.stories.people import EAST, WEST, bind, owed_to

REMINDED = datetime(2026, 12, 3, 8, 45, tzinfo=SHANGHAI)


@pytest.fixture
def deputy(story: Story) -> str:
    return bind(story, "deputy:D001")


@both_channels
def test_my_station_tells_where_and_how_many(story: Story, deputy: str) -> None:
    story.say("voter-1", EAST)

    reply = story.say(deputy, "我的站")

    assert "东苑社区联络站" in reply
    assert "没办结1件" in reply
    assert "下次接待日12月10日（周四）9:00" in reply


@both_channels
def test_a_deputy_reads_a_case_without_the_voter(story: Story, deputy: str) -> None:
    story.say("voter-1", "我叫王小明，东苑小区3幢楼道灯坏了，电话13900000000")

    listed = story.say(deputy, "案件")
    shown = story.say(deputy, "1")

    assert "1 2611-0001 楼道照明，东苑小区" in listed
    assert "东苑小区3幢楼道灯坏了，电话＊＊" in shown
    assert "王小明" not in shown
    assert "13900000000" not in shown
    assert "选民信息已隐去" in shown


def test_what_a_voter_adds_reaches_the_deputy_without_who_the_voter_is(story: Story, deputy: str) -> None:
    story.say("voter-1", EAST)
    story.say("voter-1", "补充 二楼也坏了")
    story.say(deputy, "案件")
    before = story.say(deputy, "1")
    story.say("voter-1", "补充 找我请打13900000000，我叫王小明")
    story.say(deputy, "案件")

    story.say(deputy, "1")
    after = story.say(deputy, "1")

    assert "二楼也坏了" in before
    assert "找我请打＊＊" in after
    assert "王小明" not in after
    assert "13900000000" not in after


def test_a_deputy_sees_no_other_station(story: Story, deputy: str) -> None:
    story.say("voter-1", WEST)

    assert "没有没办结的件" in story.say(deputy, "案件")


def test_a_deputy_sees_no_sealed_case_and_no_cry_for_help(story: Story, deputy: str) -> None:
    story.say("voter-1", "我要反映东苑社区联络站的人收好处")
    story.say("voter-2", "东苑小区，活不下去了，不想活了")

    assert "没有没办结的件" in story.say(deputy, "案件")


@both_channels
def test_a_long_list_goes_on_by_a_digit(story: Story, deputy: str) -> None:
    for voter in range(6):
        story.say(f"voter-{voter}", EAST)

    first = story.say(deputy, "案件")
    second = story.say(deputy, "5")

    assert "没办结6件" in first
    assert "5 看后面的" in first
    assert "0005" in second
    assert len(first) <= 120


@both_channels
def test_a_reminder_is_answered_by_digit(story: Story, deputy: str) -> None:
    story.at(REMINDED)
    assert any("12月10日" in text for text in story.phones.texts_to(deputy))

    assert story.say(deputy, "1").startswith("按“12月10日接待日：参加”记下了")


def test_a_leave_is_told_to_the_station_once_with_its_reason(story: Story, deputy: str) -> None:
    staff = bind(story, "staff:T005")
    story.at(REMINDED)

    asked = story.say(deputy, "请假")
    taken = story.say(deputy, "1")

    assert "1 出差\n2 身体不适\n3 单位有事" in asked
    assert "请假（出差）" in taken
    (told,) = owed_to(story, staff, "notice")
    assert "出差" in told


def test_a_reason_may_be_written(story: Story, deputy: str) -> None:
    story.at(REMINDED)
    story.say(deputy, "2")

    assert "请假（孩子住院）" in story.say(deputy, "孩子住院")


def test_a_deputy_may_come_after_all(story: Story, deputy: str) -> None:
    story.at(REMINDED)
    story.say(deputy, "2")
    story.say(deputy, "3")

    assert "接待日：参加" in story.say(deputy, "参加")


def test_leave_in_a_deputys_own_words_is_leave_and_no_case(story: Story, deputy: str) -> None:
    story.at(REMINDED)

    assert "请假（发烧）" in story.say(deputy, "不来了 发烧")
    assert "12月10日接待日：请假" in story.say(deputy, "12月10日我有事来不了")
    assert "没有等您回的活动" in story.say(deputy, "1月11日我有事来不了")
    assert "还不能在这里办" in story.say(deputy, "签到")
    assert "没有没办结的件" in story.say(deputy, "案件")


def test_a_word_without_an_occasion_is_answered(story: Story, deputy: str) -> None:
    assert "没有等您回的活动" in story.say(deputy, "请假")


@both_channels
def test_help_names_what_a_deputy_may_do(story: Story, deputy: str) -> None:
    reply = story.say(deputy, "帮助")

    assert "案件" in reply
    assert "办结" not in reply


def test_a_deputy_has_no_command_of_staff(story: Story, deputy: str) -> None:
    story.say("voter-1", EAST)

    story.say(deputy, "办结 1")

    assert owed_to(story, "voter-1", "result") == []
