"""Past activities from a sheet: put in together, each row once, and taken out together."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from storage.activity.activities import Entry
from storage.engine.bulk import insert_rows
from storage.engine.database import new_id
from storage.models import Activity, ActivityImport, ActivityStep

_AT_ONCE = 400
IMPORTED, TAKEN_OUT = "imported", "taken out"


def known_digests(session: Session, digests: Collection[str]) -> set[str]:
    """Give those rows of a sheet that are in the register already."""
    wanted, found = sorted(digests), set[str]()
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        found |= {
            each for each in session.scalars(select(Activity.digest).where(Activity.digest.in_(part))) if each
        }
    return found


def add(session: Session, rows: Sequence[tuple[Entry, str]], *, by: int, now: datetime) -> None:
    """Write past activities, each with the digest of its row, all of them or none."""
    session.add(ActivityImport(id=(import_id := new_id()), at=now, made_by=by, count=len(rows)))
    session.flush()
    made = [
        {
            "id": new_id(),
            **asdict(entry),
            "recorded_by": by,
            "recorded_at": now,
            "import_id": import_id,
            "digest": digest,
        }
        for entry, digest in rows
    ]
    connection = session.connection()
    insert_rows(connection, Activity, made)
    insert_rows(connection, ActivityStep, [_step(int(row["id"]), IMPORTED, by, now) for row in made])


def _step(activity_id: int, action: str, by: int, now: datetime) -> dict[str, object]:
    return {
        "id": new_id(),
        "activity_id": activity_id,
        "at": now,
        "actor_id": by,
        "action": action,
        "was": {},
    }


def last_import(session: Session) -> ActivityImport | None:
    """Give the newest import that still stands."""
    return session.scalars(
        select(ActivityImport)
        .where(ActivityImport.undone_at.is_(None))
        .order_by(ActivityImport.id.desc())
        .limit(1)
    ).one_or_none()


def touched_since(session: Session, import_id: int) -> int:
    """Count the records of an import that somebody has changed or struck since."""
    mine = select(Activity.id).where(Activity.import_id == import_id)
    rows = select(func.count(func.distinct(ActivityStep.activity_id))).where(
        ActivityStep.activity_id.in_(mine), ActivityStep.action != IMPORTED
    )
    return session.scalar(rows) or 0


def undo(session: Session, import_id: int, *, by: int, now: datetime) -> int | None:
    """Let the records of an import count nowhere any more, so that its rows can come in again; None if they do not."""
    undone = session.scalar(
        update(ActivityImport)
        .where(ActivityImport.id == import_id, ActivityImport.undone_at.is_(None))
        .values(undone_at=now)
        .returning(ActivityImport.count)
    )
    if undone is None:
        return None
    mine = list(session.scalars(select(Activity.id).where(Activity.import_id == import_id)))
    session.execute(
        update(Activity).where(Activity.import_id == import_id).values(struck_at=now, digest=None)
    )
    insert_rows(session.connection(), ActivityStep, [_step(each, TAKEN_OUT, by, now) for each in mine])
    return int(undone)
