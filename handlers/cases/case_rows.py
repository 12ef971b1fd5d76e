"""The rows of a new case: where a text belongs, and what is written down of it."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from handlers.context import World
from handlers.district.district import District
from handlers.district.pack import Station
from handlers.effects import Row
from handlers.messages import IncomingMessage, Kind, Point
from nlp.alarms.private import private_reason
from nlp.places.places import Place
from nlp.topics.classify import Classification, classify
from storage.engine.database import new_id
from storage.models import State
from storage.people.people import Sender

NAMED, OWN_STATION, OWN_STREET, PINNED = "named", "own station", "own street", "pinned"
SAID_BEFORE = "said before"
"""The words of danger name no place; the sentence before did."""
MOST_SAME_NAMES = 5
_REGISTERED = str(State.REGISTERED)
TEXT_LIMIT = 20_000
BESIDE = 300
"""A point so many metres from a known place is at that place."""
OUT_OF_REACH = 30_000
"""A point so many metres from every station lies outside the district."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where a message belongs, and the words that say so."""

    found: Classification
    places: tuple[Place, ...] = ()
    """One: known. Several: the same name in several streets. None: not named, or not in the gazetteer."""
    place_text: str = ""
    station: str = ""
    street: str = ""
    reason: str = NAMED
    """How the station was found; it is kept for whoever asks why."""


def destination(text: str, world: World, *, own_station: str = "") -> Destination:
    """Find topic, place and station of a text; without a place the voter's own station takes it."""
    district = world.district
    found = classify(text, district.lexicon)
    match = district.gazetteer.find(text)
    where = Destination(found=found, places=match.places, place_text=match.mention or match.unknown)
    if len(match.places) == 1:
        return _served(where, district.station_for_place(match.places[0]))
    return at_station(where, own_station, world)


def _served(where: Destination, station: Station | None, reason: str = NAMED) -> Destination:
    return replace(
        where,
        station=station.key if station else "",
        street=station.street if station else "",
        reason=reason,
    )


def place_name(where: Destination) -> str:
    """Give the place as far as it is known."""
    return where.places[0].name if len(where.places) == 1 else where.place_text


def at_station(where: Destination, own_station: str, world: World) -> Destination:
    """Give a message without a known place to the voter's own station, if there is one.

    Of places with one name it is the one in the voter's own street; else the voter is asked.
    """
    district = world.district
    own = district.stations.get(own_station)
    if own is None or where.station or len(where.places) == 1:
        return where
    if not where.places:
        return _served(
            replace(where, place_text=where.place_text or own.name), district.at_work(own), OWN_STATION
        )
    near = [place for place in where.places if _lies_in_street(place, own.street, district)]
    if len(near) != 1:
        return replace(where, places=where.places[:MOST_SAME_NAMES])
    return _served(replace(where, places=tuple(near)), district.station_for_place(near[0]), OWN_STREET)


def _lies_in_street(place: Place, street: str, district: District) -> bool:
    found = district.street_of(place.area)
    return found is not None and found.key == street


def look_by(world: World, topic: str) -> date:
    """Give the working day by which a person will look."""
    district = world.district
    known = district.topics.get(topic)
    days = known.days if known else district.settings.look_days
    return district.calendar.add_workdays(world.now.date(), days)


def case_row(
    where: Destination,
    sender: Sender,
    world: World,
    *,
    text: str,
    source: str,
    **more: Any,  # noqa: ANN401 -- columns
) -> Row:
    """Make the row of a new case; its number is filled in when it is written."""
    place = where.places[0] if len(where.places) == 1 else None
    return {
        "id": new_id(),
        "number": "",
        "voter_id": sender.person_id,
        "account_id": sender.account_id,
        "category": where.found.category,
        **topic_columns(where.found.topic, world),
        "station": where.station,
        "street": where.street,
        "place": place.key if place else "",
        "place_text": where.place_text[:128],
        "state": _REGISTERED,
        "urgency": "",
        "sealed": False,
        "private": private_reason(text),
        "source": source,
        "text": text[:TEXT_LIMIT],
        "because": because(where),
        "filed_at": world.now,
        "look_by": look_by(world, where.found.topic),
        "joined_until": world.now + timedelta(minutes=world.district.settings.join_minutes),
        "updated_at": world.now,
        **more,
    }


def topic_columns(topic: str, world: World) -> Row:
    """Give what follows from a topic alone: itself, and the industry station that sees the case too."""
    known = world.district.topics.get(topic)
    station = world.district.industry_station(known.industry) if known else None
    return {"topic": topic, "industry": station.key if station else ""}


def because(where: Destination) -> Row:
    """Give what is kept of why a case belongs where it does."""
    return {
        "words": list(where.found.because),
        "place": where.place_text,
        "candidates": list(where.found.candidates),
        "confidence": where.found.confidence,
        "reason": where.reason,
    }


def step_row(case_id: int, action: str, state: str, now: datetime, *, actor: int | None, **more: Any) -> Row:  # noqa: ANN401
    """Make the row of one step in a case's history."""
    return {
        "id": new_id(),
        "case_id": case_id,
        "at": now,
        "actor_id": actor,
        "action": action,
        "state": state,
        "note": "",
        "public": False,
        **more,
    }


def text_part(case_id: int, text: str, now: datetime, inbox_id: int) -> Row:
    """Make the row of a further sentence."""
    return {
        "id": new_id(),
        "case_id": case_id,
        "inbox_id": inbox_id,
        "at": now,
        "kind": str(Kind.TEXT),
        "text": text[:TEXT_LIMIT],
        "media_id": "",
        "media_url": "",
        "longitude": None,
        "latitude": None,
        "datum": "",
        "stored_as": "",
        "fetch_error": "",
    }


def part_row(case_id: int, message: IncomingMessage, now: datetime, inbox_id: int) -> Row:
    """Make the row of what came with a message."""
    point = message.point
    return text_part(case_id, message.text, now, inbox_id) | {
        "kind": str(message.kind),
        "media_id": message.media_id,
        "media_url": message.media_url,
        "longitude": point.longitude if point else None,
        "latitude": point.latitude if point else None,
        "datum": point.datum if point else "",
    }


def placed(place: Place, world: World) -> Row:
    """Give the changes of a case that is now known to be at this place."""
    station = world.district.station_for_place(place)
    return {
        "place": place.key,
        "place_text": place.name,
        "station": station.key if station else "",
        "street": station.street if station else "",
    }


def near(point: Point, world: World) -> Row:
    """Give the changes of a case that is now known to be at this point: the area around it, the nearest place or station."""
    district = world.district
    if area := district.area_at(point):
        station = district.station_of_area(area.key)
        return _pinned(station, place=area.key, name=area.name)
    if nearby := district.nearest_place(point, BESIDE):
        place, _ = nearby
        return _pinned(district.station_for_place(place), place=place.key, name=place.name)
    found = district.nearest_stations(point, 1)
    if not found or found[0][1] > OUT_OF_REACH:
        return {}
    return _pinned(district.at_work(found[0][0]), place="", name=world.texts("pinned_place"))


def _pinned(station: Station | None, *, place: str, name: str) -> Row:
    return {
        "place": place,
        "place_text": name,
        "station": station.key if station else "",
        "street": station.street if station else "",
    }
