"""A voter writes one sentence: filed, numbered, placed, and what can be done about mistakes."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.models import Case, CasePart, CaseStep, Inbox, Task
from tests.stories.driver import Story
from tests.stories.lines import both_channels

NUMBER = re.compile(r"\d{4}-\d{4}")
STAIRCASE = "东苑小区3幢楼道灯坏了半个月，老人晚上不敢下楼"


def cases(story: Story) -> list[Case]:
    with Session(story.engine) as session:
        return list(session.scalars(select(Case).order_by(Case.number)))


@both_channels
def test_following_greets_with_the_privacy_notice_and_an_example(story: Story) -> None:
    greeting = story.event("voter-1", "subscribe")

    assert "是程序，不是真人" in greeting
    assert "东苑小区3幢楼道灯坏了" in greeting
    assert "隐私" in greeting


@both_channels
def test_one_sentence_is_filed_in_the_same_breath(story: Story) -> None:
    story.event("voter-1", "subscribe")

    reply = story.say("voter-1", STAIRCASE)

    assert reply == (
        "记下了，编号 2611-0001。\n"
        "楼道照明（房），东苑小区，由东苑社区联络站接手。\n"
        "11月25日（周三）前有人回您。有错回1，照片可直接发。"
    )


def test_a_stranger_is_filed_at_once_and_hears_the_notice_once(story: Story) -> None:
    first = story.say("stranger", STAIRCASE)
    story.clock.turn(minutes=30)
    second = story.say("stranger", "家里停水两天，七格社区")

    assert "2611-0001" in first
    assert first.endswith("姓名、电话不给部门看，回“隐私”看说明。")
    assert "2611-0002" in second
    assert "隐私" not in second


def test_every_step_of_a_case_is_history(story: Story) -> None:
    story.say("voter-1", STAIRCASE)
    with Session(story.engine) as session:
        steps = list(session.scalars(select(CaseStep)))

    assert [(step.action, step.state) for step in steps] == [("filed", "registered")]


@both_channels
def test_one_digit_corrects_the_topic(story: Story) -> None:
    story.say("voter-1", STAIRCASE)

    menu = story.say("voter-1", "1")
    changed = story.say("voter-1", "１")

    assert menu.startswith("应该是哪一类？\n1 ")
    assert menu.splitlines()[-1] == "0 不改"
    assert changed.startswith("改好了：2611-0001 现在是“")
    assert "编号和日期不变" in changed
    assert cases(story)[0].topic != "stair_lighting"


def test_the_menu_of_topics_also_leads_to_the_place(story: Story) -> None:
    story.say("voter-1", STAIRCASE)
    menu = story.say("voter-1", "1")
    digit = next(line[0] for line in menu.splitlines() if "地点不对" in line)

    asked = story.say("voter-1", digit)
    placed = story.say("voter-1", "滨河路")

    assert "哪条路或哪个小区" in asked
    assert placed.startswith("好，滨河路，由")
    assert cases(story)[0].place_text == "滨河路"


def test_why_names_the_words_that_decided(story: Story) -> None:
    story.say("voter-1", STAIRCASE)

    why = story.say("voter-1", "为什么")

    assert "楼道灯" in why
    assert "东苑小区" in why
    assert "东苑社区联络站" in why


@both_channels
def test_without_a_place_one_short_question_completes_the_case(story: Story) -> None:
    asked = story.say("voter-1", "下雨路上积水很深，电动车都熄火了")
    placed = story.say("voter-1", "滨河路")

    assert "2611-0001" in asked
    assert "道路积水（水）" in asked
    assert "说不清回0" in asked
    assert "滨河路" in placed
    assert "11月" in placed
    assert len(cases(story)) == 1
    assert cases(story)[0].station


def test_a_place_that_cannot_be_told_goes_to_the_district(story: Story) -> None:
    story.say("voter-1", "下雨路上积水很深")

    skipped = story.say("voter-1", "0")

    assert skipped.startswith("好，2611-0001 先由区里看")
    assert cases(story)[0].station == ""


@both_channels
def test_a_pin_answers_the_question_about_the_place(story: Story) -> None:
    story.say("voter-1", "下雨路上积水很深")
    station = story.app.surroundings.world().district.nearest_stations
    target = next(iter(story.app.surroundings.world().district.stations.values()))

    placed = story.location("voter-1", target.latitude or 0, target.longitude or 0)

    assert callable(station)
    assert target.name in placed
    assert cases(story)[0].station == target.key


def test_two_places_of_one_name_are_asked_apart(story: Story) -> None:
    asked = story.say("voter-1", "和平社区垃圾没人收")
    placed = story.say("voter-1", "2")

    assert "有2个和平社区，是哪个？" in asked
    assert "1 柳荫街道\n2 北园街道\n0 都不是" in asked
    assert "和平社区" in placed
    assert "北园" in cases(story)[0].street or cases(story)[0].street


def test_a_new_trouble_while_the_place_is_asked_gets_its_own_number(story: Story) -> None:
    story.say("voter-1", "下雨路上积水很深")

    second = story.say("voter-1", "七格社区停车位不足")

    assert "2611-0002" in second
    assert "停车难（行）" in second


@both_channels
def test_pictures_and_a_further_sentence_join_the_case_just_filed(story: Story) -> None:
    story.say("voter-1", STAIRCASE)
    story.clock.turn(minutes=3)

    pictures = [story.picture("voter-1", media) for media in ("m1", "m2")]
    sentence = story.say("voter-1", "二楼到五楼都不亮")

    assert all("照片已放进 2611-0001" in reply for reply in pictures)
    assert "已放进 2611-0001" in sentence
    with Session(story.engine) as session:
        kinds = list(session.scalars(select(CasePart.kind).order_by(CasePart.id)))
    assert kinds == ["text", "image", "image", "text"]
    assert len(cases(story)) == 1


def test_a_second_trouble_within_ten_minutes_is_a_case_of_its_own(story: Story) -> None:
    story.say("voter-1", STAIRCASE)

    second = story.say("voter-1", "滨河路公交车太少，等半小时")

    assert "2611-0002" in second


def test_after_ten_minutes_a_picture_starts_a_case(story: Story) -> None:
    story.say("voter-1", STAIRCASE)
    story.clock.turn(minutes=11)

    reply = story.picture("voter-1")

    assert "2611-0002" in reply


@both_channels
def test_a_voice_without_words_is_a_case_and_a_task(story: Story) -> None:
    story.event("voter-1", "subscribe")

    reply = story.voice("voter-1")

    assert reply.startswith("语音收到，编号 2611-0001，没有丢。")
    assert "11月24日（周二）" in reply
    with Session(story.engine) as session:
        assert session.scalars(select(Task.kind)).all() == ["transcribe"]


def test_a_voice_with_words_is_filed_by_its_words(story: Story) -> None:
    reply = story.voice("voter-1", recognised="七格社区停车位不足。")

    assert "停车难（行）" in reply


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("你好", "您好，我是联络站的留言助手"),
        ("你是谁", "是程序，不是真人"),
        ("谢谢", "不客气"),
        ("3", "收到“3”，现在没有等您选的事"),
        ("３", "收到“3”，现在没有等您选的事"),
        ("", "没看到文字"),
        ("😀😀😀", "没看到文字"),
        ("隐私", "承办部门看不到您的姓名"),
        ("我的", "还没有在这里反映过"),
        ("帮助", "有事直接写一句"),
    ],
    ids=["hello", "who", "thanks", "digit", "wide digit", "empty", "emoji", "privacy", "none", "help"],
)
def test_small_things_are_answered_and_not_filed(story: Story, text: str, said: str) -> None:
    assert said in story.say("voter-1", text)
    assert cases(story) == []


def test_a_greeting_with_a_trouble_is_a_case(story: Story) -> None:
    assert "停水（水）" in story.say("voter-1", "你好，七格社区家里停水两天")


@both_channels
def test_two_thousand_characters_are_filed_whole(story: Story) -> None:
    text = "七格社区停车位不足，" * 200

    reply = story.say("voter-1", text)

    assert "2611-0001" in reply
    assert cases(story)[0].text == text
    assert len(reply) < 160


def test_traditional_characters_are_understood(story: Story) -> None:
    assert "停水（水）" in story.say("voter-1", "七格社區家裡停水兩天")


@both_channels
def test_unknown_kinds_get_a_polite_answer_and_are_kept(story: Story) -> None:
    reply = story.send("voter-1", MsgType="hologram")

    assert "还看不懂" in reply
    with Session(story.engine) as session:
        assert session.scalars(select(Inbox.raw)).one() is not None


@both_channels
@pytest.mark.parametrize(
    "stand_in",
    [
        "[收到不支持的消息类型，暂无法显示]",
        "【收到不支持的消息类型，暂无法显示】",
        "[该消息类型暂不能展示]",
        "[Received an unsupported message. It cannot be displayed]",
    ],
)
def test_what_the_platform_writes_in_place_of_a_message_is_of_an_unknown_kind(
    story: Story, stand_in: str
) -> None:
    reply = story.say("voter-1", stand_in)

    assert "还看不懂" in reply
    assert cases(story) == []
    with Session(story.engine) as session:
        assert session.scalars(select(Inbox.raw)).one() is not None


def test_what_a_person_says_about_such_a_message_is_filed(story: Story) -> None:
    assert "编号" in story.say("voter-1", "[急]东苑小区3幢楼道灯坏了，发照片说不支持的消息")


@pytest.mark.parametrize("typed", ["0️⃣", "０", "(0)", "（0）", "0。"])
def test_a_digit_is_one_however_it_is_typed(story: Story, typed: str) -> None:
    story.say("voter-1", "楼道灯坏了")
    story.say("voter-1", typed)

    assert [(case.text, case.place_text) for case in cases(story)] == [("楼道灯坏了", "")]


def test_numbers_have_no_gap_and_begin_again_each_month(story: Story) -> None:
    for voter in range(3):
        story.say(f"voter-{voter}", STAIRCASE)
    story.clock.at += timedelta(days=20)
    story.say("voter-9", STAIRCASE)

    assert [case.number for case in cases(story)] == ["2611-0001", "2611-0002", "2611-0003", "2612-0001"]


@both_channels
def test_a_repeat_gets_the_first_answer_and_files_nothing(story: Story) -> None:
    xml = story.xml("voter-1", MsgType="text", Content=STAIRCASE)

    first, second = story.post(xml), story.post(xml)

    assert story.reply_in(first[1]) == story.reply_in(second[1])
    with Session(story.engine) as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 1


@pytest.mark.parametrize("said", ["不知道", "说不清", "不清楚。"])
def test_not_knowing_the_place_is_an_answer_too(story: Story, said: str) -> None:
    story.say("voter-1", "下雨路上积水很深")

    assert story.say("voter-1", said).startswith("好，2611-0001 先由区里看")


def test_a_suggestion_is_not_taken_for_the_place_that_was_asked(story: Story) -> None:
    story.say("voter-1", "下雨路上积水很深")

    reply = story.say("voter-1", "建议多听听老百姓的意见")

    assert "地图上没找到" not in reply
    assert cases(story)[0].place_text == ""


def test_thanks_in_many_words_are_not_filed(story: Story) -> None:
    assert "不客气" in story.say("voter-1", "谢谢您了")
    assert cases(story) == []
