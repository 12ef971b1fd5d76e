"""382 件，件件按期，解决率七成以上，满意率百分之百: the sentence comes out of the cases that it tells of."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from storage.engine.database import new_id
from storage.models import Case, Referral
from tests.storage.test_rates import DUE, FILED, IN_TIME, referral
from tests.stories.driver import Story, running
from tests.stories.people import bind

ALL, SOLVED = 382, 268


@pytest.fixture
def story(district_url: str, tmp_path: Path) -> Iterator[Story]:
    with running(district_url, tmp_path) as story:
        with Session(story.engine) as session, session.begin():
            made = [_case(place) for place in range(ALL)]
            session.execute(insert(Case), made)
            session.execute(
                insert(Referral), [referral(row["id"], answered_at=IN_TIME, result="A") for row in made]
            )
        yield story


def _case(place: int) -> dict[str, object]:
    return {
        "id": new_id(),
        "number": f"2603-{place:04d}",
        "category": "travel",
        "topic": "parking",
        "street": "liuyin",
        "station": "S004",
        "text": "没地方停车",
        "because": {},
        "state": "closed",
        "filed_at": FILED,
        "look_by": DUE,
        "updated_at": FILED,
        "asked_at": IN_TIME,
        "verdict": "solved" if place < SOLVED else "partly",
        "grade": "good" if place % 2 else "fair",
    }


def test_all_on_time_seven_of_ten_solved_and_everybody_content(story: Story) -> None:
    told = story.say(bind(story, "staff:T001"), "3月到底解决了多少")

    assert "按期办结382/382，100.0%" in told
    assert "选民说解决268/382，70.2%" in told
    assert "满意和基本满意382/382，100.0%" in told
