"""Write a stored pack back to a folder: the same files, ready to be edited and imported again."""

from pathlib import Path

from sqlalchemy.orm import Session

from handlers.district.catalogue import SHEETS
from handlers.district.pack import PackErrors
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
