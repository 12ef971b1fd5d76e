"""What stands in the way of serving, all of it at once: the body of `lianxinqiao check`."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.core.clock import shanghai_now
from bot.core.settings import Settings, serving_faults
from bot.from_settings import switches_of
from handlers.alarms.deaf import CLOSED, LEFT, NOBODY, UNBOUND, Deaf, deaf_levels
from handlers.context import Work
from handlers.district.snapshot import load_district
from handlers.messages import Role
from handlers.texts import DEFAULT_TEXTS
from storage.engine.database import open_database
from storage.migrate import schema_fault
from storage.models import PackRow

_ALONE = (
    "the pack names no second person of the district office: a complaint about the only one is read by nobody, "
    "and the operator gets its number alone (staff.csv, role district)"
)
_FEWEST_READERS = 2
"""Where one of the district office is accused, another one reads the case."""
_LEVELS = {
    Role.STATION: "station",
    Role.STREET: "street",
    Role.DISTRICT: "district",
    Role.OPERATOR: "operator",
}
_WHY = {
    NOBODY: "nobody holds the role",
    UNBOUND: "nobody has bound an account",
    LEFT: "all who were bound have stopped following",
    CLOSED: "no way to them is open at this moment",
}
_NAMED = 5
MIGRATE = "run `lianxinqiao migrate`"


def find_faults(settings: Settings) -> list[str]:
    """Name every fault that settings alone cannot show, each with what to do."""
    return [
        *serving_faults(settings),
        *_folder_faults("LXQ_DATA_DIR", settings.data_dir),
        *(_folder_faults("LXQ_MEDIA_URL", settings.media_folder) if settings.media_url else ()),
        *database_faults(settings),
    ]


def database_faults(settings: Settings) -> Iterator[str]:
    """Say whether the record can be reached, is up to date, and holds a district."""
    if settings.on_sqlite:
        file = Path(make_url(settings.database_url).database or "")
        if not file.is_file():
            yield f"there is no database {file} yet: {MIGRATE}"
            return
    engine = open_database(settings.database_url)
    try:
        if fault := schema_fault(engine):
            yield fault
        elif not _has_district(engine):
            yield "no district is loaded: run `lianxinqiao district import DIR` (docs/operate.md, The district pack)"
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", "") or type(error).__name__).strip().partition("\n")[0]
        yield f"the database of LXQ_DATABASE_URL cannot be reached: {reason}"
    finally:
        engine.dispose()


def warnings_about(settings: Settings) -> list[str]:
    """Name what does not stand in the way of serving, and should be looked at by a person."""
    engine = open_database(settings.database_url)
    try:
        with Session(engine.execution_options(reading=True)) as session:
            staff = session.scalars(select(PackRow.data).where(PackRow.sheet == "staff"))
            desk = [row for row in staff if row.get("role") == "district"]
            work = Work(
                now=shanghai_now(settings.timezone)(),
                district=load_district(session),
                texts=DEFAULT_TEXTS,
                switches=switches_of(settings),
                session=session,
            )
            deaf = deaf_levels(work)
    finally:
        engine.dispose()
    return [*([] if len(desk) >= _FEWEST_READERS else [_ALONE]), *_deaf_warnings(deaf)]


def _deaf_warnings(deaf: Sequence[Deaf]) -> Iterator[str]:
    """Say of each level where nobody would hear an alarm, the first areas by name."""
    for role, level in _LEVELS.items():
        there = [each for each in deaf if each.role == role]
        if not there:
            continue
        named = [each for each in there if each.name]
        names = ", ".join(f"{each.name} ({_WHY[each.why]})" for each in named[:_NAMED])
        more = f" and {len(there) - _NAMED} more" if len(there) > _NAMED else ""
        where = f" of {names}{more}" if named else f" ({_WHY[there[0].why]})"
        yield (
            f"nobody would hear an alarm at the level {level}{where}: "
            "have somebody there bind an account, follow it and write a word (docs/operate.md, Who hears of danger)"
        )


def _has_district(engine: Engine) -> bool:
    with engine.connect().execution_options(reading=True) as connection:
        return connection.execute(select(PackRow.key).limit(1)).first() is not None


def _folder_faults(variable: str, folder: Path) -> Iterator[str]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"1")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        yield f"the folder {folder} ({variable}) cannot be written: {error.strerror or error}"
