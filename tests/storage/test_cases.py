"""The table of what may be done with a case is the whole truth: every other step is refused and leaves no trace."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from storage.cases import cases
from storage.engine.database import new_id
from storage.models import OPEN_STATES, Case, CaseStep, Counter, Person, State
from storage.people.scopes import Grant, Scope, deputy_scope, staff_scope

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
ACTIONS = sorted({each.action for each in cases.TRANSITIONS})
ROLES = ("deputy", "station", "street", "district", "operator", "department")
EAST = Scope(stations=frozenset({"S004"}))
WEST = Scope(stations=frozenset({"S005"}))


def add_case(session: Session, number: str = "2611-0001", **columns: object) -> Case:
    case = Case(
        **{
            "id": new_id(),
            "number": number,
            "category": "housing",
            "topic": "lamp",
            "station": "S004",
            "street": "liuyin",
            "text": "楼道灯坏了",
            "because": {},
            "filed_at": NOW,
            "look_by": date(2026, 11, 25),
            "updated_at": NOW,
            **columns,
        }
    )
    session.add(case)
    session.flush()
    return case


def add_person(session: Session) -> int:
    person = Person(id=new_id(), preferences={}, created_at=NOW)
    session.add(person)
    session.flush()
    return person.id


def test_what_is_not_in_the_table_is_refused_and_what_is_leaves_one_step(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        actor = add_person(session)
        for number, (action, state, role) in enumerate(product(ACTIONS, State, ROLES), start=1):
            case = add_case(session, f"2611-{number:04d}", state=state)
            row = cases.allowed(action, state)
            grants = [Grant(role, "S004")]
            if row is None or role not in row.roles:
                with pytest.raises(cases.StepRefusedError):
                    cases.step(session, case, action, actor=actor, grants=grants, now=NOW)
                assert case.state == state
                assert _steps(session, case) == []
            else:
                cases.step(session, case, action, actor=actor, grants=grants, now=NOW, note="x")
                (step,) = _steps(session, case)
                assert (step.action, step.actor_id, step.at, step.public) == (action, actor, NOW, row.public)
                assert case.state == step.state == (row.to or state)


def _steps(session: Session, case: Case) -> list[CaseStep]:
    return list(session.scalars(select(CaseStep).where(CaseStep.case_id == case.id)))


def test_no_action_has_two_ways_out_of_one_state() -> None:
    ways = [(row.action, state) for row in cases.TRANSITIONS for state in row.states]

    assert len(ways) == len(set(ways))


@pytest.mark.parametrize("action", ["replied", "closed", "moved", "retopic", "assigned", "transcribed"])
def test_what_is_over_stays_over(action: str) -> None:
    over = set(State) - set(OPEN_STATES)

    assert all(cases.allowed(action, state) is None for state in over)


@pytest.mark.parametrize("typed", ["42", "042", "2611-0042", " 42 "])
def test_a_number_is_found_whole_or_by_its_end(engine: Engine, typed: str) -> None:
    with Session(engine) as session, session.begin():
        case = add_case(session, "2611-0042")

        assert cases.find_case(session, EAST, typed, NOW) is case


def test_the_end_of_a_number_means_this_month_before_the_latest_other(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        for number in ("2609-0042", "2610-0042", "2611-0042", "2612-0042", "2610-0007", "2609-0007"):
            add_case(session, number)
        session.add_all(Counter(name=f"case:{month}", value=42) for month in ("2609", "2610", "2611", "2612"))

        def found(typed: str) -> str:
            case = cases.find_case(session, EAST, typed, NOW)
            return case.number if case else ""

        assert found("42") == "2611-0042"
        assert found("7") == "2610-0007"
        assert found("2609-0042") == "2609-0042"


@pytest.mark.parametrize("typed", ["", "x", "4-2", "2611", "2611-", "9999999", "2611-0043", "-1", "%"])
def test_what_is_no_number_finds_nothing(engine: Engine, typed: str) -> None:
    with Session(engine) as session, session.begin():
        add_case(session, "2611-0042")

        assert cases.find_case(session, EAST, typed, NOW) is None


SCOPES = {
    "own station": (EAST, True, False),
    "other station": (WEST, False, False),
    "its street": (Scope(streets=frozenset({"liuyin"})), True, False),
    "other street": (Scope(streets=frozenset({"beiyuan"})), False, False),
    "nothing": (Scope(), False, False),
    "a station without a key": (Scope(stations=frozenset({""}), streets=frozenset({""})), False, False),
    "the district": (staff_scope([Grant("district", "")], 1), True, True),
    "an operator": (staff_scope([Grant("operator", "")], 1), False, False),
    "a deputy of the station": (deputy_scope([Grant("deputy", "S004")]), True, False),
    "a deputy as staff": (staff_scope([Grant("deputy", "S004")], 1), False, False),
    "a department": (staff_scope([Grant("department", "S004")], 1), False, False),
}


@pytest.mark.parametrize("name", SCOPES)
@pytest.mark.parametrize("where", ["find", "id", "list", "count"])
def test_a_scope_holds_in_every_query(engine: Engine, name: str, where: str) -> None:
    scope, sees, sees_sealed = SCOPES[name]
    with Session(engine) as session, session.begin():
        plain = add_case(session, "2611-0001")
        sealed = add_case(session, "2611-0002", sealed=True)

        def reached(case: Case) -> bool:
            if where == "find":
                return cases.find_case(session, scope, case.number, NOW) is not None
            if where == "id":
                return cases.case_in(session, scope, case.id) is not None
            if where == "list":
                return case in cases.list_open(session, scope)
            return bool(cases.count_cases(session, scope, Case.id == case.id))

        assert (reached(plain), reached(sealed)) == (sees, sees_sealed)


def test_urgent_cases_come_first_then_those_whose_day_is_nearest(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        add_case(session, "2611-0001", look_by=date(2026, 11, 27))
        add_case(session, "2611-0002", look_by=date(2026, 11, 25))
        add_case(session, "2611-0003", look_by=date(2026, 11, 30), urgency="gas")

        assert [case.number[-1] for case in cases.list_open(session, EAST)] == ["3", "2", "1"]


def test_cases_of_the_desk_are_in_nobody_elses_scope(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        add_case(session, station="", street="")

        for scope in (EAST, Scope(streets=frozenset({""})), Scope(stations=frozenset({""}))):
            assert session.scalar(select(func.count()).select_from(Case)) == 1
            assert cases.list_open(session, scope) == []
        assert len(cases.list_open(session, Scope(district=True))) == 1


def test_overdue_is_what_nobody_has_answered_by_its_day(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        for number, state in enumerate((State.REGISTERED, State.ASSIGNED, State.ANSWERED, State.CLOSED)):
            add_case(session, f"2611-{number:04d}", state=state)
        day = date(2026, 11, 25)

        late = cases.overdue(session, EAST, day + timedelta(days=1))

        assert [case.state for case in late] == [State.REGISTERED, State.ASSIGNED]
        assert cases.overdue(session, EAST, day) == []
