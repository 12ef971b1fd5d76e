"""Keep the occasions of the rules as rows: new ones written, changed ones brought up to date, moved ones named."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from handlers.calendar.occasions import DutyRule, PlannedOccasion, over_at
from handlers.district.district import District
from handlers.duties.forms import Event, Site
from handlers.duties.roster import PUT_OFF_AT_MOST, Gathering, gatherings, site_of
from handlers.texts import Texts
from handlers.wording import clipped
from storage.activity import duties
from storage.activity.duties import RosterPerson
from storage.models import Occasion

_LOOK_AHEAD = timedelta(days=62)
USUAL_LEADS = (7, 1, 0)
# Widths of the columns of `occasion`: one wordy row of a pack must not stop everybody's reminders.
_WIDE, _NARROW = 128, 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A stored occasion that is not over, what it is now, and whom it concerns."""

    row: Occasion
    event: Event
    people: tuple[RosterPerson, ...]
    over: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The occasions that are not over, how many of them are new, and which moved, each with its old day."""

    held: list[Held]
    new: int
    moved: list[tuple[Held, date | None]]
    changed: list[Held]
    """Those still held on their day, at another hour or in another place."""


def keep_occasions(
    session: Session, now: datetime, district: District, texts: Texts, people: Mapping[str, RosterPerson]
) -> Kept:
    """Bring the rows in line with the rules and holidays of today, for the whole window."""
    zone = ZoneInfo(district.settings.timezone)
    today = now.astimezone(zone).date()
    since, until = today - PUT_OFF_AT_MOST, today + _LOOK_AHEAD
    asked = {gathering.key: gathering for gathering in gatherings(district, since, until)}
    stored = duties.occasions_in(session, since, until, lock=True)
    known = {(row.rule, row.station, row.nominal_date) for row in stored}
    missing = [_columns(gathering, now) for key, gathering in asked.items() if key not in known]
    new = duties.add_occasions(session.connection(), missing)
    if missing:
        stored = duties.occasions_in(session, since, until, lock=True)
    held, moved, changed = [], [], []
    for row in stored:
        gathering = asked.get((row.rule, row.station, row.nominal_date)) or _dropped(row, district, texts)
        event, before, told = gathering.event, row.held_on, _told_of(row)
        if max(event.day, before or date.min) < today:
            continue  # the past stays as it was
        _bring_up_to_date(row, gathering, now)
        item = Held(
            row=row,
            event=event,
            people=tuple(people[each.roster_key] for each in gathering.deputies if each.roster_key in people),
            over=over_at(event.day, event.rule.starts, event.rule.ends, zone),
        )
        held.append(item)
        if row.held_on != before:
            moved.append((item, before))
        elif before is not None and told != _told_of(row):
            changed.append(item)
    session.flush()
    return Kept(held=held, new=new, moved=moved, changed=changed)


def occasion_of(session: Session, gathering: Gathering, now: datetime) -> Occasion:
    """Give the row of an occasion, written down now if no run of planning has come to it yet."""
    duties.add_occasions(session.connection(), [_columns(gathering, now)])
    return duties.occasion_named(session, gathering.key)


def over_since(
    session: Session, since: datetime, now: datetime, district: District, people: Mapping[str, RosterPerson]
) -> list[Held]:
    """Give the occasions that came to their end in a span of time and were written down before it."""
    zone = ZoneInfo(district.settings.timezone)
    first, last = since.astimezone(zone).date(), now.astimezone(zone).date()
    rows = duties.occasions_held(session, first, last)
    ends = {row.id: over_at(row.held_on, row.starts, row.ends, zone) for row in rows if row.held_on}
    rows = [row for row in rows if since < ends[row.id] <= now and row.planned_at < ends[row.id]]
    if not rows:
        return []
    asked = {
        each.key: each for each in gatherings(district, first - PUT_OFF_AT_MOST, last + timedelta(days=1))
    }
    return [
        Held(
            row=row,
            event=replace(each.event, occasion=replace(each.event.occasion, held_on=row.held_on)),
            people=tuple(people[one.roster_key] for one in each.deputies if one.roster_key in people),
            over=ends[row.id],
        )
        for row in rows
        if (each := asked.get((row.rule, row.station, row.nominal_date)))
    ]


def _told_of(row: Occasion) -> tuple[time, time | None, str]:
    """Give what a deputy must know beside the day."""
    return row.starts, row.ends, row.venue


def _columns(gathering: Gathering, now: datetime) -> dict[str, Any]:
    event = gathering.event
    return {
        "rule": event.rule.key,
        "station": gathering.station,
        "nominal_date": event.occasion.nominal_date,
        "held_on": event.occasion.held_on,
        "starts": event.rule.starts,
        "ends": event.rule.ends,
        "venue": clipped(event.venue, _WIDE),
        "theme": clipped(event.rule.theme, _WIDE),
        "reason": clipped(event.occasion.reason, _NARROW),
        "provisional": event.occasion.provisional,
        "planned_at": now,
    }


def _bring_up_to_date(row: Occasion, gathering: Gathering, now: datetime) -> None:
    values = _columns(gathering, now)
    if row.held_on == values["held_on"]:
        del values["planned_at"]  # says since when this day stands
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def _dropped(row: Occasion, district: District, texts: Texts) -> Gathering:
    """Stand for an occasion that no rule asks for any more: it is not held."""
    rule = next((rule for rule in district.rules if rule.key == row.rule), None) or DutyRule(
        key=row.rule,
        name=texts("occasion_of_old_rule"),
        pattern="monthly",
        starts=row.starts,
        ends=row.ends,
        venue=row.venue,
        theme=row.theme,
        leads=USUAL_LEADS,
    )
    station = district.stations.get(row.station)
    return Gathering(
        event=Event(
            rule=rule,
            occasion=PlannedOccasion(nominal_date=row.nominal_date, held_on=None, dropped=True),
            site=site_of(station, district) if station else Site(name=""),
        ),
        station=row.station,
        deputies=tuple(d for d in district.deputies.values() if row.station in d.stations),
    )
