"""Estates, roads, schools and markets from a list, as rows of a pack's places; every fault with its line."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from handlers.district.pack import PackErrors
from handlers.district.read import read_row
from handlers.district.records import point_of
from handlers.district.sheets import PLACES, Row
from handlers.district.store import Rows
from handlers.district.tables import UnreadableTableError, read_table
from nlp.places.place_names import short_title, stem
from nlp.text.fold import fold

_COLUMNS: Mapping[str, str] = {
    "名称": "name",
    "地名": "name",
    "类别": "kind",
    "类型": "kind",
    "所属": "area",
    "社区": "area",
    "parent": "area",
    "站点": "station",
    "别名": "aliases",
    "经度": "longitude",
    "纬度": "latitude",
    "编号": "key",
}
"""Other headings that people give the columns."""
_KINDS: Mapping[str, str] = {
    "小区": "estate",
    "道路": "road",
    "路": "road",
    "学校": "school",
    "公园": "park",
    "市场": "market",
    "医院": "hospital",
}
_DEFAULT_KIND = "estate"


@dataclass(slots=True, kw_only=True)
class _Areas:
    """The areas of a pack by every way to name them."""

    rows: Mapping[str, Row]
    by_name: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def find(self, words: str) -> tuple[str, str]:
        """Give the key that words mean, or say what is wrong with them."""
        if words in self.rows:
            return words, ""
        found = self.by_name.get(short_title(fold(words)), [])
        if len(found) == 1:
            return found[0], ""
        if found:
            streets = "、".join(self.rows[self.rows[key]["parent"]]["name"] for key in found)
            return "", f"area '{words}' lies in several streets ({streets}): write the street before it"
        return "", f"area '{words}' is neither the key nor the name of an area"


def _areas(rows: Rows) -> _Areas:
    by_key = {row["key"]: row for row in rows.get("areas", ())}
    areas = _Areas(rows=by_key)
    for key, row in by_key.items():
        name = fold(row["name"])
        areas.by_name[name].append(key)
        if around := by_key.get(row["parent"]):
            before = fold(around["name"])
            for words in {before, stem(before)} - {""}:
                areas.by_name[words + name].append(key)
    return areas


def with_places(rows: Rows, path: Path, *, datum: str, pack_datum: str) -> Rows:
    """Add the places of a list; one that is there already under its name and area is brought up to date."""
    try:
        lines = read_table(path)
    except (UnreadableTableError, OSError) as error:
        raise PackErrors([f"{path.name} {error}"]) from error
    if not lines:
        raise PackErrors([f"{path.name} is empty: its first line must name the columns"])
    names = [_COLUMNS.get(name, name.lower()) for name in lines[0].cells]
    faults = list(_heading_faults(path.name, names, datum, pack_datum))
    if faults:
        raise PackErrors(faults)
    areas = _areas(rows)
    places = {row["key"]: dict(row) for row in rows.get("places", ())}
    keys = {(row["name"], row["area"], row["station"]): key for key, row in places.items()}
    seen: dict[tuple[str, str, str], int] = {}
    for line in lines[1:]:
        typed = dict(zip(names, line.cells, strict=False))
        row, found = _read(typed, areas, rows)
        twin = (row["name"], row["area"], row["station"])
        row["key"] = row["key"] or keys.get(twin, "") or _next_key(places)
        if twin in seen:
            found.append(f"'{row['name']}' stands in line {seen[twin]} already")
        elif not found:
            seen[twin] = line.number
        faults += [f"{path.name} line {line.number}: {fault}" for fault in found]
        if not found:
            before = places.get(row["key"], {})
            places[row["key"]] = _joined(before, _in_datum(row, datum, pack_datum))
            keys[twin] = row["key"]
    if faults:
        raise PackErrors(faults)
    return {**rows, "places": list(places.values())}


def _heading_faults(file: str, names: Sequence[str], datum: str, pack_datum: str) -> Iterator[str]:
    known = PLACES.column_names
    for name in names:
        if name and name not in known:
            yield f"{file}: column '{name}' is not known; known: {', '.join(known)}"
    if "name" not in names:
        yield f"{file}: column 'name' is missing"
    if datum == "gcj02" and pack_datum == "wgs84":
        yield f"{file}: its coordinates are GCJ-02, those of the pack WGS-84: convert one of them first"


def _read(typed: Mapping[str, str], areas: _Areas, rows: Rows) -> tuple[dict[str, str], list[str]]:
    """Read one line as a row of places; without a kind it is an estate."""
    kind = typed.get("kind", "")
    row, faults = read_row(
        {**typed, "key": typed.get("key") or "-", "kind": _KINDS.get(kind, kind) or _DEFAULT_KIND}, PLACES
    )
    row["key"] = typed.get("key", "")
    stations = {each["key"] for each in rows.get("stations", ())}
    if row["station"] and row["station"] not in stations:
        faults.append(f"station '{row['station']}' is not in the pack")
    if row["area"]:
        row["area"], fault = areas.find(row["area"])
        faults += [fault] if fault else []
    elif not row["station"]:
        faults.append("needs an area or a station, else nobody knows who takes care")
    if bool(row["longitude"]) != bool(row["latitude"]):
        faults.append("has only one of longitude and latitude")
    return row, faults


def _joined(before: Row, row: Row) -> dict[str, str]:
    """Bring a place up to date: an empty cell of the list takes nothing away, aliases come together."""
    joined = {**before, **{name: value for name, value in row.items() if value or name not in before}}
    aliases = dict.fromkeys([*before.get("aliases", "").split(";"), *row["aliases"].split(";")])
    joined["aliases"] = ";".join(filter(None, aliases))
    return joined


def _in_datum(row: Row, datum: str, pack_datum: str) -> dict[str, str]:
    point = point_of(row, datum) if datum != pack_datum else None
    if point is None:
        return dict(row)
    return {**row, "longitude": f"{point.longitude:.6f}", "latitude": f"{point.latitude:.6f}"}


def _next_key(places: Mapping[str, Row]) -> str:
    number = len(places) + 1
    while f"P{number:05d}" in places:
        number += 1
    return f"P{number:05d}"
