"""Drill 3: the clock jumps, the machine is in another time zone: every reminder goes out once or shows as missed."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, or_, select, update
from sqlalchemy.orm import Session

from bot.core.clock import shanghai_now
from handlers.calendar.occasions import DutyRule
from handlers.district.district import District
from handlers.duties.reminders import plan_reminders
from handlers.texts import DEFAULT_TEXTS
from storage.engine.database import Base
from storage.models import Outbox
from tests.drills.table import Drill, forms
from tests.handlers.small_district import add_people, small_district
from tests.stories.driver import SHANGHAI, running
from tests.stories.people import bind

RECEPTION = DutyRule(key="reception", name="接待选民日", pattern="monthly", day=10, audience="community")
RECEPTIONS = {"2026-12-10": 3, "2027-01-10": 3}
"""Deputies who receive voters, by the day."""
START = datetime(2026, 11, 30, 9, 0, tzinfo=SHANGHAI)
END = datetime(2027, 1, 12, 9, 0, tzinfo=SHANGHAI)
STEP = timedelta(hours=6)


class Station:
    """A small district whose clock is turned at will; what is due is sent at once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.people = add_people(session, START)

    def tick(self, now: datetime) -> None:
        plan_reminders(self._session, now, small_district([RECEPTION]), DEFAULT_TEXTS)
        open_ = Outbox.status == "pending"
        late = Outbox.expires_at <= now
        self._session.execute(update(Outbox).where(open_, late).values(status="dead", error="missed"))
        due = or_(Outbox.expires_at.is_(None), Outbox.expires_at > now)
        self._session.execute(
            update(Outbox).where(open_, Outbox.not_before <= now, due).values(status="sent", attempts=1)
        )

    def told(self, day: str) -> Counter[tuple[int, str]]:
        """Count what each person was sent of a day, by the last part of the key: how many days before."""
        rows = self._session.execute(
            select(Outbox.person_id, Outbox.dedupe_key).where(
                Outbox.kind == "reminder", Outbox.status == "sent", Outbox.dedupe_key.contains(f"/{day}/")
            )
        )
        return Counter((person, key.rsplit("/", 1)[1]) for person, key in rows)


@pytest.mark.parametrize("examples", forms(short=6, long=400, minutes=10))
def test_however_the_clock_jumps_each_deputy_is_reminded_once_of_each_day(
    examples: int, drill: Drill
) -> None:
    drill.does("3 clock jumps", f"{examples} random walks of the clock of up to 40 days each way")

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(jumps=st.lists(st.integers(-40 * 24, 40 * 24), max_size=8))
    def walked(jumps: list[int]) -> None:
        engine = create_engine("sqlite://")
        Base.metadata.create_all(engine)
        with Session(engine) as session, session.begin():
            station, now = Station(session), START
            for hours in jumps:
                now = max(START, min(now + timedelta(hours=hours), END))
                station.tick(now)
            now = START
            while now < END:
                station.tick(now)
                now += STEP
            for day, deputies in RECEPTIONS.items():
                told = station.told(day)
                assert len({person for person, _ in told}) == deputies
                assert set(told.values()) == {1}
        engine.dispose()

    walked()


def test_an_hour_back_and_forty_days_ahead_double_nothing(district_url: str, tmp_path: Path) -> None:
    with running(district_url, tmp_path) as story:
        first = datetime(2026, 12, 3, 9, 0, tzinfo=SHANGHAI)
        texts = []
        for moment in (first, first - timedelta(hours=1), first + timedelta(days=40), first):
            story.at(moment)
            with Session(story.engine) as session:
                keys = list(session.scalars(select(Outbox.dedupe_key).where(Outbox.kind == "reminder")))
            sent = (key for key in keys if key.startswith("reminder/"))
            texts.append({key for key in sent if "/2026-12-10/" in key})

    assert texts[0]
    assert texts[0] == texts[1] == texts[2] == texts[3]


PROGRAM = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
from sqlalchemy import select
from sqlalchemy.orm import Session
from bot.core.clock import shanghai_now
from storage.models import Outbox
from tests.stories.driver import running
with running(sys.argv[1], Path(sys.argv[2])) as story:
    story.clock.at = datetime(2026, 12, 3, 0, 20, tzinfo=UTC).astimezone(shanghai_now()().tzinfo)
    story.app.metronome.run_now("plan")
    with Session(story.engine) as session:
        rows = session.execute(select(Outbox.not_before, Outbox.text).where(Outbox.kind == "reminder"))
        print(json.dumps(sorted([at.timestamp(), text] for at, text in rows)))
"""


def test_a_wrong_time_zone_of_the_machine_changes_nothing(sqlite_district: Path, tmp_path: Path) -> None:
    planned = []
    for zone in ("America/New_York", "Asia/Shanghai"):
        folder = tmp_path / zone.replace("/", "-")
        folder.mkdir()
        copy = folder / "story.sqlite3"
        copy.write_bytes(sqlite_district.read_bytes())
        run = subprocess.run(
            [sys.executable, "-c", PROGRAM, f"sqlite:///{copy}", str(folder)],
            env={**os.environ, "TZ": zone, "PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            text=True,
            check=True,
        )
        planned.append(json.loads(run.stdout.splitlines()[-1]))

    assert planned[0]
    assert planned[0] == planned[1]
    assert all(7 < datetime.fromtimestamp(at, SHANGHAI).hour < 21 for at, _ in planned[0])
    assert shanghai_now()().utcoffset() == timedelta(hours=8)


class Days:
    """A district whose rules and holidays change under a running bot."""

    def __init__(self, engine: Engine, now: datetime) -> None:
        self.engine = engine
        with Session(engine) as session, session.begin():
            self.people = add_people(session, now)

    def tick(self, now: datetime, district: District) -> Mapping[str, int]:
        """Plan, and send what is due."""
        with Session(self.engine) as session, session.begin():
            counts = plan_reminders(session, now, district, DEFAULT_TEXTS)
            due = (Outbox.status == "pending", Outbox.not_before <= now)
            session.execute(update(Outbox).where(*due).values(status="sent", attempts=1))
        return counts

    def sent_to(self, deputy: str) -> list[str]:
        of_them = (Outbox.person_id == self.people[deputy], Outbox.status == "sent")
        with Session(self.engine) as session:
            return list(session.scalars(select(Outbox.text).where(*of_them).order_by(Outbox.id)))

    def through(self, first: datetime, last: datetime, district: District) -> None:
        """Let the bot run from one instant to another."""
        now = first
        while now <= last:
            self.tick(now, district)
            now += timedelta(hours=3)


def test_a_rule_imported_five_days_before_its_day_reminds_at_once_and_in_the_usual_way_after(
    engine: Engine, drill: Drill
) -> None:
    drill.does("3 late import", "a rule imported five days before its day")
    imported = datetime(2026, 12, 5, 10, 0, tzinfo=SHANGHAI)
    days = Days(engine, START)

    days.through(imported - timedelta(days=2), imported, small_district([]))
    before = days.sent_to("D001")
    days.through(imported, imported + timedelta(days=6), small_district([RECEPTION]))

    first, eve, morning = days.sent_to("D001")
    assert before == []
    assert first.startswith("陈代表好：12月10日（周四）")
    assert eve.startswith("陈代表好：12月10日（周四）")
    assert morning.startswith("陈代表早：今天")


def test_a_holiday_that_becomes_known_after_the_reminder_is_told_to_all_who_had_it(
    engine: Engine, drill: Drill
) -> None:
    drill.does("3 holidays changed", "a holiday table changed after the reminder was sent")
    put_off = replace(RECEPTION, holiday="next_workday")
    reminded = datetime(2026, 12, 3, 9, 0, tzinfo=SHANGHAI)
    days = Days(engine, START)

    days.tick(reminded, small_district([put_off]))
    days.tick(reminded + timedelta(hours=1), small_district([put_off]))
    holiday = small_district([put_off], holidays={date(2026, 12, 10): ("holiday", "调休")})
    days.through(reminded + timedelta(days=1), datetime(2026, 12, 13, tzinfo=SHANGHAI), holiday)

    told = days.sent_to("D001")
    assert [("改到12月11日（周五）" in text) for text in told] == [False, True, False, False]
    assert not any("今天" in text and "12月10日" in text for text in told[2:])
    assert {len(days.sent_to(deputy)) for deputy in ("D001", "D002", "D003")} == {4}


def test_who_was_not_reminded_as_the_bot_was_down_is_listed_for_staff_once(
    district_url: str, tmp_path: Path, drill: Drill
) -> None:
    drill.does("3 down", "no process ran from before the reminders until after the day")
    with running(district_url, tmp_path) as story:
        story.at(datetime(2026, 12, 1, 9, 0, tzinfo=SHANGHAI))
    with running(district_url, tmp_path) as story:
        bind(story, "staff:T001")
        story.at(datetime(2026, 12, 14, 9, 0, tzinfo=SHANGHAI))
        story.at(datetime(2026, 12, 14, 9, 5, tzinfo=SHANGHAI))
        listed = story.say("staff:T001", "没送到的")
        with Session(story.engine) as session:
            missed = list(session.scalars(select(Outbox.dedupe_key).where(Outbox.error == "missed")))
        sent = [text for text in (push.text for push in story.phones.pushes) if "今天" in text]

    drill.count(listed=len(missed))
    assert missed
    assert "代表：过了时间没发成" in listed
    assert sent == []
