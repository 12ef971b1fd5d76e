"""Backup: one archive with a consistent copy of the database, the attachments and the archived months."""

import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from bot import __version__
from bot.core.settings import Settings
from bot.upkeep.backup_file import ARCHIVE, MEDIA, BackupError, Manifest, checksum, pack, read_manifest
from bot.upkeep.database_copy import copy_database, database_name, engine_name, revisions


def back_up(settings: Settings, target: Path, now: datetime) -> Manifest:
    """Write a consistent copy while the bot runs, read it again, and only then give it its name."""
    if target.exists():
        raise BackupError(f"{target} is there already; choose another name")
    if not target.parent.is_dir():
        raise BackupError(f"there is no folder {target.parent}; make it first")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".lxq-backup-") as folder:
        database = Path(folder) / database_name(settings)
        copy_database(settings, database)
        # Files are only ever added, each under its final name when it is whole: those of the copied record are there.
        files = {
            database.name: database,
            **dict(_whole_files(settings.media_folder, MEDIA)),
            **dict(_whole_files(settings.archive_folder, ARCHIVE)),
        }
        manifest = Manifest(
            made_at=now,
            version=__version__,
            engine=engine_name(settings),
            revisions=revisions(settings),
            files={name: checksum(path) for name, path in files.items()},
        )
        archive = Path(folder) / "archive"
        pack(archive, manifest, files)
        read_manifest(archive)
        archive.replace(target)
    return manifest


def _whole_files(folder: Path, prefix: str) -> Iterator[tuple[str, Path]]:
    """Give the files of a folder by their names in the archive; what is still being written has no final name yet."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in {"", ".gz"}:
            yield prefix + path.relative_to(folder).as_posix(), path
