"""The note of what this process has in work: a small file that outlives the process, however it ends.

Written and emptied with one call of the system each, beside the database and not in it: a batch needs no
second commit. It is not flushed to the disk: a machine that loses its power loses what nobody was told was safe.
"""

import enum
import fcntl
import os
import secrets
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import structlog

from bot.channels.wechat_envelope import read_genuine
from handlers.intake import Intake

log = structlog.get_logger(__name__)

FOLDER = "in-work"
_ENDING = ".note"


class Phase(enum.Enum):
    """How far the work had come when the process ended."""

    HANDLING = b"h"
    """The message itself was being dealt with: only this speaks against it."""
    COMMITTING = b"c"


@dataclass(frozen=True, slots=True)
class Left:
    """What a process had in work when it ended."""

    phase: Phase
    intakes: list[Intake]
    waiting: list[Intake]
    """Came with them and had not begun."""
    kept: list[int]
    """Messages that stood in the inbox already."""

    @property
    def alone(self) -> bool:
        return self.phase is Phase.HANDLING and len(self.intakes) + len(self.kept) == 1


class Note:
    """One process's note, locked while the process lives; the system unlocks it when the process ends."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._thread = 0
        self._phase = Phase.HANDLING
        self._file = -1
        while self._file < 0:
            self._path = self._folder / f"{os.getpid()}-{secrets.token_hex(4)}{_ENDING}"
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX)
            if not os.fstat(self._file).st_nlink:  # another process took it for one that was left
                os.close(self._file)
                self._file = -1

    def begin(self, intakes: Sequence[Intake], waiting: Sequence[Intake] = ()) -> None:
        """Note messages that came just now as being handled, and what came with them and waits."""
        self._write([*map(_entry, intakes), *([b"-", *map(_entry, waiting)] if waiting else ())])

    def begin_kept(self, inbox_id: int) -> None:
        """Note a message of the inbox that is tried again."""
        self._write([b"#%d" % inbox_id])

    def committing(self) -> None:
        """Note that the deciding is over: an end from here on is nobody's fault."""
        self._come_to(Phase.COMMITTING)

    def going_on(self) -> None:
        """Note that one more transaction begins for the same piece of work."""
        self._come_to(Phase.HANDLING)

    def blame_nobody(self) -> None:
        """Say from another thread that what is in hand waits for something else."""
        os.pwrite(self._file, Phase.COMMITTING.value, 0)

    def _come_to(self, phase: Phase) -> None:
        if self._thread == threading.get_ident() and self._phase is not phase:
            os.pwrite(self._file, phase.value, 0)
            self._phase = phase

    def clear(self) -> None:
        self._thread = 0
        os.ftruncate(self._file, 0)

    def close(self) -> None:
        """End in order: nothing is in work, so nothing stays."""
        if self._file >= 0:
            with suppress(FileNotFoundError):
                self._path.unlink()
            os.close(self._file)
            self._file = -1

    def orphans(self) -> Iterator[tuple[Path, Left | None]]:
        """Give the notes of processes that have ended, each locked while it is looked at; empty ones go at once."""
        for path in sorted(self._folder.glob(f"*{_ENDING}")):
            try:
                file = os.open(path, os.O_RDWR)
            except FileNotFoundError:
                continue
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                about = os.fstat(file)
                if about.st_nlink:  # else another process took it over a moment ago
                    yield path, _read(os.pread(file, about.st_size, 0))
            except BlockingIOError:
                continue
            finally:
                os.close(file)

    def _write(self, entries: Sequence[bytes]) -> None:
        body = b"\n".join((*entries, b""))
        text = b"%b %d\n%b" % (Phase.HANDLING.value, len(body), body)
        try:
            os.pwrite(self._file, text, 0)
        except OSError as error:  # a full disk: the message is not safe either, and nobody is told it were
            self._thread = 0
            log.warning("what is in work could not be noted", error=error.strerror)
        else:
            self._thread, self._phase = threading.get_ident(), Phase.HANDLING


class Unnoted(Note):
    """Stands for a note where nothing people write comes in."""

    def __init__(self) -> None:
        pass

    def blame_nobody(self) -> None:
        pass

    def _come_to(self, phase: Phase) -> None:
        pass

    def clear(self) -> None:
        pass

    def close(self) -> None:
        pass

    def orphans(self) -> Iterator[tuple[Path, Left | None]]:
        return iter(())

    def _write(self, entries: Sequence[bytes]) -> None:
        pass


def _entry(intake: Intake) -> bytes:
    """Write a message down as it came, behind a line that says how long it is."""
    head = (
        len(intake.raw),
        intake.channel,
        intake.quarantine,
        intake.body_hash,
        intake.nonce_key.encode().hex(),
    )
    return " ".join(map(str, head)).encode() + b"\n" + intake.raw


def _read(text: bytes) -> Left | None:
    """Read a note; what was not written to its end is left out, for nothing was begun with it."""
    head, _, body = text.partition(b"\n")
    phase, _, length = head.partition(b" ")
    if not length.isdigit() or len(body) < int(length) or phase not in {each.value for each in Phase}:
        return None
    left = Left(Phase(phase), [], [], [])
    rest = body[: int(length)]
    into = left.intakes
    while rest:
        line, _, rest = rest.partition(b"\n")
        if line == b"-":
            into = left.waiting
        elif line.startswith(b"#"):
            left.kept.append(int(line[1:]))
        else:
            size, _, about = line.decode().partition(" ")
            into.append(_intake(about, rest[: int(size)]))
            rest = rest[int(size) + 1 :]
    return left


def _intake(about: str, raw: bytes) -> Intake:
    channel, quarantine, body_hash, nonce_key = about.split(" ")
    received = read_genuine(raw, channel=channel)
    return Intake(
        dedupe_key=received.dedupe_key,
        channel=channel,
        sender=received.sender,
        raw=raw,
        message=None if quarantine else received.message,
        quarantine=quarantine or received.quarantine,
        nonce_key=bytes.fromhex(nonce_key).decode(),
        body_hash=body_hash,
    )
