"""What has been kept long enough goes, piece by piece, and every figure stays what it was."""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from bot.cli.main import make_app
from bot.core.settings import Settings
from bot.upkeep.keeping import forget_due, look, months_before
from handlers.district.pack import RetentionRule
from storage.cases.selections import in_days
from storage.figures.period_figures import people_heard, period_figures
from storage.figures.reports import figures
from storage.keeping import audit
from storage.models import Account, AuditEntry, Case, CasePart
from storage.people.scopes import Scope
from tests.stories.driver import SATURDAY, Story, running, story_settings
from tests.stories.people import EAST, bind, the_case

RULES = (
    RetentionRule(category="*", what="contact", months=24),
    RetentionRule(category="*", what="attachments", months=36),
    RetentionRule(category="travel", what="contact", months=12),
    RetentionRule(category="*", what="words", months=60),
)
STAFF = "staff:T005"
DISTRICT = Scope(district=True)


def rule(what: str, category: str = "*") -> RetentionRule:
    return next(each for each in RULES if (each.what, each.category) == (what, category))


def after(months: int) -> datetime:
    return SATURDAY + timedelta(days=31 * months)


@pytest.fixture
def told(story: Story) -> Story:
    """Two voters told three cases, one with a picture; two are closed, one is open."""
    bind(story, STAFF)
    story.say("voter-wang", f"我叫王桂芳，电话13912345678，{EAST}")
    story.phones.media["lamp"] = b"a lamp"
    story.picture("voter-wang", "lamp")
    story.say("voter-2", "东苑小区门口占道停车，有事打13800000000")
    story.app.tick_all()
    for number in (1, 2):
        story.say(STAFF, f"回复 {number} 11月21日已处理，现场看过")
        story.say("voter-wang" if number == 1 else "voter-2", "1")
    with Session(story.engine) as session, session.begin():
        session.execute(update(Case).values(state="closed", closed_at=story.clock()))
    story.clock.turn(hours=3)
    story.say("voter-2", "东苑小区电梯坏了，打13800000000")
    return story


def run(story: Story, settings: Settings, now: datetime, *rules: RetentionRule) -> None:
    forget_due(story.engine, story.app.writer.transact, settings, rules or RULES, now)


@pytest.fixture
def settings(district_url: str, tmp_path: Path) -> Settings:
    return story_settings(district_url, tmp_path)


def counted(story: Story) -> list[object]:
    """Give all that is counted and divided over the month in which the cases were told."""
    since, until = date(2026, 11, 1), date(2026, 12, 1)
    with Session(story.engine) as session:
        voters = session.scalar(select(func.count(func.distinct(func.coalesce(-Case.teller, Case.voter_id)))))
        return [
            period_figures(session, DISTRICT, since, until, story.clock()),
            figures(session, DISTRICT, in_days(story.clock(), since, until)),
            voters,
            session.scalar(select(func.count()).select_from(CasePart)),
        ]


def left(story: Story) -> str:
    with story.engine.connect() as connection:
        return repr(
            [connection.execute(text(f"SELECT * FROM {name}")).all() for name in ("case_file", "case_part")]
        )


def test_every_category_has_its_own_clock_and_no_figure_changes(told: Story, settings: Settings) -> None:
    before = counted(told)
    run(told, settings, after(13))
    parking, lamp = the_case(told, "2611-0002"), the_case(told, "2611-0001")

    assert parking.voter_id is None
    assert "13800000000" not in parking.text
    assert "占道停车" in parking.text
    assert lamp.voter_id is not None
    assert counted(told) == before
    run(told, settings, after(25))
    assert "13912345678" not in left(told)
    assert "王桂芳" not in left(told)
    assert counted(told) == before
    run(told, settings, after(61))
    assert "楼道灯坏" not in left(told)
    assert counted(told) == before
    with Session(told.engine) as session:
        assert audit.first_break(session) == ""
        noted = session.scalars(select(AuditEntry.reason).where(AuditEntry.action == "forgotten")).all()
    assert "travel contact 12: 1" in noted


@pytest.mark.parametrize("ending", ["wish", "clock"])
def test_who_told_something_in_the_first_hour_of_a_year_is_counted_once_in_it(
    story: Story, settings: Settings, ending: str
) -> None:
    for day in (1, 5):
        story.clock.at = datetime(2027, 1, day, 1, 0, tzinfo=SATURDAY.tzinfo)
        story.say("voter-wang", EAST)
    with Session(story.engine) as session, session.begin():
        session.execute(update(Case).values(state="closed", closed_at=story.clock()))
    if ending == "clock":
        run(story, settings, after(30), rule("contact"))
    else:
        story.say("voter-wang", "删除我")
        story.say("voter-wang", "1")
    year = in_days(story.clock(), date(2027, 1, 1), date(2028, 1, 1))

    with Session(story.engine) as session:
        assert session.scalars(select(Case.voter_id)).all() == [None, None]
        assert people_heard(session, DISTRICT, year) == 1


def test_an_open_case_keeps_everything_however_old(told: Story, settings: Settings) -> None:
    run(told, settings, after(100))
    still = the_case(told, "2611-0003")

    assert still.voter_id is not None
    assert "13800000000" in still.text


def test_attachments_go_from_the_disk_and_the_words_stay(
    told: Story, settings: Settings, tmp_path: Path
) -> None:
    files = [path for path in (tmp_path / "media").rglob("*") if path.is_file()]
    run(told, settings, after(37), rule("attachments"))

    assert len(files) == 1
    assert not files[0].exists()
    assert "楼道灯坏" in the_case(told, "2611-0001").text


def test_a_look_changes_nothing_and_says_what_a_run_does(told: Story, settings: Settings) -> None:
    before = left(told)
    shown = {
        (each.rule.category, each.rule.what): each.count
        for each in look(told.engine, settings, RULES, after(37))
    }

    assert left(told) == before
    assert shown == {
        ("*", "contact"): 1,
        ("*", "attachments"): 2,
        ("travel", "contact"): 1,
        ("*", "words"): 0,
    }
    run(told, settings, after(37))
    assert {each.count for each in look(told.engine, settings, RULES, after(37))} == {0}


def test_who_has_no_case_left_and_was_not_heard_of_is_forgotten(told: Story, settings: Settings) -> None:
    run(told, settings, after(13))
    run(told, settings, after(25))
    with Session(told.engine) as session:
        known = session.scalars(select(Account.external_id)).all()

    assert "voter-wang" not in known
    assert "voter-2" in known
    assert STAFF in known


def test_months_of_the_archive_go_after_their_time(told: Story, settings: Settings) -> None:
    settings.archive_folder.mkdir(parents=True, exist_ok=True)
    for month in ("2026-05", "2026-06", "2026-06-2"):
        (settings.archive_folder / f"inbox-{month}.jsonl.gz").write_bytes(b"")
    archive = RetentionRule(category="*", what="archive", months=13)
    run(told, settings, datetime(2027, 7, 1, 4, 0, tzinfo=SATURDAY.tzinfo), archive)

    assert sorted(file.name[:13] for file in settings.archive_folder.glob("*.gz")) == ["inbox-2026-06"] * 2


@pytest.mark.parametrize(
    ("now", "months", "first"),
    [
        (datetime(2027, 3, 31, 10, tzinfo=UTC), 1, datetime(2027, 2, 28, tzinfo=UTC)),
        (datetime(2027, 1, 15, 10, tzinfo=UTC), 13, datetime(2025, 12, 15, tzinfo=UTC)),
        (datetime(2027, 12, 1, 10, tzinfo=UTC), 12, datetime(2026, 12, 1, tzinfo=UTC)),
    ],
)
def test_months_are_counted_by_the_calendar(now: datetime, months: int, first: datetime) -> None:
    assert months_before(now, months) == first


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_the_command_shows_the_clocks_and_changes_nothing_when_dry(
    record: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("LXQ_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LXQ_DATABASE_URL", record)
    monkeypatch.setenv("LXQ_DATA_DIR", str(tmp_path))
    with running(record, tmp_path) as story:
        story.say("voter-wang", EAST)
        old = SATURDAY - timedelta(days=3000)
        with Session(story.engine) as session, session.begin():
            session.execute(update(Case).values(state="closed", closed_at=old))
        dry = CliRunner().invoke(make_app(["retention"]), ["retention", "--dry-run"])
        kept = the_case(story, "2611-0001").voter_id
    done = CliRunner().invoke(make_app(["retention"]), ["retention"])

    assert dry.exit_code == 0
    assert "contact      after   24 months:       1 cases" in dry.output
    assert kept is not None
    assert "cases" in done.output
