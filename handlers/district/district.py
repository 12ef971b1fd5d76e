"""The district as the bot sees it while it runs: one frozen snapshot with the lookups that handlers need."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from handlers.calendar.holidays import Calendar
from handlers.calendar.occasions import DutyRule
from handlers.district.canned import CannedReply
from handlers.district.insiders import Accusation, Insiders, insiders_of
from handlers.district.pack import (
    ActivityKind,
    Area,
    Campaign,
    Department,
    Deputy,
    DistrictSettings,
    RetentionRule,
    StaffMember,
    Station,
)
from handlers.messages import Point
from nlp.places.geo import Coordinate, gcj02_from_wgs84, nearest
from nlp.places.places import Gazetteer, Place
from nlp.places.regions import NearestIndex
from nlp.topics.lexicon import Lexicon, Topic

_DESK = "desk"


def in_gcj02(point: Point) -> Coordinate:
    """Give a position in the datum of the pack, whichever it was sent in."""
    here = Coordinate(point.longitude, point.latitude)
    return gcj02_from_wgs84(*here) if point.datum == "wgs84" else here


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountReplies:
    """What the account answered by itself before the bot, and the bot answers now."""

    clicks: Mapping[str, str] = field(default_factory=dict)
    """By menu key; empty words stand for a picture, a voice or a video that is gone."""
    keywords: Mapping[str, str] = field(default_factory=dict)
    """By the whole line, folded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    """Everything of the pack at one version. Built once per version and shared by all threads."""

    settings: DistrictSettings
    areas: Mapping[str, Area]
    stations: Mapping[str, Station]
    deputies: Mapping[str, Deputy]
    """Active deputies by key."""
    staff: Mapping[str, StaffMember]
    departments: Mapping[str, Department]
    places: Mapping[str, Place]
    topics: Mapping[str, Topic]
    lexicon: Lexicon
    gazetteer: Gazetteer
    rules: tuple[DutyRule, ...]
    """Active rules, in the order of the sheet."""
    calendar: Calendar
    texts: Mapping[str, str]
    """Sentences that stand above ours."""
    version: int
    retention: tuple[RetentionRule, ...] = ()
    """When something of ended cases goes; what no row names stays."""
    replies: tuple[CannedReply, ...] = ()
    """Sentences that are offered as drafts (范例), in the order of the sheet."""
    activities: Mapping[str, ActivityKind] = field(default_factory=dict)
    """Kinds of activities by key, in the order of the sheet."""
    campaigns: tuple[Campaign, ...] = ()
    """Periods with a name."""
    _deputies_by_station: Mapping[str, tuple[Deputy, ...]] = field(repr=False)
    _station_by_area: Mapping[str, Station] = field(repr=False)
    _station_by_industry: Mapping[str, Station] = field(default_factory=dict, repr=False)
    _nearest_place: NearestIndex[Place] = field(default_factory=lambda: NearestIndex[Place](()), repr=False)
    _near: dict[tuple[str, float], tuple[Place, ...]] = field(default_factory=dict, compare=False, repr=False)
    """What `places_near` has found: places do not move within a version."""
    account: AccountReplies = field(default_factory=AccountReplies)
    insiders: Insiders = field(default_factory=lambda: insiders_of({}, ""), compare=False, repr=False)
    """Tells whether words accuse somebody of the house."""

    # -- areas ------------------------------------------------------------------------------------------

    def area_path(self, key: str) -> tuple[Area, ...]:
        """Give an area and those around it, the smallest first."""
        return tuple(self._upwards(key))

    def street_of(self, area: str) -> Area | None:
        """Give the street or town in which an area lies (itself, if it is one)."""
        return next((found for found in self._upwards(area) if found.kind in {"street", "town"}), None)

    def whereabouts(self, place: Place) -> str:
        """Say where a place lies, to tell it from another of the same name."""
        street = self.street_of(place.area)
        return street.name if street else self.settings.name

    def told_apart(self, places: Sequence[Place]) -> list[str]:
        """Give for each place what tells it from the others: its street, else also its community, else its station too."""
        labels = [self.whereabouts(place) for place in places]
        for more in (self._area_name, self._station_name, lambda place: place.name):
            if len(set(labels)) == len(labels):
                break
            labels = [
                label if not (word := more(place)) or word in label else f"{label}，{word}"
                for label, place in zip(labels, places, strict=True)
            ]
        return labels

    def _area_name(self, place: Place) -> str:
        area = self.areas.get(place.area)
        return area.name if area else ""

    def _station_name(self, place: Place) -> str:
        station = self.station_for_place(place)
        return station.name if station else ""

    def _upwards(self, key: str) -> Iterator[Area]:
        area = self.areas.get(key)
        while area is not None:
            yield area
            area = self.areas.get(area.parent)

    # -- places and stations ----------------------------------------------------------------------------

    def place(self, key: str) -> Place | None:
        return self.places.get(key)

    def station_for_place(self, place: Place) -> Station | None:
        """Give the station that takes care: the place's own, else its community's, else its street's."""
        own = self.stations.get(place.station)
        return self.at_work(own) if own else self.station_of_area(place.area)

    def station_of_area(self, area: str) -> Station | None:
        """Give the station of an area or of the nearest area around it that has one."""
        around = (self._station_by_area.get(found.key) for found in self._upwards(area))
        return self.at_work(next((station for station in around if station is not None), None))

    def at_work(self, station: Station | None) -> Station | None:
        """Give the station itself, or its street's while it is on leave or has no deputy who could take care."""
        if station is None or self._is_manned(station):
            return station
        street = self.street_station(station.street)
        if street is not None and street.active and (self._is_manned(street) or not station.active):
            return street
        return station if station.active else None

    def _is_manned(self, station: Station) -> bool:
        return station.active and bool(self.deputies_of_station(station.key))

    def area_at(self, point: Point) -> Area | None:
        """Give the smallest area whose outline holds a point."""
        here = in_gcj02(point)
        holding = [area for area in self.areas.values() if area.boundary and area.boundary.holds(here)]
        return max(holding, key=lambda area: len(self.area_path(area.key)), default=None)

    def nearest_place(self, point: Point, within: float) -> tuple[Place, float] | None:
        """Give the nearest place with a coordinate, and its distance in metres."""
        return self._nearest_place.nearest(in_gcj02(point), within)

    def places_near(self, key: str, metres: float) -> tuple[Place, ...]:
        """Give the places within so many metres of a place, itself among them; none where it has no coordinate."""
        found = self._near.get((key, metres))
        if found is None:
            point = self.places[key].point
            near = self._nearest_place.within(Coordinate(*point), metres) if point is not None else ()
            found = self._near[key, metres] = tuple(near)
        return found

    def street_station(self, street: str) -> Station | None:
        """Give the station of a street itself."""
        return self._station_by_area.get(street)

    def stations_of_street(self, street: str) -> tuple[Station, ...]:
        return tuple(station for station in self.stations.values() if station.street == street)

    def nearest_stations(self, point: Point, limit: int = 3) -> tuple[tuple[Station, float], ...]:
        """Give stations open to every voter with their distance in metres, nearest first."""
        open_now = (found for found in self.stations.values() if found.kind != "industry" and found.active)
        return nearest(in_gcj02(point), open_now, limit)

    def industry_station(self, industry: str) -> Station | None:
        """Give the station of a trade, as a topic names it; one that is away or has no deputies sees nothing."""
        return self._station_by_industry.get(industry)

    def department(self, word: str) -> Department | None:
        """Give a department by its key, its name in full or in short, or another name that people use."""
        return self.departments.get(word) or next(
            (
                found
                for found in self.departments.values()
                if word in {found.name, found.short, *found.aliases}
            ),
            None,
        )

    def accuses(self, text: str, urgency: str = "") -> Accusation | None:
        """Tell whether words accuse somebody of a station, a street, the desk, a deputy, or a person of a department.

        `urgency`: the danger of which they tell, if any; it decides how little is enough to keep them from somebody.
        """
        return self.insiders.accuses(text, urgency)

    def desk(self) -> Station:
        """Give the district office in the shape of a station: it takes what no station takes."""
        settings = self.settings
        return Station(
            key="",
            name=settings.desk_name,
            kind=_DESK,
            address=settings.desk_address,
            hours=settings.office_hours,
            phone=settings.desk_phone,
        )

    # -- deputies ---------------------------------------------------------------------------------------

    def deputies_of_station(self, key: str) -> tuple[Deputy, ...]:
        """Give the active deputies of a station, those whose own station it is first."""
        return self._deputies_by_station.get(key, ())

    def stations_of_audience(self, audience: str) -> tuple[Station, ...]:
        """Give the stations that a duty rule speaks of: all, those of one kind, or one by its key."""
        return tuple(
            station
            for station in self.stations.values()
            if audience in {"all", station.kind} or audience == station.key
        )
