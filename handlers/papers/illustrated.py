"""Papers with pictures of cases: which ones are wanted is said first, who makes the files fetches them."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PIL import Image
from sqlalchemy.orm import Session

from handlers.context import World
from handlers.papers.paper import Paper
from storage.figures.documents import Wanted

_MOST_PIXELS = 50_000_000
_SIDE = 1280


@dataclass(frozen=True, slots=True)
class Draft:
    """What was read for a paper, and the pictures that it shows, by what they are kept under."""

    pictures: tuple[str, ...]
    render: Callable[[Mapping[str, bytes]], Paper]
    """Makes the file; needs no database. Pictures that could not be read are left out."""


IllustratedMaker = Callable[[Session, World, Wanted], Draft]


def fitted(content: bytes) -> bytes | None:
    """Give a picture as a paper shows it: small, and nothing in it but the image; None if it is none."""
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "GIF", "BMP", "WEBP"]) as image:
            if image.width * image.height > _MOST_PIXELS:
                return None
            image.thumbnail((_SIDE, _SIDE))
            out = io.BytesIO()
            image.convert("RGB").save(out, format="JPEG", quality=85)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None
    return out.getvalue()
