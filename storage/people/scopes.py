"""What a person may see, as a condition of the query: scope is checked where rows are read, not in the menu."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from storage.models import Case, CaseAccused


@dataclass(frozen=True, slots=True)
class Scope:
    """Stations and streets by key, or the whole district; `sealed` also shows cases about insiders."""

    district: bool = False
    sealed: bool = False
    streets: frozenset[str] = frozenset()
    stations: frozenset[str] = frozenset()
    person: int = 0
    """Whose it is, where what a person has not seen yet matters."""
    hides: frozenset[str] = frozenset()
    """What its person is accused as, if anybody accuses them: cases that say one of these are not there for them."""

    def __bool__(self) -> bool:
        return self.district or bool(self.streets or self.stations)


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held today in an area (a station's or street's key; empty means the district)."""

    role: str
    area: str


DESK = "desk"
BELOW = "below"
"""Everybody under the district office: whom words mean where nobody can be told apart."""
_ABOVE = frozenset({"district", "operator", "leader"})
_BODIES = {"head": "department"}
"""Roles of which the body has another name."""


def accused_as(person_id: int, grants: Iterable[Grant]) -> frozenset[str]:
    """Give all that words may accuse when they mean this person: the person, and every body they work for."""
    grants = tuple(grants)
    bodies = {
        DESK if grant.role == "district" else f"{_BODIES.get(grant.role, grant.role)}:{grant.area}"
        for grant in grants
    }
    below = () if any(grant.role in _ABOVE for grant in grants) else (BELOW,)
    return frozenset({f"person:{person_id}", *bodies, *below})


def staff_scope(grants: Iterable[Grant], person_id: int) -> Scope:
    """Join what the staff roles of one person open; an operator keeps the machine running and sees no case.

    A case about somebody is not there for them, whatever role they hold.
    """
    grants = tuple(grants)
    district = False
    streets: set[str] = set()
    stations: set[str] = set()
    for grant in grants:
        if grant.role == "district":
            district = True
        elif grant.role == "street":
            streets.add(grant.area)
        elif grant.role == "station":
            stations.add(grant.area)
    return Scope(
        district=district,
        sealed=district,
        person=person_id,
        streets=frozenset(streets),
        stations=frozenset(stations),
        hides=accused_as(person_id, grants),
    )


def deputy_scope(grants: Iterable[Grant]) -> Scope:
    return Scope(stations=frozenset(grant.area for grant in grants if grant.role == "deputy"))


def visible(scope: Scope) -> ColumnElement[bool]:
    """Give the condition under which a case is inside the scope."""
    where: ColumnElement[bool]
    if scope.district:
        where = true()
    elif scope:
        # An empty key means the district desk in a case; in a role it must never open the desk.
        stations = scope.stations - {""}
        where = or_(
            Case.station.in_(stations), Case.street.in_(scope.streets - {""}), Case.industry.in_(stations)
        )
    else:
        where = false()
    if not scope.sealed:
        return and_(where, Case.sealed.is_(False))
    if not scope.hides:
        return where
    about = select(CaseAccused.case_id).where(CaseAccused.who.in_(sorted(scope.hides)))
    return and_(where, or_(Case.sealed.is_(False), Case.id.not_in(about)))
