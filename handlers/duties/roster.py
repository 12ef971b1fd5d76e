"""Which stations and deputies a duty rule concerns: the pack's rules laid over its stations."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from handlers.calendar.occasions import DutyRule, occasions_between
from handlers.district.district import District
from handlers.district.pack import Deputy, Station
from handlers.duties.forms import Event, Site

PUT_OFF_AT_MOST = timedelta(days=15)
"""Longer than any holiday: what is due so long ago may still be ahead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """One occasion at one station, and the deputies who are asked to come."""

    event: Event
    station: str
    deputies: tuple[Deputy, ...]

    @property
    def key(self) -> tuple[str, str, date]:
        return self.event.rule.key, self.station, self.event.occasion.nominal_date


def gatherings(district: District, since: date, until: date) -> Iterator[Gathering]:
    """Lay every rule over its stations, for the nominal dates since <= day < until."""
    for rule in district.rules:
        members = _members(rule, district)
        for occasion in occasions_between(rule, since, until, district.calendar):
            for station, deputies in members:
                event = Event(rule=rule, occasion=occasion, site=site_of(station, district))
                yield Gathering(event=event, station=station.key, deputies=deputies)


def receptions_at(station: Station, district: District, since: date, until: date) -> Iterator[Gathering]:
    """Give the occasions at one station on which voters are received, for nominal dates since <= day < until."""
    for rule in district.rules:
        if not rule.receives_voters or rule.audience not in {"all", station.kind, station.key}:
            continue
        members = (deputies for each, deputies in _members(rule, district) if each.key == station.key)
        for deputies in members:
            for occasion in occasions_between(rule, since, until, district.calendar):
                event = Event(rule=rule, occasion=occasion, site=site_of(station, district))
                yield Gathering(event=event, station=station.key, deputies=deputies)


def gatherings_on(district: District, day: date) -> tuple[Gathering, ...]:
    """Give what is really held on a day."""
    around = gatherings(district, day - PUT_OFF_AT_MOST, day + timedelta(days=1))
    return tuple(each for each in around if each.event.occasion.held_on == day)


def site_of(station: Station, district: District) -> Site:
    street = district.street_of(station.area) or district.areas.get(station.street)
    return Site(
        name=station.name,
        room=station.room,
        address=station.address,
        street=street.name if street else "",
    )


def _members(rule: DutyRule, district: District) -> list[tuple[Station, tuple[Deputy, ...]]]:
    """Give the stations of a rule, each with its deputies; who belongs to several is asked at the first."""
    concerned = {station.key: station for station in district.stations_of_audience(rule.audience)}
    by_station: dict[str, list[Deputy]] = {key: [] for key in concerned}
    for deputy in district.deputies.values():
        home = next((key for key in deputy.stations if key in concerned), None)
        if home is not None:
            by_station[home].append(deputy)
    return [(concerned[key], tuple(deputies)) for key, deputies in by_station.items() if deputies]
