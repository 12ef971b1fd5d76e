"""The sheets of a district pack: which columns each has, and what may stand in them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from handlers.calendar.holidays import HOLIDAY, WORKDAY
from handlers.district import canned, cells
from handlers.district.cells import Column
from handlers.district.pack import (
    AREA_KINDS,
    COUNTED,
    DEPUTY_LEVELS,
    FEWEST_MONTHS,
    STAFF_ROLES,
    STATION_KINDS,
    WHAT,
)
from nlp.accusing.words import kinds
from nlp.learning.sheets import fault_of_term
from nlp.topics.lexicon import CATEGORIES, DEFAULT_DAYS, STRONGEST

Row = Mapping[str, str]

SETTINGS_SHEET = "district"
"""The lines of district.toml, kept as rows of key and value like every other sheet."""

_NAME = cells.at_most(64)
_MOST_MONTHS = 1200
_DAY_KINDS = {"off": HOLIDAY, "休": HOLIDAY, "work": WORKDAY, "班": WORKDAY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet: its name is the file's name without the ending."""

    name: str
    columns: tuple[Column, ...]
    optional: bool = False
    """A pack of an earlier release has no such file: it is read as if no row stood in it."""
    keys: tuple[str, ...] = ("key",)
    """The columns that together name a row."""

    def key_of(self, row: Row) -> str:
        return "/".join(row[column] for column in self.keys)

    def completed(self, stored: Row) -> dict[str, str]:
        """Give a row that an earlier release stored the columns it has today."""
        return self.all_completed((stored,))[0]

    def all_completed(self, stored: Iterable[Row]) -> list[dict[str, str]]:
        columns = [(column.name, column.default) for column in self.columns]
        return [{name: row.get(name, default) for name, default in columns} for row in stored]

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


def _column(
    name: str,
    read: cells.Reader = cells.words,
    *,
    required: bool = False,
    default: str = "",
    refers_to: str = "",
) -> Column:
    return Column(name=name, read=read, required=required, default=default, refers_to=refers_to)


def _day_kind(value: str) -> str:
    return cells.one_of(HOLIDAY, WORKDAY)(_DAY_KINDS.get(value, value))


def _yes_no_or_empty(value: str) -> str:
    return cells.yes_or_no(value) if value else ""


def _months(value: str) -> str:
    """Read after how many months something goes; a voter is asked again within the first ones."""
    months = int(cells.whole_number(value))
    if not FEWEST_MONTHS <= months <= _MOST_MONTHS:
        raise ValueError(f"must be {FEWEST_MONTHS} to {_MOST_MONTHS}")
    return str(months)


def _counted(value: str) -> str:
    """Read what the figure of a kind is made of, the foremost first."""
    for item in filter(None, cells.items(value).split(";")):
        cells.one_of(*COUNTED)(item)
    return cells.items(value)


def _folded(value: str) -> str:
    # Pieces that a program learned may be any letters; what they weigh keeps them in bounds.
    if fault := fault_of_term(value, learned=True):
        raise ValueError(fault)
    return cells.at_most(48)(value)


def _weight(value: str) -> str:
    """Keep a weight as it is written: learned ones have many digits."""
    try:
        weight = float(value)
    except ValueError:
        raise ValueError(f"'{value}' is not a number") from None
    if not -STRONGEST <= weight <= STRONGEST or not weight:
        raise ValueError(f"{value} must lie between -{STRONGEST:g} and {STRONGEST:g} and not be 0")
    return value


_KEY = _column("key", cells.key, required=True)
_MEMBER = _column("wecom", cells.member)
_LONGITUDE = _column("longitude", cells.between(73, 136))
_LATITUDE = _column("latitude", cells.between(3, 54))
_PHONE = _column("phone", cells.at_most(32))

AREAS = Sheet(
    name="areas",
    columns=(
        _KEY,
        _column("name", _NAME, required=True),
        _column("kind", cells.one_of(*AREA_KINDS), required=True),
        _column("parent", refers_to="areas"),
        _column("boundary", cells.outline),
    ),
)

STATIONS = Sheet(
    name="stations",
    columns=(
        _KEY,
        _column("name", _NAME, required=True),
        _column("kind", cells.one_of(*STATION_KINDS), required=True),
        _column("area", refers_to="areas"),
        _column("street", refers_to="areas"),
        _column("address", cells.at_most(128)),
        _LONGITUDE,
        _LATITUDE,
        _column("hours", cells.at_most(64)),
        _PHONE,
        _column("speciality"),
        _column("industry"),
        _column("room", cells.at_most(32)),
        _column("features", cells.items),
        _column("active", cells.yes_or_no, default="yes"),
    ),
)

DEPUTIES = Sheet(
    name="deputies",
    columns=(
        _KEY,
        _column("name", _NAME, required=True),
        _column("level", cells.one_of(*DEPUTY_LEVELS), required=True),
        _column("stations", cells.items, refers_to="stations"),
        _PHONE,
        _column("sector"),
        _column("active", cells.yes_or_no, default="yes"),
        _MEMBER,
    ),
)

STAFF = Sheet(
    name="staff",
    columns=(
        _KEY,
        _column("name", _NAME, required=True),
        _column("role", cells.one_of(*STAFF_ROLES), required=True),
        _column("area"),
        _PHONE,
        _MEMBER,
    ),
)

DEPARTMENTS = Sheet(
    name="departments",
    columns=(
        _KEY,
        _column("name", _NAME, required=True),
        _column("short"),
        _column("aliases", cells.items),
        _PHONE,
        _column("leader", refers_to="staff"),
    ),
)

PLACES = Sheet(
    name="places",
    columns=(
        _KEY,
        _column("name", _NAME, required=True),
        _column("kind", required=True),
        _column("area", refers_to="areas"),
        _column("station", refers_to="stations"),
        _column("aliases", cells.items),
        _LONGITUDE,
        _LATITUDE,
    ),
)

TOPICS = Sheet(
    name="topics",
    columns=(
        _KEY,
        _column("label", cells.at_most(32), required=True),
        _column("category", cells.one_of(*CATEGORIES), required=True),
        _column("department"),
        _column("industry"),
        _column("days", cells.whole_number, default=str(DEFAULT_DAYS)),
    ),
)

LEXICON = Sheet(
    name="lexicon",
    keys=("term", "topic"),
    columns=(
        _column("term", _folded, required=True),
        _column("topic", required=True, refers_to="topics"),
        _column("weight", _weight, default="1"),
        _column("note"),
    ),
)

DUTY_RULES = Sheet(
    name="duty_rules",
    columns=(
        _KEY,
        _column("name", _NAME, required=True),
        _column("short_name"),
        _column("pattern", required=True),
        _column("day", cells.whole_number),
        _column("months", cells.whole_numbers),
        _column("nth", cells.whole_number),
        _column("weekday", cells.whole_number),
        _column("anchor", cells.day),
        _column("audience", default="all"),
        _column("venue", cells.at_most(48)),
        _column("starts", cells.clock, default="09:00"),
        _column("ends", cells.clock),
        _column("theme", cells.at_most(64)),
        _column("leads", cells.whole_numbers, default="7;1;0"),
        _column("holiday", default="hold"),
        _column("active", cells.yes_or_no, default="yes"),
        _column("receives", _yes_no_or_empty),
        _column("slot_minutes", cells.whole_number, default="20"),
        _column("seats", cells.whole_number, default="1"),
    ),
)

HOLIDAYS = Sheet(
    name="holidays",
    keys=("date",),
    columns=(
        _column("date", cells.day, required=True),
        _column("kind", _day_kind, required=True),
        _column("name"),
    ),
)

TEXTS = Sheet(
    name="texts",
    columns=(_column("key", required=True), _column("text", cells.paragraph, required=True)),
)

RETENTION = Sheet(
    name="retention",
    optional=True,
    keys=("category", "what"),
    columns=(
        _column("category", cells.one_of("*", *CATEGORIES), required=True),
        _column("what", cells.one_of(*WHAT), required=True),
        _column("months", _months, required=True),
    ),
)

REPLIES = Sheet(
    name="replies",
    optional=True,
    columns=(
        _KEY,
        _column("step", cells.one_of(*canned.STEPS), required=True),
        _column("topics", cells.items, refers_to="topics"),
        _column("text", cells.paragraph, required=True),
    ),
)

ACTIVITIES = Sheet(
    name="activities",
    optional=True,
    columns=(
        _column("key", cells.key, required=True),
        _column("name", cells.at_most(16), required=True),
        _column("aliases", cells.items),
        _column("counts", _counted, default="times"),
        _column("units", cells.items, default="次"),
        _column("receives", cells.yes_or_no, default="no"),
    ),
)

INSIDER_WORDS = Sheet(
    name="insider_words",
    optional=True,
    keys=("word",),
    columns=(
        _column("word", cells.at_most(16), required=True),
        _column("kind", cells.one_of(*kinds()), required=True),
    ),
)

CAMPAIGNS = Sheet(
    name="campaigns",
    optional=True,
    columns=(
        _KEY,
        _column("name", cells.at_most(24), required=True),
        _column("since", cells.day, required=True),
        _column("until", cells.day, required=True),
        _column("aliases", cells.items),
    ),
)
