"""Days that no calendar has and numbers that nobody can mean: each gets a clear sentence, none is left unanswered."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Inbox
from tests.stories.driver import Story
from tests.stories.people import bind

DESK, DEPUTY = "staff:T001", "deputy:D001"
YEARS = (
    "0000年",
    "0001年1月",
    "1989年12月",
    "2101年",
    "9999年",
    "9999年12月31日",
    "9999年第四季度",
    "近999年",
)
HUGE = "9" * 40
STAFF_SAYS = (
    *(f"总数 {year}" for year in YEARS),
    *(f"活动台账 {year}" for year in YEARS[:5]),
    *(f"图表 {year}" for year in ("0001年1月", "9999年12月")),
    *(f"通报 {year}" for year in ("9999年第9999期", "0001年1月份", "9999")),
    *(f"统计 {year} 物业" for year in YEARS),
    *("2026年2月31日多少件", "0001年1月来了多少件", "9999年12月31日到9999年12月31日多少件", "13月多少件"),
    *(
        f"转 1 住建局 {days}"
        for days in ("99999999天", "99999个月", f"{HUGE}天", "9999年12月31日前", "0天", "99周")
    ),
    *(
        f"{word} {HUGE}"
        for word in ("查", "转", "办结", "接手", "暂停", "批示", "督办", "合并", "原文", "门牌")
    ),
    *(f"{word} 9999-999999 好" for word in ("查", "办结", "暂停", "批示")),
    *("回头看 抽 9999999999999", f"回头看 抽 {HUGE}", "回头看 住建局 999", "回头看 抽 0"),
    *(
        "批示 1 王主任 9999年12月31日 尽快办",
        "批示 1 王主任 2026年2月31日 尽快办",
        "督办表 99月",
        "核对 13月月报",
    ),
    *("接待公告 99月", "谁预约 45月99日", "99月99日谁来", f"登记发言意见 9999年99月99日会议：{HUGE}"),
    *("记一次活动 0001年1月1日 接待选民9999999999人", "活动清单 9999年", f"代录 电话 {HUGE} 路灯坏了"),
)
DEPUTY_SAYS = (
    *("签到 99号", "99月99号请假", "2月30日来不了", f"接待选民{HUGE}人", "办实事9999999999件", f"查 {HUGE}"),
)
VOTER_SAYS = (
    *(f"查 {HUGE}", f"撤回 {HUGE}", HUGE, "预约 99月99号", "改到99点99分", "9999年99月99日反映的到哪了"),
    *(f"{HUGE}号那件怎么样了", "0001年1月的事办得怎么样了", f"等了{HUGE}天了怎么还没人管"),
)


def unfinished(story: Story) -> list[str]:
    """Give what was not handled to its end: what an exception left behind is tried again, and stands there as pending."""
    with Session(story.engine) as session:
        return [row.status for row in session.scalars(select(Inbox)) if row.status != "answered"]


def test_staff_hear_a_clear_sentence_whatever_number_they_write(story: Story) -> None:
    bind(story, DESK)
    story.say("voter-1", "东苑小区3幢楼道灯坏了半个月")

    answers = {said: story.say(DESK, said) for said in STAFF_SAYS}

    assert [said for said, answer in answers.items() if not answer] == []
    assert unfinished(story) == []


@pytest.mark.parametrize(
    ("who", "lines"), [("voter-1", VOTER_SAYS), (DEPUTY, DEPUTY_SAYS)], ids=["voter", "deputy"]
)
def test_voters_and_deputies_do_too(story: Story, who: str, lines: tuple[str, ...]) -> None:
    if who == DEPUTY:
        bind(story, who)
    answers = {said: story.say(who, said) for said in lines}

    assert [said for said, answer in answers.items() if not answer] == []
    assert unfinished(story) == []
