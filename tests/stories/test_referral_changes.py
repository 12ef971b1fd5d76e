"""A referral that runs: another lead, helpers that come and go, another day, an answer that staff enter, a closing."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Referral
from tests.stories.driver import SHANGHAI, Story
from tests.stories.lines import both_channels
from tests.stories.people import EAST, bind, owed_to, steps_of, the_case

MONDAY = datetime(2026, 11, 23, 14, 7, tzinfo=SHANGHAI)
DONE = "11月24日已将3幢6盏楼道灯全部换新，物业每周五检查"
PART = "11月24日已到现场拆除占用楼道的广告灯箱2处"


@pytest.fixture
def desk(story: Story) -> str:
    return bind(story, "staff:T001")


@pytest.fixture
def housing(story: Story) -> str:
    return bind(story, "staff:T027")


@pytest.fixture
def cityadmin(story: Story) -> str:
    return bind(story, "staff:T028")


def refer(story: Story, desk: str, words: str = "转 1 住建局 10天") -> None:
    story.clock.at = MONDAY
    story.say("voter-1", EAST)
    story.say(desk, words)
    story.say(desk, "1")


def last_to(story: Story, who: str) -> str:
    return owed_to(story, who)[-1]


def rows(story: Story) -> dict[str, str]:
    """Give the departments of the latest round and how far each is."""
    with Session(story.engine) as session:
        found = session.scalars(select(Referral).order_by(Referral.round, Referral.lead.desc())).all()
    return {row.department: row.state for row in found if row.round == found[-1].round}


@both_channels
def test_another_lead_is_asked_about_first_and_everybody_hears_it_once(
    story: Story, desk: str, housing: str, cityadmin: str
) -> None:
    refer(story, desk)

    asked = story.say(desk, "转 1 城管局 五天")
    terms = story.say(desk, "1")
    story.say(desk, "1")

    assert asked == (
        "2611-0001 现由区住建局办（11月23日转，12月7日（周一）前答复），协办无。\n"
        "1 换主办，改给区城管局\n2 加协办区城管局，主办不变\n0 不动"
    )
    assert "主办 区城管局（换下区住建局），协办 无\n5个工作日" in terms
    assert rows(story) == {"cityadmin": "sent"}
    assert last_to(story, housing) == "2611-0001 改由区城管局办，贵单位不用再办。要办的回“要办的”。"
    assert "请于11月30日（周一）前答复" in last_to(story, cityadmin)
    told = [text for text in owed_to(story, "voter-1") if "改由区城管局办，11月30日（周一）前答复" in text]
    assert len(told) == 1
    assert "没找到" in story.say(housing, "查 1")


def test_a_helper_joins_answers_its_part_and_the_reviewer_reads_both(
    story: Story, desk: str, housing: str, cityadmin: str
) -> None:
    refer(story, desk)

    story.say(desk, "转 1 城管局")
    joined = story.say(desk, "2")
    asked = last_to(story, cityadmin)
    heard = last_to(story, housing)
    listed = story.say(cityadmin, "要办的")
    bare = story.say(cityadmin, "答复 1 已转有关科室处理")
    part = story.say(cityadmin, f"答复 1 {PART}")
    told = [last_to(story, who) for who in (housing, desk)]
    story.say(housing, f"答复 1 {DONE}")
    story.say(housing, "1")
    review = last_to(story, desk)

    assert joined.startswith("2611-0001 加了协办：区城管局，12月7日（周一）前答复")
    assert "请贵单位协办" in asked
    assert "1 写协办的答复" in asked
    assert heard.startswith("2611-0001 加了协办：区城管局，主办仍是贵单位")
    assert "协办，12月7日前" in listed
    assert bare.startswith("这份答复还差")
    assert part.startswith("2611-0001 协办的答复交了")
    assert all(text.startswith(f"2611-0001 协办单位区城管局答复：{PART}") for text in told)
    assert DONE in review
    assert f"协办区城管局：“{PART}”" in review
    assert "没有等贵单位答复" in story.say(cityadmin, "要办的")


def test_a_helper_can_be_taken_off_and_come_back(story: Story, desk: str, cityadmin: str) -> None:
    refer(story, desk, "转 1 住建局 10天 协办 城管局")

    off = story.say(desk, "撤协办 1 城管局")
    gone = story.say(cityadmin, "查 1")
    told = last_to(story, cityadmin)
    story.say(desk, "协办 1 城管、交通局")

    assert off.startswith("2611-0001 不再请区城管局协办")
    assert "没找到" in gone
    assert told.startswith("2611-0001 不用贵单位协办了")
    assert rows(story) == {"housing": "sent", "cityadmin": "sent", "transport": "sent"}
    assert "这些单位已经在办" in story.say(desk, "协办 1 城管局")
    assert "现在协办：区城管局、区交通局" in story.say(desk, "撤协办 1 水务局")


def test_a_helper_may_say_that_it_is_not_theirs(
    story: Story, desk: str, housing: str, cityadmin: str
) -> None:
    refer(story, desk, "转 1 住建局 10天 协办 城管局")

    thin = story.say(cityadmin, "退回 1 不归我们")
    story.say(cityadmin, "按三定方案，小区内部由住建局管")

    assert "差：依据什么、建议转给谁" in thin
    assert rows(story) == {"housing": "sent", "cityadmin": "refused"}
    assert "区城管局不协办：按三定方案" in last_to(story, desk)
    assert "区城管局不协办" in last_to(story, housing)
    assert the_case(story, "2611-0001").state == "referred"


def test_the_same_department_gets_another_day(story: Story, desk: str, housing: str) -> None:
    refer(story, desk)

    asked = story.say(desk, "转 1 住建局 到12月18日")
    done = story.say(desk, "1")

    assert "1 期限改为19个工作日" in asked
    assert "至12月18日（周五）" in done
    assert "2611-0001 答复期限改了：19个工作日" in last_to(story, housing)
    assert the_case(story, "2611-0001").answer_by == datetime(2026, 12, 18, tzinfo=SHANGHAI).date()


def test_what_is_over_is_refused_at_once_with_what_can_be_done(story: Story, desk: str) -> None:
    story.clock.at = MONDAY
    story.say("voter-1", EAST)
    story.say("voter-2", "西苑社区垃圾没人收")
    story.say(desk, "办结 1 11月23日已换新灯")
    story.say("voter-2", "撤回")
    story.say("voter-2", "1")

    assert story.say(desk, "转 1 城管局").startswith("2611-0001 正等选民说解决没有，不能转。")
    assert story.say(desk, "转 2 城管局").startswith("2611-0002 选民已撤回，不能转。还要办就写“代录 内容”")


def test_closing_what_a_department_has_is_asked_first_and_told_to_it(
    story: Story, desk: str, housing: str
) -> None:
    refer(story, desk)

    warned = story.say(desk, "办结 1 电话里说好了")
    kept = the_case(story, "2611-0001").state
    story.say(desk, "1")

    assert warned.startswith("2611-0001 还在区住建局手里。")
    assert kept == "referred"
    assert the_case(story, "2611-0001").state == "awaiting_voter"
    assert last_to(story, housing) == "2611-0001 已由转来的一方办结，不用再办了。要办的回“要办的”。"
    assert "没有等贵单位答复" in story.say(housing, "要办的")


def test_closing_over_an_answer_that_waits_for_its_review_is_asked_first(
    story: Story, desk: str, housing: str
) -> None:
    refer(story, desk)
    story.say(housing, f"答复 1 {DONE}")
    story.say(housing, "1")

    asked = story.say(desk, "办结 1 11月24日已换新灯")
    story.say(desk, "0")

    assert asked.startswith("2611-0001 有区住建局的答复等您审核。")
    assert the_case(story, "2611-0001").state == "answered"


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("转 1 住建 5天", "1 区住建局"),
        ("转 1 城官局 5天", "1 区城管局"),
        ("转 1 柳荫街道办公室", "1 柳荫街道办"),
        ("转 1 住建局 5天 协办 交通", "1 区交通局"),
    ],
)
def test_a_department_that_is_not_known_is_asked_about(
    story: Story, desk: str, words: str, offered: str
) -> None:
    story.clock.at = MONDAY
    story.say("voter-1", EAST)

    asked = story.say(desk, words)
    terms = story.say(desk, "1")

    assert asked.startswith("没有“")
    assert offered in asked
    assert terms.startswith("核对：2611-0001")
    assert offered.removeprefix("1 ") in terms


@pytest.mark.parametrize(
    ("said", "sum_told"), [("十天", "10个工作日"), ("8", "8个工作日"), ("到12月4日", "9个工作日")]
)
def test_the_limit_is_changed_in_the_words_that_come_to_mind(
    story: Story, desk: str, said: str, sum_told: str
) -> None:
    story.clock.at = MONDAY
    story.say("voter-1", EAST)
    story.say(desk, "转 1 住建局")
    story.say(desk, "2")

    assert sum_told in story.say(desk, said)


@both_channels
def test_staff_enter_the_answer_of_a_department_without_an_account(story: Story, desk: str) -> None:
    refer(story, desk, "转 1 水务集团 10天")

    bare = story.say(desk, "代答 1 水务集团 已转有关科室处理")
    asked = story.say(desk, "代答 1 水务集团 11月24日已更换3幢老化水管并试压，依据验收单")
    review = story.say(desk, "1")
    story.clock.turn(seconds=5)
    story.say(desk, "1")

    assert bare.startswith("区水务集团这份答复还差：做了什么、哪天做完、依据什么，没有录。")
    assert "算哪一类？" in asked
    assert review.startswith("区水务集团答复了 2611-0001")
    assert "1 发给选民" in review
    assert the_case(story, "2611-0001").state == "awaiting_voter"
    assert steps_of(story, "2611-0001")[1:] == ["referred", "answered", "approved"]
    assert "区水务集团：“11月24日已更换3幢老化水管" in last_to(story, "voter-1")


def test_a_department_hears_what_was_entered_in_its_name_and_only_its_own_can_be(
    story: Story, desk: str, housing: str
) -> None:
    refer(story, desk)

    wrong = story.say(desk, f"代答 1 城管局 {DONE}")
    story.say(desk, f"代答 1 {DONE}")
    story.say(desk, "1")

    assert "不是这个单位在办，是区住建局" in wrong
    assert last_to(story, housing).startswith(f"张宁替贵单位录了 2611-0001 的答复：{DONE}")


def test_who_refused_reads_the_same_as_the_desk(story: Story, desk: str, housing: str) -> None:
    refer(story, desk)
    story.say(housing, "接收 1")
    story.say(housing, "退回 1 按三定方案归城管局")

    for who in (housing, desk):
        assert "区住建局已退回，等定" in story.say(who, "查 1"), who
    assert "区住建局已退回" in story.say(desk, "未办结") or "1件单位退回" in story.say(desk, "今日")
