"""Calls of one day: counted, refused when used up, told, and cleared."""

import pytest

from bot.sending.probe import probe
from tests.sandbox.conftest import Page
from tests.sandbox.echo import APP_ID, SECRET
from tests.sandbox.test_account_api import settings_of

CUSTOM = "message/custom/send"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def left(page: Page, api: str) -> int:
    return int(page.wechat("openapi/quota/get", cgi_path=f"/cgi-bin/{api}")["quota"]["remain"])


def test_a_quota_that_is_used_up_refuses_until_midnight(page: Page) -> None:
    voter = page.voter()
    page.post("quotas", api=CUSTOM, left=1)

    assert [page.write_to(voter) for _ in range(3)] == [0, 45009, 45009]
    page.clock.turn(hours=15)
    assert page.get("ledger")["quotas"][CUSTOM] == {"daily_limit": 500_000, "used": 0, "remain": 500_000}


def test_what_was_called_is_counted_by_api(page: Page) -> None:
    voter = page.voter()
    page.write_to(voter)

    assert left(page, CUSTOM) == 499_999
    assert left(page, "message/template/send") == 100_000
    assert page.wechat("openapi/quota/get", cgi_path="/cgi-bin/none")["errcode"] == 76021
    assert page.get("ledger")["quotas"][CUSTOM]["used"] == 1


def test_a_refused_call_reaches_nobody_and_uses_no_window(page: Page) -> None:
    voter = page.voter()
    page.post("quotas", api=CUSTOM, left=0)
    page.write_to(voter)

    assert page.last(voter)["via"] == "passive"
    assert page.get("ledger")["people"][0]["windows"]["action"] == 3


def test_counts_are_cleared_ten_times_a_month(page: Page) -> None:
    voter = page.voter()
    page.post("quotas", api=CUSTOM, left=0)
    cleared = [page.wechat("clear_quota", appid=APP_ID)["errcode"] for _ in range(11)]

    assert cleared == [0] * 10 + [48006]
    assert page.write_to(voter) == 0
    assert page.wechat("clear_quota", appid="wxother")["errcode"] == 40013


def test_without_a_token_left_the_secret_clears(page: Page) -> None:
    token = page.token()
    page.post("quotas", api="stable_token", left=0)
    address = f"{page.base}/wechat/cgi-bin/clear_quota/v2"
    credentials = {"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET}

    assert page.wechat_raw("stable_token", credentials)["errcode"] == 45009
    assert page.http.post(address, data={"appid": APP_ID, "appsecret": "x"}).json()["errcode"] == 40125
    assert page.http.post(address, data={"appid": APP_ID, "appsecret": SECRET}).json()["errcode"] == 0
    assert page.token() == token


def test_the_operator_is_told_what_is_left(page: Page) -> None:
    page.post("quotas", api="message/template/send", left=7)
    rungs = {rung.name: rung for rung in probe(settings_of(page), page.clock).rungs}

    assert str(rungs["calls for template messages (模板消息额度)"]).endswith(
        "99993 of 100000 calls used today, 7 left"
    )


def test_only_what_has_a_limit_can_be_used_up(page: Page) -> None:
    assert page.post("quotas", 422, api="openapi/quota/get")
