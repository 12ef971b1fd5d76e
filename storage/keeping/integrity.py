"""Whether the record is whole: numbers without gaps, a history for every case, nothing that points nowhere.

Read-only, over every row: seconds for a district, a minute or two for a million cases.
"""

from collections.abc import Iterator

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    and_,
    cast,
    column,
    exists,
    func,
    select,
    table,
    text,
)
from sqlalchemy.orm import Session

from storage.cases import progress
from storage.cases.numbers import HISTORY, SERIES
from storage.cases.search import CHANGES_WORDS, MARK
from storage.models import Case, CaseStep, Counter, Inbox, Outbox

_NAMED = 3


def find_breaks(session: Session) -> Iterator[str]:
    """Name everything that is not as it must be, a sentence each; nothing if the record is whole."""
    yield from _numbers(session)
    yield from _history(session)
    yield from _messages(session)
    if session.connection().dialect.name == "sqlite":
        # PostgreSQL never lets a row point nowhere, not even while it restores.
        broken = session.execute(text("PRAGMA foreign_key_check")).all()
        tables = sorted({str(row[0]) for row in broken})
        if broken:
            yield f"{len(broken)} rows point to rows that are not there ({', '.join(tables)})"
    yield from _search(session)


def _numbers(session: Session) -> Iterator[str]:
    month = func.substr(Case.number, 1, 4)
    ending = cast(func.substr(Case.number, 6), Integer)
    rows = session.execute(
        select(month, func.count(), func.min(ending), func.max(ending)).group_by(month).order_by(month)
    )
    counters = {
        name.removeprefix(SERIES): value
        for name, value in session.execute(
            select(Counter.name, Counter.value).where(Counter.name.startswith(SERIES))
        )
    }
    # Imports of past cases can be undone: their numbers have gaps.
    counters.pop(HISTORY, None)
    for prefix, count, first, last in rows:
        if prefix == HISTORY:
            continue
        if first != 1 or last != count:
            yield f"the numbers of {prefix} have a gap: {count} cases, from {first} to {last}"
        if counters.pop(prefix, None) != last:
            yield f"the counter of {prefix} does not stand at the last number, {last}"
    for prefix, value in sorted(counters.items()):
        if value:
            yield f"the counter of {prefix} stands at {value}, but there is no case"


def _history(session: Session) -> Iterator[str]:
    steps = exists().where(CaseStep.case_id == Case.id)
    yield from _named(session, ~steps, "have no history")
    last = (
        select(CaseStep.state)
        .where(CaseStep.case_id == Case.id)
        .order_by(CaseStep.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    yield from _named(session, last != Case.state, "stand in another state than their last step")


def _named(session: Session, where: ColumnElement[bool], what: str) -> Iterator[str]:
    count = session.scalar(select(func.count()).select_from(Case).where(where)) or 0
    if count:
        some = session.scalars(select(Case.number).where(where).order_by(Case.number).limit(_NAMED))
        yield f"{count} cases {what} ({', '.join(some)}{' …' if count > _NAMED else ''})"


def _messages(session: Session) -> Iterator[str]:
    answered = and_(Inbox.status == "answered", Inbox.handled_at.is_(None) | Inbox.reply.is_(None))
    sent = and_(Outbox.status == "sent", Outbox.sent_at.is_(None))
    for where, what in (
        (answered, "messages count as answered without an answer"),
        (sent, "pushes count as sent without a time"),
    ):
        count = session.scalar(select(func.count()).where(where)) or 0
        if count:
            yield f"{count} {what}"


def _search(session: Session) -> Iterator[str]:
    connection = session.connection()
    on_sqlite = connection.dialect.name == "sqlite"
    index: FromClause = (
        table("case_search_docsize", column("id")) if on_sqlite else table("case_search", column("step_id"))
    )
    (entry,) = index.c
    missing = session.scalar(
        select(func.count())
        .select_from(CaseStep)
        .where(
            CaseStep.id <= progress.peek(connection, MARK),
            CaseStep.action.in_(CHANGES_WORDS),
            ~exists().where(entry == CaseStep.id),
        )
    )
    if missing:
        yield f"the search index misses {missing} steps: run `lianxinqiao migrate --rebuild-search`"
