"""The four rates come out of cases as they are counted by hand, on both engines; closed is never read as solved."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from storage.cases import cases, selections
from storage.cases.selections import Selection
from storage.engine.database import new_id
from storage.figures import rates
from storage.figures.rates import Counts, ranking, wilson_lower
from storage.models import Case, Referral
from storage.people.scopes import Grant, Scope, staff_scope
from tests.storage.test_cases import EAST, add_case

DISTRICT = staff_scope([Grant("district", "")], 1)
TODAY = date(2026, 11, 21)
FILED = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
DUE = date(2026, 3, 16)
IN_TIME = datetime(2026, 3, 16, 15, 59, tzinfo=UTC)
"""One minute before midnight in Shanghai."""
TOO_LATE = IN_TIME + timedelta(minutes=1)
THIS_YEAR = Selection(
    today=TODAY,
    minutes=480,
    since=datetime.fromisoformat("2026-01-01T00:00:00+08:00"),
    until=datetime.fromisoformat("2027-01-01T00:00:00+08:00"),
)


def add_year(session: Session) -> None:
    """Write down the year of moment 62: 412 cases due, and what became of each."""
    made = [
        {
            "id": new_id(),
            "number": f"2603-{place:04d}",
            "category": "travel",
            "topic": "parking",
            "street": ("liuyin", "beiyuan", "xiasha")[place % 3],
            "station": "S004",
            "text": "没地方停车",
            "because": {},
            "state": "closed",
            "filed_at": FILED,
            "look_by": DUE,
            "updated_at": FILED,
            "answered_at": FILED + timedelta(days=4 if place % 2 else 6),
            "asked_at": IN_TIME if place < 391 else None,
            "verdict": "solved" if place < 143 else "unsolved" if place < 215 else None,
            "grade": "good" if place < 100 else "fair" if place < 171 else "bad" if place < 210 else None,
            "failures": int(143 <= place < 148),
        }
        for place in range(412)
    ]
    session.execute(insert(Case), made)
    session.execute(
        insert(Referral),
        [
            referral(
                row["id"],
                answered_at=IN_TIME if place < 391 else TOO_LATE,
                result="A" if place < 338 else "B",
            )
            for place, row in enumerate(made)
        ],
    )


def referral(case_id: object, **columns: Any) -> dict[str, Any]:
    return {
        "id": new_id(),
        "case_id": case_id,
        "round": 1,
        "department": "cityadmin",
        "lead": True,
        "state": "answered",
        "days": 10,
        "due": DUE,
        "receipt_due": DUE,
        "sent_at": FILED,
        "answer": "",
        "reason": "",
        "result": "",
        **columns,
    }


def test_the_year_of_the_dialogue_comes_out_of_its_cases(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        add_year(session)

        counted = rates.count_outcomes(session, DISTRICT, THIS_YEAR)[""]

        assert counted.rate("ontime") == (391, 412)
        assert counted.rate("overdue-rate") == (21, 412)
        assert counted.rate("reported") == (338, 412)
        assert counted.rate("confirmed") == (143, 215)
        assert counted.asked == 391
        assert counted.rate("content") == (171, 210)
        assert counted.reopened == 5
        assert rates.days_to_answer(session, DISTRICT, THIS_YEAR) == (pytest.approx(5.0), 412)


def test_every_figure_opens_to_as_many_cases(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        add_year(session)
        counted = rates.count_outcomes(session, DISTRICT, THIS_YEAR)[""]
        by_street = rates.count_outcomes(session, DISTRICT, THIS_YEAR, "street")

        for mark, count in (
            ("on-time", 391),
            ("late", 21),
            ("reported", 338),
            ("confirmed", 143),
            ("said", 215),
        ):
            behind = Selection(
                today=TODAY,
                minutes=480,
                basis="due",
                since=THIS_YEAR.since,
                until=THIS_YEAR.until,
                marks=("kept", mark),
            )
            assert cases.count_cases(session, DISTRICT, selections.where(behind)) == count
            assert selections.from_text(behind.as_text()) == behind
        assert sum(each.confirmed for each in by_street.values()) == counted.confirmed
        assert sum(rates.count_groups(session, DISTRICT, THIS_YEAR, "month").values()) == 412
        assert set(rates.count_groups(session, DISTRICT, THIS_YEAR, "department")) == {"cityadmin"}


@pytest.mark.parametrize(
    ("columns", "rounds", "expected"),
    [
        ({"state": "closed"}, [{}], Counts(due=1, on_time=1, answered=1)),
        ({"state": "closed"}, [{"answered_at": TOO_LATE}], Counts(due=1, answered=1)),
        ({"state": "referred"}, [{"state": "sent", "answered_at": None}], Counts(due=1)),
        ({"state": "accepted"}, [{"state": "accepted"}], Counts(due=1)),
        ({"state": "withdrawn"}, [{}], Counts(withdrawn=1)),
        ({"state": "referred"}, [{"due": TODAY}], None),
        ({"state": "referred"}, [{"state": "refused"}], None),
        ({"sealed": True}, [{}], None),
        ({"source": "imported"}, [{}], None),
        (
            {"state": "closed", "failures": 1, "asked_at": IN_TIME, "verdict": "unsolved"},
            [{"result": "A"}, {"round": 2, "due": date(2026, 3, 23), "result": "B"}],
            Counts(due=1, on_time=1, answered=1, asked=1, said=1, reopened=1),
        ),
        (
            {"state": "referred", "failures": 1},
            [{"result": "A"}, {"round": 2, "due": date(2026, 3, 23), "state": "sent", "answered_at": None}],
            Counts(due=1, reopened=1),
        ),
    ],
    ids=[
        "on time, and closed is not solved",
        "a minute past midnight is late",
        "never answered",
        "sent back to the department",
        "withdrawn is counted apart",
        "due today is not due yet",
        "refused",
        "sealed",
        "from before the bot",
        "came back and was answered again",
        "came back and was never answered again",
    ],
)
def test_what_counts(
    engine: Engine, columns: dict[str, object], rounds: list[dict[str, object]], expected: Counts | None
) -> None:
    with Session(engine) as session, session.begin():
        case = add_case(session, filed_at=FILED, **columns)
        session.execute(
            insert(Referral), [referral(case.id, **{"answered_at": IN_TIME, **columns}) for columns in rounds]
        )

        assert rates.count_outcomes(session, DISTRICT, THIS_YEAR).get("") == expected
        assert rates.count_outcomes(session, Scope(stations=frozenset({"S099"})), THIS_YEAR) == {}
        assert rates.count_outcomes(session, EAST, THIS_YEAR).get("") == expected


def test_one_of_one_says_less_than_ninety_of_a_hundred() -> None:
    assert wilson_lower(1, 1) < wilson_lower(90, 100)
    assert wilson_lower(0, 0) == 0.0
    assert wilson_lower(90, 100) == pytest.approx(0.8256, abs=0.0005)


def test_units_with_too_few_cases_have_no_place_in_the_order() -> None:
    enough, few = ranking([("a", 9, 9), ("b", 90, 100), ("c", 10, 12), ("d", 0, 0)])

    assert [unit.key for unit in enough] == ["b", "c"]
    assert [unit.key for unit in few] == ["a"]
