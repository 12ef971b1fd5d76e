"""Charts as PNG, drawn for a phone: few words, large letters, every bar with its number."""

import io
from collections.abc import Mapping, Sequence

from PIL import Image, ImageDraw, ImageFont

WIDTH = 1080
_MARGIN, _ROW, _BAR, _LETTERS, _TITLE = 40, 76, 44, 34, 46
_LABEL = 250
_INK, _SOFT, _FILL, _PAPER = (34, 34, 34), (110, 110, 110), (47, 108, 173), (255, 255, 255)
_HOT = (192, 57, 43)
_LONGEST = 7
_MOST_ROWS, _MOST_COLUMNS = 12, 6


def bars(title: str, note: str, counts: Mapping[str, int], font: str) -> bytes:
    """Draw one bar for each name, in the order given."""
    shown = list(counts.items())[:_MOST_ROWS]
    height = 2 * _MARGIN + 130 + _ROW * max(1, len(shown))
    image, pen = _canvas(height)
    letters = _heads(pen, title, note, font)
    longest = max([1, *(count for _, count in shown)])
    room = WIDTH - 2 * _MARGIN - _LABEL - 110
    for place, (name, count) in enumerate(shown):
        top = _MARGIN + 130 + place * _ROW
        middle = top + _ROW // 2
        pen.text((_MARGIN, middle), _short(name), _INK, letters, anchor="lm")
        left = _MARGIN + _LABEL
        right = left + round(room * count / longest)
        pen.rectangle((left, middle - _BAR // 2, right, middle + _BAR // 2), _FILL)
        pen.text((right + 16, middle), str(count), _INK, letters, anchor="lm")
    return _png(image)


def heat(title: str, note: str, cells: Mapping[tuple[str, str], int], font: str) -> bytes:
    """Draw a table of places (down) and heads (across); the more, the redder, and every cell with its number."""
    rows = _largest([name for name, _ in cells], cells, 0)[:_MOST_ROWS]
    columns = _largest([name for _, name in cells], cells, 1)[:_MOST_COLUMNS]
    height = 2 * _MARGIN + 130 + _ROW * (1 + len(rows))
    image, pen = _canvas(height)
    letters = _heads(pen, title, note, font)
    wide = (WIDTH - 2 * _MARGIN - _LABEL) // max(1, len(columns))
    most = max([1, *cells.values()])
    top = _MARGIN + 130
    for across, name in enumerate(columns):
        middle = (_MARGIN + _LABEL + across * wide + wide // 2, top + _ROW // 2)
        pen.text(middle, _short(name)[:4], _SOFT, letters, anchor="mm")
    for down, place in enumerate(rows, start=1):
        upper = top + down * _ROW
        pen.text((_MARGIN, upper + _ROW // 2), _short(place), _INK, letters, anchor="lm")
        for across, name in enumerate(columns):
            count = cells.get((place, name), 0)
            left = _MARGIN + _LABEL + across * wide
            share = count / most
            colour = tuple(round(255 - (255 - hot) * share) for hot in _HOT)
            pen.rectangle((left + 3, upper + 3, left + wide - 3, upper + _ROW - 3), colour)
            ink = _PAPER if share > 0.5 else _INK  # noqa: PLR2004 -- half way to red
            pen.text((left + wide // 2, upper + _ROW // 2), str(count), ink, letters, anchor="mm")
    return _png(image)


def below(pictures: Sequence[bytes]) -> bytes:
    """Put pictures one below the other."""
    images = [Image.open(io.BytesIO(each)) for each in pictures]
    whole, _ = _canvas(sum(image.height for image in images))
    top = 0
    for image in images:
        whole.paste(image, (0, top))
        top += image.height
    return _png(whole)


def _largest(names: Sequence[str], cells: Mapping[tuple[str, str], int], side: int) -> list[str]:
    totals = dict.fromkeys(names, 0)
    for key, count in cells.items():
        totals[key[side]] += count
    return sorted(totals, key=lambda name: (-totals[name], name))


def _canvas(height: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", (WIDTH, height), _PAPER)
    return image, ImageDraw.Draw(image)


def _heads(pen: ImageDraw.ImageDraw, title: str, note: str, font: str) -> ImageFont.FreeTypeFont:
    pen.text((_MARGIN, _MARGIN), title, _INK, ImageFont.truetype(font, _TITLE))
    pen.text((_MARGIN, _MARGIN + 64), note, _SOFT, ImageFont.truetype(font, 28))
    return ImageFont.truetype(font, _LETTERS)


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, format="PNG", optimize=True)
    return out.getvalue()
