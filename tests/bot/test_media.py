"""Pictures lose what the phone wrote into them, and are kept once whatever their name."""

import io
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.base import SendError
from bot.files.media import cleaned_apart, keep
from bot.files.pictures import Cleaned, clean
from handlers.foreign.reading import Limits
from storage.models import Case, CasePart
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

    assert cleaned is not None
    assert cleaned.position is not None
    longitude, latitude = cleaned.position
    assert (round(longitude, 4), round(latitude, 4)) == (120.34, 30.31)
    assert b"PhoneMaker" not in cleaned.content
    with Image.open(io.BytesIO(cleaned.content)) as image:
        assert not image.getexif()
        assert image.size == (32, 24)


def test_a_photo_without_a_position_has_none() -> None:
    cleaned = clean(photo(gps=False))

    assert cleaned is not None
    assert cleaned.position is None


def test_what_is_no_picture_is_kept_as_it_is() -> None:
    assert clean(b"#!AMR\nvoice") == Cleaned(b"#!AMR\nvoice", None)


def test_a_picture_too_broken_to_part_from_its_remarks_is_not_kept() -> None:
    assert clean(b"\xff\xd8\xff\xe0broken PhoneMaker") is None


def test_a_picture_that_claims_to_be_enormous_is_stripped_without_unpacking_it() -> None:
    huge = bytearray(photo(gps=True))
    frame = huge.index(b"\xff\xc0")
    huge[frame + 5 : frame + 9] = b"\xff\xff\xff\xff"
    cleaned = clean(bytes(huge))

    assert cleaned is not None
    assert b"PhoneMaker" not in cleaned.content
    assert b"GPS" not in cleaned.content
    assert cleaned.content.endswith(b"\xff\xd9")


@settings(deadline=None)
@example(wounds=[(21, 1)])
@given(wounds=st.lists(st.tuples(st.integers(2, 400), st.integers(0, 255)), min_size=1, max_size=6))
def test_however_a_picture_is_damaged_its_remarks_never_stay_and_nothing_fails(
    wounds: list[tuple[int, int]],
) -> None:
    damaged = bytearray(photo(gps=True))
    for at, byte in wounds:
        damaged[at] = byte
    cleaned = clean(bytes(damaged))

    assert cleaned is None or b"PhoneMaker" not in cleaned.content


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


def test_one_bad_picture_never_keeps_the_others_waiting(story: Story) -> None:
    story.phones.media |= {"bad": b"\xff\xd8\xff\xe0broken", "good": photo(gps=False)}
    story.say("voter-1", "东苑小区3幢楼道灯坏了半个月")
    story.picture("voter-1", "bad")
    story.picture("voter-1", "good")

    assert story.app.metronome.run_now("fetch media") == {"fetched": 1, "failed": 1}
    assert story.app.metronome.run_now("fetch media") == {"fetched": 0, "failed": 0}


def test_what_wechat_has_forgotten_is_given_up(story: Story) -> None:
    story.say("voter-1", "东苑小区3幢楼道灯坏了半个月")
    story.picture("voter-1", "slow")
    story.phones.download_failures = [SendError("-1", retryable=True)] * 2
    tries = [story.app.metronome.run_now("fetch media")]
    story.clock.turn(days=3, minutes=1)
    tries.append(story.app.metronome.run_now("fetch media"))

    assert [each["failed"] for each in tries] == [0, 1]


def test_where_a_photo_was_taken_gives_a_case_without_a_place_its_station(story: Story) -> None:
    story.phones.media["m1"] = photo(gps=True)
    story.say("voter-1", "下雨路上积水很深，电动车都熄火了")
    story.picture("voter-1", "m1")

    story.app.metronome.run_now("fetch media")

    with Session(story.engine) as session:
        case = session.scalars(select(Case)).one()
    assert case.station
    assert case.place_text
    assert f"地点：{case.place_text}" in story.say("voter-1", "我的")


def test_a_photo_taken_elsewhere_never_moves_a_case_whose_place_was_told(story: Story) -> None:
    story.phones.media["m1"] = photo(gps=True)
    story.say("voter-1", "七格社区停车位不足")
    story.picture("voter-1", "m1")

    story.app.metronome.run_now("fetch media")

    with Session(story.engine) as session:
        assert session.scalars(select(Case.station)).one() == "S016"


def many_scans(count: int) -> bytes:
    """Make a small file of a progressive picture that is drawn over and over."""
    out = io.BytesIO()
    Image.new("RGB", (3_000, 3_000), "green").save(out, "JPEG", progressive=True)
    content = out.getvalue()
    starts = [at for at in range(len(content)) if content[at : at + 2] == b"\xff\xda"]
    scan = content[starts[-1] : -2]
    return content[:-2] + scan * count + content[-2:]


def test_a_picture_is_cleaned_by_a_process_of_its_own_as_it_would_be_here() -> None:
    assert cleaned_apart(photo(gps=True)) == clean(photo(gps=True))
    assert cleaned_apart(b"#!AMR") == Cleaned(b"#!AMR", None)
    assert cleaned_apart(b"\xff\xd8\xff\xe0broken PhoneMaker") is None


def test_a_picture_that_is_drawn_over_and_over_is_given_up() -> None:
    short = Limits(cpu_seconds=1, seconds_a_megabyte=0)

    assert cleaned_apart(many_scans(2_000), short) is None
