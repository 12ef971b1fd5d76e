"""One cell of a sheet: what people type there, and the one way of writing that is kept."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time

Reader = Callable[[str], str]
"""Gives a cell's one way of writing; raises ValueError with the words that complete `column …`."""

_FEWEST_CORNERS = 3
_CLOCK = re.compile(r"(\d{1,2})[:：](\d{2})(?::00)?")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00:00)?")
_WHOLE = re.compile(r"(-?\d+)(?:\.0)?")
_LIST_MARK = re.compile(r"[;；、,，|]")
_KEY = re.compile(r"[^\s;；、,，|:：/]{1,32}")
_MEMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.@-]{0,63}", re.ASCII)
_YES = frozenset({"yes", "y", "true", "1", "是", "在任", ""})
_NO = frozenset({"no", "n", "false", "0", "否", "离任"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a sheet."""

    name: str
    read: Reader
    required: bool = False
    default: str = ""
    refers_to: str = ""
    """The sheet whose keys this cell (or each item of its list) must name."""


def words(value: str) -> str:
    return " ".join(value.split())


def paragraph(value: str) -> str:
    """Keep line breaks: a sentence of the bot may have several lines."""
    return value.replace("\r\n", "\n").strip()


def at_most(length: int) -> Reader:
    def read(value: str) -> str:
        value = words(value)
        if len(value) > length:
            raise ValueError(f"has {len(value)} characters, at most {length} fit")
        return value

    return read


def key(value: str) -> str:
    if not _KEY.fullmatch(value):
        raise ValueError(f"'{value}' cannot be a key: no spaces, no ; , / : and at most 32 characters")
    return value


def member(value: str) -> str:
    """Read the UserID (账号) that the WeCom console shows for a member."""
    if value and not _MEMBER.fullmatch(value):
        raise ValueError(f"'{value}' is no UserID of WeCom: letters, digits and _ . @ - only, at most 64")
    return value


def one_of(*choices: str) -> Reader:
    def read(value: str) -> str:
        if value and value not in choices:
            raise ValueError(f"'{value}' is not one of {', '.join(choices)}")
        return value

    return read


def items(value: str) -> str:
    """Read a list: people write ; or 、 or a comma between its items."""
    return ";".join(item for part in _LIST_MARK.split(value) if (item := words(part)))


def whole_numbers(value: str) -> str:
    return ";".join(whole_number(item) for item in items(value).split(";") if item)


def whole_number(value: str) -> str:
    if not value:
        return ""
    found = _WHOLE.fullmatch(value)
    if not found:
        raise ValueError("is not a whole number")
    return str(int(found[1]))


def between(low: float, high: float) -> Reader:
    """Read a coordinate in degrees; six decimals are ten centimetres."""

    def read(value: str) -> str:
        if not value:
            return ""
        try:
            number = float(value)
        except ValueError:
            raise ValueError("is not a number") from None
        if not low <= number <= high:
            raise ValueError(f"{value} is outside {low:g} to {high:g}")
        return f"{number:.6f}".rstrip("0").rstrip(".")

    return read


_LONGITUDE, _LATITUDE = between(73, 136), between(3, 54)


def outline(value: str) -> str:
    """Read the outline of an area: points of longitude and latitude, `120.33 30.31;120.34 30.31;120.34 30.32`."""
    corners = [corner.replace(",", " ").split() for corner in re.split(r"[;；|\n]", value) if corner.strip()]
    if not corners:
        return ""
    if len(corners) < _FEWEST_CORNERS:
        raise ValueError(
            "needs three points or more, longitude and latitude with a space between, ; between points"
        )
    try:
        points = [(_LONGITUDE(longitude), _LATITUDE(latitude)) for longitude, latitude in corners]
    except ValueError as error:
        raise ValueError(f"has a point that is none: {error}") from None
    return ";".join(" ".join(point) for point in points)


def yes_or_no(value: str) -> str:
    lowered = value.lower()
    if lowered in _YES:
        return "yes"
    if lowered in _NO:
        return "no"
    raise ValueError(f"'{value}' is neither yes nor no")


def clock(value: str) -> str:
    if not value:
        return ""
    found = _CLOCK.fullmatch(value)
    try:
        return time(int(found[1]), int(found[2])).strftime("%H:%M") if found else _refuse_clock(value)
    except ValueError:
        return _refuse_clock(value)


def _refuse_clock(value: str) -> str:
    raise ValueError(f"'{value}' is not a time of day such as 09:00") from None


def day(value: str) -> str:
    if not value:
        return ""
    found = _DAY.fullmatch(value)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])).isoformat() if found else _refuse_day(value)
    except ValueError:
        return _refuse_day(value)


def _refuse_day(value: str) -> str:
    raise ValueError(f"'{value}' is not a date such as 2026-12-10") from None
