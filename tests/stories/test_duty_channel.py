"""LXQ_STAFF_CHANNEL=wecom: staff, and deputies where so decided, work on WeCom; elsewhere they are voters."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.account.accounts import roster_code
from storage.models import Account, Case, Outbox, RoleGrant
from tests.stories.driver import SHANGHAI, Story, running
from tests.stories.people import EAST, bind

STAFF, DEPUTY = "staff:T005", "deputy:D001"
REFUSED = "工作上的事请在企业微信里办"
GAS = "东苑小区有很浓的煤气味"

on_sqlite = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
pytestmark = on_sqlite


@pytest.fixture
def story(district_url: str, tmp_path: Path) -> Iterator[Story]:
    """The demo district with staff kept to WeCom; they and a deputy are bound on both channels."""
    with running(district_url, tmp_path, staff_channel="wecom") as story:
        for channel in ("official-account", "wecom"):
            bind(story.through(channel), STAFF)
            bind(story.through(channel), DEPUTY)
        yield story


def hear(story: Story, who: str) -> tuple[list[str], list[str]]:
    """Give what was pushed to someone on the official account and on WeCom."""
    story.at(story.clock() + timedelta(minutes=1))
    return story.phones.texts_to(who), story.through("wecom").phones.texts_to(who)


def test_a_command_of_staff_is_refused_kindly_and_works_on_wecom(story: Story) -> None:
    story.say("voter-1", EAST)
    refused = [story.say(STAFF, words) for words in ("今日", "查 0001", "统计 本月", "绑定码 陈立新")]
    taken = story.through("wecom").say(STAFF, "查 0001")

    assert all(each.startswith(REFUSED) for each in refused)
    assert "2611-0001" in taken


def test_a_question_asked_on_wecom_is_not_answered_on_the_official_account(story: Story) -> None:
    story.say("voter-1", EAST)
    story.through("wecom").say(STAFF, "未办结")
    digit = story.say(STAFF, "1")
    on_wecom = story.through("wecom").say(STAFF, "1")

    assert digit.startswith(REFUSED)
    assert "2611-0001" in on_wecom


def test_a_trouble_of_their_own_is_filed_as_any_voters(story: Story) -> None:
    filed = story.say(STAFF, "滨河路下雨积水很深")

    assert filed.startswith("记下了，编号 2611-0001")
    assert "2611-0001" in story.say(STAFF, "我的")
    assert story.say(STAFF, "我家着火了").startswith("请马上离开")


def test_words_for_a_voter_started_on_wecom_never_come_from_the_official_account(story: Story) -> None:
    story.say("voter-1", EAST)
    wecom = story.through("wecom")
    wecom.say(STAFF, "查 0001")
    wecom.say(STAFF, "1")
    story.say(STAFF, "西苑社区垃圾没人收，臭得很")

    with Session(story.engine) as session:
        results = session.scalars(select(Outbox).where(Outbox.kind == "result")).all()
        filed = session.scalars(select(Case.number).order_by(Case.number)).all()
    assert results == []
    assert filed == ["2611-0001", "2611-0002"]


def test_what_staff_are_told_goes_to_wecom_alone(story: Story) -> None:
    story.say("voter-1", GAS)
    official, wecom = hear(story, STAFF)

    assert official == []
    assert len(wecom) == 1
    assert "2611-0001" in wecom[0]


def test_staff_without_wecom_are_told_nothing_and_shown_as_unreached(story: Story) -> None:
    with Session(story.engine) as session, session.begin():
        session.delete(
            session.scalars(
                select(Account).where(Account.external_id == STAFF, Account.channel == "wecom")
            ).one()
        )
    bind(story.through("wecom"), "staff:T001")
    story.say("voter-1", GAS)
    story.say("voter-2", EAST)
    official, _ = hear(story, STAFF)
    story.at(datetime(2026, 11, 23, 8, 34, tzinfo=SHANGHAI))

    assert official == story.phones.texts_to(STAFF) == []
    assert "还没在那里绑定" in story.through("wecom").say("staff:T001", "没送到的")
    with Session(story.engine) as session:
        mine = select(Account.person_id).where(Account.external_id == STAFF).scalar_subquery()
        cards = session.scalars(select(Outbox).where(Outbox.person_id == mine, Outbox.kind == "digest")).all()
    assert cards == []


def test_a_result_of_their_own_case_still_reaches_them_as_voters(story: Story) -> None:
    story.say(STAFF, EAST)
    story.through("wecom").say(STAFF, "回复 0001 楼道灯已换好")
    official, wecom = hear(story, STAFF)

    assert any("楼道灯已换好" in text for text in official + wecom)


def test_deputies_stay_where_they_are_unless_they_are_kept_too(
    story: Story, district_url: str, tmp_path: Path
) -> None:
    free = story.say(DEPUTY, "我的站")
    story.app.stop()
    with running(district_url, tmp_path, deputy_channel="wecom") as kept:
        refused = kept.say(DEPUTY, "我的站")
        on_wecom = kept.through("wecom").say(DEPUTY, "我的站")
        by_staff = kept.say(STAFF, "今日")

    assert refused.startswith(REFUSED)
    assert on_wecom == free
    assert not by_staff.startswith(REFUSED)


def test_a_code_for_staff_is_not_used_up_on_the_official_account(story: Story) -> None:
    with Session(story.engine) as session, session.begin():
        code = roster_code(session, "staff:T006", story.clock())
    refused = story.say("phone-9", code)
    bound = story.through("wecom").say("TongSuzhen", code)

    assert refused.startswith("这个码请在企业微信里发")
    assert "已绑定" in bound
    with Session(story.engine) as session:
        holders = session.scalars(
            select(Account.external_id)
            .join(RoleGrant, RoleGrant.person_id == Account.person_id)
            .where(Account.external_id.in_(["phone-9", "TongSuzhen"]))
        ).all()
    assert holders == ["TongSuzhen"]


def test_a_morning_card_goes_to_wecom(story: Story) -> None:
    story.say("voter-1", EAST)
    story.at(datetime(2026, 11, 23, 8, 34, tzinfo=SHANGHAI))

    assert story.phones.texts_to(STAFF) == []
    assert story.through("wecom").phones.texts_to(STAFF)


def test_the_preview_tells_the_way_that_reminders_will_take(district_url: str, tmp_path: Path) -> None:
    with running(district_url, tmp_path, deputy_channel="wecom") as kept:
        bind(kept, STAFF)
        bind(kept, DEPUTY)
        before = kept.say(STAFF, "提醒预览")
        bind(kept.through("wecom"), DEPUTY)
        after = kept.say(STAFF, "提醒预览")

    assert "公众号" not in before + after
    assert "企业微信1" in after
