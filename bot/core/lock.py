"""One process per data folder: two writers on one SQLite file would wait for each other."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

LOCK_FILE = "lianxinqiao.lock"


class DataFolderBusyError(Exception):
    """Another process works in this data folder."""


class DataFolderLock:
    """Held while the process works; the system releases it when the process ends, however it ends."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / LOCK_FILE
        self._descriptor: int | None = None

    def __enter__(self) -> Self:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 20).decode("ascii", "replace").strip()
            os.close(descriptor)
            raise DataFolderBusyError(
                f"another process (number {holder or 'unknown'}) is already working in {self._file.parent}; "
                "stop it first, or give this one another LXQ_DATA_DIR"
            ) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        self._descriptor = descriptor
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
