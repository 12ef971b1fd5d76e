"""WeCom beside the official account: one person, one record, and the answer goes where they spoke."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.base import Reaction, SendError
from handlers.account.accounts import roster_code
from storage.models import Account, Person, Question
from tests.stories.driver import Story
from tests.stories.people import EAST, bind

on_wecom = pytest.mark.parametrize(("engine_name", "way"), [("sqlite", "wecom")], indirect=True)


def code_for(story: Story, roster_key: str) -> str:
    with Session(story.engine) as session, session.begin():
        return roster_code(session, roster_key, story.clock())


def persons_of(story: Story, *accounts: str) -> set[str | None]:
    with Session(story.engine) as session:
        rows = select(Person.roster_key).join(Account).where(Account.external_id.in_(accounts))
        return set(session.scalars(rows))


@on_wecom
def test_a_member_is_greeted_once_and_not_each_time_the_application_is_opened(story: Story) -> None:
    first = story.event("newcomer", "enter_agent")

    assert "6位绑定码" in first
    assert "是程序，不是真人" in first
    assert story.event("newcomer", "enter_agent", EventKey="2") == ""


@on_wecom
def test_whom_the_roster_names_is_greeted_by_name_and_needs_no_code(story: Story) -> None:
    bind(story, "deputy:D001")

    assert "代表您好，已绑定东苑社区联络站" in story.event("deputy:D001", "subscribe")
    assert story.event("deputy:D001", "enter_agent") == ""


@on_wecom
def test_a_deputy_bound_on_the_official_account_is_the_same_person_on_wecom(story: Story) -> None:
    phone = story.through("official-account")
    phone.say("phone-1", code_for(story, "deputy:D001"))
    story.say("ChenLixin", code_for(story, "deputy:D001"))

    assert persons_of(story, "phone-1", "ChenLixin") == {"deputy:D001"}
    assert story.say("ChenLixin", "我的站") == phone.say("phone-1", "我的站")


@on_wecom
def test_a_voter_of_the_corp_may_file_and_follow_a_case(story: Story) -> None:
    filed = story.say("some-member", EAST)

    assert "2611-0001" in filed
    assert "2611-0001" in story.say("some-member", "我的")


@on_wecom
def test_a_push_goes_where_the_person_spoke_last(story: Story) -> None:
    phone = story.through("official-account")
    bind(phone, "staff:T005")
    with Session(story.engine) as session, session.begin():
        person = session.scalars(select(Account.person_id)).one()
        session.add(
            Account(
                channel="wecom",
                external_id="KeQiaoyun",
                person_id=person,
                following=True,
                created_at=story.clock(),
            )
        )
    story.clock.turn(minutes=5)
    story.say("KeQiaoyun", "帮助")
    story.say("voter-1", "东苑小区有很浓的煤气味")
    story.at(story.clock() + timedelta(minutes=1))

    assert story.phones.texts_to("KeQiaoyun")
    assert not phone.phones.texts_to("staff:T005")


@on_wecom
def test_a_pressed_card_answers_its_own_question_even_when_a_newer_one_is_open(story: Story) -> None:
    story.say("some-member", "路灯坏了半个月")
    with Session(story.engine) as session:
        question = session.scalars(select(Question).order_by(Question.id)).all()[-1]
    key = question.options[0]["digit"] if question.options else "0"
    story.clock.turn(minutes=1)
    card = {"EventKey": key, "TaskId": f"q{question.id}_lxq1", "ResponseCode": "c1"}
    answer = story.event("some-member", "template_card_event", **card)

    assert "卡片上的事已经办过" not in answer
    assert "卡片上的事已经办过" in story.event(
        "some-member", "template_card_event", **card | {"EventKey": "77"}
    )


@on_wecom
@pytest.mark.parametrize("task", ["", "q1_lxq1", "q99999999999999999999_x", "x", "q１_lxq1"])
def test_a_card_of_another_time_changes_nothing_and_says_so(story: Story, task: str) -> None:
    card = {"EventKey": "1", "TaskId": task, "ResponseCode": "c1"}

    assert "已经办过" in story.event("some-member", "template_card_event", **card)


@on_wecom
def test_a_push_held_back_for_the_pace_goes_out_later_however_often_it_was_held(story: Story) -> None:
    bind(story, "staff:T005")
    story.phones.failures = [SendError("pace", retryable=True, wait=timedelta(seconds=20)) for _ in range(12)]
    story.say("voter-1", "东苑小区有很浓的煤气味")
    for _ in range(13):
        story.at(story.clock() + timedelta(seconds=21))

    assert len(story.phones.texts_to("staff:T005")) == 1


@on_wecom
def test_a_member_who_cannot_be_reached_is_listed_for_a_call(story: Story) -> None:
    bind(story, "staff:T005")
    desk = bind(story, "staff:T001")
    story.say("voter-1", EAST)
    story.phones.failures = [SendError("81013", retryable=False, reaction=Reaction.UNREACHABLE)]
    story.at(story.clock() + timedelta(minutes=1))

    assert "企业微信里找不到" in story.say(desk, "没送到的")
