"""Backup and restore: one archive with the database, the attachments, and a manifest of their checksums."""

import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import IO

from pydantic import BaseModel, ValidationError
from sqlalchemy import Engine, inspect, select
from sqlalchemy.engine import make_url

from bot import __version__
from bot.settings import Settings
from storage.database import open_database
from storage.migrate import known_revisions, revisions_of
from storage.models import Inbox, PackRow, Person

MANIFEST = "manifest.json"
MEDIA = "media/"
FORMAT = 1
CHUNK = 1 << 20
INSTALL_CLIENT = (
    "install the client programs of PostgreSQL, of the server's version or newer "
    "(Debian and Ubuntu: apt-get install postgresql-client), and try again"
)


class BackupError(Exception):
    """The copy was not made or not put back; the sentence says why and what to do."""


class Manifest(BaseModel):
    """What an archive holds."""

    format: int = FORMAT
    made_at: datetime
    version: str
    engine: str
    revisions: list[str]
    files: dict[str, str]
    """Name in the archive and its SHA-256."""


def back_up(settings: Settings, target: Path, now: datetime) -> Manifest:
    """Write a consistent copy while the bot runs, read it again, and only then give it its name."""
    if target.exists():
        raise BackupError(f"{target} is there already; choose another name")
    if not target.parent.is_dir():
        raise BackupError(f"there is no folder {target.parent}; make it first")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".lxq-backup-") as folder:
        database = Path(folder) / _database_name(settings)
        _copy_database(settings, database)
        # Attachments are stored under their content's hash and only added: those of the copied record are there.
        files = {database.name: database} | {
            MEDIA + path.relative_to(settings.media_folder).as_posix(): path
            for path in sorted(settings.media_folder.rglob("*"))
            if path.is_file()
        }
        manifest = Manifest(
            made_at=now,
            version=__version__,
            engine=_engine_name(settings),
            revisions=_revisions(settings),
            files={name: _checksum(path) for name, path in files.items()},
        )
        archive = Path(folder) / "archive"
        _pack(archive, manifest, files)
        read_manifest(archive)
        archive.replace(target)
    return manifest


def restore(settings: Settings, source: Path, now: datetime, *, force: bool = False) -> Manifest:
    """Put an archive back after checking all of it; a record that holds something is replaced only by force."""
    manifest = read_manifest(source)
    if manifest.engine != _engine_name(settings):
        raise BackupError(
            f"this backup is of {manifest.engine}, LXQ_DATABASE_URL names {_engine_name(settings)}; "
            "restore it where the same kind of database is used"
        )
    unknown = set(manifest.revisions) - known_revisions()
    if unknown:
        raise BackupError(
            f"this backup was made by a newer version ({manifest.version}); install that one first"
        )
    if not force and not _is_empty(settings):
        raise BackupError("the database holds data already; add --force to replace it by the backup")
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.data_dir, prefix=".lxq-restore-") as folder:
        _unpack(source, manifest, Path(folder))
        for name in manifest.files:
            if name.startswith(MEDIA):
                target = settings.media_folder / name.removeprefix(MEDIA)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(Path(folder) / name, target)
        _put_database_back(settings, Path(folder) / _database_name(settings), now)
    return manifest


def read_manifest(source: Path) -> Manifest:
    """Read an archive to its end and compare every checksum with what its manifest promises."""
    found: dict[str, str] = {}
    manifest: Manifest | None = None
    try:
        for name, stream in _members(source):
            if name == MANIFEST:
                manifest = Manifest.model_validate_json(stream.read())
            else:
                found[name] = _checksum_of(stream)
    except (tarfile.TarError, OSError, EOFError, ValidationError) as error:
        raise BackupError(
            f"{source} cannot be read as a backup ({type(error).__name__}); nothing was changed"
        ) from error
    if manifest is None or manifest.format != FORMAT:
        raise BackupError(f"{source} is not a backup that this version can read; nothing was changed")
    wrong = sorted(
        name for name in found.keys() | manifest.files.keys() if found.get(name) != manifest.files.get(name)
    )
    if wrong:
        raise BackupError(
            f"{source} is damaged ({', '.join(wrong[:3])}); nothing was changed, use another backup"
        )
    return manifest


def _engine_name(settings: Settings) -> str:
    return "SQLite" if settings.on_sqlite else "PostgreSQL"


def _database_name(settings: Settings) -> str:
    return "database.sqlite3" if settings.on_sqlite else "database.dump"


def _sqlite_file(settings: Settings) -> Path:
    return Path(make_url(settings.database_url).database or "")


def _copy_database(settings: Settings, target: Path) -> None:
    if not settings.on_sqlite:
        _run_client(settings, "pg_dump", "--format=custom", f"--file={target}")
        return
    source = _sqlite_file(settings)
    if not source.is_file():
        raise BackupError(f"there is no database {source} to copy")
    address = f"{source.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as original, closing(sqlite3.connect(target)) as copy:
        original.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        _require_integrity(copy)


def _put_database_back(settings: Settings, copy: Path, now: datetime) -> None:
    if not settings.on_sqlite:
        _run_client(
            settings, "pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction",
            f"--dbname={make_url(settings.database_url).database}", str(copy),
        )  # fmt: skip
        return
    with closing(sqlite3.connect(copy)) as connection:
        _require_integrity(connection)
    target = _sqlite_file(settings)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        with closing(sqlite3.connect(target)) as replaced:
            replaced.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        target.replace(target.with_name(f"{target.name}.before-restore-{now:%Y%m%d-%H%M%S}"))
    for leftover in ("-wal", "-shm"):
        target.with_name(target.name + leftover).unlink(missing_ok=True)
    shutil.move(copy, target)


def _require_integrity(connection: sqlite3.Connection) -> None:
    (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
    if verdict != "ok":
        raise BackupError(f"the database is damaged: {verdict}")


def _run_client(settings: Settings, program: str, *arguments: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise BackupError(f"{program} is not installed: {INSTALL_CLIENT}")
    url = make_url(settings.database_url)
    # The password goes through the environment: arguments are seen by every user of the machine.
    connection = {
        "PGHOST": url.host or url.query.get("host"),
        "PGPORT": url.port,
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
        "PGSSLMODE": url.query.get("sslmode"),
    }
    done = subprocess.run(  # noqa: S603 -- a program of the system with our own arguments
        [found, "--no-password", *arguments],
        env=os.environ | {name: str(value) for name, value in connection.items() if value},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        reason = done.stderr.strip().splitlines() or [f"exit {done.returncode}"]
        advice = f"; {INSTALL_CLIENT}" if "version mismatch" in done.stderr else ""
        raise BackupError(f"{reason[0]}{advice}")


def _opened(settings: Settings) -> Engine:
    return open_database(settings.database_url)


def _revisions(settings: Settings) -> list[str]:
    engine = _opened(settings)
    try:
        with engine.connect().execution_options(reading=True) as connection:
            return sorted(revisions_of(connection))
    finally:
        engine.dispose()


def _is_empty(settings: Settings) -> bool:
    if settings.on_sqlite and not _sqlite_file(settings).exists():
        return True
    engine = _opened(settings)
    try:
        present = set(inspect(engine).get_table_names())
        with engine.connect().execution_options(reading=True) as connection:
            return not any(
                connection.execute(select(1).select_from(model).limit(1)).first()
                for model in (Person, Inbox, PackRow)
                if model.__tablename__ in present
            )
    finally:
        engine.dispose()


def _pack(archive: Path, manifest: Manifest, files: dict[str, Path]) -> None:
    with archive.open("wb") as stream:
        os.fchmod(stream.fileno(), 0o600)
        with tarfile.open(fileobj=stream, mode="w:gz") as tar:
            text = json.dumps(manifest.model_dump(mode="json"), ensure_ascii=False, indent=1).encode()
            entry = tarfile.TarInfo(MANIFEST)
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text))
            for name, path in files.items():
                tar.add(path, name, recursive=False)
        stream.flush()
        os.fsync(stream.fileno())


def _unpack(source: Path, manifest: Manifest, folder: Path) -> None:
    for name, stream in _members(source):
        target = (folder / name).resolve()
        if name in manifest.files and target.is_relative_to(folder.resolve()):
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as copy:
                shutil.copyfileobj(stream, copy, CHUNK)


def _members(source: Path) -> Iterator[tuple[str, IO[bytes]]]:
    with tarfile.open(source, mode="r:gz") as tar:
        for member in tar:
            stream = tar.extractfile(member)
            if stream is not None:
                with stream:
                    yield member.name, stream


def _checksum(path: Path) -> str:
    with path.open("rb") as stream:
        return _checksum_of(stream)


def _checksum_of(stream: IO[bytes]) -> str:
    checksum = hashlib.sha256()
    while chunk := stream.read(CHUNK):
        checksum.update(chunk)
    return checksum.hexdigest()
