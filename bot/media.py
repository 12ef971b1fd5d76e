"""Attachments: fetched before WeChat forgets them, stripped of what the phone wrote into them, kept by content."""

import hashlib
import io
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from PIL import ExifTags, Image, UnidentifiedImageError

from bot.channels.base import Sender, SendError
from bot.ticks import Counts
from bot.writer import Writer
from storage.attachments import Unfetched, note_fetched, unfetched

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A file without the phone's remarks, and the position (WGS-84 degrees) that stood in them."""

    content: bytes
    position: tuple[float, float] | None


def fetch_media(writer: Writer, senders: Mapping[str, Sender], folder: Path) -> Counts:
    """Fetch what voters sent; what fails for good is noted, what fails for now is tried again."""
    counts = {"fetched": 0, "failed": 0}
    for part in writer.transact(unfetched):
        columns = _fetch(part, senders, folder)
        if columns:
            writer.transact(partial(note_fetched, part_id=part.part_id, **columns))
            counts["failed" if "fetch_error" in columns else "fetched"] += 1
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
    cleaned = clean(content)
    columns: dict[str, Any] = {"stored_as": keep(cleaned.content, folder)}
    if cleaned.position:
        longitude, latitude = cleaned.position
        columns |= {"longitude": longitude, "latitude": latitude, "datum": "wgs84"}
    return columns


def clean(content: bytes) -> Cleaned:
    """Take the position out of a picture, then everything else that the phone wrote beside the image."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            if image.format != "JPEG":
                return Cleaned(content, None)
            position = _position(image)
            out = io.BytesIO()
            image.save(out, format="JPEG", quality="keep", exif=b"")
            return Cleaned(out.getvalue(), position)
    except (UnidentifiedImageError, OSError, ValueError):
        return Cleaned(content, None)


def _position(image: Image.Image) -> tuple[float, float] | None:
    gps = image.getexif().get_ifd(ExifTags.IFD.GPSInfo)
    try:
        latitude = _degrees(gps[ExifTags.GPS.GPSLatitude], gps[ExifTags.GPS.GPSLatitudeRef] == "S")
        longitude = _degrees(gps[ExifTags.GPS.GPSLongitude], gps[ExifTags.GPS.GPSLongitudeRef] == "W")
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    return longitude, latitude


def _degrees(parts: tuple[float, float, float], negative: bool) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    return -value if negative else value


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
