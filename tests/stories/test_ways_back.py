"""What is asked about an own matter is shown, who wants to meet a deputy may book, and every list has a way back."""

from datetime import datetime

import pytest

from tests.stories.driver import SHANGHAI, Story
from tests.stories.people import bind, the_case

MONDAY = datetime(2026, 11, 23, 14, 7, tzinfo=SHANGHAI)
LIFT = "东苑小区2幢电梯老是坏"
CONSENT = "请当面念给本人听：“内容给承办部门看，姓名电话不给。”同意回1，不同意回2（只留在站里）。"


@pytest.fixture
def monday(story: Story) -> Story:
    story.clock.at = MONDAY
    return story


@pytest.mark.parametrize(
    "asked", ["电梯有人修吗", "电梯修好没有", "那个电梯什么时候能修", "电梯的事怎么样了"]
)
def test_a_question_about_an_own_matter_shows_how_it_stands(monday: Story, asked: str) -> None:
    monday.say("voter-1", LIFT)
    monday.clock.turn(hours=3)

    assert monday.say("voter-1", asked).startswith("2611-0001 电梯\n")
    assert monday.say("voter-1", "路灯修好没有").startswith("记下了，编号 2611-0002")


def test_the_same_words_of_someone_who_told_nothing_are_a_case(monday: Story) -> None:
    assert monday.say("voter-1", "电梯有人修吗").startswith("记下了，编号 2611-0001，电梯")


@pytest.mark.parametrize(
    "wish", ["我想见一下陈代表", "我想约陈立新代表", "想当面见见陈立新代表", "我要约陈代表见面"]
)
def test_who_wants_to_meet_a_deputy_is_offered_that_deputys_receptions(monday: Story, wish: str) -> None:
    offered = monday.say("voter-1", wish)

    assert offered.startswith("东苑社区联络站接待选民，约哪次？\n1 12月10日（周四）9:00")
    assert monday.say("voter-1", "1").startswith("约好了：12月10日（周四）9:00，东苑社区联络站")


def test_a_booking_is_cancelled_by_a_digit_of_the_menu_that_moves_it(monday: Story) -> None:
    monday.say("voter-1", "我想约陈立新代表")
    monday.say("voter-1", "1")
    menu = monday.say("voter-1", "改约")

    assert menu.endswith("5 取消预约\n0 原来约的不变")
    assert monday.say("voter-1", "0").startswith("好，原来约的不变")
    monday.say("voter-1", "改约")
    assert monday.say("voter-1", "5").startswith("取消了：12月10日")


def test_from_a_station_of_several_nought_leads_back_to_them(monday: Story) -> None:
    listed = monday.say("voter-1", "找代表 和平社区")
    shown = monday.say("voter-1", "1")

    assert listed.endswith("0 不找了")
    assert shown.endswith("1 预约\n0 回列表")
    assert monday.say("voter-1", "0") == listed
    assert monday.say("voter-1", "2").startswith("北园和平社区联络站")
    assert monday.say("voter-1", "1").startswith("约好了：12月10日")


def test_of_the_stations_nearby_one_goes_back_to_the_one_before(monday: Story) -> None:
    first = monday.location("voter-1", 30.3121, 120.3290)
    second = monday.say("voter-1", "2")

    assert first.endswith("2 看别的站\n0 不找了")
    assert second.endswith("0 回前一个站")
    assert monday.say("voter-1", "0") == first


def test_both_of_two_matters_have_a_day(monday: Story) -> None:
    monday.say("voter-1", "滨河路乱停车，垃圾桶也好几天没人清")
    both = monday.say("voter-1", "1")
    monday.say("voter-2", "滨河路乱停车，垃圾桶也好几天没人清")
    one = monday.say("voter-2", "0")

    assert "连同 2611-0001，11月25日（周三）前都有人回您" in both
    assert one == "好，只办 2611-0003，11月25日（周三）前有人回您。还有话直接写。"


@pytest.mark.parametrize("said", ["东苑小区门口路面塌了一块", "东苑小区门口马路塌了"])
def test_a_road_that_has_caved_in_is_danger_and_a_road_matter(monday: Story, said: str) -> None:
    reply = monday.say("voter-1", said)

    case = the_case(monday, "2611-0001")
    assert reply.startswith("请离远一点")
    assert (case.urgency, case.topic) == ("collapse", "road-damage")


def test_who_told_it_is_no_place_so_the_station_is_asked_for_one(monday: Story) -> None:
    station = bind(monday, "staff:T005")

    asked = monday.say(station, "代录 张伯来说路太滑")
    placed = monday.say(station, "滨河路")

    assert asked.endswith("在哪条路、哪个小区？写一句；不清楚回0。")
    assert placed == f"2611-0001 在滨河路，由柳荫街道联络站接手。\n{CONSENT}"
    assert monday.say(station, "1").startswith("记下了：本人同意")
    assert the_case(monday, "2611-0001").place_text == "滨河路"


def test_a_visitor_who_cannot_say_where_is_filed_all_the_same(monday: Story) -> None:
    station = bind(monday, "staff:T005")
    monday.say(station, "代录 张伯来说路太滑")

    assert monday.say(station, "0") == f"好，2611-0001 先不写地点。\n{CONSENT}"


@pytest.mark.parametrize("words", ["算了我不说了", "当我没说", "我不要了", "不反映了"])
def test_who_wants_out_is_asked_whether_to_withdraw(monday: Story, words: str) -> None:
    monday.say("voter-1", LIFT)

    assert monday.say("voter-1", words).startswith("撤回 2611-0001 吗？")


def test_who_wants_the_own_words_deleted_is_asked_about_that(monday: Story) -> None:
    monday.say("voter-1", LIFT)

    assert monday.say("voter-1", "能不能把我说的删掉").startswith("可以删掉您的联系方式")


def test_a_question_who_will_know_is_no_case_and_the_second_matter_is_asked_again(monday: Story) -> None:
    monday.say("voter-1", "滨河路乱停车，垃圾桶也好几天没人清")

    told = monday.say("voter-1", "我孩子7岁叫小明，会不会被学校知道")

    assert told.startswith("联络站的工作人员能看到内容")
    assert monday.say("voter-1", "你好").endswith(
        "还有一件等您回：“垃圾桶也好几天没人清”也记一件吗？\n1 记\n0 不用"
    )
    assert monday.say("voter-1", "1").startswith("好，也记下了：2611-0002")


def test_threats_to_complain_about_the_bot_are_no_supplement(monday: Story) -> None:
    monday.say("voter-1", LIFT)

    assert monday.say("voter-1", "我要投诉你们").startswith("让您生气了")


@pytest.mark.parametrize("asked", ["多久能好", "好几天了 到底修不修", "你们到底管不管啊"])
def test_impatience_and_how_long_it_will_take_are_questions(monday: Story, asked: str) -> None:
    monday.say("voter-1", LIFT)

    assert monday.say("voter-1", asked).startswith("2611-0001 电梯\n")


@pytest.mark.parametrize("urged", ["催", "催一下", "催办", "催催", "帮我催一下", "麻烦你们再催一下"])
def test_who_wants_somebody_urged_on_sees_how_the_own_case_stands(monday: Story, urged: str) -> None:
    assert monday.say("voter-1", "催一下").startswith("您还没有")
    monday.say("voter-1", LIFT)

    shown = monday.say("voter-1", urged)

    assert shown.startswith("2611-0001 电梯\n")
    assert "前有人回您" in shown


@pytest.mark.parametrize("words", ["算了", "算了吧"])
def test_who_gives_up_where_nothing_was_asked_hears_that_the_case_goes_on(monday: Story, words: str) -> None:
    assert monday.say("voter-1", "算了").startswith("现在没有等您选的事")
    monday.say("voter-1", LIFT)
    monday.clock.turn(days=2)

    assert monday.say("voter-1", words) == "好，2611-0001 照样办。不办了回“撤回”，还有话直接写。"
