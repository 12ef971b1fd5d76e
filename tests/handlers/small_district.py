"""A district of two community stations and a street station with four deputies, for tests of duty days."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from handlers.calendar.holidays import Calendar
from handlers.calendar.occasions import DutyRule
from handlers.district.district import District
from handlers.district.pack import Area, Deputy, DistrictSettings, Station
from storage.engine.database import new_id
from storage.models import Account, Person, RoleGrant

STATIONS = (
    Station(
        key="dongyuan",
        name="东苑社区联络站",
        kind="community",
        street="liuyin",
        address="东苑路12号",
        room="接待室",
    ),
    Station(key="heping", name="和平社区联络站", kind="community", street="liuyin", address="和平路3号"),
    Station(key="street", name="柳荫街道联络站", kind="street", street="liuyin", address="柳荫街1号"),
)
DEPUTIES = (
    Deputy(key="D001", name="陈立新", level="区", stations=("dongyuan", "street")),
    Deputy(key="D002", name="周敏", level="市", stations=("dongyuan", "heping")),
    Deputy(key="D003", name="欧阳文", level="区", stations=("heping",)),
    Deputy(key="D004", name="古丽·买买提", level="省", stations=("street",)),
)


def small_district(
    rules: Sequence[DutyRule],
    *,
    holidays: Mapping[date, tuple[str, str]] | None = None,
    stations: Sequence[Station] = STATIONS,
    deputies: Sequence[Deputy] = DEPUTIES,
) -> District:
    nothing: Any = None  # duty days need no words and no places
    return District(
        settings=DistrictSettings(),
        areas={"liuyin": Area(key="liuyin", name="柳荫街道", kind="street")},
        stations={station.key: station for station in stations},
        deputies={deputy.key: deputy for deputy in deputies},
        staff={},
        departments={},
        places={},
        topics={},
        lexicon=nothing,
        gazetteer=nothing,
        rules=tuple(rules),
        calendar=Calendar(holidays or {}),
        texts={},
        version=1,
        _deputies_by_station={},
        _station_by_area={},
    )


def add_people(session: Session, now: datetime, deputies: Sequence[Deputy] = DEPUTIES) -> dict[str, int]:
    """Write the deputies and one person of the district desk; give their ids by key."""
    ids = {deputy.key: new_id() for deputy in deputies} | {"desk": new_id()}
    session.add_all(
        Person(id=ids[deputy.key], roster_key=deputy.roster_key, name=deputy.name, created_at=now)
        for deputy in deputies
    )
    session.add(Person(id=ids["desk"], roster_key="staff:S001", name="张宁", created_at=now))
    session.flush()
    session.add(RoleGrant(person_id=ids["desk"], role="district", since=now))
    session.flush()
    return ids


def bind(session: Session, person_id: int, channel: str, now: datetime) -> None:
    session.add(Account(channel=channel, external_id=f"id-{person_id}", person_id=person_id, created_at=now))
    session.flush()
