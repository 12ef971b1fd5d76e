from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.checks import find_faults, warnings_about
from bot.core.settings import Settings
from handlers.district.read import DEMO_FOLDER, read_pack
from handlers.district.store import apply
from storage.engine.database import open_database
from storage.migrate import migrate
from storage.models import PackRow


def official(**others: object) -> Settings:
    return Settings.model_validate({"official_app_id": "wx1", **others})


def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    faults = find_faults(Settings(data_dir=tmp_path / "file" / "data"))

    assert len(faults) == 3
    assert "no account is configured" in faults[0]
    assert "cannot be written" in faults[1]
    assert "lianxinqiao migrate" in faults[2]


def test_a_database_without_tables_asks_to_migrate(empty_database_url: str, tmp_path: Path) -> None:
    engine = open_database(empty_database_url)
    engine.connect().close()
    engine.dispose()

    faults = find_faults(official(database_url=empty_database_url, data_dir=tmp_path))

    assert [fault.split(":")[-1] for fault in faults] == [" run `lianxinqiao migrate`"]


def test_a_database_without_a_district_asks_to_import_one(empty_database_url: str, tmp_path: Path) -> None:
    engine = open_database(empty_database_url)
    migrate(engine)
    before = find_faults(official(database_url=empty_database_url, data_dir=tmp_path))
    with Session(engine) as session, session.begin():
        session.add(PackRow(sheet="stations", key="s1", position=1, data={}))
    after = find_faults(official(database_url=empty_database_url, data_dir=tmp_path))
    engine.dispose()

    assert len(before) == 1
    assert "district import" in before[0]
    assert after == []


def test_a_server_that_is_away_is_named_without_its_password(tmp_path: Path) -> None:
    faults = find_faults(
        official(database_url="postgresql://lxq:pass-word@127.0.0.1:1/lxq", data_dir=tmp_path)
    )

    assert len(faults) == 1
    assert "LXQ_DATABASE_URL cannot be reached" in faults[0]
    assert "pass-word" not in faults[0]


def test_a_district_office_of_one_person_is_told_that_nobody_would_read_about_that_person(
    empty_database_url: str, tmp_path: Path
) -> None:
    engine = open_database(empty_database_url)
    migrate(engine)
    settings = official(database_url=empty_database_url, data_dir=tmp_path)
    with Session(engine) as session, session.begin():
        apply(session, read_pack(DEMO_FOLDER), datetime(2026, 11, 21, 1, tzinfo=UTC))
    alone = warnings_about(settings)
    with Session(engine) as session, session.begin():
        staff = session.scalars(select(PackRow).where(PackRow.sheet == "staff"))
        (desk,) = [row for row in staff if row.data["role"] == "district"]
        session.add(PackRow(sheet="staff", key="T9", position=999, data={**desk.data, "code": "T9"}))
    together = warnings_about(settings)
    engine.dispose()

    assert "second person" in alone[0]
    assert not any("second person" in warning for warning in together)


def test_levels_at_which_nobody_would_hear_an_alarm_are_named(
    empty_database_url: str, tmp_path: Path
) -> None:
    engine = open_database(empty_database_url)
    migrate(engine)
    settings = official(database_url=empty_database_url, data_dir=tmp_path)
    with Session(engine) as session, session.begin():
        apply(session, read_pack(DEMO_FOLDER), datetime(2026, 11, 21, 1, tzinfo=UTC))
    warnings = warnings_about(settings)
    engine.dispose()

    deaf = [warning for warning in warnings if "nobody would hear an alarm" in warning]
    assert len(deaf) == 4
    assert "at the level station of 柳荫街道联络站 (nobody" in deaf[0]
    assert deaf[3].startswith("nobody would hear an alarm at the level operator (nobody has bound")
