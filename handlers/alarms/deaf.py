"""Where nobody would hear an alarm: stations, streets, the district office or the operator without a way that is open."""

from collections.abc import Iterator
from dataclasses import dataclass

from handlers.account.duty_channel import may_go
from handlers.alarms.hearing import reachable
from handlers.context import Work
from handlers.messages import Role
from storage.cases import referrals
from storage.messages import recipients
from storage.messages.outbox import ALERT

NOBODY, UNBOUND, LEFT, CLOSED = "nobody", "unbound", "left", "closed"


@dataclass(frozen=True, slots=True)
class Deaf:
    """One level of one area that hears nothing, and why."""

    role: Role
    name: str
    """Of the station or street; empty for the district office and the operator."""
    why: str
    """Nobody holds the office, nobody is bound, all have left, or no way is open at this moment."""


def deaf_levels(work: Work) -> list[Deaf]:
    """Give every level at which nobody would hear an alarm raised now, the lowest first."""
    found = []
    for role, area, name in _levels(work):
        holders = set(referrals.holders(work.session, role, area, work.now))
        if not reachable(work, holders, shut_too=True):
            found.append(Deaf(role, name, _why(work, holders)))
    return found


def _levels(work: Work) -> Iterator[tuple[Role, str, str]]:
    district = work.district
    for station in district.stations.values():
        yield Role.STATION, station.key, station.name
    for area in district.areas.values():
        if area.kind in {"street", "town"}:
            yield Role.STREET, area.key, area.name
    yield Role.DISTRICT, "", ""
    yield Role.OPERATOR, "", ""


def _why(work: Work, holders: set[int]) -> str:
    if not holders:
        return NOBODY
    roles = recipients.roles_of(work.session, holders, work.now)
    accounts = [
        account
        for person_id, theirs in recipients.accounts_of(work.session, holders).items()
        for account in theirs
        if may_go(account.channel, kind=ALERT, roles=roles.get(person_id, ()), switches=work.switches)
    ]
    if not accounts:
        return UNBOUND
    return CLOSED if any(account.following for account in accounts) else LEFT
