"""Takes out of a picture what the phone wrote beside the image: as functions, and as a process of its own.

`python -I pictures.py LIMITS < picture > position and picture`; it imports nothing of ours and holds no secret.
"""

import io
import json
import os
import resource
import sys
from dataclasses import dataclass

from PIL import ExifTags, Image

MOST_PIXELS = 50_000_000
"""A picture that claims to be larger is never unpacked; only its remarks are cut out."""
JPEG_START, _JPEG_END, _SCAN = b"\xff\xd8", b"\xff\xd9", 0xDA
_OF_THE_IMAGE = frozenset({*range(0xC0, 0xD0), 0xDB, 0xDD, 0xE0, 0xEE})
"""Segments that make the picture: tables, frames, and APP0 and APP14, which say how to show it. All others may be remarks."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A file without the phone's remarks, and the position (WGS-84 degrees) that stood in them."""

    content: bytes
    position: tuple[float, float] | None


def clean(content: bytes) -> Cleaned | None:
    """Take the position out of a picture, then everything else that the phone wrote beside the image.

    A picture too broken to tell remarks from image gives nothing: where the sender lives may stand in it.
    """
    if not content.startswith(JPEG_START):
        return Cleaned(content, None)
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG"]) as image:
            position = _position(image)
            if image.width * image.height <= MOST_PIXELS:
                out = io.BytesIO()
                image.save(out, format="JPEG", quality="keep", exif=b"", comment=b"")
                return Cleaned(out.getvalue(), position)
    except Exception:  # noqa: BLE001 -- Pillow answers broken files with errors of every kind
        position = None
    stripped = without_remarks(content)
    return None if stripped is None else Cleaned(stripped, position)


def without_remarks(jpeg: bytes) -> bytes | None:
    """Cut the remarks out of a JPEG without unpacking it; nothing if its segments cannot be told apart."""
    kept, at = [JPEG_START], len(JPEG_START)
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


def main() -> None:
    """Clean the picture on the standard input within the limits that were given."""
    limits = json.loads(sys.argv[1])
    for kind, most in (
        (resource.RLIMIT_CPU, limits["cpu_seconds"]),
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_FSIZE, limits["written"]),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    cleaned = clean(sys.stdin.buffer.read())
    if cleaned is not None:
        out = sys.stdout.buffer
        out.write(json.dumps(cleaned.position).encode() + b"\n" + cleaned.content)
        out.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
