"""Staff work through what came: lists by digit, answers to voters, figures, duty days."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from handlers.account.accounts import roster_code
from storage.keeping.codes import grant
from storage.messages.outbox import enqueue
from storage.models import Account, Case, Outbox, Task
from tests.stories.driver import SHANGHAI, Story
from tests.stories.lines import both_channels
from tests.stories.people import EAST, WEST, bind, owed_to, steps_of, the_case

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)


@pytest.fixture
def east(story: Story) -> str:
    """Give the staff of the station 东苑."""
    return bind(story, "staff:T005")


@pytest.fixture
def desk(story: Story) -> str:
    """Give the district desk."""
    return bind(story, "staff:T001")


@both_channels
def test_today_lists_what_waits_and_digits_lead_to_the_case(story: Story, east: str) -> None:
    story.say("voter-1", EAST)

    today = story.say(east, "今日")
    shown = story.say(east, "1")

    assert "1 新到1件，等看" in today
    assert "2611-0001" in shown
    assert "老人晚上不敢下楼" in shown
    story.clock.turn(seconds=5)
    assert "已接手" in story.say(east, "1")
    assert "1 接手\n4 回复\n5 其他" in shown


def test_today_names_what_is_past_its_day(story: Story, east: str) -> None:
    story.say("voter-1", EAST)
    story.clock.at = MONDAY + timedelta(days=7)

    assert "1件过了日期还没回选民" in story.say(east, "今日")
    story.say(east, "接手 1")
    assert "1件过了日期还没回选民" in story.say(east, "今日")
    story.say(east, "回复 1 明天来修")
    assert "过了日期" not in story.say(east, "今日")


def test_today_tells_how_many_deputies_have_not_answered(story: Story, east: str) -> None:
    today = story.say(east, "今日")
    opened = story.say(east, "1")

    assert "12月10日接待日" in today
    assert "没回" in opened


@pytest.mark.parametrize("number", ["42", "0042", "2611-0042", "４２", "26110042"])
def test_a_number_may_be_typed_in_any_way(story: Story, east: str, number: str) -> None:
    for voter in range(42):
        story.say(f"voter-{voter}", EAST)

    assert "2611-0042 楼道照明" in story.say(east, f"查 {number}")


@both_channels
def test_lists_are_short_and_go_on_by_a_digit(story: Story, east: str) -> None:
    for voter in range(9):
        story.say(f"voter-{voter}", EAST)

    pages = [story.say(east, "未办结"), story.say(east, "5"), story.say(east, "5")]

    assert [f"000{number}" in page for page, number in zip(pages, (4, 8, 9), strict=True)] == [True] * 3
    assert all(len(page) <= 120 for page in pages)


def test_a_long_case_can_be_read_whole(story: Story, east: str) -> None:
    story.say(
        "voter-1",
        EAST + "，物业说没钱换，业委会说要等开会，居委会说归物业管，我们跑了三趟，最后也没有人来，请帮忙。",
    )

    shown = story.say(east, "查 1")
    whole = story.say(east, "6")

    assert len(shown) <= 120
    assert "6 看全文" in shown
    assert "请帮忙。" in whole


def test_what_a_voter_adds_is_read_with_the_case(story: Story, east: str) -> None:
    story.say("voter-1", EAST)
    story.picture("voter-1")
    story.say("voter-1", "补充 二楼的灯也坏了")

    shown = story.say(east, "查 1")
    whole = story.say(east, "6")

    assert "补充1条、照片1张" in shown
    assert "11月21日补充：二楼的灯也坏了" in whole
    assert len(shown) <= 120


def test_what_a_voter_adds_later_waits_for_staff_again(story: Story, east: str) -> None:
    story.say("voter-1", EAST)
    story.say(east, "回复 1 明天来换灯")
    assert "选民有补充" not in story.say(east, "今日")

    story.say("voter-1", "补充 三楼的也要换")
    today = story.say(east, "今日")
    listed = story.say(east, "1")

    assert "1 1件选民有补充" in today
    assert "2611-0001" in listed


def test_a_voice_that_joins_a_case_is_heard_and_leaves_its_text_alone(story: Story, east: str) -> None:
    story.say("voter-1", EAST)
    story.voice("voter-1")

    waiting = story.say(east, "今日")
    said = story.say(east, "听写 1 四幢也坏了")
    story.say(east, "查 1")
    whole = story.say(east, "6")

    assert "1段语音等听写" in waiting
    assert said.startswith("打好了")
    assert the_case(story, "2611-0001").text == EAST
    assert "补充：四幢也坏了" in whole
    assert "听写" not in story.say(east, "今日")


@both_channels
def test_taking_over_stands_in_the_timeline_and_sends_nothing(story: Story, east: str) -> None:
    story.say("voter-1", EAST)
    story.say(east, "查 1")

    said = story.say(east, "5")

    assert said.startswith("2611-0001 接手了")
    assert "东苑社区联络站接手" in story.say("voter-1", "我的")
    assert owed_to(story, "voter-1", "result") == []
    assert "新到" not in story.say(east, "今日")
    assert "没有改" in story.say(east, "接手 1")


def test_a_case_that_moves_is_new_at_the_other_station(story: Story, east: str) -> None:
    west = bind(story, "staff:T006")
    story.say("voter-1", EAST)
    story.say(east, "接手 1")
    story.say(east, "改站 1 西苑")

    assert "新到1件" in story.say(west, "今日")


@both_channels
def test_one_case_is_pushed_once_a_day(story: Story, east: str) -> None:
    story.say("voter-1", EAST)
    story.say(east, "回复 1 明天来换灯")
    story.at(story.clock() + timedelta(minutes=5))
    closed = story.say(east, "办结 1 已换新灯")
    story.at(story.clock() + timedelta(minutes=5))

    assert "11月22日7:3" in closed
    assert len(story.phones.texts_to("voter-1")) == 1
    story.at(datetime(2026, 11, 22, 9, 0, tzinfo=SHANGHAI))
    assert len(story.phones.texts_to("voter-1")) == 2


def test_what_waits_for_the_morning_goes_out_in_one_push(story: Story, east: str) -> None:
    story.say("voter-1", EAST)
    story.clock.at = datetime(2026, 11, 21, 22, 0, tzinfo=SHANGHAI)
    story.say(east, "回复 1 明天来修")
    story.say(east, "办结 1 已换新灯")

    story.at(datetime(2026, 11, 22, 8, 0, tzinfo=SHANGHAI))

    (told,) = story.phones.texts_to("voter-1")
    assert "明天来修" in told
    assert told.endswith("真的好了吗？\n1 解决了\n2 好了一部分\n3 没解决")
    assert story.say("voter-1", "1").startswith("记下“解决了”")


def test_an_answer_that_follows_a_voice_goes_out_with_its_words(story: Story, desk: str) -> None:
    story.voice("voter-1")
    story.say(desk, "听写 1 七格社区停车位不足")
    story.clock.turn(minutes=2)
    story.say(desk, "回复 1 正在划线")

    story.at(story.clock() + timedelta(minutes=15))

    (told,) = story.phones.texts_to("voter-1")
    assert "停车位不足" in told
    assert "正在划线" in told


def test_each_case_of_a_voter_has_its_own_push(story: Story, east: str) -> None:
    story.say("voter-1", EAST)
    story.clock.turn(minutes=30)
    story.say("voter-1", "东苑小区停车位不足")

    story.say(east, "回复 1 灯已换好")
    story.say(east, "回复 2 在划线")
    story.at(story.clock() + timedelta(minutes=5))

    assert len(story.phones.texts_to("voter-1")) == 2


def test_urgent_matters_do_not_wait_their_turn(story: Story, east: str) -> None:
    story.say("voter-1", "东苑小区楼道里煤气味很重")
    story.clock.at = datetime(2026, 11, 21, 22, 30, tzinfo=SHANGHAI)
    story.say(east, "回复 1 燃气公司已到楼下")
    story.say(east, "回复 1 已关阀，请先别回家")

    story.at(story.clock() + timedelta(minutes=5))

    assert len(story.phones.texts_to("voter-1")) == 2


@both_channels
def test_a_reply_reaches_the_voter_once_and_stands_in_the_timeline(story: Story, east: str) -> None:
    story.say("voter-1", EAST)

    said = story.say(east, "回复 1 物业看过了，明天来换灯。")
    story.at(story.clock() + timedelta(minutes=1))

    assert "这就发给 2611-0001 的选民，算进展" in said
    (pushed,) = [text for text in story.phones.texts_to("voter-1") if "有答复" in text]
    assert "物业看过了，明天来换灯。" in pushed
    assert "答复：物业看过了" in story.say("voter-1", "我的")
    assert the_case(story, "2611-0001").state == "answered"


@both_channels
def test_a_reply_by_digit_takes_any_words(story: Story, east: str) -> None:
    story.say("voter-1", EAST)
    story.say(east, "查 1")

    asked = story.say(east, "1")
    said = story.say(east, "查看过了，明天换灯")

    assert "要回 2611-0001 的选民什么" in asked
    assert "这就发给" in said
    assert "查看过了，明天换灯" in owed_to(story, "voter-1", "result")[0]


def test_a_command_while_words_are_awaited_is_no_reply(story: Story, east: str) -> None:
    story.say("voter-1", EAST)
    story.say(east, "查 1")
    story.say(east, "1")

    story.say(east, "今日")
    story.say(east, "查 1")
    story.say(east, "1")
    story.say(east, "取消")

    assert owed_to(story, "voter-1", "result") == []


def test_a_visitor_entered_while_words_are_awaited_is_no_reply(story: Story, east: str) -> None:
    story.say("voter-1", EAST)
    story.say(east, "查 1")
    story.say(east, "1")

    entered = story.say(east, "代录 东苑小区5幢漏水，王阿姨来站说的，电话已登记")

    assert "来源：来站" in entered
    assert owed_to(story, "voter-1", "result") == []


def test_words_typed_long_after_they_were_asked_for_go_to_nobody(story: Story, east: str) -> None:
    story.say("voter-1", EAST)
    story.say(east, "查 1")
    story.say(east, "1")
    story.clock.turn(hours=2)

    story.say(east, "帮我看看明天的安排")

    assert owed_to(story, "voter-1", "result") == []


def test_a_reply_in_traditional_letters_is_understood(story: Story, east: str) -> None:
    story.say("voter-1", EAST)

    assert "这就发给" in story.say(east, "回復 1 明天換燈")
    assert "明天換燈" in owed_to(story, "voter-1", "result")[0]


def test_a_number_that_runs_into_the_words_is_not_taken_for_a_case(story: Story, east: str) -> None:
    story.say("voter-1", EAST)

    assert "编号后空一格" in story.say(east, "回复 1号会修好")
    assert owed_to(story, "voter-1", "result") == []


def test_a_result_waits_for_the_morning(story: Story, east: str) -> None:
    story.say("voter-1", EAST)
    story.clock.at = datetime(2026, 11, 21, 22, 0, tzinfo=SHANGHAI)
    story.say(east, "回复 1 明天来修")

    story.at(story.clock() + timedelta(minutes=5))
    assert not any("明天来修" in text for text in story.phones.texts_to("voter-1"))
    story.at(datetime(2026, 11, 22, 8, 0, tzinfo=SHANGHAI))
    assert any("明天来修" in text for text in story.phones.texts_to("voter-1"))


@both_channels
def test_closing_asks_the_voter_who_alone_can_say_that_it_is_solved(story: Story, east: str) -> None:
    story.say("voter-1", EAST)

    said = story.say(east, "办结 1 11月21日换了新灯")

    (told,) = owed_to(story, "voter-1", "result")
    assert said.startswith("2611-0001 这就发给选民，问他解决没有")
    assert "11月21日换了新灯" in told
    assert told.endswith("真的好了吗？\n1 解决了\n2 好了一部分\n3 没解决")
    assert the_case(story, "2611-0001").state == "awaiting_voter"
    assert story.say(east, "办结 1").startswith("2611-0001 已经问过选民")


def test_closing_by_digit_asks_first(story: Story, east: str) -> None:
    story.say("voter-1", EAST)
    story.say(east, "查 1")

    asked = story.say(east, "4")
    left = story.say(east, "取消")

    assert "2611-0001 做了什么、哪天做的、依据什么？写一句" in asked
    assert "什么也没改" in left
    assert the_case(story, "2611-0001").state == "registered"


@both_channels
def test_the_topic_is_mended_by_name_and_by_digit(story: Story, east: str) -> None:
    story.say("voter-1", EAST)

    by_name = story.say(east, "改类 1 停车难")
    story.say(east, "查 1")
    menu = story.say(east, "2")
    by_digit = story.say(east, "1")

    assert "现在是“停车难（行）”" in by_name
    assert "1 " in menu
    assert by_digit.startswith("改好了：2611-0001")
    assert steps_of(story, "2611-0001") == ["filed", "retopic", "retopic"]
    assert "没有“外星人”这个类别" in story.say(east, "改类 1 外星人")


@both_channels
def test_a_case_moves_to_another_station(story: Story, east: str) -> None:
    story.say("voter-1", EAST)

    said = story.say(east, "改站 1 西苑")

    assert "交给西苑社区联络站" in said
    assert the_case(story, "2611-0001").station == "S005"
    assert "不在您的范围" in story.say(east, "查 1")
    assert "转给西苑社区联络站" in story.say("voter-1", "我的")


def test_a_name_of_several_stations_is_asked_apart(story: Story, east: str) -> None:
    story.say("voter-1", EAST)

    asked = story.say(east, "改站 1 和平")
    said = story.say(east, "2")

    assert "1 柳荫和平社区联络站\n2 北园和平社区联络站" in asked
    assert "北园和平社区联络站" in said


@both_channels
def test_a_voice_is_written_down_and_filed_by_its_words(story: Story, desk: str) -> None:
    story.voice("voter-1")
    assert "1段语音等听写" in story.say(desk, "今日")

    said = story.say(desk, "听写 1 七格社区停车位不足")

    assert "停车难（行），七格社区联络站" in said
    assert the_case(story, "2611-0001").text == "七格社区停车位不足"
    assert "七格社区停车位不足" in owed_to(story, "voter-1", "result")[0]
    with Session(story.engine) as session:
        assert all(session.scalars(select(Task.done_at)))
    assert "没有等听写的语音" in story.say(desk, "听写 1 再来一次")


def test_a_voice_about_an_insider_is_sealed_once_it_is_heard(story: Story, desk: str) -> None:
    story.voice("voter-1")

    said = story.say(desk, "听写 1 我要反映东苑社区联络站的人收好处")

    assert "单独保管" in said
    assert the_case(story, "2611-0001").sealed
    assert the_case(story, "2611-0001").station == ""
    (told,) = owed_to(story, "voter-1", "result")
    assert "收好处" not in told
    assert "东苑" not in told


def test_a_voice_that_speaks_of_danger_is_answered_with_the_right_number_at_any_hour(
    story: Story, east: str, desk: str
) -> None:
    story.voice("voter-1")
    story.clock.at = datetime(2026, 11, 21, 23, 0, tzinfo=SHANGHAI)

    said = story.say(desk, "听写 1 东苑小区，我活不下去了，不想活了")
    story.at(story.clock() + timedelta(minutes=1))

    (told,) = [text for text in story.phones.texts_to("voter-1") if "12356" in text]
    assert "活不下去" not in told
    assert "急件（轻生）" in said
    assert any("急件 2611-0001" in text for text in story.phones.texts_to(east))
    assert owed_to(story, desk, "alert") == []


@pytest.mark.parametrize(
    "asked",
    [
        "统计 本月",
        "统计",
        "本月来了多少件",
        "统计11月",
        "今年多少件",
        "统计 本周",
        "这个月收到多少件？",
        "本月有多少民情",
        "11月一共来了几件呢",
        "今天登记了多少条",
        "来了多少件",
    ],
)
def test_figures_open_to_their_numbers(story: Story, desk: str, asked: str) -> None:
    story.say("voter-1", EAST)
    story.say("voter-2", WEST)

    counted = story.say(desk, asked)
    listed = story.say(desk, "1")

    assert "登记2件" in counted
    assert "东苑社区1件" in counted
    assert "2611-0001" in listed
    assert "2611-0002" in listed


@pytest.mark.parametrize("asked", ["统计 上月", "上个月多少件", "统计 去年", "统计 上季度"])
def test_figures_of_another_span_do_not_count_these(story: Story, desk: str, asked: str) -> None:
    story.say("voter-1", EAST)

    assert "没有登记的件" in story.say(desk, asked)


@pytest.mark.parametrize("asked", ["统计 停车", "本月停车多少件", "本月多少件超期的", "统计 本月 西苑小区"])
def test_a_word_that_narrows_a_figure_is_counted_by(story: Story, desk: str, asked: str) -> None:
    story.say("voter-1", EAST)

    said = story.say(desk, asked)

    assert "0件" in said
    assert "共1件：" not in said


@pytest.mark.parametrize("asked", ["统计 老大难", "本月火星小区多少件"])
def test_a_word_that_nobody_knows_is_never_passed_over(story: Story, desk: str, asked: str) -> None:
    story.say("voter-1", EAST)

    assert story.say(desk, asked).startswith("没听懂“")


@both_channels
def test_figures_that_do_not_fit_follow_by_a_digit(story: Story, desk: str) -> None:
    troubles = [
        "楼道灯坏了",
        "停车位不足",
        "家里停水两天",
        "看病排队太久",
        "孩子班里六十多人，大班额",
        "饭店用地沟油",
    ]
    for voter, trouble in enumerate(troubles):
        story.say(f"voter-{voter}", f"东苑小区，{trouble}")

    first = story.say(desk, "统计 本月")
    rest = story.say(desk, first.splitlines()[-3][0])
    listed = story.say(desk, "1")

    assert "看后面的" in first
    assert len(first) <= 120
    figures = [line for line in (*first.splitlines(), *rest.splitlines()) if "·" in line]
    assert len(figures) == 6
    assert all(line.endswith("1件") for line in figures)
    assert "共1件" in listed


def test_sealed_cases_are_never_counted_with_others(story: Story, desk: str) -> None:
    story.say("voter-1", "我要反映东苑社区联络站的人收好处")

    assert "没有登记的件" in story.say(desk, "统计 本月")


@both_channels
def test_who_comes_names_the_silent_and_reminds_them_once_a_day(story: Story, east: str) -> None:
    deputy = bind(story, "deputy:D001")
    story.at(datetime(2026, 12, 3, 8, 45, tzinfo=SHANGHAI))
    story.clock.turn(hours=1)

    who = story.say(east, "10号谁来")
    phones = story.say(east, "1")
    story.say(east, "谁来")
    nudged = story.say(east, "2")
    story.say(east, "谁来")
    again = story.say(east, "2")
    story.at(story.clock() + timedelta(minutes=1))

    assert "12月10日接待日，" in who
    assert "139-0000-0001" in phones
    assert "这就再提醒" in nudged
    assert "今天已经提醒过了" in again
    assert any("还没收到您的回复" in text for text in story.phones.texts_to(deputy))
    assert "接待日：参加" in story.say(deputy, "1")


def test_a_near_day_may_be_named(story: Story, desk: str) -> None:
    assert "11月22日没有请代表来的活动" in story.say(desk, "明天谁来")
    assert "12月10日接待日" in story.say(desk, "10号接待有哪些代表来")


def test_who_was_not_asked_yet_is_not_reminded_again(story: Story, east: str) -> None:
    bind(story, "deputy:D001")
    story.say(east, "谁来")

    assert "还没到发的时候" in story.say(east, "2")


@pytest.mark.parametrize("questions", [("谁来", "1"), ("谁来", "3"), ("提醒预览", "2")])
def test_deputies_of_other_stations_are_not_listed(
    story: Story, east: str, questions: tuple[str, ...]
) -> None:
    story.at(datetime(2026, 12, 3, 8, 45, tzinfo=SHANGHAI))
    own = {deputy.name for deputy in story.app.surroundings.world().district.deputies_of_station("S004")}
    others = {each.name for each in story.app.surroundings.world().district.deputies.values()} - own

    listed = [story.say(east, line) for line in questions][-1]
    if "看后面的" in listed:
        listed += story.say(east, "1")

    assert not any(name in listed for name in others)
    assert "西苑" not in listed


def test_who_comes_by_station(story: Story, desk: str) -> None:
    story.at(datetime(2026, 12, 3, 8, 45, tzinfo=SHANGHAI))

    who = story.say(desk, "谁来")
    by_station = story.say(desk, "3")

    assert "3 按站看" in who
    assert "东苑社区：参加0、请假0、没回" in by_station


@both_channels
def test_the_preview_agrees_with_what_is_sent(story: Story, east: str) -> None:
    deputy = bind(story, "deputy:D001")
    story.clock.at = datetime(2026, 12, 2, 15, 0, tzinfo=SHANGHAI)

    preview = story.say(east, "提醒预览")
    forms = story.say(east, "1")
    story.say(east, "提醒预览")
    people = story.say(east, "2")
    story.at(datetime(2026, 12, 3, 8, 45, tzinfo=SHANGHAI))

    assert "12月3日（周四）" in preview
    assert "要打电话" in preview
    (sent,) = story.phones.texts_to(deputy)
    assert sent in forms
    assert "139-0000-0001" in people


@both_channels
def test_what_did_not_arrive_is_listed_with_its_reason(story: Story, east: str) -> None:
    story.say("voter-1", EAST)
    story.say(east, "回复 1 灯换好了")
    with Session(story.engine) as session, session.begin():
        session.execute(update(Outbox).values(status="dead", error="45015"))

    listed = story.say(east, "没送到的")
    opened = story.say(east, "1")

    assert "0001 选民：超过48小时没来过消息，微信不让发" in listed
    assert "没有留电话" in opened
    assert steps_of(story, "2611-0001")[-1] == "phone_seen"


def test_an_answer_has_a_short_form_that_repeats_no_word_of_the_case(story: Story, east: str) -> None:
    story.say("voter-1", EAST)
    story.say(east, "回复 1 物业今天下午来换灯泡")

    with Session(story.engine) as session:
        push = session.scalars(select(Outbox).where(Outbox.kind == "result")).one()

    assert push.template == "result"
    assert push.fields == {"编号": "2611-0001", "进度": "有答复了", "说明": "在公众号回“进度”看全文"}


def ended(story: Story, status: str, error: str) -> None:
    with Session(story.engine) as session, session.begin():
        session.execute(
            update(Outbox)
            .where(Outbox.kind == "result")
            .values(
                status=status,
                error=error,
                attempts=3,
                first_attempt_at=story.clock(),
                doubt_since=story.clock(),
            )
        )


@pytest.mark.parametrize(
    ("answer", "status", "told"),
    [
        pytest.param("1", "delivered", "已打电话", id="told by telephone"),
        pytest.param("2", "delivered", "本人收到了", id="it had arrived"),
        pytest.param("3", "sent", "马上再发一次", id="sent again"),
    ],
)
def test_staff_decide_about_a_push_that_may_have_arrived(
    story: Story, east: str, answer: str, status: str, told: str
) -> None:
    story.say("voter-1", EAST)
    story.say(east, "回复 1 物业今天下午来换灯泡")
    ended(story, "unknown", "timeout")

    listed = story.say(east, "电话通知名单")
    opened = story.say(east, "1")
    said = story.say(east, answer)
    story.app.tick_all()

    assert "不知道到没到" in listed
    assert "3 再发一次" in opened
    assert told in said
    assert len(story.phones.texts_to("voter-1")) == (1 if status == "sent" else 0)
    with Session(story.engine) as session:
        assert session.scalar(select(Outbox.status).where(Outbox.kind == "result")) == status
    assert "都送到了" in story.say(east, "没送到的")


def test_what_was_given_up_can_be_sent_again_by_digit(story: Story, east: str) -> None:
    story.say("voter-1", EAST)
    story.say(east, "回复 1 物业今天下午来换灯泡")
    ended(story, "dead", "48001")

    story.say(east, "没送到的")
    story.say(east, "1")
    story.say(east, "2")
    story.app.tick_all()

    assert len(story.phones.texts_to("voter-1")) == 1


def test_what_did_not_reach_a_colleague_is_listed_by_name(story: Story, desk: str) -> None:
    story.say("voter-1", "东苑小区楼道里煤气味很重")
    with Session(story.engine) as session, session.begin():
        session.execute(update(Outbox).where(Outbox.kind == "alert").values(status="dead", error="43004"))

    listed = story.say(desk, "没送到的")

    assert "选民" not in listed.partition("回序号")[0]
    assert "取消了关注" in listed


def test_a_late_answer_that_did_not_arrive_is_the_district_desks(story: Story, east: str, desk: str) -> None:
    story.say("voter-1", EAST)
    with Session(story.engine) as session, session.begin():
        person = session.scalars(select(Account.person_id).where(Account.external_id == "voter-1")).one()
        enqueue(
            session,
            dedupe_key="answer/1",
            person_id=person,
            kind="answer",
            text="记下了",
            now=story.clock(),
            not_before=story.clock(),
        )
        session.execute(update(Outbox).values(status="dead", error="45015"))

    assert "选民：超过48小时" in story.say(desk, "没送到的")
    assert "都送到了" in story.say(east, "没送到的")


OF_STAFF = ("未办结", "统计 本月", "本月来了多少件", "办结 1", "回复 1 好的", "提醒预览")


@pytest.mark.parametrize(
    ("key", "command"),
    # An operator has a 今日 of their own.
    [
        ("deputy:D001", "今日"),
        *((key, command) for key in ("deputy:D001", "staff:T026") for command in OF_STAFF),
    ],
)
def test_a_command_of_others_is_answered_as_such_and_never_filed(
    story: Story, key: str, command: str
) -> None:
    said = story.say(bind(story, key), command)

    assert "不归您用" in said
    with Session(story.engine) as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 0


def test_a_deputy_may_still_write_as_a_voter(story: Story) -> None:
    deputy = bind(story, "deputy:D001")

    assert "编号 2611-0001" in story.say(deputy, "答复太慢，东苑小区的路灯报了两周没人修")


def test_help_of_someone_with_two_roles_names_both(story: Story, east: str) -> None:
    with Session(story.engine) as session, session.begin():
        person = session.scalars(select(Account.person_id).where(Account.external_id == east)).one()
        grant(session, person_id=person, role="deputy", area="S004", now=story.clock())

    said = story.say(east, "帮助")

    assert "办件" in said
    assert "代表" in said
    assert "我的站" in story.say(east, "帮助 代表")


def test_help_names_only_what_one_may_do(story: Story, east: str) -> None:
    operator = bind(story, "staff:T026")

    station, machine = story.say(east, "帮助"), story.say(operator, "帮助")

    assert "办件" in station
    assert "转办" not in station
    assert "未办结" not in machine
    assert "回复 42 楼道灯已换好" in story.say(east, "帮助 回复")


def test_help_goes_from_headings_to_examples_to_one_command(story: Story, east: str) -> None:
    headings = story.say(east, "帮助")
    examples = story.say(east, "1")
    explained = story.say(east, "3")

    assert story.say(east, "0") == examples
    assert story.say(east, "0") == headings
    assert headings.startswith("能办这些，回序号看例子：\n1 办件\n2 找件和问数")
    assert examples.startswith(
        "办件，照着写，数字换成您的编号；回序号看说明：\n1 逐件办\n2 接手 42\n3 回复 42 楼道灯已换好"
    )
    assert explained == "回复 编号 内容：发给选民。比如：回复 42 楼道灯已换好\n0 回列表"
    assert story.say(east, "帮助 办件").splitlines()[:-1] == examples.splitlines()[:-1]


def test_help_of_who_has_one_heading_shows_its_commands_at_once(story: Story) -> None:
    clerk, leader = bind(story, "staff:T027"), bind(story, "staff:T032")

    assert "答复 42 12月2日已换新灯" in story.say(clerk, "帮助")
    assert "没有等贵单位答复" in story.say(clerk, "要办的"), "what 帮助 shows works when it is typed"
    assert "会发到这里" in story.say(leader, "帮助")


COMMANDS = [
    "查 1",
    "查 2611-0001",
    "接手 1",
    "回复 1 你好",
    "改类 1 停车难",
    "改站 1 西苑",
    "办结 1",
    "听写 1 你好",
]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    "key", ["staff:T006", "staff:T003", "staff:T026"], ids=["station", "street", "operator"]
)
def test_another_area_never_sees_or_changes_a_case(story: Story, key: str, command: str) -> None:
    story.say("voter-1", EAST)
    other = bind(story, key)
    nowhere = story.say(other, command.replace("1", "9999", 1) if "-" not in command else "查 2611-9999")

    refused = story.say(other, command)

    assert "楼道" not in refused
    assert "东苑" not in refused
    assert steps_of(story, "2611-0001") == ["filed"]
    assert owed_to(story, "voter-1", "result") == []
    if key != "staff:T026":
        assert "不在您的范围" in refused
        assert refused.split("，", 1)[1] == nowhere.split("，", 1)[1]


@pytest.mark.parametrize("listing", ["今日", "未办结", "统计 本月", "没送到的"])
def test_no_list_shows_another_area(story: Story, listing: str) -> None:
    story.say("voter-1", EAST)
    with Session(story.engine) as session, session.begin():
        session.execute(update(Outbox).values(status="dead"))
    other = bind(story, "staff:T006")

    listed = story.say(other, listing)

    assert "0001" not in listed
    assert "新到" not in listed
    assert "登记1件" not in listed


def test_a_menu_outlives_no_move_of_the_case(story: Story, east: str, desk: str) -> None:
    story.say("voter-1", EAST)
    story.say(east, "查 1")
    story.say(desk, "改站 1 西苑")

    assert "不在您的范围" in story.say(east, "4")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_sealed_case_is_the_district_desks_alone(story: Story, east: str, command: str) -> None:
    story.say("voter-1", "我要反映东苑社区联络站的人收好处")
    street = bind(story, "staff:T002")

    for who in (east, street):
        assert "不在您的范围" in story.say(who, command)
    assert steps_of(story, "2611-0001") == ["filed"]


def test_the_district_desk_opens_a_sealed_case_by_its_number(story: Story, desk: str) -> None:
    story.say("voter-1", "我要反映东苑社区联络站的人收好处")

    assert "2611-0001 单独保管" in story.say(desk, "未办结")
    assert "收好处" in story.say(desk, "1")
    assert "不能改站" in story.say(desk, "改站 1 西苑")


def test_staff_see_their_own_complaint_elsewhere_as_any_voter(story: Story) -> None:
    story.say("staff:T006", EAST)
    with Session(story.engine) as session, session.begin():
        code = roster_code(session, "staff:T006", story.clock())
    story.say("staff:T006", code)

    shown = story.say("staff:T006", "查 1")

    assert "2611-0001 楼道照明" in shown
    assert "回复" not in shown
    assert "不在您的范围" in story.say("staff:T006", "回复 1 你好")


@both_channels
def test_the_street_sees_its_stations(story: Story) -> None:
    story.say("voter-1", EAST)
    street = bind(story, "staff:T002")

    assert "2611-0001 楼道照明" in story.say(street, "查 1")
