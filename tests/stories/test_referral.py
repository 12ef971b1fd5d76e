"""A case from its first sentence through departments to “it is solved”, as each person hears it."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Case, CaseStep, Referral
from tests.stories.driver import SHANGHAI, Story
from tests.stories.lines import both_channels
from tests.stories.people import EAST, bind, owed_to, steps_of, the_case

MONDAY = datetime(2026, 11, 23, 14, 7, tzinfo=SHANGHAI)
"""After the morning, whose cards would come between."""
TELLING = f"{EAST}，我叫张三，电话13800001111"
CLERKS = ("staff:T027", "staff:T028")
DONE = "11月24日已将3幢6盏楼道灯全部换新，物业每周五检查"


@pytest.fixture
def desk(story: Story) -> str:
    return bind(story, "staff:T001")


@pytest.fixture
def housing(story: Story) -> str:
    """Give the clerk of the housing bureau."""
    return bind(story, "staff:T027")


@pytest.fixture
def cityadmin(story: Story) -> str:
    return bind(story, "staff:T028")


def pushed(story: Story, who: str, having: str = "2611-0001") -> str:
    """Let pushes go out, those about one case one after another, and give the newest that says this."""
    for _ in range(3):
        story.at(story.clock.at)
    return [text for text in story.phones.texts_to(who) if having in text][-1]


def refer(story: Story, desk: str, words: str = "转 1 住建局 10天") -> None:
    story.clock.at = MONDAY
    story.say("voter-1", TELLING)
    for clerk in CLERKS:
        story.say(clerk, "要办的")  # opens the 48 hours in which an official account may write to them
    story.say(desk, words)
    story.say(desk, "1")


@both_channels
def test_the_terms_are_shown_with_their_sum_before_anything_goes_out(story: Story, desk: str) -> None:
    story.clock.at = MONDAY
    story.say("voter-1", EAST)

    terms = story.say(desk, "转 1 住建局 10天 协办 城管局")

    assert terms == (
        "核对：2611-0001 东苑小区楼道照明\n"
        "主办 区住建局，协办 区城管局\n"
        "10个工作日：11月24日至12月7日（周一），去掉4个休息日\n"
        "选民信息隐去\n"
        "1 发出\n2 改期限\n3 加协办\n0 不发"
    )
    assert the_case(story, "2611-0001").state == "registered"


def test_without_a_department_the_topics_own_one_is_proposed(story: Story, desk: str) -> None:
    story.clock.at = MONDAY
    story.say("voter-1", EAST)

    assert "主办 区住建局，协办 无\n10个工作日" in story.say(desk, "转 1")


def test_a_case_is_handed_over_from_its_own_menu_and_says_who_has_it(story: Story, desk: str) -> None:
    story.clock.at = MONDAY
    story.say("voter-1", EAST)

    shown = story.say(desk, "查 1")
    terms = story.say(desk, "6")
    story.say(desk, "1")
    after = story.say(desk, "查 1")

    assert "\n6 转办" in shown
    assert "主办 区住建局，协办 无" in terms
    assert "主办区住建局（11月23日转，12月7日前答复），协办无" in after
    assert "换一家写“转 2611-0001 单位”" in story.say(desk, "5")


def test_days_and_assisting_departments_can_be_changed_by_digit(story: Story, desk: str) -> None:
    story.clock.at = MONDAY
    story.say("voter-1", EAST)
    story.say(desk, "转 1")

    story.say(desk, "2")
    shorter = story.say(desk, "5")
    story.say(desk, "3")
    helped = story.say(desk, "城管局、交通局")

    assert "5个工作日：11月24日至11月30日（周一），去掉2个休息日" in shorter
    assert "协办 区城管局、区交通局\n5个工作日" in helped


@both_channels
def test_a_case_goes_all_the_way_and_the_voter_has_the_last_word(
    story: Story, desk: str, housing: str
) -> None:
    refer(story, desk)
    assert "已转区住建局，12月7日（周一）前答复" in pushed(story, "voter-1")
    asked = pushed(story, housing)
    assert "2611-0001" in asked
    assert "13800001111" not in asked

    assert "请于12月7日（周一）前答复" in story.say(housing, "1")
    bare = story.say(housing, "答复 1 已转有关科室处理")
    assert bare.startswith("这份答复还差：做了什么、哪天做完、依据什么。")
    story.say(housing, "1")
    assert "算哪一类？" in story.say(housing, DONE)
    story.say(housing, "1")

    review = pushed(story, desk)
    assert review.startswith("区住建局答复了 2611-0001 楼道照明，自报“已解决”")
    story.say(desk, "1")
    question = pushed(story, "voter-1")
    assert question == (
        f"2611-0001 有答复。区住建局：“{DONE}”\n真的好了吗？\n1 解决了\n2 好了一部分\n3 没解决"
    )

    assert story.say("voter-1", "好了好了").startswith("记下“解决了”。对这次办理满意吗？\n1 满意")
    assert story.say("voter-1", "1").startswith("谢谢您。7天内想改，回“改评价”。")
    case = the_case(story, "2611-0001")
    assert (case.state, case.verdict, case.grade) == ("closed", "solved", "good")
    assert steps_of(story, "2611-0001") == [
        "filed",
        "referred",
        "accepted",
        "answered",
        "approved",
        "verdict solved",
        "graded",
    ]


def test_an_answer_in_review_is_not_told_as_answered(story: Story, desk: str, housing: str) -> None:
    story.say("voter-1", "西苑社区垃圾没人收")
    refer(story, desk, "转 2611-0002 住建局 10天")
    for line in ("接收 2611-0002", f"答复 2611-0002 {DONE}", "1"):
        story.say(housing, line)

    assert "正在核" in story.say("voter-1", "我的")


def test_who_gives_no_grade_is_not_said_to_have_given_one(story: Story, desk: str, housing: str) -> None:
    refer(story, desk)
    story.say(housing, "接收 1")
    story.say(housing, f"答复 1 {DONE}")
    story.say(housing, "1")
    story.say(desk, "发给选民 1")
    pushed(story, "voter-1")
    story.say("voter-1", "1")
    story.say("voter-1", "0")

    assert "您没有评满意度" in story.say("voter-1", "我的")
    assert the_case(story, "2611-0001").grade == "none"


def test_a_department_reads_the_trouble_but_not_who_told_it(story: Story, desk: str, housing: str) -> None:
    refer(story, desk)

    shown = story.say(housing, "查 1")
    whole = story.say(housing, "3")

    for text in (shown, whole):
        assert "楼道灯坏了半个月" in text
        assert "张三" not in text
        assert "13800001111" not in text


def test_a_department_sees_nothing_that_was_not_referred_to_it(
    story: Story, desk: str, housing: str, cityadmin: str
) -> None:
    refer(story, desk)
    story.clock.turn(hours=1)
    story.say("voter-2", "西苑小区垃圾没人收")

    for asked in (
        "查 1",
        "查 2611-0001",
        "查 2",
        "答复 1 11月24日修好了，已换灯",
        "接收 1",
        "退回 1 不归我们",
    ):
        assert "没找到" in story.say(cityadmin, asked), asked
    assert "没找到 2，或没有转给贵单位" in story.say(housing, "查 2")
    assert "没有等贵单位答复" in story.say(cityadmin, "要办的")


def test_unsolved_goes_back_on_half_the_clock_and_twice_means_supervision(
    story: Story, desk: str, housing: str
) -> None:
    refer(story, desk)
    for turn in (1, 2):
        story.say(housing, "接收 1")
        story.say(housing, f"答复 1 {DONE}")
        story.say(housing, "1")
        pushed(story, desk)
        story.say(desk, "1")
        pushed(story, "voter-1")
        again = story.say("voter-1", "3" if turn == 1 else "没解决，一楼还是暗")
        story.say("voter-1", "三楼那盏还是不亮")
        story.clock.turn(days=1)
        assert again.startswith("按“没解决”记下"), turn
        assert "退回区住建局重办，" in again, turn
        assert ("列入督办" in again) == (turn == 2), turn

    case = the_case(story, "2611-0001")
    with Session(story.engine) as session:
        rounds = list(session.scalars(select(Referral).order_by(Referral.round)))
    assert [row.days for row in rounds] == [10, 5, 2]
    assert len({row.sent_by for row in rounds}) == 1, (
        "the office that sent it reviews every answer, never the voter"
    )
    assert (case.state, case.failures, case.verdict) == ("referred", 2, "unsolved")
    assert case.supervised_at is not None
    assert "已列入督办" in pushed(story, desk, "第二次说没解决")


def test_a_refusal_names_its_reason_to_who_sent_it(
    story: Story, desk: str, housing: str, cityadmin: str
) -> None:
    refer(story, desk)

    asked = story.say(housing, "退回 1")
    refused = story.say(housing, "按三定方案归城管局")
    told = pushed(story, desk)
    story.say(desk, "1")
    story.say(desk, "转 1 城管局 5天")
    story.say(desk, "1")

    assert "依据什么不归贵单位" in asked
    assert refused.startswith("2611-0001 已退回")
    assert told.startswith("区住建局退回 2611-0001：按三定方案归城管局。")
    assert "2611-0001" in story.say(cityadmin, "查 1")
    assert "没找到" in story.say(housing, "查 1")


def test_a_second_refusal_comes_before_the_district_desk_whoever_sent_the_case(
    story: Story, desk: str, housing: str, cityadmin: str
) -> None:
    street = bind(story, "staff:T002")
    refer(story, street)
    story.say(housing, "退回 1 按三定方案归城管局")
    story.say(street, "转 1 城管局 5天")
    story.say(street, "1")
    once = [text for text in owed_to(story, desk) if "退回" in text]
    story.say(cityadmin, "退回 1 按三定方案归住建局")

    assert once == []
    assert [text for text in owed_to(story, desk) if "第二次被退回，区城管局：按三定方案归住建局" in text]
    assert [text for text in owed_to(story, street) if "第二次被退回" in text]


def test_what_a_department_gave_back_stays_with_it_until_somebody_decides(
    story: Story, desk: str, housing: str
) -> None:
    refer(story, desk)
    story.say(housing, "退回 1")

    short = story.say(housing, "我们")
    story.say(housing, "按三定方案归城管局")

    assert short.startswith("还没退回 2611-0001，差：依据什么、建议转给谁。")
    assert "已退回，等定" in story.say(housing, "要办的")
    assert "2611-0001" in story.say(housing, "查 1")
    assert "1件单位退回" in story.say(desk, "今日")
    assert "区住建局已退回，等定" in story.say(desk, "查 1")
    story.say(desk, "办结 1 11月22日站里自己换好了灯")
    story.say(desk, "1")
    assert "没有等贵单位答复" in story.say(housing, "要办的")


def test_the_card_of_a_refused_case_offers_another_department_or_says_no(
    story: Story, desk: str, housing: str
) -> None:
    refer(story, desk)
    story.say(housing, "退回 1 按三定方案归城管局")

    card = story.say(desk, "查 1")
    said = story.say(desk, "2")

    assert "退回的理由：按三定方案归城管局\n1 转给别的单位\n2 不同意退回\n3 回复" in card
    assert said.startswith("2611-0001 仍由区住建局办，期限不变")
    assert "不同意退回，仍请贵单位办，12月7日（周一）前答复" in owed_to(story, housing)[-1]
    assert "退回" not in story.say(desk, "今日")
    assert "算哪一类？" in story.say(housing, f"答复 1 {DONE}")


def test_a_case_is_closed_by_digit_with_a_sentence_in_the_name_of_who_wrote_it(
    story: Story, desk: str, housing: str
) -> None:
    refer(story, desk)
    story.say(desk, "查 1")

    asked = story.say(desk, "4")
    bare = story.say(desk, "好的")
    named = story.say(desk, DONE)
    story.say(desk, "1")

    assert "做了什么、哪天做的、依据什么？写一句" in asked
    assert "没说做了什么，没有办结" in bare
    assert named.startswith("2611-0001 还在区住建局手里。")
    assert f"2611-0001 有答复。区人大代表工委：“{DONE}”" in owed_to(story, "voter-1")[-1]
    assert the_case(story, "2611-0001").state == "awaiting_voter"
    assert housing


def test_a_digit_never_acts_on_another_case_than_the_last_one_spoken_of(story: Story, desk: str) -> None:
    story.clock.at = MONDAY
    story.say("voter-1", EAST)
    story.clock.turn(hours=1)
    story.say("voter-1", "西苑小区路灯不亮")
    story.say(desk, "查 1")
    story.say(desk, "回复 2 明天来修")

    assert story.say(desk, "1").startswith("收到“1”，现在没有等您选的事")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("换主办 1 城管局", "主办 区城管局"),
        ("挂牌 1 张宁 12月20日", "责任人张宁"),
        ("恢复 1", "没有暂停"),
        ("暂停 1 等选民", "写“暂停 编号 问题”"),
        ("暂停 1 等他回话", "写“暂停 编号 问题”"),
        ("发言意见", "发言意见"),
    ],
)
def test_the_bots_own_words_are_commands(story: Story, desk: str, line: str, said: str) -> None:
    story.clock.at = MONDAY
    story.say("voter-1", EAST)

    assert said in story.say(desk, line)


def test_a_digit_where_only_a_word_is_offered_repeats_no_strange_menu(story: Story, desk: str) -> None:
    story.clock.at = MONDAY
    story.say(desk, "今天会场里的话筒声音太小了")

    assert story.say(desk, "1").startswith("收到“1”，现在没有等您选的事")


@pytest.mark.usefixtures("cityadmin")
def test_what_a_department_gave_back_is_one_figure_in_todays_list_its_own_and_every_question(
    story: Story, desk: str, housing: str
) -> None:
    refer(story, desk)
    story.say(housing, "退回 1 按三定方案归城管局")
    story.clock.turn(days=16)

    assert "1件单位超期没答复" in story.say(desk, "今日")
    assert "2611-0001" in story.say(housing, "要办的")
    assert story.say(desk, "住建局超期几件").startswith("至今登记的区住建局承办的共1件，超期没办1件"), (
        "the district is not said twice before 区住建局"
    )
    assert "在该单位手上没答复1件" in story.say(desk, "住建局手上有几件")
    assert "1 区住建局1件" in story.say(desk, "各单位超期几件")

    story.say(desk, "转 1 城管局 5天")
    story.say(desk, "1")

    assert "共0件" in story.say(desk, "住建局在办的有几件")
    assert "在该单位手上没答复1件" in story.say(desk, "城管局在办的有几件")


def test_an_answer_that_waits_for_its_review_is_found_again(story: Story, desk: str, housing: str) -> None:
    refer(story, desk)
    assert story.say(desk, "审核").startswith("没有等审核的答复")
    story.say(housing, f"答复 1 {DONE}")
    story.say(housing, "1")
    pushed(story, desk)
    story.say(desk, "统计")  # other things come between
    story.clock.turn(days=1)

    assert "1件答复等审核" in story.say(desk, "今日")
    assert "2611-0001" in story.say(desk, "待审核")
    shown = story.say(desk, "查 1")
    assert f"自报“已解决”：\n“{DONE}”\n1 发给选民，问解决没有\n2 退回重写" in shown
    assert story.say(desk, "审核 1") == shown

    assert story.say(desk, "发给选民 1").startswith("2611-0001 的答复审过了，这就告诉选民")
    assert "没有等审核的答复" in story.say(desk, "审核 1")
    assert the_case(story, "2611-0001").state == "awaiting_voter"


def test_a_written_answer_is_kept_until_its_class_is_chosen(story: Story, desk: str, housing: str) -> None:
    refer(story, desk)
    story.say(housing, "接收 1")
    story.say(housing, f"答复 1 {DONE}")
    story.clock.turn(days=1)

    assert "答复还没选类别" in story.say(housing, "要办的")
    assert "1 给写好的答复选类别" in story.say(housing, "1")
    assert "算哪一类？" in story.say(housing, "1")
    story.say(housing, "1")

    assert DONE in pushed(story, desk, "自报")


def test_what_follows_an_answer_that_said_too_little_is_taken_for_the_same_case(
    story: Story, desk: str, housing: str
) -> None:
    refer(story, desk)
    story.clock.turn(hours=1)
    story.say("voter-1", "西苑小区路灯不亮")
    story.say(desk, "转 2 住建局 3天")
    story.say(desk, "1")

    story.say(housing, "答复 1 物业已把6盏灯换好")
    whole = story.say(housing, "11月24日")
    story.say(housing, "查 1")
    lost = story.say(housing, "这样写行不行")
    story.say(housing, "答复 1 已派人")
    again = story.say(housing, DONE)
    story.say(housing, "1")

    assert whole.startswith("2611-0001 这份答复算哪一类？")
    assert "“答复 2611-0001 内容”" in lost, "not the case whose day comes first"
    assert again.startswith("2611-0001 这份答复算哪一类？")
    assert pushed(story, desk, "自报").startswith(
        f"区住建局答复了 2611-0001 楼道照明，自报“已解决”：\n“{DONE}”"
    )


@both_channels
def test_a_reviewer_changes_a_few_words_and_both_versions_are_kept(
    story: Story, desk: str, housing: str
) -> None:
    refer(story, desk)
    story.say(housing, "接收 1")
    story.say(housing, f"答复 1 {DONE}，望周知")
    story.say(housing, "1")
    pushed(story, desk)

    asked = story.say(desk, "3")
    bare = story.say(desk, "已转有关科室处理")
    story.say(desk, "改答复 1")
    shown = story.say(desk, f"您反映的灯，{DONE}")
    story.say(desk, "1")
    pushed(story, "voter-1")

    assert asked.startswith(f"2611-0001 单位的答复：\n{DONE}，望周知\n请把改好的全文发来")
    assert "没有改" in bare
    assert f"改成：“您反映的灯，{DONE}”\n改动：开头加“您反映的灯，”；删“，望周知”" in shown
    assert any(f"区住建局：“您反映的灯，{DONE}”" in text for text in story.phones.texts_to("voter-1"))
    assert "发给选民前改了几处：开头加“您反映的灯，”；删“，望周知”" in owed_to(story, housing)[-1]
    with Session(story.engine) as session:
        row = session.scalars(select(Referral)).one()
    assert (row.answer, row.edited) == (f"{DONE}，望周知", f"您反映的灯，{DONE}")
    assert "answer edited" in steps_of(story, "2611-0001")


def test_an_answer_sent_back_is_written_again(story: Story, desk: str, housing: str) -> None:
    refer(story, desk)
    story.say(housing, "接收 1")
    story.say(housing, f"答复 1 {DONE}")
    story.say(housing, "1")
    pushed(story, desk)

    story.say(desk, "2")
    story.say(desk, "请写清换了几盏")
    back = pushed(story, housing)

    assert back.startswith("2611-0001 的答复退回重写：请写清换了几盏。期限不变，12月7日（周一）前答复。")
    assert not any("有答复" in text for text in story.phones.texts_to("voter-1"))


def test_a_verdict_can_be_changed_for_seven_days(story: Story, desk: str, housing: str) -> None:
    refer(story, desk)
    story.say(housing, f"答复 1 {DONE}")
    story.say(housing, "1")
    pushed(story, desk)
    story.say(desk, "1")
    pushed(story, "voter-1")
    story.say("voter-1", "1")
    story.say("voter-1", "0")

    changed = story.say("voter-1", "改评价")
    again = story.say("voter-1", "3")
    story.clock.turn(days=8)
    too_late = story.say("voter-1", "改评价")

    assert changed.startswith("2611-0001 现在怎么样？")
    assert "重办" in again
    assert too_late.startswith("7天内没有您评价过的件")


@pytest.mark.parametrize(
    "words", ["转", "转 1 火星局", "转 1 住建局 0天", "转 1 住建局 999天", "转 9 住建局"]
)
def test_what_cannot_be_referred_says_why_and_changes_nothing(story: Story, desk: str, words: str) -> None:
    story.clock.at = MONDAY
    story.say("voter-1", EAST)

    story.say(desk, words)
    story.say(desk, "1")

    assert the_case(story, "2611-0001").state == "registered"


def test_a_station_refers_nothing(story: Story) -> None:
    station = bind(story, "staff:T005")
    story.clock.at = MONDAY
    story.say("voter-1", EAST)

    story.say(station, "转 1 住建局 10天")

    assert the_case(story, "2611-0001").state == "registered"


def test_every_step_names_who_took_it(story: Story, desk: str, housing: str) -> None:
    refer(story, desk)
    story.say(housing, "接收 1")

    with Session(story.engine) as session:
        actors = session.scalars(select(CaseStep.actor_id).join(Case).where(Case.number == "2611-0001")).all()
    assert all(actors)
    assert len(set(actors)) == 3, "voter, district desk, clerk"


@both_channels
def test_on_the_day_itself_a_department_gets_a_card_in_the_morning(
    story: Story, desk: str, housing: str
) -> None:
    refer(story, desk, "转 1 住建局 1天")
    story.say(housing, "接收 1")

    story.at(MONDAY.replace(day=24, hour=8, minute=40))
    card = pushed(story, housing, "要答复的")

    assert card == "今天11月24日（周二）要答复的，回序号看：\n1 2611-0001 楼道照明，今天到期"
    assert "2611-0001" in story.say(housing, "1")
    assert sum("要答复的" in text for text in story.phones.texts_to(housing)) == 1
