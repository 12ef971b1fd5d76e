"""Who hears an alarm: the levels from the station up to the operator, and who of them has a way open right now."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from handlers.context import Work
from handlers.messages import Role
from handlers.pushes.ladder import ALERT_OF_MANY
from handlers.pushes.reaching import choices
from storage.cases import referrals
from storage.messages import alarms, ledger
from storage.messages.outbox import ALERT
from storage.models import Case
from storage.people import accused

LEVELS = (Role.STATION, Role.STREET, Role.DISTRICT, Role.OPERATOR)
"""Each hears of what the one before has not answered."""
DISTRICT = LEVELS.index(Role.DISTRICT)
OPERATOR = LEVELS.index(Role.OPERATOR)
TEMPLATE = "result"
"""The short form that alerts share with results: number, how it stands, what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """What of a case decides who hears its alarm."""

    station: str
    street: str
    sealed: bool = False
    """Kept from station and street."""
    case_id: int = 0
    """Whom it accuses hears nothing of it."""


def where_of(case: Case) -> Where:
    return Where(
        station=case.station,
        street=case.street,
        sealed=case.sealed,
        case_id=case.id if case.sealed else 0,
    )


def levels(work: Work, where: Where, *, first: int = 0) -> tuple[tuple[int, ...], ...]:
    """Give the persons of every level, the lowest first; those who are not to hear it have an empty one."""
    key = ("levels", where, first)
    if key not in work.asked:
        work.asked[key] = _levels(work, where, first)
    return cast("tuple[tuple[int, ...], ...]", work.asked[key])


def _levels(work: Work, where: Where, first: int) -> tuple[tuple[int, ...], ...]:
    areas = ("" if where.sealed else where.station, "" if where.sealed else where.street, "", "")
    connection = work.session.connection()
    who = accused.of(connection, where.case_id) if where.sealed else frozenset()
    return tuple(
        tuple(
            accused.innocent(
                connection, list(referrals.holders(work.session, role, area, work.now)), who, work.now
            )
        )
        if place >= first and (area or place >= DISTRICT)
        else ()
        for place, (role, area) in enumerate(zip(LEVELS, areas, strict=True))
    )


def reachable(
    work: Work,
    person_ids: Iterable[int | None],
    *,
    shut_too: bool = False,
    account_id: int | None = None,
) -> set[int]:
    """Give those to whom an alert would go out at this moment: bound, following, and a way open.

    `shut_too`: also where the platform has closed the way for everybody for now. `account_id`: whose alarm it is; who
    has had several of this account keeps the last message of a window for the alarm of somebody else.
    """
    ids = {person for person in person_ids if person is not None}
    enough = alarms.told_enough(work.session, account_id) & ids
    return _open(work, ids - enough, ALERT, shut_too=shut_too) | _open(
        work, enough, ALERT_OF_MANY, shut_too=shut_too
    )


def _open(work: Work, ids: set[int], kind: str, *, shut_too: bool) -> set[int]:
    """Give those of these people to whom a push of a kind has an open way; many alarms ask about the same ones."""
    key = ("open", frozenset(ids), kind, shut_too)
    if key not in work.asked:
        closed = {(each.channel, each.rung) for each in ledger.closed_ways(work.session, work.now)}
        found = choices(work, ids, kind=kind, template=TEMPLATE) if ids else {}
        work.asked[key] = {
            person
            for person, (_, choice) in found.items()
            if any(shut_too or (way.channel, str(way.rung)) not in closed for way in choice.ways)
        }
    return cast("set[int]", work.asked[key])


def next_level(rung: int, hearing: Sequence[Collection[int]]) -> int | None:
    """Give the next level above that has somebody who hears; None where there is none."""
    return next((level for level, people in enumerate(hearing) if level > rung and people), None)


def hearing(
    work: Work,
    where: Where,
    *,
    first: int = 0,
    besides: int | None = None,
    shut_too: bool = False,
    account_id: int | None = None,
) -> tuple[tuple[int, ...], ...]:
    """Give for every level those who can be reached now; `besides`: a person who knows already."""
    every = levels(work, where, first=first)
    open_to = reachable(
        work,
        {person for people in every for person in people} - {besides},
        shut_too=shut_too,
        account_id=account_id,
    )
    return tuple(tuple(person for person in people if person in open_to) for people in every)


def anybody(work: Work, where: Where, *, besides: int | None = None, account_id: int | None = None) -> bool:
    """Tell whether anybody would hear an alarm of this account now."""
    return any(hearing(work, where, besides=besides, account_id=account_id))
