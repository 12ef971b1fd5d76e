import io
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from PIL import Image

from bot.sandbox.clock import SHANGHAI, SandboxClock, jumps, next_reception
from bot.sandbox.config import guard
from tests.sandbox.conftest import SATURDAY, Page, StandingClock, settings


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "green").save(out, "JPEG")
    return out.getvalue()


def test_one_of_the_cast_follows_and_sends_the_code(page: Page) -> None:
    deputy = page.post("people", role="deputy", name="陈立新", cast=0)
    again = page.post("people", role="deputy", name="陈立新", cast=0)

    assert [call.message.get("Content") or call.message["Event"] for call in page.echo.calls] == [
        "subscribe",
        "CODED1",
    ]
    assert (deputy["name"], deputy["title"], deputy["following"]) == ("陈立新", "区人大代表", True)
    assert again["id"] == deputy["id"]
    assert page.post("people", 404, role="deputy", cast=9)


def test_a_picture_can_be_fetched_by_the_bot(page: Page) -> None:
    voter = page.voter()

    answer = page.http.post(
        f"{page.base}/api/image", data={"person": voter}, files={"file": ("lamp.jpg", jpeg(), "image/jpeg")}
    )

    message = page.echo.calls[-1].message
    assert answer.json()["reply"] == "收到：image"
    assert page.http.get(message["PicUrl"]).content == jpeg()
    fetched = page.http.get(
        f"{page.base}/wechat/cgi-bin/media/get",
        params={"access_token": page.token(), "media_id": message["MediaId"]},
    )
    assert fetched.content == jpeg()


@pytest.mark.parametrize(
    ("content", "status"), [(b"<svg onload=alert(1)>", 415), (bytes(2 * 1024 * 1024 + 1), 413)]
)
def test_only_small_pictures_are_taken(page: Page, content: bytes, status: int) -> None:
    answer = page.http.post(
        f"{page.base}/api/image", data={"person": page.voter()}, files={"file": ("x", content)}
    )

    assert answer.status_code == status


@pytest.mark.parametrize("recognition", ["", "楼道灯坏了"])
def test_a_voice_comes_with_or_without_its_words(page: Page, recognition: str) -> None:
    page.post("voice", person=page.voter(), seconds=42, recognition=recognition)

    message = page.echo.calls[-1].message
    assert (message["MsgType"], message["Format"], message["Recognition"] or "") == (
        "voice",
        "amr",
        recognition,
    )


def test_a_location_is_sent_north_first(page: Page) -> None:
    page.post("location", person=page.voter(), longitude=120.1, latitude=30.2, label="东苑小区")

    message = page.echo.calls[-1].message
    assert (message["Location_X"], message["Location_Y"], message["Label"]) == (
        "30.200000",
        "120.100000",
        "东苑小区",
    )


def test_scanning_tells_the_station_before_and_after_following(page: Page) -> None:
    voter = page.voter()
    page.post("scan", person=voter, station="S001")
    page.post("unfollow", person=voter)
    page.post("scan", person=voter, station="S002")

    events = [
        (call.message["Event"], call.message["EventKey"])
        for call in page.echo.calls
        if call.message.get("EventKey")
    ]
    assert events == [("SCAN", "station:S001"), ("subscribe", "qrscene_station:S002")]
    assert page.post("scan", 404, person=voter, station="S999")


def test_who_left_cannot_write_until_following_again(page: Page) -> None:
    voter = page.voter()
    page.post("unfollow", person=voter)

    assert "关注" in page.post("text", 409, person=voter, text="在吗")["detail"]
    page.post("follow", person=voter)
    assert page.post("text", person=voter, text="在吗")["reply"] == "收到：在吗"


def test_the_terminal_says_something_and_hears_reply_and_pushes(page: Page) -> None:
    page.sandbox.config.clock.jump_to(SATURDAY + timedelta(hours=1))
    said = page.say("张三", "路灯坏了")

    assert said == {"reply": "收到：路灯坏了", "pushes": []}
    assert page.get("people")[0]["name"] == "张三"
    assert len(page.jumped) == 1, "the bot does what is due before the pushes are told"
    page.say("陈立新", "我的站")
    assert [person["role"] for person in page.get("people")] == ["voter", "deputy"]


def test_the_page_learns_only_what_is_new(page: Page) -> None:
    voter = page.voter()
    before = page.get("state?after=0")
    page.post("text", person=voter, text="在吗")

    after = page.get(f"events?after={before['last']}")

    assert [entry["text"] for entry in after["entries"]] == ["在吗", "收到：在吗"]
    assert before["account"] == "连心桥"
    assert [each["name"] for each in before["cast"]] == ["陈立新", "吴敏"]
    assert before["menu"]["button"][1]["key"] == "我的"


def test_the_clock_jumps_forward_only(page: Page) -> None:
    page.post("jump", at="2026-12-10T09:00")

    assert page.clock() == datetime(2026, 12, 10, 9, tzinfo=SHANGHAI)
    assert page.jumped == [page.clock()]
    assert page.post("jump", 400, at="2026-12-10T08:59:00+08:00") == {"detail": "时间只能往后拨"}
    assert page.post("jump", 422, at="明天")


def test_the_sandbox_clock_runs() -> None:
    at = SATURDAY
    clock = SandboxClock(start=SATURDAY + timedelta(days=7), real=lambda: at)
    at += timedelta(seconds=5)

    assert clock() == SATURDAY + timedelta(days=7, seconds=5)


@pytest.mark.parametrize(
    ("now", "first", "second"),
    [
        (SATURDAY, "12月3日 8:35 提醒", "12月10日 9:00 接待"),
        (datetime(2026, 12, 3, 8, 35, tzinfo=SHANGHAI), "12月10日 9:00 接待", "1月4日 8:35 提醒"),
        (datetime(2026, 12, 10, 9, tzinfo=SHANGHAI), "1月4日 8:35 提醒", "1月11日 9:00 接待"),
    ],
    ids=["both ahead", "reminder is past", "put off from a Sunday"],
)
def test_the_page_offers_the_next_reminder_and_reception(now: datetime, first: str, second: str) -> None:
    offered = jumps(now)

    assert [label for label, _ in offered[-2:]] == [first, second]
    assert all(at > now for _, at in offered)


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("127.0.0.1", None, 200),
        ("localhost:8000", "http://localhost:8000", 200),
        ("[::1]:8000", None, 200),
        ("evil.example", None, 403),
        ("127.0.0.1.evil.example", None, 403),
        ("127.0.0.1", "http://evil.example", 403),
        ("127.0.0.1", "null", 403),
    ],
)
def test_other_hosts_and_other_sites_are_refused(
    page: Page, host: str, origin: str | None, status: int
) -> None:
    headers = {"Host": host} | ({"Origin": origin} if origin else {})

    assert page.http.get(f"{page.base}/api/people", headers=headers).status_code == status
    assert page.http.get(f"{page.base}/", headers=headers).status_code == status


@pytest.mark.parametrize(
    ("change", "host", "word"),
    [
        ({"app_id": "wx0123456789abcdef"}, "127.0.0.1", "wxsandbox"),
        ({"app_secret": "0123456789abcdef0123456789abcdef"}, "127.0.0.1", "secret"),
        ({"webhook_url": "https://bot.example/channels/official-account"}, "127.0.0.1", "webhook"),
        ({}, "0.0.0.0", "0.0.0.0"),
    ],
    ids=["app id", "secret", "webhook", "bind"],
)
def test_real_credentials_and_public_addresses_are_refused(
    change: dict[str, str], host: str, word: str
) -> None:
    config = settings("http://127.0.0.1:8000/channels/official-account", StandingClock())

    guard(config)
    with pytest.raises(ValueError, match=word):
        guard(replace(config, **change), host)  # type: ignore[arg-type]


def test_the_jump_to_a_reception_knows_public_holidays() -> None:
    in_the_holiday = next_reception(datetime(2026, 9, 30, tzinfo=SHANGHAI))
    spring_festival = next_reception(datetime(2024, 2, 9, 12, tzinfo=SHANGHAI))

    assert in_the_holiday.date().isoformat() == "2026-10-10"
    assert spring_festival.date().isoformat() == "2024-02-18"
