"""Write a stored pack back to a folder: the same files, ready to be edited and imported again."""

from collections.abc import Collection
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.orm import Session

from handlers.district.catalogue import SHEETS
from handlers.district.pack import Pack, PackErrors
from handlers.district.read import read_pack
from handlers.district.settings_file import FILE_NAME, write_settings
from handlers.district.sheets import SETTINGS_SHEET
from handlers.district.store import Rows, load_rows
from handlers.district.tables import write_table


def export(session: Session, folder: Path) -> tuple[Path, ...]:
    """Write the stored pack and give the files; importing them again changes nothing."""
    return write_pack(load_rows(session), folder)


def write_pack(rows: Rows, folder: Path) -> tuple[Path, ...]:
    folder.mkdir(parents=True, exist_ok=True)
    workbooks = [name for sheet in SHEETS if (folder / (name := f"{sheet.name}.xlsx")).exists()]
    if workbooks:
        # It would stand beside the new CSV as a second truth, and it may hold somebody's work.
        raise PackErrors([f"{name} is already in {folder}: take it away first" for name in workbooks])
    settings = folder / FILE_NAME
    write_settings(settings, rows.get(SETTINGS_SHEET, ()))
    files = [settings]
    for sheet in SHEETS:
        path = folder / f"{sheet.name}.csv"
        write_table(path, sheet.column_names, rows.get(sheet.name, ()))
        files.append(path)
    return tuple(files)


def checked(rows: Rows) -> Pack:
    """Give rows as a pack, or raise every fault that a folder of them would have."""
    with TemporaryDirectory() as folder:
        write_pack(rows, Path(folder))
        return read_pack(Path(folder))


def put_sheets(rows: Rows, folder: Path, changed: Collection[str]) -> tuple[Path, ...]:
    """Write the sheets that changed into a pack's folder, a new folder whole; a faulty pack is never written."""
    checked(rows)
    if not folder.exists():
        return write_pack(rows, folder)
    workbooks = [f"{name}.xlsx" for name in changed if (folder / f"{name}.xlsx").exists()]
    if workbooks:
        raise PackErrors([f"{name} is in {folder}: save it as CSV first" for name in workbooks])
    files = []
    for sheet in SHEETS:
        if sheet.name in changed:
            path = folder / f"{sheet.name}.csv"
            beside = path.with_suffix(".new")
            write_table(beside, sheet.column_names, rows.get(sheet.name, ()))
            beside.replace(path)
            files.append(path)
    return tuple(files)
