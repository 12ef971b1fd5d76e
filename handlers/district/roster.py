"""The roster follows the pack: deputies and staff become persons with roles; who leaves loses the role, not the record."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from handlers.district.records import deputy, staff_member
from handlers.district.sheets import DEPUTIES, STAFF, Row
from handlers.messages import Role
from storage.engine.database import new_id
from storage.keeping.codes import join_person
from storage.models import Account, Person, Question, RoleGrant

FROM_PACK = "pack"
MEMBERS_CHANNEL = "wecom"
_OF_VOTERS = frozenset({"verdict", "again", "pause_reply"})
"""Questions about what somebody filed as a voter: they wait for their answer whatever office ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A person as the roster wants them."""

    roster_key: str
    name: str
    phone: str
    grants: frozenset[tuple[str, str]]
    """Role and area."""
    member: str
    """UserID in WeCom; empty where the roster names none."""


def _listed(rows: Mapping[str, Sequence[Row]]) -> Iterator[Listed]:
    for row in rows.get(DEPUTIES.name, ()):
        found = deputy(row)
        grants = frozenset((str(Role.DEPUTY), station) for station in found.stations)
        yield Listed(
            roster_key=found.roster_key,
            name=found.name,
            phone=found.phone,
            grants=grants if found.active else frozenset(),
            member=row["wecom"],
        )
    for row in rows.get(STAFF.name, ()):
        member = staff_member(row)
        yield Listed(
            roster_key=member.roster_key,
            name=member.name,
            phone=member.phone,
            grants=frozenset({(member.role, member.area)}),
            member=row["wecom"],
        )


def sync_roster(session: Session, rows: Mapping[str, Sequence[Row]], now: datetime) -> None:
    """Bring persons and the roles that come from the pack in line with its deputies and staff sheets."""
    on_roster = session.scalars(select(Person).where(Person.roster_key.is_not(None)))
    persons = {person.roster_key or "": person for person in on_roster}
    wanted = {listed.roster_key: listed for listed in _listed(rows)}
    for key, listed in wanted.items():
        if key not in persons:
            persons[key] = Person(id=new_id(), roster_key=key, preferences={}, created_at=now)
            session.add(persons[key])
        persons[key].name, persons[key].phone = listed.name, listed.phone
    # No relationship tells the session that persons come before their roles.
    session.flush()
    _bind_members(session, [(each.member, persons[key]) for key, each in wanted.items() if each.member], now)
    held = _held(session, now)
    for key, person in persons.items():
        grants = wanted[key].grants if key in wanted else frozenset()
        present = held.get(person.id, {})
        for role, area in sorted(grants - present.keys()):
            session.add(
                RoleGrant(id=new_id(), person_id=person.id, role=role, area=area, since=now, source=FROM_PACK)
            )
        ended = present.keys() - grants
        for over in ended:
            present[over].until = now
        if ended:
            _close_menus(session, person.id, now)


def _close_menus(session: Session, person_id: int, now: datetime) -> None:
    """Let the digits under what was shown in an office that has ended mean nothing any more."""
    session.execute(
        update(Question)
        .where(
            Question.person_id == person_id,
            Question.closed_at.is_(None),
            Question.kind.not_in(sorted(_OF_VOTERS)),
        )
        .values(closed_at=now)
    )


def _bind_members(session: Session, named: Sequence[tuple[str, Person]], now: datetime) -> None:
    """Tie the members that the roster names to their persons, without a code; what they filed goes along."""
    if not named:
        return
    known = {
        account.external_id.lower(): account
        for account in session.scalars(select(Account).where(Account.channel == MEMBERS_CHANNEL))
    }
    for member, person in named:
        account = known.get(member.lower())
        if account is not None:
            join_person(session, account.id, person.id, now)
            continue
        session.add(
            Account(
                channel=MEMBERS_CHANNEL,
                external_id=member,
                person_id=person.id,
                following=True,
                created_at=now,
            )
        )


def _held(session: Session, now: datetime) -> dict[int, dict[tuple[str, str], RoleGrant]]:
    query = select(RoleGrant).where(
        RoleGrant.source == FROM_PACK, or_(RoleGrant.until.is_(None), RoleGrant.until > now)
    )
    held: dict[int, dict[tuple[str, str], RoleGrant]] = {}
    for grant in session.scalars(query):
        held.setdefault(grant.person_id, {})[grant.role, grant.area] = grant
    return held
