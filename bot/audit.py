"""What was done at the machine: one line for each command that changes something or copies data out."""

import getpass
import json
import os
from datetime import datetime

from bot.settings import Settings

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
    """Notes now and then in the file where the chain in the database stands: whoever changes all of it there is found out."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._noted = 0

    def note(self, position: int, sealed: str, now: datetime) -> bool:
        """Write the head down if it has moved; True if it was."""
        if position == self._noted:
            return False
        note_command(self._settings, now, _HEAD, position=str(position), hash=sealed)
        self._noted = position
        return True


def note_put_back(settings: Settings, now: datetime) -> None:
    """Note that the record is another now: what was noted of the one before holds no more."""
    note_command(settings, now, _PUT_BACK)


def anchors(settings: Settings) -> dict[int, str]:
    """Read the hashes by position that were noted since the record was last put back from a backup."""
    found: dict[int, str] = {}
    file = settings.data_dir / FILE
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    for line in lines:
        if not line.endswith("}"):
            continue  # cut off by a crash
        entry = json.loads(line)
        if entry["command"] == _PUT_BACK:
            found.clear()
        elif entry["command"] == _HEAD:
            found[int(entry["position"])] = entry["hash"]
    return found


def machine_user() -> str:
    """Name the user of the system, and behind sudo the one who became it."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = str(os.getuid())
    before = os.environ.get("SUDO_USER", "")
    return f"{before} as {user}" if before and before != user else user
