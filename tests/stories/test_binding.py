"""A one-time code ties an account to a deputy or a member of staff, once, and only inside one's own area."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.accounts import new_code, roster_code
from storage.models import Account, Case, Person
from tests.stories.driver import Story


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


def test_a_deputy_is_greeted_by_name_and_told_what_will_come(story: Story) -> None:
    reply = story.say("phone-1", code_for(story, "deputy:D001").lower())

    name = person_of(story, "phone-1").name
    assert reply.startswith(f"{name}代表您好，已绑定")
    assert reply.endswith("不是本人回“不是我”。")
    assert person_of(story, "phone-1").roster_key == "deputy:D001"


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


def test_what_the_account_filed_before_stays_its_own(story: Story) -> None:
    story.say("phone-1", "东苑小区3幢楼道灯坏了半个月")
    story.say("phone-1", code_for(story, "deputy:D001"))

    person = person_of(story, "phone-1")
    with Session(story.engine) as session:
        assert session.scalars(select(Case.voter_id)).all() == [person.id]


def test_the_wrong_person_can_undo_a_binding(story: Story) -> None:
    story.say("phone-1", code_for(story, "deputy:D001"))

    assert "已解除绑定" in story.say("phone-1", "不是我")
    assert person_of(story, "phone-1").roster_key is None


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


def test_a_voter_cannot_make_codes(story: Story) -> None:
    story.event("voter-1", "subscribe")

    assert "24小时内用一次" not in story.say("voter-1", "绑定码 陈立新")
