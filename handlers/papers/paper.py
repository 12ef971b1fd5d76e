"""What every paper has: who asked, for which part of the district, and the file that comes out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from handlers.context import World
from handlers.district.district import District
from storage.figures.documents import Wanted
from storage.models import Person
from storage.people.scopes import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A file that is made, and what must be known of it later."""

    name: str
    content: bytes = field(repr=False)
    rows: int = 0
    facts: Mapping[str, Any] = field(default_factory=dict)


Render = Callable[[], Paper]
"""Makes the file of what was read; needs no database."""
Maker = Callable[[Session, World, Wanted], Render]
"""Reads what a paper needs, and gives what makes the file of it."""


def scope_name(scope: Scope, district: District) -> str:
    """Say which part of the district a file covers."""
    if scope.district:
        return district.settings.name
    areas = [district.areas[key].name for key in sorted(scope.streets) if key in district.areas]
    stations = [district.stations[key].name for key in sorted(scope.stations) if key in district.stations]
    return "、".join((*areas, *stations))


def asker_name(session: Session, person_id: int) -> str:
    person = session.get(Person, person_id)
    return person.name if person else ""


def compact(day: date) -> str:
    """Give a day as it stands in the name of a file."""
    return f"{day:%Y%m%d}"
