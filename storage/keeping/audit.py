"""Who read personal data or acted on it: one chain of entries, each sealed with the hash of the one before."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, event, or_, select, update
from sqlalchemy.orm import Session

from storage.engine.bulk import insert_ignoring, insert_rows
from storage.models import AuditEntry, AuditHead

START = "0" * 64
_LONGEST_REASON = 200
_AT_ONCE = 1_000
_SEALED = ("position", "at", "actor_id", "who", "action", "case_id", "person_id", "reason")
_ENTRIES = select(*(getattr(AuditEntry, name) for name in (*_SEALED, "hash")))


def note(
    session: Session,
    action: str,
    *,
    now: datetime,
    who: str,
    actor_id: int | None = None,
    case_id: int | None = None,
    person_id: int | None = None,
    reason: str = "",
) -> None:
    """Add an entry in this transaction, as its last step: from here on it holds the end of the chain.

    What is rolled back was neither done nor noted. All processes add to one chain: the head row is locked.
    """
    connection = session.connection()
    position, before = _take_head(connection)
    entry = {
        "position": position + 1,
        "at": now,
        "actor_id": actor_id,
        "who": who[:64],
        "action": action,
        "case_id": case_id,
        "person_id": person_id,
        "reason": reason[:_LONGEST_REASON],
    }
    sealed = seal(before, entry)
    insert_rows(connection, AuditEntry, [{**entry, "hash": sealed}])
    connection.execute(
        update(AuditHead).where(AuditHead.id == 1).values(position=entry["position"], hash=sealed)
    )
    session.info[_MOVED] = now


def _take_head(connection: Connection) -> tuple[int, str]:
    head = select(AuditHead.position, AuditHead.hash).where(AuditHead.id == 1).with_for_update()
    row = connection.execute(head).first()
    if row is None:
        insert_ignoring(connection, AuditHead, [{"id": 1, "position": 0, "hash": START}], key="id")
        row = connection.execute(head).one()
    return row.position, row.hash


Keeper = Callable[[int, str, datetime], object]
"""Keeps the position and the hash of the last entry outside the database."""
_MOVED = "audit moved"
_keepers: WeakKeyDictionary[Engine, Keeper] = WeakKeyDictionary()


def watch(engine: Engine, keeper: Keeper) -> None:
    """From now on tell where the chain of this database ends, each time that an entry was committed."""
    _keepers[engine] = keeper


@event.listens_for(Session, "after_commit")
def _tell_keeper(session: Session) -> None:
    """Tell before anybody gets an answer; what a savepoint undid is not told, so the end is read anew."""
    if _MOVED not in session.info or session.in_nested_transaction():
        return
    now = session.info.pop(_MOVED)
    engine = session.get_bind().engine
    if keeper := _keepers.get(engine):
        with Session(engine.execution_options(reading=True)) as reading:
            position, sealed = head(reading)
        keeper(position, sealed, now)


def head(session: Session) -> tuple[int, str]:
    """Give the position and the hash of the last entry."""
    row = session.execute(select(AuditHead.position, AuditHead.hash).where(AuditHead.id == 1)).first()
    return (row.position, row.hash) if row else (0, START)


def seal(before: str, entry: Mapping[str, Any]) -> str:
    """Give the hash of an entry: of all it says and of the hash before it."""
    at = entry["at"].astimezone(UTC).isoformat(timespec="microseconds")
    said = [at if name == "at" else entry[name] for name in _SEALED]
    written = json.dumps([before, *said], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def entries(session: Session, after: int = 0) -> Iterator[Mapping[str, Any]]:
    """Give all entries in their order, some at a time."""
    while True:
        rows = session.execute(
            _ENTRIES.where(AuditEntry.position > after).order_by(AuditEntry.position).limit(_AT_ONCE)
        )
        some = rows.mappings().all()
        yield from map(dict, some)
        if len(some) < _AT_ONCE:
            return
        after = some[-1]["position"]


Anchors = Mapping[int, Collection[str]]
"""Hashes by position as they were noted elsewhere; more than one of a position contradict each other."""


def first_break(session: Session, anchors: Anchors | None = None) -> str:
    """Say where the chain is broken, if it is; `anchors` is what was kept of it elsewhere."""
    last, sealed = 0, START
    for entry in entries(session):
        position = entry["position"]
        if position != last + 1:
            return f"audit: entry {last + 1} is missing"
        sealed = seal(sealed, entry)
        if sealed != entry["hash"]:
            return f"audit: entry {position} is not what was written, or not after what stood before it"
        if anchors and any(noted != sealed for noted in anchors.get(position, ())):
            return f"audit: entry {position} is another than the one noted in audit.log at that time"
        last = position
    if anchors and max(anchors, default=0) > last:
        return f"audit: the entries after {last} are missing; audit.log knows {max(anchors)}"
    if head(session) != (last, sealed):
        return f"audit: the chain ends at entry {last}, but its head says {head(session)[0]}"
    return ""


def about(
    session: Session, person_id: int, case_ids: Sequence[int], limit: int, offset: int = 0
) -> list[AuditEntry]:
    """Give who else looked at a voter's number or into these cases, the latest first."""
    theirs = or_(AuditEntry.case_id.in_(case_ids), AuditEntry.person_id == person_id)
    rows = select(AuditEntry).where(theirs, AuditEntry.actor_id != person_id)
    return list(session.scalars(rows.order_by(AuditEntry.position.desc()).limit(limit).offset(offset)))
