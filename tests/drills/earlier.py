"""The code of an earlier version, taken out of the history, for processes that work beside those of this one."""

import io
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
REVISIONS = "storage/migrations/versions/"
FLOOR = "schema_floor"
"""Since this revision a process goes on working on a newer database."""


class NoEarlierVersionError(Exception):
    """The history holds none that can be tried; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Earlier:
    folder: Path
    commit: str
    behind: int
    """How many revisions of the database came after it."""


def earlier_version(folder: Path) -> Earlier:
    """Unpack the last release, or else the oldest commit, whose database this version expands."""
    try:
        now = _revisions("HEAD")
        releases = _git("tag", "--merged", "HEAD", "--sort=-creatordate", "--no-contains", "HEAD").split()
        oldest = _git("log", "--reverse", "--format=%H", "--", REVISIONS).split()
    except (OSError, subprocess.CalledProcessError):
        raise NoEarlierVersionError("this is not a clone with its history") from None
    for commit in (*releases, *oldest):
        then = _revisions(commit)
        if then < now and any(FLOOR in name for name, _ in then):
            _unpack(commit, folder)
            return Earlier(folder, commit[:9], len(now - then))
    raise NoEarlierVersionError(
        "no earlier version whose database this one expands is in the history of this clone"
    )


def version_at(commit: str, folder: Path) -> Path:
    """Unpack one version of the history."""
    try:
        _unpack(commit, folder)
    except (OSError, subprocess.CalledProcessError):
        raise NoEarlierVersionError(f"{commit} is not in the history of this clone") from None
    return folder


def _revisions(commit: str) -> set[tuple[str, str]]:
    """Give name and content (by its hash) of each revision."""
    lines = (line.split() for line in _git("ls-tree", commit, REVISIONS).splitlines())
    return {(Path(path).name, content) for _, _, content, path in lines}


def _unpack(commit: str, folder: Path) -> None:
    packed = subprocess.run(["git", "archive", commit], cwd=ROOT, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout
