"""Several voters tell of one trouble: each has a number, all hear of it, each is asked once (附议、合并)."""

from datetime import datetime, timedelta

import pytest

from handlers import wording
from tests.stories.driver import SHANGHAI, Story
from tests.stories.people import bind, owed_to, steps_of, the_case

MONDAY = datetime(2026, 11, 23, 14, 7, tzinfo=SHANGHAI)
FIRST = "东苑小区3幢楼道灯坏了半个月，老人晚上不敢下楼"
SECOND = "东苑小区楼道灯一直不亮，黑灯瞎火的"
THIRD = "我们东苑小区楼道里的灯坏了没人修"
OTHER = "东苑小区的垃圾好几天没有清运了"
DONE = "11月24日已将3幢6盏楼道灯全部换新，物业每周五检查"


@pytest.fixture
def told(story: Story) -> Story:
    """One case is open about the lights of an estate."""
    story.clock.at = MONDAY
    story.say("voter-1", FIRST)
    return story


@pytest.fixture
def joined(told: Story) -> Story:
    told.say("voter-2", SECOND)
    told.say("voter-2", "1")
    return told


def hear(story: Story) -> None:
    for _ in range(3):
        story.at(story.clock.at)


def test_the_number_comes_first_then_who_told_it_before(told: Story) -> None:
    reply = told.say("voter-2", SECOND)

    assert reply.startswith(
        "记下了，编号 2611-0002。东苑小区楼道照明已有1位居民反映（2611-0001，等着看）。\n"
        "1 并在一起，有进展都告诉我\n2 不是一回事，分开办"
    )
    assert the_case(told, "2611-0002").state == "registered"


def test_another_trouble_at_the_same_place_is_not_offered(told: Story) -> None:
    assert "位居民反映" not in told.say("voter-2", OTHER)


@pytest.mark.parametrize("building", ["8幢", "八号楼"])
def test_the_lamps_of_another_building_are_not_offered(told: Story, building: str) -> None:
    assert "位居民反映" not in told.say("voter-2", f"东苑小区{building}楼道灯坏了")


def test_that_something_else_is_blocked_there_is_not_offered(story: Story) -> None:
    story.clock.at = MONDAY
    story.say("voter-1", "东苑小区门口乱停车，通道堵了")

    said = story.say("voter-2", "东苑小区8幢下水道堵了")

    assert "排水" in said
    assert "位居民反映" not in said


def test_the_same_trouble_elsewhere_is_not_offered(told: Story) -> None:
    assert "位居民反映" not in told.say("voter-2", "西苑小区楼道灯一直不亮，黑灯瞎火的")


def test_a_road_within_three_hundred_metres_may_have_the_same_trouble(story: Story) -> None:
    story.clock.at = MONDAY
    story.say("voter-1", "银沙路雨天积水严重，车都过不去")

    near = story.say("voter-2", "迎宾路雨天积水严重，走不过去")
    far = story.say("voter-3", "北园路雨天积水严重，走不过去")

    assert "银沙路" in near
    assert "已有1位居民反映（2611-0001，" in near
    assert "位居民反映" not in far


def test_the_own_case_is_not_offered_to_who_told_it(told: Story) -> None:
    told.clock.turn(hours=2)

    assert "位居民反映" not in told.say("voter-1", SECOND)


def test_kept_apart_it_stays_a_case_of_its_own(told: Story) -> None:
    told.say("voter-2", SECOND)

    reply = told.say("voter-2", "2")

    assert reply.startswith("好，2611-0002 分开办，由东苑社区联络站接手，")
    assert the_case(told, "2611-0002").merged_into is None


def test_a_supporters_own_number_stays_good_everywhere(joined: Story) -> None:
    joined.say("voter-3", THIRD)
    third = joined.say("voter-3", "1")

    assert third == "2611-0003 和 2611-0001 并在一起办，有进展都告诉您。您的编号照样能查，回“我的”看进度。"
    for words in ("我的", "查 2611-0002", "查 2"):
        assert joined.say("voter-2", words).startswith("2611-0002 楼道照明\n"), words
    assert joined.say("voter-2", "查 2611-0001").startswith("没找到您的 2611-0001")
    assert "我的" in joined.say("voter-2", "补充 二楼也不亮")


def test_a_supporter_sees_the_day_of_the_case_that_is_worked_on(joined: Story) -> None:
    day = wording.day(the_case(joined, "2611-0001").look_by)

    assert f"{day}前有人回您" in joined.say("voter-2", "我的")


def test_the_next_one_hears_how_many_told_it_already(joined: Story) -> None:
    assert "已有2位居民反映（2611-0001，" in joined.say("voter-3", THIRD)


def test_every_answer_goes_to_all_of_them_under_their_own_numbers(joined: Story) -> None:
    station = bind(joined, "staff:T005")

    joined.say(station, "回复 1 明天换灯")

    assert [
        text for text in owed_to(joined, "voter-1", "result") if "2611-0001" in text and "明天换灯" in text
    ]
    assert [
        text for text in owed_to(joined, "voter-2", "result") if "2611-0002" in text and "明天换灯" in text
    ]


NAMED = "已与钱一（13805710001，东苑小区3幢1单元602室）联系，12月5日疏通，物业钱一也在场"
SECRETS = ("钱一", "13805710001", "602")


@pytest.mark.parametrize(
    "words",
    [f"回复 1 {NAMED}", f"暂停 1 {NAMED}", f"办结 1 {NAMED}，灯已全部换好"],
    ids=["on the way", "asked", "done"],
)
def test_an_answer_that_names_one_of_them_names_nobody_to_the_others(joined: Story, words: str) -> None:
    station = bind(joined, "staff:T005")

    joined.say(station, words)
    hear(joined)

    told = {who: "\n".join(joined.phones.texts_to(who)) for who in ("voter-1", "voter-2")}
    shown = {who: joined.say(who, "我的") + joined.say(who, "1") for who in told}
    for secret in SECRETS:
        assert secret in told["voter-1"]
        assert secret not in told["voter-2"]
        assert secret not in shown["voter-2"]
    assert "12月5日疏通" in told["voter-2"]
    assert "钱一" in shown["voter-1"]


def test_a_name_that_a_voter_told_is_hidden_where_an_answer_only_mentions_it(story: Story) -> None:
    story.clock.at = MONDAY
    story.say("voter-1", "我叫钱一，东苑小区3幢楼道灯坏了半个月")
    story.say("voter-2", SECOND)
    station = bind(story, "staff:T005")
    story.say(station, "合并 2 到 1")
    story.say(station, "回复 1 灯的开关在钱一门口，明天去换")
    hear(story)

    assert "灯的开关在＊＊门口" in "".join(story.phones.texts_to("voter-2"))
    assert "钱一" in "".join(story.phones.texts_to("voter-1"))


def test_whoever_reviews_an_answer_reads_what_the_others_do_not_get_of_it(joined: Story) -> None:
    desk, clerk = bind(joined, "staff:T001"), bind(joined, "staff:T027")
    joined.say(desk, "转 1 住建局 10天")
    joined.say(desk, "1")
    joined.say(clerk, f"答复 1 11月24日{NAMED}，有照片为证")
    joined.say(clerk, "1")
    hear(joined)
    hidden = "并在一起的还有1位居民，发给他们的隐去电话1处、姓名2处、户号1处。"

    assert hidden in "".join(joined.phones.texts_to(desk))
    assert hidden in joined.say(desk, "审核 1")
    joined.say(desk, "发给选民 1")
    hear(joined)
    own, other = ("".join(joined.phones.texts_to(who)) for who in ("voter-1", "voter-2"))
    assert [secret for secret in SECRETS if secret not in own or secret in other] == []
    assert not [secret for secret in SECRETS if secret in joined.say("voter-2", "我的")]


def test_the_reviewer_of_an_answer_that_names_nobody_hears_nothing_of_it(joined: Story) -> None:
    desk, clerk = bind(joined, "staff:T001"), bind(joined, "staff:T027")
    joined.say(desk, "转 1 住建局 10天")
    joined.say(desk, "1")
    joined.say(clerk, f"答复 1 {DONE}")
    joined.say(clerk, "1")

    assert "并在一起的还有" not in joined.say(desk, "审核 1")


def test_the_others_read_nothing_of_what_became_of_the_first_voters_data(joined: Story) -> None:
    station = bind(joined, "staff:T005")
    joined.say(station, "回复 1 明天换灯")
    joined.say("voter-1", "删除我")
    joined.say("voter-1", "1")

    shown = joined.say("voter-2", "我的") + joined.say("voter-2", "1")

    assert "明天换灯" in shown
    assert "删除" not in shown


def test_staff_see_one_case_and_how_many_stand_behind_it(joined: Story) -> None:
    station = bind(joined, "staff:T005")

    listed = joined.say(station, "未办结")
    detail = joined.say(station, "1")

    assert "2611-0001" in listed
    assert "2人" in listed
    assert "2611-0002" not in listed
    assert "共2位居民反映" in detail
    assert "拆开 2611-0002" in joined.say(station, "查 2")


def answered(story: Story) -> None:
    desk, clerk = bind(story, "staff:T001"), bind(story, "staff:T027")
    story.say(desk, "转 1 住建局 10天")
    story.say(desk, "1")
    story.say(clerk, f"答复 1 {DONE}")
    story.say(clerk, "1")
    hear(story)
    story.say(desk, "1")
    hear(story)


def test_each_is_asked_whether_it_is_solved_and_each_word_is_kept(joined: Story) -> None:
    answered(joined)
    asked = [joined.phones.texts_to(who)[-1] for who in ("voter-1", "voter-2")]

    joined.say("voter-1", "1")
    joined.say("voter-1", "1")
    joined.say("voter-2", "2")
    joined.say("voter-2", "3")

    assert [text.partition(" ")[0] for text in asked] == ["2611-0001", "2611-0002"]
    shown = joined.say("staff:T001", "查 1")
    assert "区住建局11月23日答复，自报“已解决”\n选民：解决了、满意；附议的：好了一部分1人" in shown
    first, second = the_case(joined, "2611-0001"), the_case(joined, "2611-0002")
    assert (first.state, first.verdict, first.grade) == ("closed", "solved", "good")
    assert (second.verdict, second.grade) == ("partly", "bad")


def test_one_who_says_unsolved_reopens_it_for_all_and_only_once(joined: Story) -> None:
    answered(joined)

    first = joined.say("voter-2", "3")
    second = joined.say("voter-1", "3")

    assert "重办" in first
    assert second.startswith("按“没解决”记下，2611-0001 已经在重办了")
    case = the_case(joined, "2611-0001")
    assert (case.state, case.failures) == ("referred", 1)
    hear(joined)
    joined.at(joined.clock() + timedelta(days=1))
    assert not [text for text in joined.phones.texts_to("voter-2") if "有居民说没解决" in text]


def test_the_others_hear_that_one_of_them_had_it_reopened(joined: Story) -> None:
    answered(joined)
    joined.say("voter-1", "1")
    joined.say("voter-1", "1")

    joined.say("voter-2", "3")
    joined.at(joined.clock() + timedelta(days=1))

    case = the_case(joined, "2611-0001")
    assert [text for text in joined.phones.texts_to("voter-1") if "2611-0001 有居民说没解决" in text]
    assert (case.state, case.verdict, case.grade) == ("referred", None, None)
    assert "有居民说没解决，重办" in joined.say("voter-1", "我的")


def test_a_supporter_reads_that_the_first_voter_had_it_reopened(joined: Story) -> None:
    answered(joined)
    joined.say("voter-1", "3")

    card = joined.say("voter-2", "我的")

    assert "11月23日 有居民说没解决，重办" in card
    assert "您说" not in card


def test_a_supporter_who_calls_it_solved_cannot_end_what_another_calls_unsolved(joined: Story) -> None:
    answered(joined)
    joined.say("voter-2", "3")

    said = joined.say("voter-1", "1")

    assert said.startswith("记下“解决了”")
    assert the_case(joined, "2611-0001").state == "referred"


def test_a_supporters_solved_leaves_the_first_voters_question_open(joined: Story) -> None:
    answered(joined)

    said = joined.say("voter-2", "好了")
    joined.say("voter-2", "1")
    first, second = joined.say("voter-1", "我的"), joined.say("voter-2", "我的")

    assert said.startswith("记下“解决了”")
    assert first.endswith("真的好了吗？\n1 解决了\n2 好了一部分\n3 没解决")
    assert "您说过了，还等先反映的居民说。没好回1；别的事直接写一句。" in second
    assert the_case(joined, "2611-0001").state == "awaiting_voter"
    joined.say("voter-1", "1")
    assert the_case(joined, "2611-0001").state == "closed"
    assert joined.say("voter-1", "我的").count("办结") == 1


def test_a_week_of_the_first_voters_silence_ends_it_whatever_a_supporter_said(joined: Story) -> None:
    answered(joined)
    joined.say("voter-2", "1")

    joined.at(joined.clock() + timedelta(days=8))

    case = the_case(joined, "2611-0001")
    assert (case.state, case.verdict) == ("closed", None)
    assert the_case(joined, "2611-0002").verdict == "solved"


def test_a_supporter_stands_in_for_a_first_voter_who_left(joined: Story) -> None:
    joined.say("voter-1", "撤回")
    joined.say("voter-1", "1")
    answered(joined)

    joined.say("voter-2", "1")

    case = the_case(joined, "2611-0001")
    assert (case.state, case.verdict) == ("closed", "solved")


def test_a_supporter_who_takes_unsolved_back_leaves_the_question_to_the_first_voter(joined: Story) -> None:
    answered(joined)
    joined.say("voter-2", "3")

    joined.say("voter-2", "改评价")
    joined.say("voter-2", "1")

    assert the_case(joined, "2611-0001").state == "awaiting_voter"
    assert "那位居民改口说解决了\n真的好了吗？\n1 解决了\n2 好了一部分\n3 没解决" in joined.say(
        "voter-1", "我的"
    )


def test_a_supporter_who_takes_unsolved_back_lets_the_first_voters_solved_stand(joined: Story) -> None:
    answered(joined)
    joined.say("voter-1", "1")
    joined.say("voter-1", "1")
    joined.say("voter-2", "3")

    joined.say("voter-2", "改评价")
    joined.say("voter-2", "1")

    case = the_case(joined, "2611-0001")
    assert (case.state, case.verdict) == ("closed", "solved")


def test_a_supporter_who_withdraws_leaves_the_case_open(joined: Story) -> None:
    joined.say("voter-2", "撤回")
    reply = joined.say("voter-2", "1")
    station = bind(joined, "staff:T005")
    joined.say(station, "回复 1 明天换灯")

    assert reply.startswith("2611-0002 您这边撤回了")
    assert the_case(joined, "2611-0001").state == "answered"
    assert the_case(joined, "2611-0002").state == "withdrawn"
    assert not owed_to(joined, "voter-2", "result")


def test_the_first_one_who_withdraws_passes_the_case_on(joined: Story) -> None:
    joined.say("voter-1", "撤回")
    joined.say("voter-1", "1")
    station = bind(joined, "staff:T005")
    joined.say(station, "回复 1 明天换灯")

    assert the_case(joined, "2611-0001").state == "answered"
    assert not owed_to(joined, "voter-1", "result")
    assert owed_to(joined, "voter-2", "result")
    assert "不用撤了" in joined.say("voter-1", "撤回")


def test_staff_put_two_cases_together_and_take_them_apart(told: Story) -> None:
    station = bind(told, "staff:T005")
    told.say("voter-2", OTHER)

    merged = told.say(station, "合并 2 到 1")
    parted = told.say(station, "拆开 2")

    assert merged.startswith("2611-0002 并入 2611-0001，共2位居民")
    assert parted.startswith("2611-0002 改回单独办")
    assert steps_of(told, "2611-0002") == ["filed", "merged", "split"]
    assert the_case(told, "2611-0002").state == "registered"
    (said,) = owed_to(told, "voter-2", "result")
    assert "并在一起办" in said
    assert "改为单独办" in said
    assert not owed_to(told, "voter-1", "result")


@pytest.mark.parametrize(
    "words", ["合并", "合并 2", "合并 1 到 1", "合并 2 到 9", "拆开", "拆开 1", "合并 2 到 3"]
)
def test_what_cannot_be_put_together_changes_nothing(told: Story, words: str) -> None:
    station = bind(told, "staff:T005")
    told.say("voter-2", OTHER)
    told.say("voter-3", "西苑社区垃圾没人收，臭得很")

    told.say(station, words)

    assert [the_case(told, f"2611-000{end}").state for end in (1, 2, 3)] == ["registered"] * 3
