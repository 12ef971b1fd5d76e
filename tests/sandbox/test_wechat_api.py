import io
from typing import Any

import pytest
from PIL import Image
from wechatpy import WeChatClient
from wechatpy.exceptions import WeChatClientException

from tests.sandbox.conftest import Page
from tests.sandbox.echo import APP_ID, SECRET

CREDENTIALS = {"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET}
BUTTON = {"type": "click", "name": "我的", "key": "我的"}


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "green").save(out, "PNG")
    return out.getvalue()


def fresh(page: Page, **more: Any) -> str:
    return str(page.wechat_raw("stable_token", {**CREDENTIALS, **more})["access_token"])


def code_with(page: Page, token: str) -> int:
    return int(page.ask("getcallbackip", access_token=token).get("errcode", 0))


@pytest.mark.parametrize(
    ("change", "code"),
    [({"appid": "wx0"}, 40013), ({"secret": "x"}, 40125), ({"grant_type": "x"}, 40002)],
    ids=["app id", "secret", "grant type"],
)
def test_wrong_credentials_give_no_token(page: Page, change: dict[str, str], code: int) -> None:
    assert page.wechat_raw("stable_token", {**CREDENTIALS, **change})["errcode"] == code
    assert page.ask("token", **{**CREDENTIALS, **change})["errcode"] == code


def test_the_stable_token_stays_until_it_is_near_its_end(page: Page) -> None:
    first = fresh(page)

    assert fresh(page) == first
    page.clock.turn(minutes=116)
    assert fresh(page) != first
    assert code_with(page, first) == 0
    page.clock.turn(minutes=5)
    assert code_with(page, first) == 42001


def test_a_forced_token_is_new_and_the_old_one_lives_five_minutes(page: Page) -> None:
    first, second = fresh(page), fresh(page, force_refresh=True)

    assert second != first
    assert fresh(page, force_refresh=True) == second, "forced again within 30 seconds"
    assert code_with(page, first) == 0
    page.clock.turn(minutes=5, seconds=1)
    assert (code_with(page, first), code_with(page, second)) == (42001, 0)


def test_a_token_may_be_forced_twenty_times_a_day(page: Page) -> None:
    for _ in range(20):
        fresh(page, force_refresh=True)
        page.clock.turn(seconds=30)

    assert page.wechat_raw("stable_token", {**CREDENTIALS, "force_refresh": True})["errcode"] == 45009
    page.clock.turn(hours=24)
    assert fresh(page, force_refresh=True)


def test_plain_tokens_replace_each_other_and_leave_the_stable_one_alone(page: Page) -> None:
    stable = fresh(page)
    first = page.ask("token", **CREDENTIALS)["access_token"]
    second = page.ask("token", **CREDENTIALS)["access_token"]

    page.clock.turn(minutes=6)

    assert [code_with(page, token) for token in (first, second, stable)] == [42001, 0, 0]


def test_nothing_works_without_a_token(page: Page) -> None:
    assert code_with(page, "invented") == 40001
    assert code_with(page, "") == 41001
    assert page.wechat_raw("message/custom/send", {}, access_token="invented")["errcode"] == 40001


def test_what_is_no_json_is_called_so(page: Page) -> None:
    answer = page.http.post(
        f"{page.base}/wechat/cgi-bin/message/custom/send", data=b"{", params={"access_token": page.token()}
    )

    assert answer.json()["errcode"] == 47001


def test_media_lives_three_days(page: Page) -> None:
    client = client_of(page)
    uploaded = client.media.upload("image", ("lamp.png", picture()))

    assert client.media.download(uploaded["media_id"]).content == picture()
    page.clock.turn(days=3)
    with pytest.raises(WeChatClientException) as refused:
        client_of(page).media.download(uploaded["media_id"])
    assert refused.value.errcode == 40007


@pytest.mark.parametrize(
    ("kind", "content", "code"),
    [
        ("image", b"<html>", 40005),
        ("image", b"", 40009),
        ("voice", b"#!AMR" + bytes(2 * 1024 * 1024), 40010),
        ("thumb", b"\xff\xd8\xff" + bytes(64 * 1024), 40012),
        ("file", b"x", 40004),
    ],
    ids=["not a picture", "empty", "long voice", "big thumb", "type"],
)
def test_media_that_breaks_the_rules_is_refused(page: Page, kind: str, content: bytes, code: int) -> None:
    with pytest.raises(WeChatClientException) as refused:
        client_of(page).media.upload(kind, ("file", content))

    assert refused.value.errcode == code


def client_of(page: Page) -> Any:
    client = WeChatClient(APP_ID, SECRET, access_token=page.token(), timeout=5, auto_retry=False)
    client.API_BASE_URL = f"{page.base}/wechat/cgi-bin/"
    return client


@pytest.mark.parametrize(
    ("menu", "code"),
    [
        ({"button": [BUTTON]}, 0),
        ({"button": [BUTTON] * 4}, 40016),
        ({"button": []}, 40016),
        ({}, 40016),
        ({"button": [{**BUTTON, "name": "六个字的名字"}]}, 40018),
        ({"button": [{**BUTTON, "type": "jump"}]}, 40017),
        ({"button": [{**BUTTON, "key": "k" * 129}]}, 40019),
        ({"button": [{"name": "更多", "sub_button": [BUTTON] * 5}]}, 0),
        ({"button": [{"name": "更多", "sub_button": [BUTTON] * 6}]}, 40023),
        ({"button": [{"name": "更多", "sub_button": [{**BUTTON, "key": ""}]}]}, 40026),
        ({"button": [{"name": "更多", "sub_button": 5}]}, 40023),
    ],
)
def test_a_menu_keeps_to_the_rules(page: Page, menu: dict[str, Any], code: int) -> None:
    assert page.wechat("menu/create", **menu)["errcode"] == code
    kept = page.ask("menu/get")
    assert kept.get("menu") == (None if code else menu)
    assert kept.get("errcode", 0) == (46003 if code else 0)


def test_a_dropped_menu_is_gone(page: Page) -> None:
    page.wechat("menu/create", button=[BUTTON])

    assert page.ask("menu/delete")["errcode"] == 0
    assert page.ask("menu/get")["errcode"] == 46003


@pytest.mark.parametrize(
    ("action", "scene", "works"),
    [
        ("QR_STR_SCENE", {"scene_str": "station:S001"}, True),
        ("QR_LIMIT_STR_SCENE", {"scene_str": "x" * 65}, False),
        ("QR_LIMIT_SCENE", {"scene_id": 100000}, True),
        ("QR_LIMIT_SCENE", {"scene_id": 100001}, False),
        ("QR_SCENE", {"scene_id": 100001}, True),
        ("QR_OTHER", {"scene_id": 1}, False),
    ],
)
def test_a_qr_code_is_made_and_shown(page: Page, action: str, scene: dict[str, Any], works: bool) -> None:
    made = page.wechat("qrcode/create", action_name=action, action_info={"scene": scene})

    assert made.get("errcode", 0) == (0 if works else 40053)
    if works:
        shown = page.http.get(f"{page.base}/wechat/cgi-bin/showqrcode", params={"ticket": made["ticket"]})
        assert shown.content.startswith(b"\x89PNG")
        assert ("expire_seconds" in made) == ("LIMIT" not in action)


def test_user_info_tells_who_follows_but_no_name(page: Page) -> None:
    voter = page.voter()

    assert page.ask("user/info", openid=voter)["subscribe"] == 1
    assert page.ask("user/info", openid=voter)["nickname"] == ""
    page.post("unfollow", person=voter)
    assert page.ask("user/info", openid=voter) == {"subscribe": 0, "openid": voter}
    assert page.ask("user/info", openid="oNobody")["errcode"] == 40003
