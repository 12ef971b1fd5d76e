"""From a table of divisions to a pack: streets, communities and a station for each, beside what staff wrote already."""

from collections.abc import Mapping

from handlers.district.divisions import Divisions
from handlers.district.read import DEMO_FOLDER, read_pack
from handlers.district.sheets import AREAS, DEPARTMENTS, SETTINGS_SHEET, STATIONS, Row
from handlers.district.store import Rows
from nlp.places.place_names import short_title, stem

_STREET_DIGITS = 9
_TOWN_ENDINGS = ("镇", "乡", "苏木")
_SHARED_SHEETS = (
    "departments",
    "topics",
    "lexicon",
    "duty_rules",
    "holidays",
    "replies",
    "retention",
    "activities",
)
"""What a new pack takes over from the built-in one: no place and no person is in it."""

_Table = dict[str, dict[str, str]]


def new_pack(found: Divisions) -> Rows:
    """Give a pack that has everything but people and places."""
    demo = read_pack(DEMO_FOLDER).rows
    rows: dict[str, list[Row]] = {name: [dict(row) for row in demo[name]] for name in _SHARED_SHEETS}
    name = found.name or found.code
    invented = next(row["name"] for row in demo["areas"] if row["kind"] == "district")
    rows["departments"] = [
        DEPARTMENTS.completed({**row, "name": row["name"].replace(invented, name), "phone": "", "leader": ""})
        for row in demo["departments"]
    ]
    rows[SETTINGS_SHEET] = [
        {"key": "name", "value": _quoted(name)},
        {"key": "city", "value": _quoted(found.city)},
        {"key": "account_name", "value": _quoted(f"{name}人大代表联络站")},
    ]
    return rows


def _quoted(words: str) -> str:
    return '"' + words.replace("\\", "").replace('"', "") + '"'


def with_divisions(rows: Rows, found: Divisions, *, replace: bool = False) -> Rows:
    """Add the areas and stations of a table; what stands there already is kept, or renamed where that is asked for."""
    areas: _Table = {row["key"]: dict(row) for row in rows.get("areas", ())}
    keys = _keys_by_name(areas)
    taken = {found.code: _put(areas, keys, found.code, _district(found), "", replace=replace)}
    for code, name in {**found.streets, **found.communities}.items():
        parent = taken[found.code if code in found.streets else code[:_STREET_DIGITS]]
        values = {"name": short_title(name), "kind": _kind(code, name, found), "parent": parent}
        taken[code] = _put(areas, keys, code, values, parent, replace=replace)
    stations: _Table = {row["key"]: dict(row) for row in rows.get("stations", ())}
    served = {row["area"] for row in stations.values() if row["kind"] != "industry"}
    names = _station_names(areas, taken)
    for code, key in taken.items():
        if code != found.code and key not in served:
            street = taken[code[:_STREET_DIGITS]]
            station = {"key": f"S{key}", "name": names[key], "area": key, "street": street}
            kind = "street" if code in found.streets else "community"
            stations.setdefault(station["key"], STATIONS.completed({**station, "kind": kind}))
    return {**rows, "areas": list(areas.values()), "stations": list(stations.values())}


def _district(found: Divisions) -> dict[str, str]:
    return {"name": found.name or found.code, "kind": "district", "parent": ""}


def _kind(code: str, name: str, found: Divisions) -> str:
    if code in found.streets:
        return "town" if name.endswith(_TOWN_ENDINGS) else "street"
    return "village" if short_title(name).endswith("村") else "community"


def _keys_by_name(areas: _Table) -> dict[tuple[str, str], str]:
    """Find the areas that staff entered under keys of their own, by name and the name around."""
    return {
        (row["name"], row["parent"] if row["kind"] != "district" else ""): key for key, row in areas.items()
    }


def _put(
    areas: _Table,
    keys: Mapping[tuple[str, str], str],
    code: str,
    values: dict[str, str],
    parent: str,
    *,
    replace: bool,
) -> str:
    key = code if code in areas else keys.get((values["name"], parent), code)
    if key not in areas:
        areas[key] = AREAS.completed({"key": key, **values})
    elif replace:
        areas[key] |= values
    return key


def _station_names(areas: _Table, taken: Mapping[str, str]) -> dict[str, str]:
    """Name a station after its area, with the street before it where two areas have one name."""
    keys = list(taken.values())
    names = [areas[key]["name"] for key in keys]
    return {
        key: f"{_street_before(areas[key], areas) if names.count(name) > 1 else ''}{name}联络站"
        for key, name in zip(keys, names, strict=True)
    }


def _street_before(area: Row, areas: _Table) -> str:
    around = areas.get(area["parent"], {}).get("name", "")
    return stem(around) or around


def missing_from(rows: Rows, found: Divisions) -> list[str]:
    """Name the areas of a pack that the table does not have: staff look whether they were dissolved."""
    known = {found.code, *found.streets, *found.communities}
    names = {short_title(name) for name in (*found.streets.values(), *found.communities.values())}
    return [
        f"{row['key']} {row['name']}"
        for row in rows.get("areas", ())
        if row["kind"] not in {"district", "grid"} and row["key"] not in known and row["name"] not in names
    ]
