"""The same figure, asked in every way there is, has one answer; what was imported is named beside it, never in it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from storage.engine.database import new_id
from storage.models import Case, Person, Recheck, RecheckDraw, Referral
from tests.storage.test_rates import DUE, FILED, add_year
from tests.stories.driver import Story, running
from tests.stories.people import bind
from tests.stories.test_bulletins import words_of
from tests.stories.test_papers import PUBLIC, pushed_file

IMPORTED = 7
RATES = (
    "按期办结391/412，94.9%",
    "部门说解决338/412，82.0%",
    "选民说解决143/215，66.5%（问391件，215件有人答）",
    "满意和基本满意171/210，81.4%",
)
"""Of the year in tests/storage/test_rates.py, all of it filed and due in March."""


@pytest.fixture
def story(district_url: str, tmp_path: Path) -> Iterator[Story]:
    with running(district_url, tmp_path, public_url=PUBLIC) as story:
        with Session(story.engine) as session, session.begin():
            add_year(session)
            session.execute(insert(Case), [_from_before(place) for place in range(IMPORTED)])
        yield story


def _from_before(place: int) -> dict[str, object]:
    return {
        "id": new_id(),
        "number": f"2603-{8000 + place}",
        "category": "travel",
        "topic": "parking",
        "street": "xiasha",
        "station": "S016",
        "source": "imported",
        "text": "以前的件",
        "because": {},
        "state": "closed",
        "filed_at": FILED + timedelta(days=1),
        "closed_at": FILED + timedelta(days=2),
        "look_by": DUE,
        "updated_at": FILED,
        "asked_at": FILED,
        "verdict": "solved",
        "grade": "good",
    }


@pytest.fixture
def desk(story: Story) -> str:
    return bind(story, "staff:T001")


def test_every_way_of_asking_gives_the_same_figures(story: Story, desk: str) -> None:
    counted = story.say(desk, "统计 3月")
    asked = story.say(desk, "3月停车有几件")
    outcome = story.say(desk, "3月到底解决了多少")
    ranked = story.say(desk, "各单位3月按期办结率")
    reported = story.say(desk, "3月月报")
    report = words_of(pushed_file(story, desk))
    drafted = story.say(desk, "通报 3月")
    story.say(desk, "1")
    bulletin = words_of(pushed_file(story, desk))

    assert "登记412件，另有历史导入7件" in counted
    assert "共412件，另有历史导入7件" in asked
    assert "登记412，应办结412，按期391（94.9%），另有历史导入7件" in reported
    assert "登记民情件412件" in report
    assert "另有导入的历史件7件" in report
    assert "问题412个，交办412个" in drafted
    assert "登记问题412个，另有历史导入7件" in bulletin
    assert "到期应答复412个，按期答复391个" in bulletin
    assert "问了391件的选民，215件有人答，143件说解决了，占答的66.5%" in bulletin
    for rate in RATES:
        assert rate in outcome
        assert rate in report
    assert "区城管局94.9%（391/412）" in ranked or "区城管局94.9%" in ranked
    assert "区城管局\n412\n391\n94.9%\n338/412\n143/215\n—" in report


@pytest.mark.parametrize("words", ["3月月报", "一季度报告", "上半年报告"])
def test_what_was_found_on_the_spot_stands_beside_what_is_said(story: Story, desk: str, words: str) -> None:
    look_again(story, held=11, failed=1, unclear=2)
    asked = story.say(desk, f"{words.removesuffix('月报').removesuffix('报告')}到底解决了多少")
    story.say(desk, words)
    report = words_of(pushed_file(story, desk))

    assert "回头看查12件，属实11件" in asked
    assert "回头看到现场查12件，属实11件，没办好1件；上一期属实—。" in report
    assert "区城管局\n412\n391\n94.9%\n338/412\n143/215\n11/12" in report


def look_again(story: Story, **findings: int) -> None:
    """Write down what was found on the spot of some of the year's cases."""
    found = [finding for finding, count in findings.items() for _ in range(count)]
    with Session(story.engine) as session, session.begin():
        drawn_by = session.scalars(select(Person.id).limit(1)).one()
        draw = RecheckDraw(seed="1", drawn_at=FILED, drawn_by=drawn_by, pool={}, sizes={})
        session.add(draw)
        session.flush()
        rows = session.execute(select(Referral.id, Referral.case_id).order_by(Referral.id).limit(len(found)))
        session.add_all(
            Recheck(
                draw_id=draw.id,
                case_id=case_id,
                referral_id=referral_id,
                department="cityadmin",
                due=DUE,
                finding=finding,
                found_at=FILED,
            )
            for (referral_id, case_id), finding in zip(rows, found, strict=True)
        )


def test_what_was_imported_opens_by_a_digit_of_its_own(story: Story, desk: str) -> None:
    story.say(desk, "3月停车有几件")

    assert "共7件" in story.say(desk, "6")


def test_cases_closed_in_a_span_are_told_beside_those_filed_in_it(story: Story, desk: str) -> None:
    with Session(story.engine) as session, session.begin():
        session.query(Case).filter(Case.number < "2603-0005").update(
            {"closed_at": FILED + timedelta(days=40)}
        )

    assert "办结412件；这段时间办结的（不论何时登记）0件" in story.say(desk, "3月办结的有几件")
    assert "共0件，办结0件；这段时间办结的（不论何时登记）5件" in story.say(desk, "4月办结的有几件")
    assert "本期办结（含以前登记的）5件" in (
        story.say(desk, "4月月报") and words_of(pushed_file(story, desk))
    )
