"""The file of a backup: a compressed archive with a manifest of checksums, read to its end before it is trusted."""

import hashlib
import io
import json
import os
import shutil
import tarfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO

from pydantic import BaseModel, ValidationError

MANIFEST = "manifest.json"
MEDIA = "media/"
ARCHIVE = "archive/"
FORMAT = 1
CHUNK = 1 << 20


class BackupError(Exception):
    """The copy was not made or not put back; the sentence says why and what to do."""


class Manifest(BaseModel):
    """What an archive holds."""

    format: int = FORMAT
    made_at: datetime
    version: str
    engine: str
    revisions: list[str]
    files: dict[str, str]
    """Name in the archive and its SHA-256."""


def read_manifest(source: Path) -> Manifest:
    """Read an archive to its end and compare every checksum with what its manifest promises."""
    found: dict[str, str] = {}
    manifest: Manifest | None = None
    try:
        for name, stream in _members(source):
            if name == MANIFEST:
                manifest = Manifest.model_validate_json(stream.read())
            else:
                found[name] = _checksum_of(stream)
    except (tarfile.TarError, OSError, EOFError, ValidationError) as error:
        raise BackupError(
            f"{source} cannot be read as a backup ({type(error).__name__}); nothing was changed"
        ) from error
    if manifest is None or manifest.format != FORMAT:
        raise BackupError(f"{source} is not a backup that this version can read; nothing was changed")
    wrong = sorted(
        name for name in found.keys() | manifest.files.keys() if found.get(name) != manifest.files.get(name)
    )
    if wrong:
        raise BackupError(
            f"{source} is damaged ({', '.join(wrong[:3])}); nothing was changed, use another backup"
        )
    return manifest


def pack(archive: Path, manifest: Manifest, files: dict[str, Path]) -> None:
    with archive.open("wb") as stream:
        os.fchmod(stream.fileno(), 0o600)
        with tarfile.open(fileobj=stream, mode="w:gz", compresslevel=6) as tar:
            text = json.dumps(manifest.model_dump(mode="json"), ensure_ascii=False, indent=1).encode()
            entry = tarfile.TarInfo(MANIFEST)
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text))
            for name, path in files.items():
                tar.add(path, name, recursive=False)
        stream.flush()
        os.fsync(stream.fileno())


def unpack(source: Path, manifest: Manifest, folder: Path) -> None:
    for name, stream in _members(source):
        target = (folder / name).resolve()
        if name in manifest.files and target.is_relative_to(folder.resolve()):
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as copy:
                shutil.copyfileobj(stream, copy, CHUNK)


def _members(source: Path) -> Iterator[tuple[str, IO[bytes]]]:
    with tarfile.open(source, mode="r:gz") as tar:
        for member in tar:
            stream = tar.extractfile(member)
            if stream is not None:
                with stream:
                    yield member.name, stream


def checksum(path: Path) -> str:
    with path.open("rb") as stream:
        return _checksum_of(stream)


def _checksum_of(stream: IO[bytes]) -> str:
    checksum = hashlib.sha256()
    while chunk := stream.read(CHUNK):
        checksum.update(chunk)
    return checksum.hexdigest()
