"""What voters ask the bot itself is answered from the district's data, and is never filed."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.models import Case
from tests.stories.driver import Story
from tests.stories.people import bind


def case_count(story: Story) -> int:
    with Session(story.engine) as session:
        return session.scalar(select(func.count()).select_from(Case)) or 0


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("10号有代表接待吗", "12月10日（周四）9:00–11:00代表接待选民"),
        ("下次接待什么时候", "12月10日（周四）9:00–11:00代表接待选民"),
        ("12月11日有代表接待吗", "12月11日没有排接待。12月10日（周四）"),
        ("东苑小区属于哪个联络站", "东苑社区联络站，东苑路12号"),
        ("东苑社区的代表是谁", "代表：陈立新、周敏"),
        ("谁能看见我说的", "联络站的工作人员能看到内容"),
        ("我想当人大代表怎么报名", "选民十人以上联名推荐"),
        ("怎么登记选民", "选民按选区登记"),
        ("人大代表能干什么", "代表听意见、往上反映"),
        ("你们他妈的就是一群吃干饭的废物", "让您生气了"),
    ],
)
def test_a_question_is_answered_and_not_filed(story: Story, asked: str, answer: str) -> None:
    assert answer in story.say("voter-1", asked)
    assert case_count(story) == 0


def test_a_street_has_so_many_deputies_and_a_place_names_them(story: Story) -> None:
    counted = story.say("voter-1", "柳荫街道有几个代表")
    shown = story.say("voter-1", "东苑小区")

    assert counted.startswith("柳荫街道有")
    assert "代表：陈立新、周敏" in shown


def test_a_question_does_not_make_the_open_one_forgotten(story: Story) -> None:
    story.say("voter-1", "路灯坏了")
    answered = story.say("voter-1", "会不会告诉物业是我说的")
    placed = story.say("voter-1", "东苑小区")

    assert "那件事在哪条路或哪个小区" in answered
    assert placed.startswith("好，东苑小区")
    assert case_count(story) == 1


@pytest.mark.parametrize(
    "trouble",
    ["选民登记漏了我，社区不给补", "代表能不能管管东苑小区的路灯", "小区里发传单的太多，电话13900000001"],
)
def test_a_trouble_that_sounds_alike_is_filed(story: Story, trouble: str) -> None:
    assert "编号" in story.say("voter-1", trouble)
    assert case_count(story) == 1


def test_thanks_are_kept_for_the_station_and_promise_nothing(story: Story) -> None:
    bind(story, "staff:T005")
    bind(story, "staff:T006")
    thanked = story.say("voter-1", "谢谢你们，东苑小区路灯修好了，比以前亮多了，点赞")

    assert thanked.startswith("谢谢您告诉我们")
    assert "路灯修好了" in story.say("staff:T005", "表扬")
    assert story.say("staff:T006", "表扬").startswith("最近三个月还没有")
    assert case_count(story) == 0


def test_an_advertisement_waits_and_is_filed_if_it_was_none(story: Story) -> None:
    held = story.say("voter-1", "专业疏通下水道，价格优惠，加微信abc12345")
    before = case_count(story)
    filed = story.say("voter-1", "1")

    assert held.startswith("这条像广告")
    assert "编号 2611-0001" in filed
    assert (before, case_count(story)) == (0, 1)


def test_a_landmark_settles_which_of_two_places_is_meant(story: Story) -> None:
    story.say("voter-1", "和平社区电梯坏了")
    unclear = story.say("voter-1", "靠近大门那个")
    settled = story.say("voter-1", "靠近菜场那个")

    assert unclear.startswith("还分不清是哪个")
    assert "柳荫和平社区联络站" in settled
    assert case_count(story) == 1


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("签到", "还不能在这里办"),
        ("退订", "提醒按规定要发"),
        ("我的履职", "2026年到今天"),
        ("这次我来不了", "没有等您回的"),
        ("能去了", "没有等您回的"),
    ],
)
def test_what_deputies_say_is_never_filed(story: Story, said: str, answer: str) -> None:
    bind(story, "deputy:D001")
    reply = story.say("deputy:D001", said)

    assert answer in reply or "接待" in reply
    assert case_count(story) == 0


def test_who_says_where_they_live_is_asked_what_the_matter_is(story: Story) -> None:
    greeted = story.say("voter-1", "我是东苑小区3幢的老头子，眼睛不好打字慢")
    filed = story.say("voter-1", "楼道里灯")

    assert greeted.startswith("您好，东苑小区归东苑社区联络站。请说是什么事")
    assert "由东苑社区联络站接手" in filed
    assert case_count(story) == 1


@pytest.mark.parametrize(
    "trouble", ["我们在东苑小区被偷了", "我是东苑小区的业主，楼道灯坏了", "我家在东苑小区漏水"]
)
def test_a_trouble_at_home_is_more_than_saying_where_one_lives(story: Story, trouble: str) -> None:
    assert "编号" in story.say("voter-1", trouble)


def test_what_is_told_before_the_place_keeps_the_question_where_it_is(story: Story) -> None:
    story.say("voter-1", "楼道里灯")
    told = story.say("voter-1", "坏了好多天了")
    placed = story.say("voter-1", "滨河露")

    assert told.startswith("已放进 2611-0001。在哪条路或哪个小区？")
    assert placed.startswith("好，滨河路")
    assert case_count(story) == 1


@pytest.mark.parametrize("said", ["没人理", "什么时候有人来修", "晓得了"])
def test_impatience_and_nods_are_no_case_of_their_own(story: Story, said: str) -> None:
    story.say("voter-1", "东苑小区楼道灯坏了")
    story.clock.turn(hours=2)
    story.say("voter-1", said)

    assert case_count(story) == 1


def test_a_station_named_by_its_own_name_is_booked_and_a_day_said_picks_it(story: Story) -> None:
    story.say("voter-1", "约代表")
    again = story.say("voter-1", "1.")
    offered = story.say("voter-1", "东苑社区联络站")
    booked = story.say("voter-1", "约1月11号")
    moved = story.say("voter-1", "我要改到九点半")

    assert again.startswith("您在哪一带？")
    assert offered.startswith("东苑社区联络站接待选民，约哪次？")
    assert booked.startswith("约好了：1月11日（周一）9:00")
    assert moved.startswith("约好了：1月11日（周一）9:40")
    assert case_count(story) == 0


def test_words_that_name_no_topic_change_none(story: Story) -> None:
    story.say("voter-1", "东苑小区楼道灯坏了")
    story.say("voter-1", "1")
    asked = story.say("voter-1", "地点不对")
    placed = story.say("voter-1", "西苑小区")

    assert asked.startswith("在哪条路或哪个小区？")
    assert placed.startswith("好，西苑小区")
    with Session(story.engine) as session:
        assert session.scalars(select(Case.topic)).all() == ["corridor-light"]


@pytest.mark.parametrize("said", ["没有电话", "不想留", "不会"])
def test_whoever_has_no_telephone_says_so_in_words(story: Story, said: str) -> None:
    story.say("voter-1", "找人")

    assert story.say("voter-1", said).startswith("好，不留电话。")
