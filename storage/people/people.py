"""People: who is behind an account, which roles they hold, what they were asked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Integer, bindparam, case, delete, or_, select, update
from sqlalchemy.orm import Session

from storage.engine.bulk import insert_ignoring, insert_rows
from storage.engine.database import Instant, new_id
from storage.engine.prepared import Prepared, among
from storage.models import Account, Case, Person, Question, RoleGrant
from storage.people import accused, freezing
from storage.people.scopes import Grant


@dataclass(slots=True)
class OpenQuestion:
    """A question that waits for an answer, latest delivered first."""

    id: int
    kind: str
    subject: str
    text: str
    options: list[dict[str, str]]
    data: dict[str, Any]
    delivered_at: datetime


@dataclass(slots=True)
class LastCase:
    """The case a voter filed last, as far as a further message needs it."""

    id: int
    number: str
    """Empty while the case is still being filed in the same batch."""
    topic: str
    place: str
    state: str
    sealed: bool
    joined_until: datetime | None
    urgency: str = ""
    text: str = ""
    """What was said first, so that the same sentence is known again."""


@dataclass(slots=True)
class Sender:
    """Who speaks, and what stands open with them."""

    person_id: int
    account_id: int
    channel: str
    name: str = ""
    station: str = ""
    notified: bool = False
    pace_since: datetime | None = None
    pace: int = 0
    """Messages counted since then; those of the batch at work count too."""
    strikes: int = 0
    """Advertisements and mere abuse of the last days."""
    struck_at: datetime | None = None
    frozen: bool = False
    """What they write waits for a person to look at it."""
    grants: tuple[Grant, ...] = ()
    questions: list[OpenQuestion] = field(default_factory=list)
    last_case: LastCase | None = None
    met_elsewhere: bool = False
    """Another process met this voter at the same moment: neither locked here nor known any further."""

    def holds(self, *roles: str) -> bool:
        return any(grant.role in roles for grant in self.grants)


Address = tuple[str, str]
"""A channel and the id of the person on it."""


def identify(connection: Connection, addresses: Iterable[Address], now: datetime) -> dict[Address, Sender]:
    """Find the persons behind these accounts, making a voter of anyone unknown, and lock them in id order.

    Who is forgotten by another process at the same moment is unknown after it.
    Voters whom another process makes at the same moment are given unlocked (`met_elsewhere`): to lock them
    after new accounts were written would break the order of locks.
    """
    wanted = sorted(set(addresses))
    senders = _still_known(connection, _known(connection, wanted))
    by_person: dict[int, list[Sender]] = {}
    for sender in senders.values():
        by_person.setdefault(sender.person_id, []).append(sender)
    if by_person:
        given = {"ids": sorted(by_person), "now": now}
        _add_grants(connection, by_person, given)
        _add_questions(connection, by_person, given)
        _add_last_cases(connection, by_person, given)
    missing = [address for address in wanted if address not in senders]
    if missing:
        senders |= _make_voters(connection, missing, now)
    return senders


def identify_one(connection: Connection, address: Address, now: datetime) -> Sender:
    """Find, or make, and lock the person behind one account, whoever else meets them at the same moment."""
    sender = identify(connection, [address], now)[address]
    return identify(connection, [address], now)[address] if sender.met_elsewhere else sender


_KNOWN = Prepared(
    select(
        Account.external_id,
        Account.id,
        Person.id,
        Person.name,
        Person.station,
        Person.notified_at,
        Account.pace_since,
        Account.pace_count,
        Account.strikes,
        Account.struck_at,
        Account.frozen_at,
    )
    .join(Person, Person.id == Account.person_id)
    .where(Account.channel == bindparam("channel"), among(Account.external_id, "ids"))
)
_LOCK = Prepared(
    select(Person.id)
    # Whoever waited here for an erasure looks at the row again, and finds it gone.
    .where(among(Person.id, "ids"), Person.erased_at.is_(None))
    .order_by(Person.id)
    # FOR NO KEY UPDATE: whoever owes this person a push only needs the row to stay.
    .with_for_update(key_share=True)
)
_GRANTS = Prepared(
    select(RoleGrant.person_id, RoleGrant.role, RoleGrant.area)
    .where(
        among(RoleGrant.person_id, "ids"),
        or_(RoleGrant.until.is_(None), RoleGrant.until > bindparam("now", type_=Instant)),
    )
    .order_by(RoleGrant.id)
)
_QUESTIONS = Prepared(
    select(
        Question.person_id,
        Question.id,
        Question.kind,
        Question.subject,
        Question.text,
        Question.options,
        Question.data,
        Question.delivered_at,
    )
    .where(
        among(Question.person_id, "ids"),
        Question.closed_at.is_(None),
        Question.delivered_at.is_not(None),
        or_(Question.expires_at.is_(None), Question.expires_at > bindparam("now", type_=Instant)),
    )
    .order_by(Question.delivered_at.desc(), Question.id.desc())
)
_LAST_CASES = Prepared(
    select(
        Case.voter_id,
        Case.id,
        Case.number,
        Case.topic,
        Case.place,
        Case.state,
        Case.sealed,
        Case.joined_until,
        Case.urgency,
        Case.text,
    )
    # Not in order: PostgreSQL would rather walk through all cases by id than sort the few of these voters.
    .where(among(Case.voter_id, "ids"), Case.joined_until > bindparam("now", type_=Instant))
)


def _known(connection: Connection, addresses: Sequence[Address]) -> dict[Address, Sender]:
    by_channel: dict[str, list[str]] = {}
    for channel, external_id in addresses:
        by_channel.setdefault(channel, []).append(external_id)
    senders: dict[Address, Sender] = {}
    for channel, ids in by_channel.items():
        rows = _KNOWN.rows(connection, channel=channel, ids=ids)
        for row in rows:
            external_id, account_id, person_id, name, station, notified_at, *counted = row
            since, count, strikes, struck_at, frozen_at = counted
            senders[channel, external_id] = Sender(
                person_id=person_id,
                account_id=account_id,
                channel=channel,
                name=name,
                station=station,
                notified=notified_at is not None,
                pace_since=since,
                pace=count,
                strikes=strikes,
                struck_at=struck_at,
                frozen=frozen_at is not None,
            )
    return senders


def _still_known(connection: Connection, senders: dict[Address, Sender]) -> dict[Address, Sender]:
    """Lock the persons behind these accounts, and leave out who was forgotten meanwhile."""
    if not senders or connection.dialect.name != "postgresql":
        return senders
    rows = _LOCK.rows(connection, ids=sorted({sender.person_id for sender in senders.values()}))
    locked = {person_id for (person_id,) in rows}
    return {address: sender for address, sender in senders.items() if sender.person_id in locked}


def _make_voters(
    connection: Connection, addresses: Sequence[Address], now: datetime
) -> dict[Address, Sender]:
    made = {
        (channel, external_id): Sender(person_id=new_id(), account_id=new_id(), channel=channel)
        for channel, external_id in addresses
    }
    insert_rows(
        connection,
        Person,
        [
            {
                "id": sender.person_id,
                "name": "",
                "phone": "",
                "station": "",
                "preferences": {},
                "created_at": now,
            }
            for sender in made.values()
        ],
    )
    went_in = insert_ignoring(
        connection,
        Account,
        [
            {
                "id": sender.account_id,
                "channel": channel,
                "external_id": external_id,
                "person_id": sender.person_id,
                "following": True,
                "unreachable_code": "",
                "created_at": now,
            }
            for (channel, external_id), sender in made.items()
        ],
        key="id",
    )
    # Another process may have met the same voter at the same moment: its person stands, ours goes.
    late = {address: sender for address, sender in made.items() if sender.account_id not in went_in}
    if late:
        orphans = [sender.person_id for sender in late.values()]
        connection.execute(delete(Person).where(Person.id.in_(orphans)))
        for address, sender in _known(connection, list(late)).items():
            sender.met_elsewhere = True
            made[address] = sender
    for kept in freezing.take_kept(connection, addresses, now):
        sender = made[kept.channel, kept.external_id]
        freezing.put_back(connection, sender.account_id, kept)
        sender.strikes, sender.struck_at = kept.strikes, kept.struck_at
        sender.frozen = kept.frozen_at is not None
    return made


def _add_grants(connection: Connection, people: dict[int, list[Sender]], given: Mapping[str, Any]) -> None:
    for person_id, role, area in _GRANTS.rows(connection, **given):
        for sender in people[person_id]:
            sender.grants = (*sender.grants, Grant(role, area))


def _add_questions(connection: Connection, people: dict[int, list[Sender]], given: Mapping[str, Any]) -> None:
    for row in _QUESTIONS.rows(connection, **given):
        for sender in people[row[0]]:
            sender.questions.append(OpenQuestion(*row[1:]))


def _add_last_cases(
    connection: Connection, people: dict[int, list[Sender]], given: Mapping[str, Any]
) -> None:
    for row in _LAST_CASES.rows(connection, **given):
        for sender in people[row[0]]:
            if sender.last_case is None or sender.last_case.id < row[1]:
                sender.last_case = LastCase(*row[1:])


def staff_of(
    session: Session, *, station: str, street: str, now: datetime, about: int | None = None
) -> list[int]:
    """Give the persons of the station, of its street and of the district desk who are on duty for a case.

    `about`: the case of which they are told; whom it accuses is left out.
    """
    areas = or_(
        RoleGrant.role == "district",
        (RoleGrant.role == "street") & (RoleGrant.area == street) & (street != ""),
        (RoleGrant.role == "station") & (RoleGrant.area == station) & (station != ""),
    )
    rows = session.scalars(
        select(RoleGrant.person_id)
        .where(areas, or_(RoleGrant.until.is_(None), RoleGrant.until > now))
        .distinct()
        .order_by(RoleGrant.person_id)
    )
    found = list(rows)
    if about is None:
        return found
    connection = session.connection()
    return accused.innocent(connection, found, accused.of(connection, about), now)


def in_office(session: Session, name: str, now: datetime) -> list[int]:
    """Give who bears this name and holds any office today."""
    rows = session.scalars(
        select(Person.id)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(Person.name == name, or_(RoleGrant.until.is_(None), RoleGrant.until > now))
        .distinct()
        .order_by(Person.id)
    )
    return list(rows)


def name_of(session: Session, person_id: int) -> str:
    return session.scalar(select(Person.name).where(Person.id == person_id)) or ""


def by_roster_key(session: Session, roster_key: str) -> int | None:
    """Find the person whom the roster names so (`staff:T032`)."""
    return session.scalar(select(Person.id).where(Person.roster_key == roster_key))


def roster_key_of(session: Session, person_id: int) -> str:
    """Give how the roster names a person; empty for a voter."""
    return session.scalar(select(Person.roster_key).where(Person.id == person_id)) or ""


PACE = timedelta(minutes=1)
"""The time in which an account's messages are counted together."""

_SAME_MINUTE = Account.pace_since.between(bindparam("since", type_=Instant), bindparam("now", type_=Instant))
_TOUCH = Prepared(
    update(Account)
    .where(among(Account.id, "ids"))
    .values(
        last_message_at=bindparam("now", type_=Instant),
        window_used=0,
        following=True,
        unreachable_code="",
        pace_count=case((_SAME_MINUTE, Account.pace_count), else_=0) + bindparam("wrote", type_=Integer),
        pace_since=case((_SAME_MINUTE, Account.pace_since), else_=bindparam("now", type_=Instant)),
    )
)
_ACT = Prepared(
    update(Account)
    .where(Account.id == bindparam("account"))
    .values(
        last_action_at=bindparam("now", type_=Instant), action_used=0, following=True, unreachable_code=""
    )
)


def touch(connection: Connection, wrote: Mapping[int, int], now: datetime) -> None:
    """Note how many messages these accounts wrote just now.

    They can be reached again, their window is open, and what they write in a minute is counted.
    """
    by_count: dict[int, list[int]] = {}
    for account_id in sorted(wrote):
        by_count.setdefault(wrote[account_id], []).append(account_id)
    for count, ids in sorted(by_count.items()):
        _TOUCH.run(connection, ids=ids, now=now, since=now - PACE, wrote=count)


def act(connection: Connection, account_id: int, now: datetime) -> None:
    """Note that this account followed, scanned or pressed a button: a short window is open."""
    _ACT.run(connection, account=account_id, now=now)
