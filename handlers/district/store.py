"""The pack in the database: what an import would change, the import itself, and the way back to a folder's rows."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Text, bindparam, cast, delete, func, select
from sqlalchemy.orm import Session

from handlers.district.catalogue import BY_NAME, SHEETS
from handlers.district.pack import Pack
from handlers.district.roster import sync_roster
from handlers.district.sheets import SETTINGS_SHEET, Row, Sheet
from storage.engine.bulk import insert_rows
from storage.models import PackRow, PackVersion

Rows = Mapping[str, Sequence[Row]]

_SETTINGS = Sheet(name=SETTINGS_SHEET, columns=())
_ONLY_ROW = 1
MOST_SHOWN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One row that an import adds, changes or removes."""

    sheet: str
    key: str
    before: Row | None
    after: Row | None

    def __str__(self) -> str:
        row = self.after or self.before or {}
        title = " ".join(part for part in (self.key, row.get("name", "")) if part)
        if self.before is None:
            return f"+ {self.sheet}: {title}"
        if self.after is None:
            return f"- {self.sheet}: {title}"
        columns = [name for name in self.after if self.after[name] != self.before.get(name, "")]
        cells = "; ".join(f"{name} {self.before.get(name, '')!r} -> {self.after[name]!r}" for name in columns)
        return f"~ {self.sheet}: {title}: {cells}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What an import changes; falsy when it changes nothing."""

    changes: tuple[Change, ...] = ()
    reordered: tuple[str, ...] = ()
    """Sheets whose rows are the same but stand in another order."""

    def __bool__(self) -> bool:
        return bool(self.changes or self.reordered)

    def counts(self, sheet: str) -> tuple[int, int, int]:
        """Give how many rows of a sheet are added, changed, removed."""
        here = [change for change in self.changes if change.sheet == sheet]
        added = sum(change.before is None for change in here)
        removed = sum(change.after is None for change in here)
        return added, len(here) - added - removed, removed

    def summary(self) -> Iterator[str]:
        """Say it in a line for each sheet."""
        if not self:
            yield "no change"
        for sheet in self._sheets():
            added, changed, removed = self.counts(sheet)
            yield f"{sheet}: {added} added, {changed} changed, {removed} removed"
        for sheet in self.reordered:
            yield f"{sheet}: in another order"

    def lines(self, most: int = MOST_SHOWN) -> Iterator[str]:
        """Say it in a line for each sheet, then show the rows, of each sheet at most so many."""
        yield from self.summary()
        for sheet in self._sheets():
            here = [change for change in self.changes if change.sheet == sheet]
            yield from map(str, here[:most])
            if len(here) > most:
                yield f"  … and {len(here) - most} more of {sheet}"

    def _sheets(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(change.sheet for change in self.changes))


def difference(session: Session, pack: Pack) -> Difference:
    """Say what importing a pack would change."""
    return difference_between(load_rows(session), pack.rows)


def difference_between(stored: Rows, wanted: Rows) -> Difference:
    """Say what stands in one pack and not, or otherwise, in the other."""
    changes: list[Change] = []
    reordered: list[str] = []
    for name in (SETTINGS_SHEET, *BY_NAME):
        before = _by_key(name, stored.get(name, ()))
        after = _by_key(name, wanted.get(name, ()))
        found = [
            Change(sheet=name, key=key, before=before.get(key), after=after.get(key))
            for key in dict.fromkeys((*after, *before))
            if before.get(key) != after.get(key)
        ]
        changes += found
        if not found and list(before) != list(after):
            reordered.append(name)
    return Difference(changes=tuple(changes), reordered=tuple(reordered))


def apply(session: Session, pack: Pack, now: datetime) -> Difference:
    """Import a pack inside the caller's transaction: all of it or nothing; the same pack again changes nothing."""
    version = session.get(PackVersion, _ONLY_ROW, with_for_update=True)
    found = difference(session, pack)
    if found:
        _write(session, pack.rows)
        if version is None:
            session.add(PackVersion(id=_ONLY_ROW, version=1, changed_at=now))
        else:
            version.version += 1
            version.changed_at = now
    sync_roster(session, pack.rows, now)
    session.flush()
    return found


def _write(session: Session, rows: Rows) -> None:
    connection = session.connection()
    query = select(PackRow.sheet, PackRow.key, PackRow.position, PackRow.data)
    stored = {(sheet, key): (position, data) for sheet, key, position, data in connection.execute(query)}
    wanted = {
        (name, key): (position, dict(row))
        for name in (SETTINGS_SHEET, *BY_NAME)
        for position, (key, row) in enumerate(_by_key(name, rows.get(name, ())).items())
    }
    # A lexicon has thousands of rows: what differs is taken out and put in again, many at a time.
    over = [pair for pair, found in stored.items() if wanted.get(pair) != found]
    if over:
        connection.execute(
            delete(PackRow.__table__).where(  # type: ignore[arg-type]
                PackRow.sheet == bindparam("of_sheet"), PackRow.key == bindparam("of_key")
            ),
            [{"of_sheet": sheet, "of_key": key} for sheet, key in over],
        )
    insert_rows(
        connection,
        PackRow,
        [
            {"sheet": sheet, "key": key, "position": position, "data": data}
            for (sheet, key), (position, data) in wanted.items()
            if stored.get((sheet, key)) != (position, data)
        ],
    )


def _by_key(name: str, rows: Sequence[Row]) -> dict[str, Row]:
    sheet = BY_NAME.get(name, _SETTINGS)
    return {sheet.key_of(row): row for row in rows}


def load_rows(session: Session) -> dict[str, list[dict[str, str]]]:
    """Give the stored rows of every sheet in the order in which they were imported."""
    return rows_of(load_sheets(session))


def load_sheets(session: Session) -> dict[str, str]:
    """Give the stored rows of every sheet as they lie there: one list in JSON."""
    stored: dict[str, list[str]] = {SETTINGS_SHEET: [], **{sheet.name: [] for sheet in SHEETS}}
    query = select(PackRow.sheet, cast(PackRow.data, Text)).order_by(PackRow.sheet, PackRow.position)
    for sheet, row in session.connection().execute(query).all():
        if sheet in stored:
            stored[sheet].append(row)
    return {sheet: f"[{','.join(rows)}]" for sheet, rows in stored.items()}


def rows_of(sheets: Mapping[str, str]) -> dict[str, list[dict[str, str]]]:
    """Read what `load_sheets` gives."""
    # Decoding a lexicon of thousands of rows in one go takes a third of the time that it takes row by row.
    rows = {name: json.loads(text) for name, text in sheets.items()}
    return {
        name: BY_NAME[name].all_completed(stored) if name in BY_NAME else stored
        for name, stored in rows.items()
    }


def put_row(session: Session, sheet: str, row: Row, now: datetime) -> None:
    """Add one row of a sheet, or change it, beside any import; running processes load the district again."""
    key = BY_NAME[sheet].key_of(row)
    stored = session.get(PackRow, (sheet, key))
    if stored is None:
        last = session.scalar(select(func.max(PackRow.position)).where(PackRow.sheet == sheet))
        position = 0 if last is None else last + 1
        session.add(PackRow(sheet=sheet, key=key, position=position, data=dict(row)))
    else:
        stored.data = dict(row)
    note_change(session, now)


def drop_row(session: Session, sheet: str, row: Row, now: datetime) -> None:
    """Remove the row with the key of this one."""
    stored = session.get(PackRow, (sheet, BY_NAME[sheet].key_of(row)))
    if stored is not None:
        session.delete(stored)
        note_change(session, now)


def note_change(session: Session, now: datetime) -> None:
    """Let running processes load the district again after a change beside the pack."""
    version = session.get(PackVersion, _ONLY_ROW, with_for_update=True)
    if version is not None:
        version.version += 1
        version.changed_at = now


def load_version(session: Session) -> int:
    """Give the version of the stored pack; 0 before the first import."""
    return session.scalar(select(PackVersion.version).where(PackVersion.id == _ONLY_ROW)) or 0
