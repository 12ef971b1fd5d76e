"""Read a pack from its folder; every fault is told at once, each with its file and line."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from handlers.district import checks, settings_file, tables
from handlers.district.catalogue import SHEETS
from handlers.district.pack import Pack, PackErrors
from handlers.district.sheets import SETTINGS_SHEET, Row, Sheet
from handlers.district.tables import Line, UnreadableTableError

DEMO = "demo"
DEMO_FOLDER = Path(__file__).with_name(DEMO)


def pack_folder(word: str) -> Path:
    """Give the folder that a command speaks of; `demo` is the built-in one."""
    return DEMO_FOLDER if word == DEMO else Path(word)


def read_pack(folder: Path) -> Pack:
    """Read and check a folder of district.toml and one CSV or XLSX for each sheet."""
    if not folder.is_dir():
        raise PackErrors([f"{folder} is not a folder"])
    faults = list(_strangers(folder))
    rows: dict[str, Sequence[Row]] = {}
    sources: dict[str, checks.Source] = {}
    settings = folder / settings_file.FILE_NAME
    if settings.is_file():
        rows[SETTINGS_SHEET], found = settings_file.read_settings(settings)
        faults += found
    else:
        faults.append(f"{settings_file.FILE_NAME} is missing")
    for sheet in SHEETS:
        source, found = _read_sheet(folder, sheet)
        faults += found
        if source is not None:
            sources[sheet.name] = source
            rows[sheet.name] = source.rows
    faults += checks.faults_between(sources)
    if faults:
        raise PackErrors(faults)
    return Pack(rows=rows, warnings=tuple(checks.warnings_about(sources)))


def _strangers(folder: Path) -> Iterator[str]:
    known = {sheet.name for sheet in SHEETS}
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "~$")) or path.name == settings_file.FILE_NAME:
            continue
        if path.suffix.lower() in {*tables.ENDINGS, ".toml", ".xls"} and path.stem not in known:
            yield f"{path.name} is not a sheet of a district pack; known: {', '.join(sorted(known))}"
        elif path.suffix.lower() == ".xls":
            yield f"{path.name} is in the old Excel format: save it as .xlsx or .csv"


def _read_sheet(folder: Path, sheet: Sheet) -> tuple[checks.Source | None, list[str]]:
    paths = [path for ending in tables.ENDINGS if (path := folder / f"{sheet.name}{ending}").is_file()]
    if not paths:
        absent = checks.Source(file=f"{sheet.name}.csv", sheet=sheet)
        return (absent, []) if sheet.optional else (None, [f"{sheet.name}.csv (or .xlsx) is missing"])
    if len(paths) > 1:
        return None, [f"{paths[0].name} and {paths[1].name} are both there: keep one"]
    (path,) = paths
    try:
        lines = tables.read_table(path)
    except UnreadableTableError as error:
        return None, [f"{path.name} {error}"]
    if not lines:
        return None, [f"{path.name} is empty: its first line must name the columns"]
    header, *body = lines
    names = tuple(name.lower() for name in header.cells)
    while names and not names[-1]:
        names = names[:-1]
    faults = list(_header_faults(path.name, names, sheet))
    if faults:
        return None, faults
    return _read_rows(path.name, names, body, sheet)


def _header_faults(file: str, names: Sequence[str], sheet: Sheet) -> Iterator[str]:
    for name in sorted(set(names) - set(sheet.column_names)):
        yield f"{file}: column '{name}' is not known; known: {', '.join(sheet.column_names)}"
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"{file}: column '{name}' is there twice"
    for column in sheet.columns:
        if column.required and column.name not in names:
            yield f"{file}: column '{column.name}' is missing"


def _read_rows(
    file: str, names: Sequence[str], body: Sequence[Line], sheet: Sheet
) -> tuple[checks.Source, list[str]]:
    source = checks.Source(file=file, sheet=sheet)
    faults: list[str] = []
    seen: dict[str, int] = {}
    for line in body:
        at = f"{file} line {line.number}"
        if any(line.cells[len(names) :]):
            faults.append(f"{at}: has {len(line.cells)} cells, the first line names {len(names)}")
            continue
        row, found = read_row(dict(zip(names, line.cells, strict=False)), sheet)
        faults += [f"{at}: {fault}" for fault in found]
        source.broken |= bool(found)
        # A row with a fault still lends its key, so that others that name it are not blamed as well.
        key = sheet.key_of(row)
        if key in seen and not found:
            faults.append(f"{at}: {' and '.join(sheet.keys)} '{key}' is already on line {seen[key]}")
            continue
        seen.setdefault(key, line.number)
        source.add(row, line.number)
    return source, faults


def read_row(typed: Mapping[str, str], sheet: Sheet) -> tuple[dict[str, str], list[str]]:
    """Read the cells of one line, and say what is wrong with them."""
    row: dict[str, str] = {}
    faults: list[str] = []
    for column in sheet.columns:
        value = typed.get(column.name, "")
        row[column.name] = value
        if column.required and not value:
            faults.append(f"{column.name} is empty")
            continue
        try:
            row[column.name] = column.read(value or column.default)
        except ValueError as error:
            faults.append(f"{column.name} {error}")
    return row, faults
