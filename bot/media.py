"""Attachments: fetched before WeChat forgets them, stripped of what the phone wrote into them, kept by content."""

import hashlib
import io
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from PIL import ExifTags, Image

from bot.channels.base import Sender, SendError
from bot.ticks import Counts
from bot.writer import Writer
from handlers.cases.pictures import place_by_picture
from handlers.context import World
from handlers.messages import Point
from storage.attachments import Unfetched, note_attempt, note_fetched, unfetched

log = structlog.get_logger()

MOST_PIXELS = 50_000_000
"""A picture that claims to be larger is never unpacked; only its remarks are cut out."""
UNREADABLE = "unreadable"
FORGOTTEN_AFTER = timedelta(days=3)
"""WeChat keeps no medium longer."""

_JPEG_START, _JPEG_END, _SCAN = b"\xff\xd8", b"\xff\xd9", 0xDA
_OF_THE_IMAGE = frozenset({*range(0xC0, 0xD0), 0xDB, 0xDD, 0xE0, 0xEE})
"""Segments that make the picture: tables, frames, and APP0 and APP14, which say how to show it. All others may be remarks."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A file without the phone's remarks, and the position (WGS-84 degrees) that stood in them."""

    content: bytes
    position: tuple[float, float] | None


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
    cleaned = clean(content)
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


def clean(content: bytes) -> Cleaned | None:
    """Take the position out of a picture, then everything else that the phone wrote beside the image.

    A picture too broken to tell remarks from image gives nothing: where the sender lives may stand in it.
    """
    if not content.startswith(_JPEG_START):
        return Cleaned(content, None)
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG"]) as image:
            position = _position(image)
            if image.width * image.height <= MOST_PIXELS:
                out = io.BytesIO()
                image.save(out, format="JPEG", quality="keep", exif=b"", comment=b"")
                return Cleaned(out.getvalue(), position)
    except Exception as error:  # noqa: BLE001 -- Pillow answers broken files with errors of every kind
        log.info("a picture could not be read", error=type(error).__name__)
        position = None
    stripped = without_remarks(content)
    return None if stripped is None else Cleaned(stripped, position)


def without_remarks(jpeg: bytes) -> bytes | None:
    """Cut the remarks out of a JPEG without unpacking it; nothing if its segments cannot be told apart."""
    kept, at = [_JPEG_START], len(_JPEG_START)
    while at + 4 <= len(jpeg) and jpeg[at] == _JPEG_END[0]:
        kind, length = jpeg[at + 1], int.from_bytes(jpeg[at + 2 : at + 4])
        if kind == _SCAN:
            # What follows the end of the image, such as a second picture, has remarks of its own.
            end = jpeg.find(_JPEG_END, at)
            return b"".join(kept) + (jpeg[at:] if end < 0 else jpeg[at : end + len(_JPEG_END)])
        if kind in _OF_THE_IMAGE:
            kept.append(jpeg[at : at + 2 + length])
        at += 2 + max(length, 2)
    return None


def _position(image: Image.Image) -> tuple[float, float] | None:
    try:
        gps = image.getexif().get_ifd(ExifTags.IFD.GPSInfo)
        latitude = _degrees(gps[ExifTags.GPS.GPSLatitude], gps[ExifTags.GPS.GPSLatitudeRef] == "S")
        longitude = _degrees(gps[ExifTags.GPS.GPSLongitude], gps[ExifTags.GPS.GPSLongitudeRef] == "W")
    except (KeyError, TypeError, ValueError, ZeroDivisionError, OSError, SyntaxError):
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
