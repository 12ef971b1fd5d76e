"""Who may read name and number in a voter's words, and which words nobody else reads at all."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.texts import DEFAULT_TEXTS as TEXTS
from storage.models import AuditEntry
from tests.stories.driver import Story
from tests.stories.people import EAST, bind, steps_of, the_case

STAFF, DESK, BUREAU, OTHER_BUREAU, DEPUTY = (
    "staff:T005",
    "staff:T001",
    "staff:T027",
    "staff:T028",
    "deputy:D001",
)
TOLD = "我叫王桂芳，电话13912345678，东苑小区3幢楼道灯坏了"
ASKED = "看原文 1 要联系住户"


@pytest.fixture
def referred(story: Story) -> Story:
    """A case with name and number in the hands of the housing bureau."""
    for who in (STAFF, DESK, BUREAU, OTHER_BUREAU, DEPUTY):
        bind(story, who)
    story.say("voter-wang", TOLD)
    story.say(DESK, "转 1 住建局 10天")
    story.say(DESK, "1")
    return story


def test_a_department_sees_name_and_number_only_when_the_voter_says_so_and_why(referred: Story) -> None:
    refused = referred.say(BUREAU, ASKED)
    referred.say("voter-wang", "公开程度")
    referred.say("voter-wang", "3")
    why = referred.say(BUREAU, "看原文 1")
    shown = referred.say(BUREAU, "要联系住户看现场")

    assert "没同意" in refused
    assert why == TEXTS("original_why", number="2611-0001")
    assert "王桂芳" in shown
    assert "13912345678" in shown
    assert "没找到" in referred.say(OTHER_BUREAU, ASKED)
    referred.say("voter-wang", "我的数据")
    assert "11月21日 区住建局看过原文：要联系住户看现场" in referred.say("voter-wang", "3")


def test_a_department_is_offered_the_original_by_digit_only_where_it_may_read_it(referred: Story) -> None:
    before = referred.say(BUREAU, "查 1")
    referred.say("voter-wang", "公开程度 1")
    referred.say("voter-wang", "3")
    after = referred.say(BUREAU, "查 1")
    digit = next(line[0] for line in after.splitlines() if line.endswith(TEXTS("department_do_original")))

    assert TEXTS("department_do_original") not in before
    assert referred.say(BUREAU, digit) == TEXTS("original_why", number="2611-0001")
    referred.say("voter-wang", "公开程度 1")
    referred.say("voter-wang", "1")
    assert "没同意" in referred.say(BUREAU, "要联系住户")


def test_whoever_hides_it_from_the_station_is_read_by_the_desk_alone_and_with_a_reason(story: Story) -> None:
    for who in (STAFF, DESK):
        bind(story, who)
    story.say("voter-wang", "隐私")
    story.say("voter-wang", "2")
    story.say("voter-wang", TOLD)
    at_station = story.say(STAFF, "查 1")

    assert "王桂芳" not in at_station
    assert "13912345678" not in at_station
    assert "楼道灯坏了" in at_station
    assert story.say(STAFF, ASKED) == TEXTS("original_hidden", number="2611-0001")
    assert "13912345678" in story.say(DESK, ASKED)
    with Session(story.engine) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "original read")).one()
    assert (entry.who, entry.reason) == ("区代表工委", "要联系住户")


def test_whoever_may_be_in_danger_can_be_called_by_the_station(story: Story) -> None:
    bind(story, STAFF)
    story.say("voter-wang", "公开程度")
    story.say("voter-wang", "2")
    story.say("voter-wang", "东苑小区3幢13912345678家里有很浓的煤气味")

    assert "13912345678" in story.say(STAFF, "查 1")


def test_one_case_can_be_told_otherwise_and_the_rest_stays(story: Story) -> None:
    bind(story, STAFF)
    story.say("voter-wang", TOLD)
    story.say("voter-wang", "公开程度 1")
    chosen = story.say("voter-wang", "2")
    story.clock.turn(hours=2)
    story.say("voter-wang", "13912345678，东苑小区门口占道停车")

    assert chosen.startswith("好，2611-0001 这样办")
    assert "13912345678" not in story.say(STAFF, "查 1")
    assert "13912345678" in story.say(STAFF, "查 2")
    assert "都不给（现在）" in story.say("voter-wang", "公开程度 1")
    assert "只给联络站（现在）" in story.say("voter-wang", "公开程度")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (TOLD, "contact"),
        ("东苑小区路灯坏了，我儿子8岁晚上不敢回家", "minor"),
        ("东苑小区电梯坏了，我老伴做过心脏病手术，下不了楼", "health"),
        ("东苑社区居委会办事员态度恶劣，楼道灯坏了不管", "official"),
        (EAST, ""),
        ("东苑小区门口没有红绿灯，孩子过马路危险", ""),
    ],
)
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_what_is_nobody_elses_business_is_told_by_its_words(story: Story, words: str, reason: str) -> None:
    story.say("voter-wang", words)

    assert the_case(story, "2611-0001").private == reason


def test_words_added_later_make_a_case_private_too(story: Story) -> None:
    story.say("voter-1", EAST)
    story.say("voter-1", "有事打13912345678")

    assert the_case(story, "2611-0001").private == "contact"


def test_a_private_case_is_read_by_a_deputy_without_the_person_and_offered_to_no_neighbour(
    story: Story,
) -> None:
    for who in (STAFF, DEPUTY):
        bind(story, who)
    story.say("voter-wang", TOLD)
    story.say(DEPUTY, "案件")

    shown = story.say(DEPUTY, "1")
    assert "楼道灯" in shown
    assert "13912345678" not in shown
    assert "不公开" in story.say(STAFF, "查 1")
    assert "已有" not in story.say("voter-2", EAST)


def test_staff_mark_and_lift_it_with_a_reason(story: Story) -> None:
    for who in (STAFF, DEPUTY):
        bind(story, who)
    story.say("voter-1", EAST)

    assert story.say(STAFF, "不公开 1") == TEXTS("staff_private_how")
    assert story.say(STAFF, "不公开 1 他不想让邻居知道") == TEXTS("staff_private", number="2611-0001")
    story.say(DEPUTY, "案件")
    assert TEXTS("gate_withheld") in story.say(DEPUTY, "1")
    assert story.say(STAFF, "公开 1 问过他本人") == TEXTS("staff_public", number="2611-0001")
    story.say(DEPUTY, "案件")
    assert "老人晚上不敢下楼" in story.say(DEPUTY, "1")
    assert steps_of(story, "2611-0001") == ["filed", "made private", "made public"]


def test_staff_can_hide_wholly_what_was_hidden_for_a_number_alone(story: Story) -> None:
    for who in (STAFF, DEPUTY):
        bind(story, who)
    story.say("voter-wang", TOLD)

    assert story.say(STAFF, "不公开 1 他怕邻居认出来") == TEXTS("staff_private", number="2611-0001")
    story.say(DEPUTY, "案件")
    assert TEXTS("gate_withheld") in story.say(DEPUTY, "1")


def test_what_a_supporter_hides_stays_hidden_in_the_case_that_others_read(referred: Story) -> None:
    bind(referred, "staff:T006")
    referred.say("voter-wang", "公开程度")
    referred.say("voter-wang", "3")
    referred.say("voter-2", "西苑社区垃圾没人收")
    referred.say("voter-3", "我叫李冬梅，西苑社区垃圾没人收")
    referred.say("staff:T006", "合并 3 到 2")
    referred.say(DESK, "转 2 城管局 10天")
    referred.say(DESK, "1")
    referred.say("voter-2", "公开程度")
    referred.say("voter-2", "3")
    shown = referred.say(OTHER_BUREAU, "看原文 2 要联系住户")

    assert "垃圾没人收" in shown
    assert "李冬梅" not in shown


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_cases_that_are_shown_one_by_one_hide_and_note_it_too(story: Story) -> None:
    bind(story, STAFF)
    story.say("voter-wang", TOLD)
    open_to_station = story.say(STAFF, "逐件办")
    story.say("voter-wang", "公开程度")
    story.say("voter-wang", "2")

    assert "13912345678" in open_to_station
    assert "13912345678" not in story.say(STAFF, "逐件办")
    with Session(story.engine) as session:
        assert session.scalars(select(AuditEntry.action)).all() == ["text read"]
