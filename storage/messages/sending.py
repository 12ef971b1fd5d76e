"""The push in a worker's hand: claimed under a lease when it is due, its result recorded once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    Integer,
    Select,
    and_,
    bindparam,
    exists,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from storage.engine.bulk import update_rows
from storage.engine.database import Instant, shared_time
from storage.engine.literals import among, equals
from storage.messages import ledger, recipients
from storage.messages.outbox import ALERT, OWED
from storage.models import Account, Outbox, Question
from storage.people.accounts import free_people

LEASE = timedelta(minutes=2)
"""How long a claimed push belongs to one worker; longer than the slowest call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A push that this worker has claimed."""

    id: int
    person_id: int
    kind: str
    text: str
    template: str
    fields: Mapping[str, str]
    question_id: int | None
    attempts: int
    """Counts this attempt; a result is recorded only if nobody has claimed the push since."""
    client_msg_id: str
    first_attempt_at: datetime
    expires_at: datetime | None
    doubt_since: datetime | None = None
    """When a call first stayed without an answer: since then it may have arrived."""
    interrupted: bool
    """An earlier worker died with this push in hand: it may have been sent."""
    accounts: tuple[Account, ...] = ()
    """The one last spoken through first."""
    acceptances: Mapping[int, frozenset[str]] = field(default_factory=dict)
    """By account: templates of subscription messages that it takes."""
    phone: str = ""
    roles: frozenset[str] = frozenset()
    """What the recipient is now."""
    kept: bool = False
    """Accounts were left out because the recipient's duties are kept to another channel."""
    choices: tuple[tuple[str, str], ...] = ()
    """Digit and label of each answer to the question that the push asks."""
    attached: Mapping[str, Any] | None = None
    """The file that goes with it."""


@cache
def _due(*, alerts_only: bool) -> Select[Outbox]:
    """Make the statement that finds what is due, once: making it costs more than running it.

    An alert stands behind nothing: no push before it, and none that is under way to the same person.
    """
    now, leased_at = bindparam("now", type_=Instant), bindparam("leased_at", type_=Instant)
    earlier, under_way = aliased(Outbox), aliased(Outbox)
    blocked = exists().where(
        earlier.order_key == Outbox.order_key,
        earlier.id < Outbox.id,
        among(earlier.status, OWED),
        or_(earlier.not_before <= now, earlier.first_attempt_at.is_not(None)),
    )
    taken = exists().where(
        under_way.person_id == Outbox.person_id,
        equals(under_way.status, "sending"),
        under_way.lease_until >= leased_at,
    )
    mine = or_(Outbox.status == "pending", and_(Outbox.status == "sending", Outbox.lease_until < leased_at))
    alert = Outbox.kind == ALERT
    in_turn = alert if alerts_only else or_(alert, and_(~blocked, ~taken))
    return (
        select(Outbox)
        .where(Outbox.not_before <= now, among(Outbox.status, OWED), mine, in_turn)
        .order_by(Outbox.priority, Outbox.not_before, Outbox.id)
        .limit(bindparam("most", type_=Integer))
        .with_for_update(skip_locked=True)
    )


def claim_due(session: Session, now: datetime, limit: int, *, alerts_only: bool = False) -> list[Owed]:
    """Take pushes that are due, the most urgent first, each with its recipient's accounts.

    Nothing earlier of the same order may be owed, and nobody gets two at once: each is to find the windows and
    quotas as the one before has left them; an alert waits for neither. Leases count by the database's clock.
    """
    leased_at = shared_time(session.connection(), now)
    given = {"now": now, "leased_at": leased_at, "most": limit}
    owed = []
    interrupted = set()
    for row in _one_each(session, session.scalars(_due(alerts_only=alerts_only), given).all(), leased_at):
        if row.status == "sending":
            interrupted.add(row.id)
        row.status = "sending"
        row.attempts += 1
        row.lease_until = leased_at + LEASE
        row.first_attempt_at = row.first_attempt_at or now
        owed.append(row)
    whom = {row.person_id for row in owed}
    accounts, roles = (
        recipients.accounts_of(session, whom),
        recipients.roles_of(session, whom, now),
    )
    acceptances = ledger.acceptances_of(session, [each.id for group in accounts.values() for each in group])
    phones = recipients.phones_of(session, whom)
    choices = recipients.choices_of(session, {row.question_id for row in owed if row.question_id is not None})
    return [
        Owed(
            id=row.id,
            person_id=row.person_id,
            kind=row.kind,
            text=row.text,
            template=row.template,
            fields=row.fields,
            question_id=row.question_id,
            attempts=row.attempts,
            client_msg_id=row.client_msg_id,
            first_attempt_at=row.first_attempt_at or now,
            expires_at=row.expires_at,
            doubt_since=row.doubt_since,
            interrupted=row.id in interrupted,
            accounts=tuple(accounts.get(row.person_id, ())),
            acceptances=acceptances,
            phone=phones.get(row.person_id, ""),
            roles=frozenset(roles.get(row.person_id, ())),
            choices=choices.get(row.question_id or 0, ()),
            attached=row.attached,
        )
        for row in owed
    ]


def _one_each(session: Session, due: Sequence[Outbox], leased_at: datetime) -> list[Outbox]:
    """Leave one push to a person, and none but alerts to whom another worker has just taken one."""
    connection = session.connection()
    free = free_people(connection, {row.person_id for row in due})
    if connection.dialect.name == "postgresql":
        # Read again behind the locks: the first look did not see what was being claimed at that moment.
        under_way = select(Outbox.person_id).where(
            equals(Outbox.status, "sending"), Outbox.lease_until >= leased_at, Outbox.person_id.in_(free)
        )
        free -= set(connection.execute(under_way).scalars())
    firsts: dict[int, Outbox] = {}
    for row in due:
        if row.person_id in free or row.kind == ALERT:
            firsts.setdefault(row.person_id, row)
    return list(firsts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one attempt."""

    status: str
    """`sent`, `pending` (again at `retry_at`), `unknown`, `dead`."""
    error: str = ""
    channel: str = ""
    rung: str = ""
    provider_id: str = ""
    retry_at: datetime | None = None
    counts: bool = True
    """False where nothing was tried, because we keep a limit ourselves."""
    because: str = ""
    """The better ways that were closed, with their codes."""
    detail: str = ""
    """The platform's own words on its refusal."""
    doubt_since: datetime | None = None
    """When a call first stayed without an answer."""


def record(session: Session, owed: Owed, outcome: Outcome, now: datetime) -> bool:
    """Write down one attempt's result; False if the lease was lost to another worker."""
    return bool(record_many(session, [(owed, outcome)], now))


def record_many(session: Session, ended: Sequence[tuple[Owed, Outcome]], now: datetime) -> set[int]:
    """Write down what became of attempts, one statement a table; give the ids of those whose lease still held."""
    connection = session.connection()
    asked = select(
        Outbox.id,
        Outbox.attempts,
        Outbox.provider_id,
        Outbox.not_before,
        Outbox.sent_at,
        Outbox.doubt_since,
    ).where(Outbox.id.in_(sorted(owed.id for owed, _ in ended)), equals(Outbox.status, "sending"))
    # Locked in one order, so that workers who lost their leases to each other do not wait in a circle.
    held = {row.id: row for row in connection.execute(asked.order_by(Outbox.id).with_for_update())}
    rows, delivered = [], []
    for owed, outcome in ended:
        row = held.get(owed.id)
        if row is None or row.attempts != owed.attempts:
            continue
        rows.append(_result(row, owed, outcome, now))
        if outcome.status == "sent" and owed.question_id is not None:
            delivered.append(owed.question_id)
    update_rows(connection, Outbox, rows)
    if delivered:
        connection.execute(
            update(Question)
            .where(Question.id.in_(delivered), Question.closed_at.is_(None))
            .values(delivered_at=now)
        )
    return {row["id"] for row in rows}


def _result(row: Any, owed: Owed, outcome: Outcome, now: datetime) -> dict[str, Any]:  # noqa: ANN401 -- a row
    return {
        "id": owed.id,
        "status": outcome.status,
        "error": outcome.error,
        "channel": outcome.channel,
        "rung": outcome.rung,
        "because": outcome.because[:256],
        "detail": outcome.detail[:160],
        "attempts": owed.attempts if outcome.counts else owed.attempts - 1,
        "lease_until": None,
        "provider_id": outcome.provider_id or row.provider_id,
        "not_before": outcome.retry_at or row.not_before,
        "sent_at": now if outcome.status == "sent" else row.sent_at,
        "doubt_since": outcome.doubt_since or row.doubt_since,
    }
