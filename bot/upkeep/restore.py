"""Restore: put an archive back, let no old push out a second time, and tell whether the record is whole."""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, inspect, select
from sqlalchemy.orm import Session

from bot.core.settings import Settings
from bot.upkeep.audit import anchors, note_put_back
from bot.upkeep.backup_file import ARCHIVE, MEDIA, BackupError, Manifest, read_manifest, unpack
from bot.upkeep.database_copy import database_name, engine_name, is_empty, put_database_back
from bot.upkeep.erasing import forget_again, known_keys, note_keys
from handlers.cases.promises import plan_promises
from handlers.cases.supervising import plan_supervision
from handlers.district.snapshot import load_district
from handlers.district.store import load_version
from handlers.duties.reminders import plan_reminders
from handlers.escalation.nagging import plan_escalation
from handlers.texts import DEFAULT_TEXTS
from handlers.ticks.daily import plan_digests, plan_morning_cards
from storage.engine.database import open_database
from storage.keeping import audit, erasure, step_seals
from storage.keeping.integrity import find_breaks
from storage.messages.foreign import hold_events
from storage.messages.outbox import hold_owed
from storage.migrate import known_revisions, migrate
from storage.models import CasePart, Erasure


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back, how many pushes now wait for a person, and what is not as it must be."""

    manifest: Manifest
    held: int
    forgotten: int
    """People who had asked to be forgotten after the copy was made, and were forgotten again."""
    breaks: list[str]


def restore(
    settings: Settings, source: Path, now: datetime, *, force: bool = False, send_owed: bool = False
) -> Restored:
    """Put an archive back after checking all of it; a record that holds something is replaced only by force.

    The database is brought up to date. What may have gone out after the copy was made is held back, unless
    `send_owed` says that it never did.
    """
    manifest = _suitable(settings, source, force=force)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.data_dir, prefix=".lxq-restore-") as folder:
        unpack(source, manifest, Path(folder))
        for prefix, home in ((MEDIA, settings.media_folder), (ARCHIVE, settings.archive_folder)):
            for name in manifest.files:
                if name.startswith(prefix):
                    target = home / name.removeprefix(prefix)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.move(Path(folder) / name, target)
        _save_list(settings)
        put_database_back(settings, Path(folder) / database_name(settings), now)
        note_put_back(settings, now)
    engine = open_database(settings.database_url)
    try:
        migrate(engine)
        keys = known_keys(settings.data_dir)
        forgotten = forget_again(engine, keys, settings.data_dir, settings.media_folder, now)
        held = 0 if send_owed else _hold(engine, now)
        return Restored(manifest, held, forgotten, list(find_all_breaks(engine, settings)))
    finally:
        engine.dispose()


def _save_list(settings: Settings) -> None:
    """Keep who was forgotten in the record that is about to be replaced."""
    if is_empty(settings):
        return
    engine = open_database(settings.database_url)
    try:
        if Erasure.__tablename__ in inspect(engine).get_table_names():
            with Session(engine.execution_options(reading=True)) as session:
                note_keys(settings.data_dir, erasure.keys_of(session))
    finally:
        engine.dispose()


def _suitable(settings: Settings, source: Path, *, force: bool) -> Manifest:
    manifest = read_manifest(source)
    if manifest.engine != engine_name(settings):
        raise BackupError(
            f"this backup is of {manifest.engine}, LXQ_DATABASE_URL names {engine_name(settings)}; "
            "restore it where the same kind of database is used"
        )
    if set(manifest.revisions) - known_revisions():
        raise BackupError(
            f"this backup was made by a newer version ({manifest.version}); install that one first"
        )
    if not force and not is_empty(settings):
        raise BackupError("the database holds data already; add --force to replace it by the backup")
    return manifest


def _hold(engine: Engine, now: datetime) -> int:
    """Hold back what may have gone out since the copy was made: what it owes, and what would be planned again.

    Reminders and digests up to this moment are planned here, so that no timed job finds them missing later.
    """
    with Session(engine) as session, session.begin():
        if load_version(session):
            district = load_district(session)
            texts = DEFAULT_TEXTS.replaced_by(district.texts)
            plan_reminders(session, now, district, texts, ahead=timedelta())
            plan_digests(session, now, district, texts)
            plan_morning_cards(session, now, district, texts)
            plan_escalation(session, now, district, texts)
            plan_supervision(session, now, district, texts)
            plan_promises(session, now, district, texts)
        hold_events(session)
        return hold_owed(session, now)


def find_all_breaks(engine: Engine, settings: Settings) -> Iterator[str]:
    """Name all that is not whole: in the record, and attachments that are gone."""
    with Session(engine.execution_options(reading=True)) as session:
        yield from find_breaks(session)
        if at := audit.first_break(session, anchors(settings)):
            yield at
        yield from step_seals.verify(session).breaks
        stored = session.scalars(select(CasePart.stored_as).where(CasePart.stored_as != "").distinct())
        gone = sum(not (settings.media_folder / name[:2] / name).is_file() for name in stored)
    if gone:
        yield f"{gone} attachments are not in {settings.media_folder}: put them back from another backup"
