"""People: who is behind an account, which roles they hold, what they were asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, or_, select, update
from sqlalchemy.orm import Session

from storage.bulk import insert_ignoring, insert_rows
from storage.database import new_id
from storage.models import Account, Case, Person, Question, RoleGrant
from storage.scopes import Grant


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


@dataclass(slots=True)
class Sender:
    """Who speaks, and what stands open with them."""

    person_id: int
    account_id: int
    channel: str
    name: str = ""
    station: str = ""
    notified: bool = False
    grants: tuple[Grant, ...] = ()
    questions: list[OpenQuestion] = field(default_factory=list)
    last_case: LastCase | None = None

    def holds(self, *roles: str) -> bool:
        return any(grant.role in roles for grant in self.grants)


Address = tuple[str, str]
"""A channel and the id of the person on it."""


def identify(connection: Connection, addresses: Iterable[Address], now: datetime) -> dict[Address, Sender]:
    """Find the persons behind these accounts, making a voter of anyone unknown, and lock them in id order."""
    wanted = sorted(set(addresses))
    senders = _known(connection, wanted)
    missing = [address for address in wanted if address not in senders]
    if missing:
        _make_voters(connection, missing, now)
        senders |= _known(connection, missing)
    by_person: dict[int, list[Sender]] = {}
    for sender in senders.values():
        by_person.setdefault(sender.person_id, []).append(sender)
    known = [sender for address, sender in senders.items() if address not in missing]
    if known:
        ids = sorted({sender.person_id for sender in known})
        if connection.dialect.name == "postgresql":
            connection.execute(
                select(Person.id).where(Person.id.in_(ids)).order_by(Person.id).with_for_update()
            )
        _add_grants(connection, by_person, ids, now)
        _add_questions(connection, by_person, ids, now)
        _add_last_cases(connection, by_person, ids, now)
    return senders


def _known(connection: Connection, addresses: Sequence[Address]) -> dict[Address, Sender]:
    by_channel: dict[str, list[str]] = {}
    for channel, external_id in addresses:
        by_channel.setdefault(channel, []).append(external_id)
    senders: dict[Address, Sender] = {}
    for channel, ids in by_channel.items():
        rows = connection.execute(
            select(
                Account.external_id,
                Account.id,
                Person.id,
                Person.name,
                Person.station,
                Person.notified_at,
            )
            .join(Person, Person.id == Account.person_id)
            .where(Account.channel == channel, Account.external_id.in_(ids))
        )
        for external_id, account_id, person_id, name, station, notified_at in rows:
            senders[channel, external_id] = Sender(
                person_id=person_id,
                account_id=account_id,
                channel=channel,
                name=name,
                station=station,
                notified=notified_at is not None,
            )
    return senders


def _make_voters(connection: Connection, addresses: Sequence[Address], now: datetime) -> None:
    persons = {address: new_id() for address in addresses}
    insert_rows(
        connection,
        Person,
        [
            {"id": person_id, "name": "", "phone": "", "station": "", "preferences": {}, "created_at": now}
            for person_id in persons.values()
        ],
    )
    made = insert_ignoring(
        connection,
        Account,
        [
            {
                "id": new_id(),
                "channel": channel,
                "external_id": external_id,
                "person_id": person_id,
                "following": True,
                "unreachable_code": "",
                "created_at": now,
            }
            for (channel, external_id), person_id in persons.items()
        ],
        returning=Account.person_id,
    )
    # Another process may have met the same voter at the same moment: its person stands, ours goes.
    orphans = set(persons.values()) - made
    if orphans:
        connection.execute(delete(Person).where(Person.id.in_(orphans)))


def _add_grants(
    connection: Connection, people: dict[int, list[Sender]], ids: list[int], now: datetime
) -> None:
    rows = connection.execute(
        select(RoleGrant.person_id, RoleGrant.role, RoleGrant.area)
        .where(RoleGrant.person_id.in_(ids), or_(RoleGrant.until.is_(None), RoleGrant.until > now))
        .order_by(RoleGrant.id)
    )
    for person_id, role, area in rows:
        for sender in people[person_id]:
            sender.grants = (*sender.grants, Grant(role, area))


def _add_questions(
    connection: Connection, people: dict[int, list[Sender]], ids: list[int], now: datetime
) -> None:
    rows = connection.execute(
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
            Question.person_id.in_(ids),
            Question.closed_at.is_(None),
            Question.delivered_at.is_not(None),
            or_(Question.expires_at.is_(None), Question.expires_at > now),
        )
        .order_by(Question.delivered_at.desc(), Question.id.desc())
    )
    for row in rows:
        for sender in people[row[0]]:
            sender.questions.append(OpenQuestion(*row[1:]))


def _add_last_cases(
    connection: Connection, people: dict[int, list[Sender]], ids: list[int], now: datetime
) -> None:
    rows = connection.execute(
        select(
            Case.voter_id,
            Case.id,
            Case.number,
            Case.topic,
            Case.place,
            Case.state,
            Case.sealed,
            Case.joined_until,
        )
        .where(Case.voter_id.in_(ids), Case.joined_until > now)
        .order_by(Case.id)
    )
    for row in rows:
        for sender in people[row[0] or 0]:
            sender.last_case = LastCase(*row[1:])


def staff_of(session: Session, *, station: str, street: str, now: datetime) -> list[int]:
    """Give the persons of the station, of its street and of the district desk who are on duty for a case."""
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
    return list(rows)


def touch(connection: Connection, account_ids: Iterable[int], now: datetime) -> None:
    """Note that these accounts wrote just now: they can be reached again, and their window is open."""
    connection.execute(
        update(Account)
        .where(Account.id.in_(sorted(account_ids)))
        .values(last_message_at=now, following=True, unreachable_code="")
    )
