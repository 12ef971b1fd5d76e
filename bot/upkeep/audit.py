"""What was done at the machine: one line for each command that changes something or copies data out."""

import getpass
import json
import os
from datetime import datetime
from pathlib import Path

import structlog

from bot.core.settings import Settings

log = structlog.get_logger()

FILE = "audit.log"
_HEAD, _PUT_BACK = "audit head", "audit put back"


def note_command(settings: Settings, now: datetime, command: str, **details: str) -> None:
    """Append who did what, when, and make it last before the command goes on."""
    line = {"at": now.isoformat(), "by": machine_user(), "command": command, **details}
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    # Appending only, and for the own user: a line is never rewritten by us.
    descriptor = os.open(settings.data_dir / FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, (json.dumps(line, ensure_ascii=False) + "\n").encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Anchors:
    """Notes in the file where the chain in the database stands: whoever changes all of it there is found out."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._noted = 0

    def note(self, position: int, sealed: str, now: datetime) -> bool:
        """Write the head down if it has moved; True if it was."""
        if position == self._noted:
            return False
        try:
            note_command(self._settings, now, _HEAD, position=str(position), hash=sealed)
        except OSError as error:
            # What was read was read; the tick notes it as soon as the file can be written again.
            log.error("the end of the audit chain could not be noted", error=error.strerror)  # noqa: TRY400 -- no place in the code to look at
            return False
        self._noted = position
        return True


def note_put_back(settings: Settings, now: datetime) -> None:
    """Note that the record is another now: what was noted of the one before holds no more."""
    note_command(settings, now, _PUT_BACK)


def anchors(settings: Settings, *copies: Path) -> dict[int, set[str]]:
    """Read the hashes by position that were noted since the record was last put back, here and in copies of the file."""
    found: dict[int, set[str]] = {}
    for file in (settings.data_dir / FILE, *copies):
        for position, noted in _anchors_in(file).items():
            found.setdefault(position, set()).update(noted)
    return found


def _anchors_in(file: Path) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    for line in lines:
        if not line.endswith("}"):
            continue  # cut off by a crash
        entry = json.loads(line)
        if entry["command"] == _PUT_BACK:
            found.clear()
        elif entry["command"] == _HEAD:
            found.setdefault(int(entry["position"]), set()).add(entry["hash"])
    return found


def machine_user() -> str:
    """Name the user of the system, and behind sudo the one who became it."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = str(os.getuid())
    before = os.environ.get("SUDO_USER", "")
    return f"{before} as {user}" if before and before != user else user
