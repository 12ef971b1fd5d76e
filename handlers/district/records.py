"""One stored row to one noun of the pack."""

from datetime import date, time

from handlers.district.coordinates import as_gcj02
from handlers.district.pack import Area, Department, Deputy, StaffMember, Station
from handlers.district.sheets import Row
from handlers.messages import Point
from handlers.occasions import DutyRule


def listed(cell: str) -> tuple[str, ...]:
    return tuple(cell.split(";")) if cell else ()


def _numbers(cell: str) -> tuple[int, ...]:
    return tuple(int(item) for item in listed(cell))


def _number(cell: str) -> int | None:
    return int(cell) if cell else None


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
    )


def area(row: Row) -> Area:
    return Area(key=row["key"], name=row["name"], kind=row["kind"], parent=row["parent"])


def point_of(row: Row, datum: str) -> tuple[float | None, float | None]:
    """Give longitude and latitude as GCJ-02."""
    if not row["longitude"] or not row["latitude"]:
        return None, None
    point = as_gcj02(Point(longitude=float(row["longitude"]), latitude=float(row["latitude"]), datum=datum))
    return point.longitude, point.latitude


def station(row: Row, datum: str) -> Station:
    longitude, latitude = point_of(row, datum)
    return Station(
        key=row["key"],
        name=row["name"],
        kind=row["kind"],
        area=row["area"],
        street=row["street"],
        address=row["address"],
        longitude=longitude,
        latitude=latitude,
        hours=row["hours"],
        phone=row["phone"],
        speciality=row["speciality"],
        room=row["room"],
        features=listed(row["features"]),
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
    )
