"""Charts: looked at as pixels, with a font that the machine has."""

import io
from pathlib import Path

import pytest
from PIL import Image

from bot.files.fonts import chinese_font
from handlers.papers.charts import WIDTH, bars, heat

FONT = chinese_font("")
needs_font = pytest.mark.skipif(
    not FONT, reason="no Chinese font here: install fonts-noto-cjk or set LXQ_FONT"
)


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def blue(image: Image.Image, row: int) -> int:
    """Count the pixels of a bar in the middle of a row."""
    line = 40 + 130 + row * 76 + 38 - 15
    return sum(image.getpixel((x, line)) == (47, 108, 173) for x in range(WIDTH))


@needs_font
def test_bars_are_as_long_as_their_counts_and_fit_a_phone() -> None:
    image = opened(bars("标题", "单位：件", {"住房城建": 40, "交通出行": 10}, FONT))

    assert image.width == WIDTH
    assert blue(image, 0) / blue(image, 1) == pytest.approx(4, rel=0.02)


@needs_font
def test_the_fullest_cell_of_a_heat_table_is_the_reddest() -> None:
    image = opened(heat("标题", "", {("东街", "水"): 9, ("西街", "水"): 1, ("西街", "房"): 3}, FONT))
    reds = {image.getpixel((300, 40 + 130 + row * 76 + 10)) for row in (1, 2)}

    assert (192, 57, 43) in reds
    assert len(reds) == 2


@needs_font
def test_every_chinese_letter_has_a_shape_of_its_own() -> None:
    images = {bars("", "", {name: 1}, FONT) for name in ("灯", "水", "路")}

    assert len(images) == 3


def test_without_a_font_none_is_made_up(tmp_path: Path) -> None:
    assert chinese_font("", folders=(str(tmp_path),)) == ""
    assert chinese_font("/a/font.ttf", folders=(str(tmp_path),)) == "/a/font.ttf"
