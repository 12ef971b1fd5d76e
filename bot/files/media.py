"""Attachments: fetched before WeChat forgets them, stripped of what the phone wrote into them, kept by content."""

import hashlib
import json
import os
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import structlog

from bot.channels.base import Sender, SendError
from bot.core.ticks import Counts
from bot.core.writer import Writer
from bot.files import pictures
from bot.files.pictures import JPEG_START, Cleaned
from handlers.cases.pictures import place_by_picture
from handlers.context import World
from handlers.foreign.reading import Limits, run_apart
from handlers.messages import Point
from storage.cases.attachments import Unfetched, note_attempt, note_fetched, unfetched

log = structlog.get_logger()

UNREADABLE = "unreadable"
LIMITS = Limits(cpu_seconds=10, seconds_a_megabyte=2, memory=1_000_000_000)
"""Of one picture: fifty million points take 150 MB and a second or two."""
FORGOTTEN_AFTER = timedelta(days=3)
"""WeChat keeps no medium longer."""


def fetch_media(writer: Writer, senders: Mapping[str, Sender], folder: Path, world: World) -> Counts:
    """Fetch what voters sent; what fails for good is noted, what fails for now is tried again for three days."""
    counts = {"fetched": 0, "failed": 0}
    for part in writer.transact(unfetched):
        columns = _fetch(part, senders, folder)
        if not columns and part.sent_at < world.now - FORGOTTEN_AFTER:
            columns = {"fetch_error": "expired"}
        if columns:
            writer.transact(partial(note_fetched, part_id=part.part_id, **columns))
            if "datum" in columns:
                taken_at = Point(**{name: columns[name] for name in ("longitude", "latitude", "datum")})
                writer.transact(partial(place_by_picture, part_id=part.part_id, point=taken_at, world=world))
            counts["failed" if "fetch_error" in columns else "fetched"] += 1
        else:
            writer.transact(partial(note_attempt, part_id=part.part_id))
    return counts


def _fetch(part: Unfetched, senders: Mapping[str, Sender], folder: Path) -> dict[str, Any]:
    sender = senders.get(part.channel)
    if sender is None:
        return {}
    try:
        content = sender.download_media(part.media_id)
    except SendError as error:
        log.info("media not fetched", part_id=part.part_id, error=error.code)
        return {} if error.retryable or error.outcome_unknown else {"fetch_error": error.code}
    cleaned = cleaned_apart(content)
    if cleaned is None:
        log.info("media not kept", part_id=part.part_id, error=UNREADABLE)
        return {"fetch_error": UNREADABLE}
    try:
        columns: dict[str, Any] = {"stored_as": keep(cleaned.content, folder)}
    except OSError as error:
        log.warning("media not kept", part_id=part.part_id, error=error.strerror)
        return {}
    if cleaned.position:
        longitude, latitude = cleaned.position
        columns |= {"longitude": longitude, "latitude": latitude, "datum": "wgs84"}
    return columns


def cleaned_apart(content: bytes, limits: Limits = LIMITS) -> Cleaned | None:
    """Clean a picture in a process of its own: what takes too long or too much is no picture."""
    if not content.startswith(JPEG_START):
        return Cleaned(content, None)
    said, killed = run_apart(Path(pictures.__file__), content, limits)
    if killed or not said:
        return None
    position, _, rest = said.partition(b"\n")
    at = json.loads(position)
    return Cleaned(rest, tuple(at) if at else None)


def keep(content: bytes, folder: Path) -> str:
    """Write a file under the name of its content; the same content is kept once. Give that name."""
    name = hashlib.sha256(content).hexdigest()
    target = folder / name[:2] / name
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_suffix(f".{os.getpid()}")
        beside.write_bytes(content)
        beside.replace(target)
    return name
