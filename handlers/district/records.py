"""One stored row to one noun of the pack."""

from collections.abc import Mapping
from datetime import date, time

from handlers.calendar.occasions import DutyRule
from handlers.district.canned import CannedReply
from handlers.district.pack import (
    ActivityKind,
    Area,
    Campaign,
    Department,
    Deputy,
    RetentionRule,
    StaffMember,
    Station,
)
from handlers.district.sheets import Row
from nlp.places.geo import Coordinate, gcj02_from_wgs84
from nlp.places.places import Place
from nlp.places.regions import Boundary, boundary_of
from nlp.topics.lexicon import Term, Topic


def listed(cell: str) -> tuple[str, ...]:
    return tuple(cell.split(";")) if cell else ()


def _numbers(cell: str) -> tuple[int, ...]:
    return tuple(int(item) for item in listed(cell))


def _number(cell: str) -> int | None:
    return int(cell) if cell else None


_RECEPTION = "接待"
"""What a rule is called on which voters are received, where its row does not say so."""


def duty_rule(row: Row) -> DutyRule:
    return DutyRule(
        key=row["key"],
        name=row["name"],
        short_name=row["short_name"],
        pattern=row["pattern"],
        day=_number(row["day"]),
        months=_numbers(row["months"]),
        nth=_number(row["nth"]),
        weekday=_number(row["weekday"]),
        anchor=date.fromisoformat(row["anchor"]) if row["anchor"] else None,
        audience=row["audience"],
        venue=row["venue"],
        starts=time.fromisoformat(row["starts"]),
        ends=time.fromisoformat(row["ends"]) if row["ends"] else None,
        theme=row["theme"],
        leads=_numbers(row["leads"]),
        holiday=row["holiday"],
        receives_voters=row["receives"] == "yes" if row["receives"] else _RECEPTION in row["name"],
        slot_minutes=int(row["slot_minutes"]),
        seats=int(row["seats"]),
    )


def area(row: Row, datum: str) -> Area:
    outline = boundary_of(row["boundary"])
    if outline and datum == "wgs84":
        outline = Boundary(tuple(gcj02_from_wgs84(*corner) for corner in outline.ring))
    return Area(key=row["key"], name=row["name"], kind=row["kind"], parent=row["parent"], boundary=outline)


def point_of(row: Row, datum: str) -> Coordinate | None:
    """Give where something is, in GCJ-02."""
    if not row["longitude"] or not row["latitude"]:
        return None
    longitude, latitude = float(row["longitude"]), float(row["latitude"])
    return gcj02_from_wgs84(longitude, latitude) if datum == "wgs84" else Coordinate(longitude, latitude)


def station(row: Row, datum: str) -> Station:
    point = point_of(row, datum)
    return Station(
        key=row["key"],
        name=row["name"],
        kind=row["kind"],
        area=row["area"],
        street=row["street"],
        address=row["address"],
        longitude=point.longitude if point else None,
        latitude=point.latitude if point else None,
        hours=row["hours"],
        phone=row["phone"],
        speciality=row["speciality"],
        industry=row["industry"],
        room=row["room"],
        features=listed(row["features"]),
        active=row["active"] == "yes",
    )


def deputy(row: Row) -> Deputy:
    return Deputy(
        key=row["key"],
        name=row["name"],
        level=row["level"],
        stations=listed(row["stations"]),
        phone=row["phone"],
        sector=row["sector"],
        active=row["active"] == "yes",
    )


def staff_member(row: Row) -> StaffMember:
    return StaffMember(
        key=row["key"], name=row["name"], role=row["role"], area=row["area"], phone=row["phone"]
    )


def department(row: Row) -> Department:
    return Department(
        key=row["key"],
        name=row["name"],
        short=row["short"],
        aliases=listed(row["aliases"]),
        phone=row["phone"],
        leader=row["leader"],
    )


def place(row: Row, datum: str, areas: Mapping[str, Area]) -> Place:
    around = areas.get(row["area"])
    return Place(
        key=row["key"],
        name=row["name"],
        kind=row["kind"],
        area=row["area"],
        station=row["station"],
        aliases=listed(row["aliases"]),
        point=point_of(row, datum),
        parent=around.parent if around else "",
    )


def topic(row: Row) -> Topic:
    return Topic(
        key=row["key"],
        label=row["label"],
        category=row["category"],
        department=row["department"],
        industry=row["industry"],
        days=int(row["days"]),
    )


def retention_rule(row: Row) -> RetentionRule:
    return RetentionRule(category=row["category"], what=row["what"], months=int(row["months"]))


def canned_reply(row: Row) -> CannedReply:
    return CannedReply(key=row["key"], step=row["step"], topics=listed(row["topics"]), text=row["text"])


def term(row: Row) -> Term:
    return Term(text=row["term"], topic=row["topic"], weight=float(row["weight"]), note=row["note"])


def activity_kind(row: Row) -> ActivityKind:
    return ActivityKind(
        key=row["key"],
        name=row["name"],
        aliases=listed(row["aliases"]),
        counts=listed(row["counts"]),
        units=listed(row["units"]),
        receives=row["receives"] == "yes",
    )


def campaign(row: Row) -> Campaign:
    return Campaign(
        key=row["key"],
        name=row["name"],
        since=date.fromisoformat(row["since"]),
        until=date.fromisoformat(row["until"]),
        aliases=listed(row["aliases"]),
    )
