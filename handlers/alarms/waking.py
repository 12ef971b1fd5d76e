"""Whoever in office writes again can be reached again: what found no open way to them comes at once, not in its turn."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from handlers.alarms.hearing import DISTRICT, LEVELS, hearing, where_of
from handlers.context import Work
from handlers.messages import Role
from storage.messages import missed_alerts
from storage.messages.alarms import Ringing
from storage.messages.missed_alerts import Told, Wrote


@dataclass(frozen=True, slots=True)
class Back:
    """An open alarm that can reach somebody now whom it did not reach before."""

    ringing: Ringing
    people: tuple[int, ...]
    """Those whose level was told already, without them."""
    above: bool
    """Others are of a level that was passed over, or whose turn is still to come."""


def who_is_back(work: Work, opened: Sequence[Ringing]) -> Iterator[Back]:
    """Give for open alarms those who have written since they were missed, have a way open now, and are to hear of it."""
    if not opened:
        return
    wrote = missed_alerts.wrote_since(work.session, min(each.alarm.raised_at for each in opened))
    if not wrote:
        return
    told = missed_alerts.told(work.session, [each.alarm.id for each in opened])
    knows = missed_alerts.took_part(work.session, [each.case.id for each in opened])
    for each in opened:
        missed = {person for person in _missed(each, wrote, told) if (each.case.id, person) not in knows}
        if missed:
            yield _back(work, each, missed)


def _missed(each: Ringing, wrote: Iterable[Wrote], told: Mapping[tuple[int, int], Told]) -> Iterator[int]:
    """Give who wrote since the alarm was raised, or since what was sent to them came to nothing."""
    alarm = each.alarm
    for one in wrote:
        before = told.get((alarm.id, one.person_id))
        since = alarm.raised_at if before is None else max(alarm.raised_at, before.at)
        if one.at > since and not (before and before.reached) and _hears_of(each, one):
            yield one.person_id


def _hears_of(each: Ringing, one: Wrote) -> bool:
    """Tell whether an office is among those that hear of the case."""
    if one.role not in LEVELS:
        return False
    level, case = LEVELS.index(Role(one.role)), each.case
    area = {Role.STATION: case.station, Role.STREET: case.street}.get(Role(one.role))
    return level >= DISTRICT or (bool(area) and one.area == area and not case.sealed)


def _back(work: Work, each: Ringing, missed: set[int]) -> Back:
    alarm = each.alarm
    first = DISTRICT if alarm.bundled else 0
    heard = hearing(work, where_of(each.case), first=first, account_id=alarm.account_id)
    now_heard = [[person for person in people if person in missed] for people in heard]
    told, above = now_heard[: alarm.rung + 1], now_heard[alarm.rung + 1 :]
    people = tuple(dict.fromkeys(person for level in told for person in level))
    return Back(each, people, above=any(above))
