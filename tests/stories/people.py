"""Puts deputies and staff of the demo district behind accounts, as a binding code does."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.engine.database import new_id
from storage.models import Account, Case, CaseStep, Outbox, Person
from tests.stories.driver import Story

EAST = "东苑小区3幢楼道灯坏了半个月，老人晚上不敢下楼"
WEST = "西苑社区垃圾没人收，臭得很"


def bind(story: Story, roster_key: str) -> str:
    """Tie an account of the same name to a person of the roster."""
    with Session(story.engine) as session, session.begin():
        person = session.scalars(select(Person).where(Person.roster_key == roster_key)).one()
        session.add(
            Account(
                id=new_id(),
                channel=story.way,
                external_id=roster_key,
                person_id=person.id,
                following=True,
                last_message_at=story.clock(),
                created_at=story.clock(),
            )
        )
    return roster_key


def the_case(story: Story, number: str) -> Case:
    with Session(story.engine) as session:
        return session.scalars(select(Case).where(Case.number == number)).one()


def steps_of(story: Story, number: str) -> list[str]:
    with Session(story.engine) as session:
        rows = select(CaseStep.action).join(Case).where(Case.number == number).order_by(CaseStep.id)
        return list(session.scalars(rows))


def owed_to(story: Story, who: str, *kinds: str) -> list[str]:
    """Give the texts in the outbox for the person behind an account."""
    with Session(story.engine) as session:
        person = select(Account.person_id).where(Account.external_id == who).scalar_subquery()
        rows = select(Outbox.text).where(Outbox.person_id == person).order_by(Outbox.id)
        return list(session.scalars(rows.where(Outbox.kind.in_(kinds)) if kinds else rows))
