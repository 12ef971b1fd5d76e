"""Activities in words: kinds, places, one record, and the figures of a span, the same in chat and in papers."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from handlers import wording
from handlers.context import World
from handlers.district.pack import ActivityKind
from nlp.text.fold import fold
from nlp.times.periods import Period
from nlp.times.time_words import period_at
from storage.activity import activities
from storage.activity.activities import Entry, Sums
from storage.people import visitors
from storage.people.scopes import Scope

_NONE = Sums()


def kind_names(world: World) -> Iterator[tuple[str, str]]:
    """Give all that a kind of activity may be called, folded, with its key."""
    for kind in world.district.activities.values():
        for name in (kind.name, *kind.aliases):
            yield fold(name), kind.key


def kind_name(world: World, key: str) -> str:
    """Give a kind's name; one that the pack has no more keeps its key."""
    kind = world.district.activities.get(key)
    return kind.name if kind else key


def receiving(world: World) -> frozenset[str]:
    """Give the kinds to which voters come."""
    return frozenset(kind.key for kind in world.district.activities.values() if kind.receives)


def held_at(world: World, entry: Entry) -> str:
    """Say where it was: a station, else the street's or the district's office."""
    if entry.station:
        return wording.station_name(entry.station, world)
    area = world.district.areas.get(entry.street)
    return area.name if area else world.district.settings.desk_name


def full_line(world: World, entry: Entry) -> str:
    """Say all that a record holds, as it is read back: `视察调研，12月10日，东苑社区联络站，来12人，代表3人。看消防通道`."""
    day = (
        wording.short_day(entry.held_on)
        if entry.held_on.year == world.now.year
        else wording.full_day(entry.held_on)
    )
    said = [kind_name(world, entry.kind), day, held_at(world, entry)]
    said += [
        world.texts(f"activity_{what}", count=count)
        for what, count in (("people", entry.people), ("deputies", entry.deputies), ("things", entry.things))
        if count
    ]
    return "，".join(said) + "。" + entry.text


# -- figures ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """All that the register says of a span."""

    kinds: Mapping[str, Sums]
    deputies: int
    """Attendances, of all kinds together."""
    stations: int
    """At so many stations."""


def count_span(
    session: Session, world: World, scope: Scope, since: date | None, until: date | None
) -> Figures:
    """Count a span of days; who came to a station and stands in no record is added to its kind once."""
    found = activities.sums(session, scope, since, until)
    receives = receiving(world)
    if receives:
        first = next(key for key in world.district.activities if key in receives)
        beside = visitors.not_written_down(
            session, stations_of(world, scope), since, until, kinds=receives, now=world.now
        )
        known = found.get(first, _NONE)
        found[first] = replace(known, people=known.people + beside, beside=beside)
    return Figures(
        kinds=found,
        deputies=sum(each.deputies for each in found.values()),
        stations=activities.stations_with_deputies(session, scope, since, until),
    )


def stations_of(world: World, scope: Scope) -> frozenset[str] | None:
    """Give the stations of a scope; None for all, the district's desk among them."""
    if scope.district:
        return None
    inside = (station.key for station in world.district.stations.values() if station.street in scope.streets)
    return scope.stations | frozenset(inside)


def sentence(world: World, found: Figures, only: Collection[str] = ()) -> str:
    """Say the figures of all kinds in one sentence: `接待选民1082人次，视察调研98次，办实事223件次`."""
    kinds = [kind for kind in world.district.activities.values() if not only or kind.key in only]
    told = [phrase(kind, found.kinds.get(kind.key, _NONE)) for kind in kinds]
    return "，".join(filter(None, told))


def deputies_told(world: World, found: Figures) -> str:
    """Say how often deputies took part, and at how many stations where there were any."""
    if not found.deputies:
        return world.texts("activity_attended_none")
    where = world.texts("activity_attended_at", count=found.stations) if found.stations else ""
    return world.texts("activity_attended", count=found.deputies) + where


def phrase(kind: ActivityKind, sums: Sums, *, always: bool = False) -> str:
    """Say the figure of one kind; nothing where there is nothing to say."""
    counted = [(getattr(sums, what), unit) for what, unit in zip(kind.counts, kind.units, strict=True)]
    if not always and not any(count for count, _ in counted):
        return ""
    first, *more = counted
    return kind.name + "、".join(
        f"{count}{unit}" for count, unit in (first, *(pair for pair in more if pair[0]))
    )


def span_named(words: str, world: World) -> Period | None:
    """Read a span of days that a person names: a campaign of the pack, `上半年`, `11月`, `今年`."""
    line, today = fold(words).strip(), world.now.date()
    for campaign in world.district.campaigns:
        if any(fold(name) == line for name in (campaign.name, *campaign.aliases)):
            return campaign_period(campaign.since, campaign.until, campaign.name)
    named = period_at(line, 0, today)
    return named.period if named and named.end == len(line) else None


def campaign_period(since: date, last: date, name: str) -> Period:
    return Period(since, date.fromordinal(last.toordinal() + 1), name)
