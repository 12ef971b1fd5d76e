import gzip
import io
import sqlite3
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.settings import Settings
from bot.upkeep.backup import back_up
from bot.upkeep.backup_file import BackupError, read_manifest
from bot.upkeep.restore import restore
from storage.engine.database import open_database
from storage.migrate import migrate, newest_revisions
from storage.models import Person

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


pytestmark = pytest.mark.usefixtures("client_programs")


@pytest.fixture
def settings(empty_database_url: str, tmp_path: Path) -> Settings:
    made = Settings(database_url=empty_database_url, data_dir=tmp_path / "data")
    engine = open_database(empty_database_url)
    migrate(engine)
    engine.dispose()
    (made.media_folder / "ab").mkdir(parents=True)
    (made.media_folder / "ab" / "abcd").write_bytes(b"a picture")
    return made


def add_person(settings: Settings, name: str) -> None:
    engine = open_database(settings.database_url)
    with Session(engine) as session, session.begin():
        session.add(Person(name=name, created_at=NOW))
    engine.dispose()


def names(settings: Settings) -> list[str]:
    engine = open_database(settings.database_url)
    with Session(engine) as session:
        found = list(session.scalars(select(Person.name).order_by(Person.id)))
    engine.dispose()
    return found


def test_what_was_backed_up_comes_back(settings: Settings, tmp_path: Path) -> None:
    add_person(settings, "第一位")
    back_up(settings, tmp_path / "copy.tar.gz", NOW)
    add_person(settings, "第二位")
    (settings.media_folder / "ab" / "abcd").unlink()

    restore(settings, tmp_path / "copy.tar.gz", NOW, force=True)

    assert names(settings) == ["第一位"]
    assert (settings.media_folder / "ab" / "abcd").read_bytes() == b"a picture"


def test_a_manifest_tells_what_the_archive_holds(settings: Settings, tmp_path: Path) -> None:
    back_up(settings, tmp_path / "copy.tar.gz", NOW)

    manifest = read_manifest(tmp_path / "copy.tar.gz")

    assert manifest.made_at == NOW
    assert manifest.revisions == list(newest_revisions())
    assert "media/ab/abcd" in manifest.files
    assert (tmp_path / "copy.tar.gz").stat().st_mode & 0o077 == 0


def test_a_record_that_holds_something_is_not_replaced_without_force(
    settings: Settings, tmp_path: Path
) -> None:
    back_up(settings, tmp_path / "copy.tar.gz", NOW)
    add_person(settings, "第一位")

    with pytest.raises(BackupError, match="--force"):
        restore(settings, tmp_path / "copy.tar.gz", NOW)

    assert names(settings) == ["第一位"]


def test_an_empty_record_takes_a_backup_without_force(settings: Settings, tmp_path: Path) -> None:
    back_up(settings, tmp_path / "copy.tar.gz", NOW)

    restore(settings, tmp_path / "copy.tar.gz", NOW)

    assert names(settings) == []


def test_a_backup_never_overwrites_a_file(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "copy.tar.gz").write_text("something of mine")

    with pytest.raises(BackupError, match="another name"):
        back_up(settings, tmp_path / "copy.tar.gz", NOW)

    assert (tmp_path / "copy.tar.gz").read_text() == "something of mine"


def damaged(archive: Path) -> None:
    plain = bytearray(gzip.decompress(archive.read_bytes()))
    at = plain.index(b"a picture")
    plain[at] ^= 1
    archive.write_bytes(gzip.compress(bytes(plain)))


def shortened(archive: Path) -> None:
    archive.write_bytes(archive.read_bytes()[:-2000])


def with_a_stranger(archive: Path) -> None:
    plain = io.BytesIO(gzip.decompress(archive.read_bytes()))
    with tarfile.open(fileobj=plain, mode="a") as tar:
        tar.addfile(tarfile.TarInfo("../../evil"))
    archive.write_bytes(gzip.compress(plain.getvalue()))


def rubbish(archive: Path) -> None:
    archive.write_bytes(b"this is not an archive")


@pytest.mark.parametrize("spoil", [damaged, shortened, with_a_stranger, rubbish])
def test_a_spoilt_backup_is_refused_before_anything_is_changed(
    settings: Settings, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    archive = tmp_path / "copy.tar.gz"
    back_up(settings, archive, NOW)
    add_person(settings, "第一位")
    spoil(archive)

    with pytest.raises(BackupError, match="nothing was changed"):
        restore(settings, archive, NOW, force=True)

    assert names(settings) == ["第一位"]


def test_a_backup_while_someone_writes_is_whole(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    engine = open_database(settings.database_url)
    migrate(engine)
    add_person(settings, "第一位")
    with Session(engine) as session, session.begin():
        session.add(Person(name="还没有提交", created_at=NOW))
        session.flush()
        back_up(settings, tmp_path / "copy.tar.gz", NOW)
    engine.dispose()

    restore(settings, tmp_path / "copy.tar.gz", NOW, force=True)

    assert names(settings) == ["第一位"]
    replaced = next(tmp_path.glob("*.before-restore-*"))
    with sqlite3.connect(replaced) as kept:
        assert kept.execute("SELECT count(*) FROM person").fetchone() == (2,)
    kept.close()


def test_a_backup_of_the_other_kind_of_database_is_refused(settings: Settings, tmp_path: Path) -> None:
    back_up(settings, tmp_path / "copy.tar.gz", NOW)
    other = "postgresql://127.0.0.1:1/none" if settings.on_sqlite else f"sqlite:///{tmp_path / 'other'}"

    with pytest.raises(BackupError, match="this backup is of"):
        restore(Settings(database_url=other, data_dir=tmp_path), tmp_path / "copy.tar.gz", NOW)


def test_without_the_client_programs_postgresql_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    settings = Settings(database_url="postgresql://127.0.0.1:1/none", data_dir=tmp_path)

    with pytest.raises(BackupError, match="apt-get install postgresql-client"):
        back_up(settings, tmp_path / "copy.tar.gz", NOW)
