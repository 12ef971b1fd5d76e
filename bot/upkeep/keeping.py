"""What has been kept long enough goes, by the clocks of the district's sheet `retention`: in pieces, and never a figure with it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.core.settings import Settings
from bot.core.ticks import Counts
from bot.upkeep.erasing import Transact, drop_files
from handlers.cases.case_search import READING
from handlers.district.pack import RetentionRule
from storage.keeping import audit, keeping
from storage.keeping.keeping import Clock

ARCHIVE = "archive"
_PEOPLE_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Due:
    """What one line of the sheet would let go now."""

    rule: RetentionRule
    count: int


def look(engine: Engine, settings: Settings, rules: Sequence[RetentionRule], now: datetime) -> list[Due]:
    """Count what would go now, without touching anything."""
    found = []
    with Session(engine.execution_options(reading=True)) as session:
        for rule in rules:
            if rule.what == ARCHIVE:
                count = len(_old_months(settings.archive_folder, months_before(now, rule.months)))
            else:
                count = len(keeping.due(session, _clock(rule, rules, now)))
            found.append(Due(rule, count))
    return found


def forget_due(
    engine: Engine, transact: Transact, settings: Settings, rules: Sequence[RetentionRule], now: datetime
) -> Counts:
    """Let go what is due, a few cases in a transaction; each line that let something go is an entry of the audit chain."""
    counts = {"cases": 0, "people": 0, "months": 0}
    for rule in rules:
        if rule.what == ARCHIVE:
            for file in _old_months(settings.archive_folder, months_before(now, rule.months)):
                file.unlink()
                counts["months"] += 1
            continue
        with Session(engine.execution_options(reading=True)) as session:
            due = keeping.due(session, _clock(rule, rules, now))
        files = set[str]()
        for piece in _pieces(due, keeping.AT_ONCE):
            forget = partial(keeping.forget, what=rule.what, reading=READING, now=now)
            files |= transact(partial(forget, case_ids=piece))
        drop_files(engine, files, settings.media_folder)
        counts["cases"] += len(due)
        if due:
            transact(partial(_note, now=now, rule=rule, count=len(due)))
    for rule in rules:
        if rule.what == keeping.CONTACT and rule.category == "*":
            counts["people"] += _forget_strangers(engine, transact, months_before(now, rule.months), now)
    return counts


def _forget_strangers(engine: Engine, transact: Transact, before: datetime, now: datetime) -> int:
    with Session(engine.execution_options(reading=True)) as session:
        found = keeping.strangers(session, before)
    return sum(
        transact(partial(keeping.forget_strangers, person_ids=piece, now=now, reading=READING))
        for piece in _pieces(found, _PEOPLE_AT_ONCE)
    )


def _note(session: Session, *, now: datetime, rule: RetentionRule, count: int) -> None:
    reason = f"{rule.category} {rule.what} {rule.months}: {count}"
    audit.note(session, "forgotten", now=now, who="retention", reason=reason)


def _clock(rule: RetentionRule, rules: Sequence[RetentionRule], now: datetime) -> Clock:
    named = frozenset(each.category for each in rules if each.what == rule.what and each.category != "*")
    return Clock(
        what=rule.what,
        before=months_before(now, rule.months),
        category="" if rule.category == "*" else rule.category,
        others=named,
    )


def months_before(now: datetime, months: int) -> datetime:
    """Give the first moment of the day so many months ago; the last day of a shorter month stands for later ones."""
    whole = now.year * 12 + now.month - 1 - months
    first = now.replace(
        year=whole // 12, month=whole % 12 + 1, day=1, hour=0, minute=0, second=0, microsecond=0
    )
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(now.day, last.day))


def _pieces(ids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def _old_months(folder: Path, before: datetime) -> list[Path]:
    """Give the files of months that lie wholly before a moment: `inbox-2026-05.jsonl.gz`."""
    month = f"{before:%Y-%m}"
    return sorted(
        file for file in folder.glob("*.jsonl.gz") if file.name.partition("-")[2][: len(month)] < month
    )
