"""What people really type: questions in whole words, half answers, a change of mind, a pin before the words."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Case
from tests.stories.driver import Story

DARK_STREET = "路灯坏了"


def cases(story: Story) -> list[Case]:
    with Session(story.engine) as session:
        return list(session.scalars(select(Case).order_by(Case.number)))


@pytest.mark.parametrize(
    "asked",
    [
        "我想找代表",
        "我要找人大代表",
        "怎么联系代表",
        "我的代表是谁",
        "附近的联络站在哪",
    ],
)
def test_a_question_about_deputies_in_whole_words_finds_the_station(story: Story, asked: str) -> None:
    where = story.say("voter-1", asked)
    found = story.say("voter-1", "东苑")

    assert where.startswith("您在哪一带？")
    assert "东苑社区联络站" in found
    assert "下次接待12月10日" in found
    assert cases(story) == []


def test_a_deputy_whom_nobody_knows_by_that_name_is_no_reason_to_lose_the_trouble(story: Story) -> None:
    reply = story.say("voter-1", "请代表来东苑小区看看，垃圾成山")

    assert "2611-0001" in reply
    assert "垃圾清运（水）" in reply


@pytest.mark.parametrize("asked", ["陈立新", "找陈立新", "陈立新代表在吗"])
def test_a_deputy_is_found_by_the_bare_name(story: Story, asked: str) -> None:
    assert story.say("voter-1", asked).startswith("好，写吧，写完我放到陈代表所在的东苑社区联络站")


@pytest.mark.parametrize("asked", ["我不会弄，找人", "有没有真人", "几点上班", "你们电话多少"])
def test_who_wants_a_person_is_told_where_one_is(story: Story, asked: str) -> None:
    assert "青禾大道1号" in story.say("voter-1", asked)
    assert cases(story) == []


@pytest.mark.parametrize("opening", ["我想问个事", "我要反映问题", "你好，我想咨询一下", "我要投诉"])
def test_an_opening_is_no_case_yet(story: Story, opening: str) -> None:
    assert story.say("voter-1", opening).startswith("您请说：")
    assert cases(story) == []


@pytest.mark.parametrize("said", ["我选1", "1234567", "[微笑]"])
def test_what_says_nothing_is_not_filed(story: Story, said: str) -> None:
    story.say("voter-1", said)

    assert cases(story) == []


@pytest.mark.parametrize("said", ["谢谢", "好的", "你是谁"])
def test_small_talk_is_not_taken_for_a_place_and_the_question_comes_again(story: Story, said: str) -> None:
    story.say("voter-1", DARK_STREET)

    again = story.say("voter-1", said)
    placed = story.say("voter-1", "东苑小区")

    assert "还有一件等您回：路灯那件事在哪条路或哪个小区？" in again
    assert placed.startswith("好，东苑小区，由东苑社区联络站接手")


@pytest.mark.parametrize("said", ["取消", "返回", "不晓得啥路", "我也不知道", "说不清楚"])
def test_who_cannot_say_where_hears_that_the_case_goes_on(story: Story, said: str) -> None:
    story.say("voter-1", DARK_STREET)

    assert story.say("voter-1", said).startswith("好，2611-0001 先由区里看")


def test_cancel_after_filing_says_that_the_case_goes_on_and_how_to_stop_it(story: Story) -> None:
    story.say("voter-1", "东苑小区路灯坏了")

    assert story.say("voter-1", "取消") == "好，2611-0001 照样办。不办了回“撤回”，还有话直接写。"


@pytest.mark.parametrize("said", ["不对", "类别不对", "第一个", "选1", "一"])
def test_a_digit_said_in_words_is_understood(story: Story, said: str) -> None:
    story.say("voter-1", "东苑小区路灯坏了")

    assert story.say("voter-1", said).startswith("应该是哪一类？")


def test_a_wrong_place_said_in_words_asks_for_the_place(story: Story) -> None:
    story.say("voter-1", "东苑小区路灯坏了")

    assert story.say("voter-1", "地点不对").startswith("在哪条路或哪个小区？")


def test_a_place_that_was_called_wrong_and_is_not_told_anew_stays(story: Story) -> None:
    story.say("voter-1", "东苑小区路灯坏了")
    story.say("voter-1", "地点不对")

    assert story.say("voter-1", "0").startswith("好，2611-0001 的地点没有改，还是东苑社区联络站接手")


def test_another_trouble_elsewhere_is_not_taken_for_a_topic(story: Story) -> None:
    story.say("voter-1", "东苑小区路灯坏了")
    story.say("voter-1", "1")

    assert "2611-0002" in story.say("voter-1", "七格社区停水")


def test_words_pick_from_a_menu_of_places_of_one_name(story: Story) -> None:
    story.say("voter-1", "和平社区垃圾没人收")

    assert "由北园和平社区联络站接手" in story.say("voter-1", "北园那个")


def test_a_menu_of_places_tells_each_from_the_others(story: Story) -> None:
    story.say("voter-1", DARK_STREET)

    menu = story.say("voter-1", "北园").splitlines()[1:]

    assert len({line[2:] for line in menu}) == len(menu)


def test_a_trouble_told_while_a_station_is_sought_is_filed(story: Story) -> None:
    story.say("voter-1", "找站")

    assert "2611-0001" in story.say("voter-1", "楼道灯坏了")


def test_an_unknown_menu_key_answers_no_question(story: Story) -> None:
    story.say("voter-1", "找站")

    assert "不归我管" in story.event("voter-1", "CLICK", EventKey="unknown")


def test_a_pin_before_the_words_places_the_case(story: Story) -> None:
    story.location("voter-1", 30.3120, 120.3289)

    assert "东苑社区联络站接手" in story.say("voter-1", "这里路灯不亮")


def test_a_pin_outside_the_district_finds_no_station(story: Story) -> None:
    far = story.location("voter-1", 39.9, 116.4)
    story.say("voter-1", DARK_STREET)
    placed = story.location("voter-1", 39.9, 116.4)

    assert far.startswith("您发的位置离青禾区太远")
    assert placed.startswith("您发的位置不在青禾区，2611-0001 先由区里看")
    assert cases(story)[0].station == ""


def test_a_picture_gets_its_topic_and_its_place_from_the_words_that_follow(story: Story) -> None:
    story.picture("voter-1")

    topic = story.say("voter-1", DARK_STREET)
    placed = story.say("voter-1", "东苑小区")
    why = story.say("voter-1", "为什么")

    assert topic.startswith("按“路灯（房）”放进 2611-0001 了。在哪条路或哪个小区？")
    assert placed.startswith("好，东苑小区，由东苑社区联络站接手")
    assert "因为您写了“路灯坏了”" in why
    assert len(cases(story)) == 1


def test_a_telephone_number_joins_the_case_just_filed(story: Story) -> None:
    story.say("voter-1", "东苑小区路灯坏了")

    assert "已放进 2611-0001" in story.say("voter-1", "13800000000")


@pytest.mark.parametrize("said", ["不办了", "我不要办了", "不用办了"])
def test_a_change_of_mind_in_words_asks_before_it_withdraws(story: Story, said: str) -> None:
    story.say("voter-1", "东苑小区路灯坏了")

    assert story.say("voter-1", said).startswith("撤回 2611-0001 吗？")
    assert story.say("voter-1", "算了") == "好，2611-0001 接着办。看进度回“我的”。"


def test_the_greeting_at_a_stations_code_stays_short(story: Story) -> None:
    greeting = story.event("voter-1", "subscribe", EventKey="qrscene_station:S004", Ticket="t")

    assert "您扫的是东苑社区联络站的码" in greeting
    assert len(greeting) <= 120


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("不对，是北园社区的", "好，北园社区"),
        ("不对，是新桥社区", "好，新桥社区"),
        ("我说的是迎宾路", "好，迎宾路"),
        ("换成清波社区", "好，清波社区"),
        ("改成噪音", "改好了：2611-0001 现在是“噪音"),
        ("改成物业", "改好了：2611-0001 现在是“物业"),
        ("等一下我想说的是停车，不是垃圾", "改好了：2611-0001 现在是“停车"),
    ],
)
def test_a_slip_is_mended_by_saying_what_it_should_be(story: Story, said: str, answer: str) -> None:
    story.say("voter-1", "东苑小区垃圾没人收")

    assert story.say("voter-1", said).startswith(answer)
    assert len(cases(story)) == 1


def test_a_place_mended_in_words_answers_the_question_about_it(story: Story) -> None:
    story.say("voter-1", "电梯又坏了")
    story.say("voter-1", "不对，是新桥社区的")

    assert cases(story)[0].place_text == "新桥社区"
    assert story.say("voter-1", "谢谢") == "不客气。以后有事，还在这里写一句就行。"


def test_a_digit_that_answers_nothing_repeats_the_question_about_the_place(story: Story) -> None:
    story.say("voter-1", "电梯又坏了")

    assert story.say("voter-1", "3").startswith("“3”不能选。电梯那件事在哪条路或哪个小区？")
    assert story.say("voter-1", "东苑小区").startswith("好，东苑小区")


@pytest.mark.parametrize(
    "said",
    [
        "到哪一步了",
        "谁在办",
        "什么时候能修好？",
        "都过去三天了怎么还没人管",
        "我的事怎么样了",
        "办好没有",
        "上次那个灯修好了吗",
    ],
)
def test_how_it_stands_may_be_asked_in_whole_words(story: Story, said: str) -> None:
    story.say("voter-1", "东苑小区路灯坏了")

    assert story.say("voter-1", said).startswith("2611-0001 路灯\n11月21日 记下")
    assert len(cases(story)) == 1


@pytest.mark.parametrize("said", ["算了不用了", "撤回这件", "算了，不反映了"])
def test_withdrawing_may_be_said_in_whole_words(story: Story, said: str) -> None:
    story.say("voter-1", "东苑小区路灯坏了")

    assert story.say("voter-1", said).startswith("撤回 2611-0001 吗？")


@pytest.mark.parametrize("said", ["算了 不弄了", "谢谢 不改了", "天上飞的东西"])
def test_words_that_name_no_topic_leave_the_topic_as_it_is(story: Story, said: str) -> None:
    story.say("voter-1", "西苑社区垃圾没人收")
    story.say("voter-1", "1")
    reply = story.say("voter-1", said)

    assert "不改" in reply
    assert [case.category for case in cases(story)] == ["water"]


def test_who_wants_to_meet_a_deputy_is_asked_where_and_files_nothing(story: Story) -> None:
    story.say("voter-1", "找代表")

    assert story.say("voter-1", "我要约代表见面").startswith("约哪个联络站？")
    assert cases(story) == []


@pytest.mark.parametrize("said", ["我的履职", "这个月站里几件", "我要调研"])
def test_a_question_or_a_command_is_no_place(story: Story, said: str) -> None:
    story.say("voter-1", DARK_STREET)
    story.say("voter-1", said)
    left = story.say("voter-1", "0")

    assert left.startswith("好，2611-0001 先由区里看")
    assert [case.place_text for case in cases(story)] == [""]


@pytest.mark.parametrize("asked", ["电话打了没", "你们办得怎么样了", "什么时候能清", "编号多少"])
def test_a_question_how_it_stands_is_answered_and_not_added(story: Story, asked: str) -> None:
    story.say("voter-1", "西苑社区垃圾没人收")

    assert story.say("voter-1", asked).startswith("2611-0001 垃圾清运\n11月21日 记下")
