"""What was done at the machine: one line for each command that changes something or copies data out."""

import getpass
import json
import os
from datetime import datetime

from bot.settings import Settings

FILE = "audit.log"


def note_command(settings: Settings, now: datetime, command: str, **details: str) -> None:
    """Append who did what, when, and make it last before the command goes on."""
    line = {"at": now.isoformat(), "by": _who(), "command": command, **details}
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    # Appending only, and for the own user: a line is never rewritten by us.
    descriptor = os.open(settings.data_dir / FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, (json.dumps(line, ensure_ascii=False) + "\n").encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _who() -> str:
    """Name the user of the system, and behind sudo the one who became it."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = str(os.getuid())
    before = os.environ.get("SUDO_USER", "")
    return f"{before} as {user}" if before and before != user else user
