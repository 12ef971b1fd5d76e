"""Pictures lose what the phone wrote into them, and are kept once whatever their name."""

import io
from pathlib import Path

from PIL import ExifTags, Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.media import clean, keep
from storage.models import CasePart
from tests.stories.driver import Story

GPS = {
    ExifTags.GPS.GPSLatitudeRef: "N",
    ExifTags.GPS.GPSLatitude: (30.0, 18.0, 36.0),
    ExifTags.GPS.GPSLongitudeRef: "E",
    ExifTags.GPS.GPSLongitude: (120.0, 20.0, 24.0),
}


def photo(*, gps: bool) -> bytes:
    image = Image.new("RGB", (32, 24), "green")
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "PhoneMaker"
    if gps:
        exif.get_ifd(ExifTags.IFD.GPSInfo).update(GPS)
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_the_position_is_read_and_the_remarks_are_gone() -> None:
    cleaned = clean(photo(gps=True))

    assert cleaned.position is not None
    longitude, latitude = cleaned.position
    assert (round(longitude, 4), round(latitude, 4)) == (120.34, 30.31)
    assert b"PhoneMaker" not in cleaned.content
    with Image.open(io.BytesIO(cleaned.content)) as image:
        assert not image.getexif()
        assert image.size == (32, 24)


def test_a_photo_without_a_position_has_none() -> None:
    assert clean(photo(gps=False)).position is None


def test_what_is_no_picture_is_kept_as_it_is() -> None:
    assert clean(b"#!AMR\nvoice").content == b"#!AMR\nvoice"
    assert clean(b"\xff\xd8\xff\xe0broken").content == b"\xff\xd8\xff\xe0broken"


def test_the_same_content_is_kept_once(tmp_path: Path) -> None:
    names = {keep(b"same", tmp_path), keep(b"same", tmp_path)}

    assert len(names) == 1
    assert [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()] == [b"same"]


def test_a_worker_fetches_what_a_voter_sent(story: Story, tmp_path: Path) -> None:
    story.phones.media["m1"] = photo(gps=True)
    story.say("voter-1", "东苑小区3幢楼道灯坏了半个月")
    story.picture("voter-1", "m1")

    counts = story.app.metronome.run_now("fetch media")

    assert counts == {"fetched": 1, "failed": 0}
    with Session(story.engine) as session:
        part = session.scalars(select(CasePart).where(CasePart.kind == "image")).one()
    assert (tmp_path / "media" / part.stored_as[:2] / part.stored_as).is_file()
    assert (part.datum, round(part.latitude or 0, 2)) == ("wgs84", 30.31)
