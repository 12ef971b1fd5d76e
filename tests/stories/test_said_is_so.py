"""What is said is what is so: “这就发给” where a way is open, “没送到” where none is, days ahead, persons counted once."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from storage.activity.duties import open_cases_by_station
from storage.models import Account, Case
from tests.stories.driver import SHANGHAI, Story
from tests.stories.people import EAST, bind, owed_to

MONDAY = datetime(2026, 11, 23, 10, 7, tzinfo=SHANGHAI)
FIXED = "楼道灯11月22日已换新，物业每周检查"


def unfollow(story: Story, who: str) -> None:
    with Session(story.engine) as session, session.begin():
        session.execute(update(Account).where(Account.external_id == who).values(following=False))


def test_an_answer_is_promised_only_where_a_way_is_open(story: Story) -> None:
    desk = bind(story, "staff:T001")
    for voter in ("voter-1", "voter-2", "voter-3"):
        story.say(voter, f"{EAST}，{voter[-1]}单元")
    story.clock.at = MONDAY
    story.say("voter-1", "在吗")
    open_way = story.say(desk, "回复 1 明天去看")
    story.clock.at = MONDAY + timedelta(days=3)
    outside = story.say(desk, "回复 2 明天去看")
    unfollow(story, "voter-3")
    gone = story.say(desk, f"办结 3 {FIXED}")

    assert open_way.startswith("这就发给 2611-0001 的选民")
    assert outside.startswith("没送到：2611-0002 的选民超过48小时没来过消息")
    assert "还没问到他解决没有" in gone
    assert "取消了关注" in gone


def test_a_head_who_has_no_account_is_not_said_to_have_got_it(story: Story) -> None:
    desk = bind(story, "staff:T001")
    story.say("voter-1", EAST)
    story.clock.at = MONDAY
    nobody = story.say(desk, "转 1 城管局 3天")
    told = story.say(desk, "1")

    assert nobody.startswith("核对：")
    assert "没送到：该单位的人没有绑定" in told
    assert "已发" not in told


def test_what_reaches_a_department_is_promised_to_it_and_to_the_voter(story: Story) -> None:
    desk = bind(story, "staff:T001")
    bind(story, "staff:T028")
    story.say("voter-1", EAST)
    story.say(desk, "转 1 城管局 3天")
    told = story.say(desk, "1")
    unfollow(story, "voter-1")
    story.say(desk, "转 1 住建局 3天")
    silent = story.say(desk, "1")

    assert told.startswith("2611-0001 这就发给区城管局；这就告诉选民。")
    assert "选民也会收到" not in silent


def test_a_day_that_has_passed_is_not_promised_again(story: Story) -> None:
    desk = bind(story, "staff:T001")
    story.say("voter-1", EAST)
    story.clock.at = datetime(2027, 2, 24, 10, 0, tzinfo=SHANGHAI)
    taken = story.say(desk, "接手 2611-0001")

    assert "11月25日（周三）前给个回话" not in taken
    assert "已经过了，请今天就回" in taken


def test_one_voter_with_two_numbers_is_one_person(story: Story) -> None:
    desk = bind(story, "staff:T001")
    story.say("voter-1", EAST)
    story.clock.turn(days=2)
    story.say("voter-1", "东苑小区5幢楼道灯也坏了")
    story.clock.turn(days=1)
    merged = story.say(desk, "合并 2 到 1")
    offered = story.say("voter-2", "东苑小区楼道灯坏了好几天")

    assert "共1位居民" in merged
    assert "2位居民" not in offered


def test_a_report_on_proposals_is_not_answered_with_one_on_cases(story: Story) -> None:
    desk = bind(story, "staff:T001")

    assert "正在做" not in story.say(desk, "议案督办月报")
    assert "正在做" not in story.say(desk, "11月建议督办月报")


def test_a_leave_is_said_to_have_reached_the_station_only_if_it_can(story: Story) -> None:
    deputy = bind(story, "deputy:D001")
    story.at(datetime(2026, 12, 3, 8, 40, tzinfo=SHANGHAI))
    alone = story.say(deputy, "请假 出差")
    bind(story, "staff:T005")
    told = story.say(deputy, "请假 出差")

    assert "没送到东苑社区联络站，请打电话说一声" in alone
    assert "这就告诉东苑社区联络站" in told


def test_what_cannot_be_done_is_not_offered(story: Story) -> None:
    deputy = bind(story, "deputy:D001")

    assert "代表证号" not in story.say(deputy, "签到")


def test_deputies_are_counted_by_name_too(story: Story) -> None:
    desk = bind(story, "staff:T001")
    story.clock.at = datetime(2026, 12, 10, 15, 0, tzinfo=SHANGHAI)
    shown = story.say(desk, "活动 接待选民 12月10日 12人 代表陈立新1人 听停车")

    assert "代表1人" in shown
    assert owed_to(story, desk) == []


def test_an_open_case_counts_for_the_industry_station_that_sees_it(story: Story) -> None:
    story.say("voter-1", EAST)
    with Session(story.engine) as session, session.begin():
        session.execute(update(Case).values(industry="I001"))

    with Session(story.engine) as session:
        counted = open_cases_by_station(session)

    assert counted["I001"] == 1


def test_putting_together_and_taking_apart_say_whether_the_voter_hears(story: Story) -> None:
    desk = bind(story, "staff:T001")
    story.say("voter-1", EAST)
    story.say("voter-2", "东苑小区5幢楼道灯也坏了")
    story.say("voter-2", "2")
    story.clock.at = MONDAY
    story.say("voter-2", "在吗")
    story.say(desk, "合并 2 到 1")
    heard = story.say(desk, "拆开 2")
    story.say(desk, "合并 2 到 1")
    unfollow(story, "voter-2")
    silent = story.say(desk, "拆开 2")

    assert "改回单独办，这就告诉选民。" in heard
    assert "改回单独办，没送到选民：取消了关注，请打电话。" in silent


def test_a_reply_from_the_pile_names_the_time_at_which_it_goes(story: Story) -> None:
    desk = bind(story, "staff:T001")
    story.say("voter-1", EAST)
    story.clock.at = MONDAY.replace(hour=22)
    story.say("voter-1", "在吗")
    card = story.say(desk, "逐件办")
    digit = next(line[0] for line in card.splitlines() if line.endswith(" 回复"))
    story.clock.turn(seconds=5)
    story.say(desk, digit)
    said = story.say(desk, "11月20日已经去看过，本周五前换好灯，请放心")

    assert said.startswith("记下了，11月24日7:")
    assert "这就" not in said.splitlines()[0]


def test_a_day_that_is_past_is_not_said_to_stay(story: Story) -> None:
    desk = bind(story, "staff:T001")
    unit = bind(story, "staff:T028")
    story.say("voter-1", EAST)
    story.clock.at = MONDAY
    story.say(desk, "转 1 城管局 3天")
    story.say(desk, "1")
    story.say(unit, "延期 1 5天 等配件到货")
    story.clock.at = MONDAY + timedelta(days=14)
    card = story.say(desk, "查 1")
    denied = story.say(desk, "2")

    assert "2 不同意" in card
    assert "期限不变" in denied
    assert "11月26日（周四）前" not in denied
    assert all("11月26日（周四）前答复" not in text for text in owed_to(story, unit) if "不同意延期" in text)
