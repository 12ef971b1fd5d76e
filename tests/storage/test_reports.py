"""Figures count what a scope may see; a push under way is left as it is; what failed is listed where it belongs."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from storage.cases.selections import in_days
from storage.engine.database import new_id
from storage.figures import reports
from storage.messages import outbox, sending
from storage.models import Outbox, Person, RoleGrant
from storage.people.scopes import Grant, Scope, staff_scope
from tests.storage.test_cases import EAST, NOW, WEST, add_case, add_person

DISTRICT = staff_scope([Grant("district", "")], 1)
DAY = timedelta(days=1)


def owe(session: Session, person_id: int, **fields: object) -> Outbox:
    outbox.enqueue(
        session,
        **{
            "dedupe_key": str(new_id()),
            "person_id": person_id,
            "kind": "result",
            "text": "灯换好了",
            "now": NOW,
            "not_before": NOW,
            **fields,
        },
    )
    return session.query(Outbox).order_by(Outbox.id.desc()).limit(1).one()


@pytest.mark.parametrize(
    ("scope", "total"),
    [(EAST, 2), (WEST, 1), (DISTRICT, 3), (Scope(), 0)],
    ids=["east", "west", "district", "nothing"],
)
def test_figures_count_the_scope_without_sealed_cases(engine: Engine, scope: Scope, total: int) -> None:
    with Session(engine) as session, session.begin():
        add_case(session, "2611-0001")
        add_case(session, "2611-0002", category="water")
        add_case(session, "2611-0003", station="S005", street="beiyuan")
        add_case(session, "2611-0004", sealed=True)
        add_case(session, "2611-0005", filed_at=NOW - DAY)
        add_case(session, "2611-0006", filed_at=NOW + DAY)

        add_case(session, "2611-0007", source="imported")

        counted = reports.figures(session, scope, replace(in_days(NOW), since=NOW, until=NOW + DAY))

        assert counted.total == total
        assert sum(count for _, count in counted.by_category) == total
        assert sum(count for _, count in counted.by_station) == total
        assert counted.imported == (1 if scope in (EAST, DISTRICT) else 0)


def test_a_push_that_waits_takes_a_further_text_along(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        push = owe(session, add_person(session))

        assert reports.add_to_result(session, push, "就此办结")
        session.refresh(push)
        assert push.text == "灯换好了\n就此办结"


def test_a_push_that_is_under_way_stays_as_it_is(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        push_id = owe(session, add_person(session)).id
    with Session(engine) as session, session.begin():
        assert [owed.id for owed in sending.claim_due(session, NOW, 10)] == [push_id]
    with Session(engine) as session, session.begin():
        push = session.get_one(Outbox, push_id)

        assert not reports.add_to_result(session, push, "就此办结")
        session.refresh(push)
        assert push.text == "灯换好了"


def test_the_last_result_is_the_latest_that_is_not_dead(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        person = add_person(session)
        case, other = add_case(session, "2611-0001"), add_case(session, "2611-0002")
        first = owe(session, person, case_id=case.id)
        owe(session, person, case_id=case.id, not_before=NOW + DAY)
        owe(session, person, case_id=other.id, not_before=NOW + 2 * DAY)
        session.execute(update(Outbox).where(Outbox.not_before == NOW + DAY).values(status="dead"))

        assert reports.last_result(session, case.id, person) is first
        assert reports.last_result(session, case.id, add_person(session)) is None


def test_what_failed_is_listed_to_those_who_answer_for_it(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        voter = add_person(session)
        deputy = Person(id=new_id(), name="陈立新", roster_key="deputy:D001", preferences={}, created_at=NOW)
        session.add(deputy)
        session.flush()
        session.add(RoleGrant(person_id=deputy.id, role="deputy", area="S004", since=NOW))
        owe(session, voter, case_id=add_case(session, "2611-0001").id)
        owe(session, voter, case_id=add_case(session, "2611-0002", sealed=True).id)
        owe(session, voter, kind="answer")
        owe(session, deputy.id, kind="reminder")
        owe(session, deputy.id, kind="digest")
        session.execute(update(Outbox).values(status="dead"))

        def listed(scope: Scope, stations: frozenset[str] | None) -> list[tuple[str, str]]:
            return [
                (push.kind, push.case_number) for push in reports.undelivered(session, scope, stations, NOW)
            ]

        assert listed(EAST, frozenset({"S004"})) == [("reminder", ""), ("result", "2611-0001")]
        assert listed(WEST, frozenset({"S005"})) == []
        assert listed(DISTRICT, None) == [
            ("reminder", ""),
            ("answer", ""),
            ("result", "2611-0002"),
            ("result", "2611-0001"),
        ]


def test_a_period_ends_before_its_last_instant(engine: Engine) -> None:
    midnight = datetime(2026, 12, 1, tzinfo=UTC)
    with Session(engine) as session, session.begin():
        add_case(session, "2611-0001", filed_at=midnight - timedelta(microseconds=1))
        add_case(session, "2612-0001", filed_at=midnight)

        november = in_days(NOW, date(2026, 11, 1), date(2026, 12, 1))

        assert reports.figures(session, EAST, november).total == 1
