"""A one-time code ties an account to a deputy or a member of staff, once, and only inside one's own area."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.account.accounts import new_code, roster_code
from handlers.errors import Refusal
from storage.models import Account, Case, Person
from tests.stories.driver import Story
from tests.stories.lines import both_channels
from tests.stories.people import EAST, bind, owed_to


def code_for(story: Story, roster_key: str) -> str:
    with Session(story.engine) as session, session.begin():
        return roster_code(session, roster_key, story.clock())


def operator(story: Story, who: str = "operator") -> str:
    with Session(story.engine) as session, session.begin():
        code = new_code(session, role="operator", area="", now=story.clock())
    return story.say(who, code)


def person_of(story: Story, who: str) -> Person:
    with Session(story.engine) as session:
        return session.scalars(select(Person).join(Account).where(Account.external_id == who)).one()


@both_channels
def test_a_deputy_is_greeted_by_name_and_told_what_will_come(story: Story) -> None:
    reply = story.say("phone-1", code_for(story, "deputy:D001").lower())

    name = person_of(story, "phone-1").name
    assert reply.startswith(f"{name}代表您好，已绑定")
    assert reply.endswith("不是本人回“不是我”。")
    assert person_of(story, "phone-1").roster_key == "deputy:D001"


@both_channels
def test_a_code_works_once(story: Story) -> None:
    code = code_for(story, "deputy:D001")
    story.say("phone-1", code)

    assert "用不了" in story.say("phone-2", code)
    assert person_of(story, "phone-2").roster_key is None


def test_a_code_ends_after_a_day(story: Story) -> None:
    code = code_for(story, "deputy:D001")
    story.clock.at += timedelta(hours=25)

    assert "用不了" in story.say("phone-1", code)


def test_guessing_codes_is_stopped(story: Story) -> None:
    for guess in ("AAAAA2", "AAAAA3", "AAAAA4", "AAAAA5", "AAAAA6"):
        story.say("guesser", guess)

    assert "一小时后再试" in story.say("guesser", code_for(story, "deputy:D001"))


def test_codes_that_worked_are_no_guesses(story: Story) -> None:
    for number in range(1, 7):
        assert "已绑定" in story.say("phone-1", code_for(story, f"deputy:D00{number}"))


@both_channels
def test_what_the_account_filed_before_stays_its_own(story: Story) -> None:
    story.say("phone-1", "东苑小区3幢楼道灯坏了半个月")
    story.say("phone-1", code_for(story, "deputy:D001"))

    person = person_of(story, "phone-1")
    with Session(story.engine) as session:
        assert session.scalars(select(Case.voter_id)).all() == [person.id]


@both_channels
def test_the_wrong_person_can_undo_a_binding(story: Story) -> None:
    story.say("phone-1", code_for(story, "deputy:D001"))

    assert "已解除绑定" in story.say("phone-1", "不是我")
    assert person_of(story, "phone-1").roster_key is None


def test_who_parts_takes_the_own_cases_along_and_leaves_the_deputy_none(story: Story) -> None:
    deputy = bind(story, "deputy:D001")
    story.say("phone-1", EAST)
    story.say("phone-1", code_for(story, "deputy:D001"))
    story.say("phone-1", "不是我")

    assert "2611-0001" in story.say("phone-1", "我的")
    assert "还没有在这里反映过" in story.say(deputy, "我的")


def test_a_result_follows_the_one_who_parted(story: Story) -> None:
    staff = bind(story, "staff:T005")
    story.say("phone-1", EAST)
    story.say("phone-1", code_for(story, "deputy:D001"))
    story.say(staff, "回复 1 灯换好了")
    story.say("phone-1", "不是我")

    assert "灯换好了" in owed_to(story, "phone-1", "result")[0]


def test_a_role_that_a_code_gave_can_be_undone(story: Story) -> None:
    operator(story)

    assert "已解除绑定" in story.say("operator", "不是我")
    assert "24小时内用一次" not in story.say("operator", "绑定码 陈立新")


def test_after_a_day_undoing_is_asked_first(story: Story) -> None:
    story.say("phone-1", code_for(story, "deputy:D001"))
    story.clock.at += timedelta(days=2)

    asked = story.say("phone-1", "不是我")
    kept = story.say("phone-1", "0")
    story.say("phone-1", "不是我")
    parted = story.say("phone-1", "1")

    assert "1 解除\n0 不解除" in asked
    assert "没有动" in kept
    assert "已解除绑定" in parted


@pytest.mark.parametrize("words", ["thanks", "Sanger", "234567", "ABCDEF"])
def test_neither_a_word_nor_a_number_is_taken_for_a_code(story: Story, words: str) -> None:
    assert "绑定码" not in story.say("voter-1", words)


def test_the_first_operator_gets_the_role_from_the_machine_and_makes_codes(story: Story) -> None:
    bound = operator(story)
    with Session(story.engine) as session:
        name = session.scalars(select(Person.name).where(Person.roster_key == "deputy:D001")).one()

    made = story.say("operator", f"绑定码 {name}")

    assert bound.startswith("绑定好了：运维")
    assert f"：{name}，代表，" in made
    assert "24小时内用一次" in made


def test_a_code_can_be_called_back(story: Story) -> None:
    operator(story)
    with Session(story.engine) as session:
        name = session.scalars(select(Person.name).where(Person.roster_key == "deputy:D001")).one()
    code = story.say("operator", f"绑定码 {name}").split("：")[0]

    assert "作废了" in story.say("operator", "作废")
    assert "用不了" in story.say("phone-1", code)


@both_channels
def test_a_voter_cannot_make_codes(story: Story) -> None:
    story.event("voter-1", "subscribe")

    assert "24小时内用一次" not in story.say("voter-1", "绑定码 陈立新")


def test_a_code_in_the_wrong_hands_can_still_be_called_back(story: Story) -> None:
    staff = bind(story, "staff:T005")
    code = story.say(staff, "绑定码 陈立新").split("：")[0]
    story.say("phone-1", code)

    asked = story.say(staff, "作废")
    said = story.say(staff, "1")

    assert "已有人用了" in asked
    assert "已解除陈立新的那次绑定" in said
    assert person_of(story, "phone-1").roster_key is None
    assert "没有可以作废" in story.say(staff, "作废")


@pytest.mark.parametrize(
    "roster_key", ["deputy:D009", "staff:T001", "staff:T002", "staff:T006", "staff:T026"]
)
def test_station_staff_bind_nobody_outside_their_station(story: Story, roster_key: str) -> None:
    staff = bind(story, "staff:T005")
    with Session(story.engine) as session:
        name = session.scalars(select(Person.name).where(Person.roster_key == roster_key)).one()

    assert story.say(staff, f"绑定码 {name}").startswith("名册里没有您能绑定的")


@both_channels
def test_namesakes_are_told_apart_by_digit(story: Story) -> None:
    operator(story)
    with Session(story.engine) as session, session.begin():
        for key in ("deputy:D001", "deputy:D002"):
            session.scalars(select(Person).where(Person.roster_key == key)).one().name = "周同名"

    asked = story.say("operator", "绑定码 周同名")
    made = story.say("operator", "2")

    assert "有几位周同名" in asked
    assert "24小时内用一次" in made
    story.say("phone-1", made.split("：")[0])
    assert person_of(story, "phone-1").roster_key == "deputy:D002"


@pytest.mark.parametrize(
    ("role", "area"),
    [
        ("station", "柳荫街道"),
        ("street", "东苑社区联络站"),
        ("deputy", ""),
        ("operator", "柳荫街道"),
        ("station", "月球站"),
    ],
)
def test_an_area_must_fit_the_role(story: Story, role: str, area: str) -> None:
    district = story.app.surroundings.world().district
    with Session(story.engine) as session, pytest.raises(Refusal):
        new_code(session, role=role, area=area, now=story.clock(), district=district)


def test_a_code_for_a_station_by_its_name_opens_that_station(story: Story) -> None:
    story.say("voter-1", EAST)
    district = story.app.surroundings.world().district
    with Session(story.engine) as session, session.begin():
        code = new_code(session, role="station", area="东苑社区联络站", now=story.clock(), district=district)

    story.say("phone-1", code)

    assert "2611-0001" in story.say("phone-1", "未办结")
