import json
import threading

import pytest

from bot.sandbox.delivery import OUT_OF_SERVICE, Delivery, sign
from bot.sandbox.world import World
from tests.sandbox.conftest import Page, StandingClock, settings
from tests.sandbox.echo import TOKEN, Call, echoing


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
def test_a_message_goes_out_signed_and_its_answer_lands_in_the_chat(page: Page, mode: str) -> None:
    voter = page.voter()

    said = page.post("text", person=voter, text="楼道灯坏了]]>&<b>")

    call = page.echo.calls[-1]
    assert said["reply"] == "收到：楼道灯坏了]]>&<b>"
    assert call.query["openid"] == voter
    assert call.message["MsgType"] == "text"
    assert call.message["CreateTime"] == str(int(page.clock().timestamp()))
    assert ("Content" in call.envelope) == (mode != "safe")
    assert ("Encrypt" in call.envelope) == (mode != "plain")
    assert (page.last(voter)["side"], page.last(voter)["via"]) == ("out", "passive")


def test_a_new_voter_follows_and_is_greeted(page: Page) -> None:
    voter = page.voter()

    assert page.echo.calls[0].message["Event"] == "subscribe"
    assert [entry["text"] for entry in page.timeline(voter)] == ["关注了公众号", "收到：subscribe"]


def test_an_unanswered_message_is_sent_three_times_with_one_id(page: Page) -> None:
    voter = page.voter()
    page.echo.answer = lambda _: (500, b"")

    said = page.post("text", person=voter, text="在吗")

    tries = [call.message["MsgId"] for call in page.echo.calls[1:]]
    assert len(tries) == 3
    assert len(set(tries)) == 1
    assert said["reply"] == OUT_OF_SERVICE
    assert (page.last(voter)["side"], page.last(voter)["text"]) == ("note", OUT_OF_SERVICE)


def test_the_second_try_is_good_enough(page: Page) -> None:
    voter = page.voter()

    def late(call: Call) -> tuple[int, bytes]:
        return (503, b"") if len(page.echo.calls) == 2 else (200, page.echo.reply(call, "来了"))

    page.echo.answer = late

    assert page.post("text", person=voter, text="在吗")["reply"] == "来了"


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"errcode": 0}).encode(),
        b"<html>",
        b"<xml></xml>",
        b"\xff\xfe",
        b"<xml><Encrypt><![CDATA[x]]></Encrypt></xml>",
    ],
    ids=["json", "html", "empty xml", "not text", "bad seal"],
)
def test_what_wechat_cannot_read_shows_the_voter_an_error_at_once(page: Page, body: bytes) -> None:
    voter = page.voter()
    page.echo.answer = lambda _: (200, body)

    assert page.post("text", person=voter, text="在吗")["reply"] == OUT_OF_SERVICE
    assert len(page.echo.calls) == 2


def test_safe_mode_takes_no_open_reply(page: Page) -> None:
    voter = page.voter()

    def open_reply(call: Call) -> tuple[int, bytes]:
        call.envelope.pop("Encrypt")
        return 200, page.echo.reply(call, "没有加密")

    page.echo.answer = open_reply

    assert page.post("text", person=voter, text="在吗")["reply"] == OUT_OF_SERVICE


def test_a_reply_to_somebody_else_is_not_shown(page: Page) -> None:
    voter = page.voter()
    page.echo.answer = lambda call: (200, page.echo.reply(call, "串了", to="oSomebodyElse"))

    assert page.post("text", person=voter, text="在吗")["reply"] == OUT_OF_SERVICE


@pytest.mark.parametrize("body", [b"", b"success"], ids=["empty", "success"])
def test_silence_is_no_failure(page: Page, body: bytes) -> None:
    voter = page.voter()
    page.echo.answer = lambda _: (200, body)

    assert page.post("text", person=voter, text="在吗")["reply"] == ""
    assert page.last(voter)["side"] == "in"


@pytest.mark.parametrize("encrypted", ["", "AAAA", "A" * 43 + "=", "A" * 64, "%%%"])
def test_a_signed_reply_that_cannot_be_opened_is_a_failure(page: Page, encrypted: str) -> None:
    voter = page.voter()
    body = (
        f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt>"
        f"<MsgSignature><![CDATA[{sign(TOKEN, '1', 'n', encrypted)}]]></MsgSignature>"
        "<TimeStamp>1</TimeStamp><Nonce><![CDATA[n]]></Nonce></xml>"
    )
    page.echo.answer = lambda _: (200, body.encode())

    assert page.post("text", person=voter, text="在吗")["reply"] == OUT_OF_SERVICE


def test_a_bot_that_hangs_is_cut_off_and_asked_again() -> None:
    awake = threading.Event()
    with echoing("safe") as echo:
        clock = StandingClock()
        world = World(clock)
        delivery = Delivery(settings(echo.url, clock), world, timeout=0.2)
        voter, _ = world.add_person("王阿姨", "voter")
        echo.answer = lambda _: (200, b"success" if awake.wait(20) else b"")
        try:
            said = delivery.message(voter, "text", {"Content": "在吗"})
        finally:
            awake.set()
            delivery.close()

    assert said == OUT_OF_SERVICE
    assert len({call.message["MsgId"] for call in echo.calls}) == 1
    assert len(echo.calls) == 3


def test_a_bot_that_is_not_there_shows_the_error() -> None:
    clock = StandingClock()
    world = World(clock)
    delivery = Delivery(settings("http://127.0.0.1:9/channels/official-account", clock), world)
    voter, _ = world.add_person("王阿姨", "voter")

    assert delivery.event(voter, "subscribe") == OUT_OF_SERVICE
    assert world.entries()[-1]["kind"] == "failure"
