"""Recorded and hand-made traffic kept beside the project: every payload gets the verdict its list states."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.channels.base import Channel, Received, Rejected
from bot.channels.official_account import OfficialAccount
from bot.channels.wechat_crypto import Codec
from bot.channels.wecom import WeCom
from handlers.messages import Kind
from tests.channels.signed import NOW, Wound, account, plain_query, sealed
from tests.channels.ways import AGENT_ID, wecom, wecom_sealed

RECORDED = Path(__file__).parents[3] / "shared" / "wechat"

pytestmark = pytest.mark.skipif(
    not RECORDED.is_dir(),
    reason=f"RECORDED TRAFFIC WAS NOT TESTED: there is no {RECORDED.name} folder beside the project",
)


def listed(name: str) -> Any:
    path = RECORDED / name
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else []


def body_of(case: dict[str, Any]) -> bytes:
    path = RECORDED / str(case["file"])
    # The list names the two that are not well-formed by a folder of their own; they lie with the others.
    return path.read_bytes() if path.exists() else (RECORDED / "real" / path.name).read_bytes()


def verdict(channel: Channel, query: dict[str, str], body: bytes) -> tuple[str, Received | None]:
    """Say what came of a request in the words of the lists."""
    try:
        received = channel.parse(query, body)
    except Rejected:
        return "reject", None
    if received.message is None:
        return "quarantine", received
    return "accept-unknown" if received.message.kind is Kind.UNKNOWN else "accept", received


ALLOWED = {
    "accept": {"accept"},
    "sanitize": {"accept"},
    "accept-unknown": {"accept-unknown"},
    "accept-dedupe-by-from+time": {"accept"},
    "accept-or-quarantine": {"accept", "quarantine"},
    "accept-if-json-enabled": {"quarantine", "reject"},
    "accept-decrypted": {"accept"},
    "accept-once": {"accept"},
    "accept-or-reject": {"accept", "reject"},
    "reject-or-accept": {"accept", "reject"},
    "reject-or-flag": {"reject"},
    "quarantine": {"quarantine"},
    "reject": {"reject"},
}


@pytest.mark.parametrize("case", listed("malformed.json"), ids=lambda case: case["file"])
def test_a_payload_made_to_break_parsers_gets_its_verdict_plain_and_sealed(case: dict[str, Any]) -> None:
    body = body_of(case)
    plainly, received = verdict(account("plain"), plain_query(), body)
    sealedly, opened = verdict(account(), *sealed(body))

    assert plainly in ALLOWED[case["expect"]]
    # An envelope that is genuine and holds nothing is kept; a plain request that holds nothing is refused.
    assert sealedly == (plainly if body else "quarantine")
    assert not (received and opened) or received.message == opened.message


@pytest.mark.parametrize("case", listed("malformed.json"), ids=lambda case: case["file"])
def test_wecom_judges_a_payload_made_to_break_parsers_as_the_official_account_does(
    case: dict[str, Any],
) -> None:
    body = body_of(case)
    for_us = body.replace(b"</xml>", f"<AgentID>{AGENT_ID}</AgentID></xml>".encode())
    expected, _ = verdict(account(), *sealed(for_us))
    found, received = verdict(wecom(), *wecom_sealed(for_us))

    # Without a root there is no number of our application: it may be kept aside for that reason already.
    assert found == expected or (received and received.quarantine == "agent")


WECOM = [case for case in listed("real.json") if case["family"] == "wecom" and case["side"] == "in"]


@pytest.mark.parametrize("case", WECOM, ids=lambda case: case["file"])
def test_a_recorded_payload_of_wecom_is_read_by_the_application_it_names(case: dict[str, Any]) -> None:
    body = body_of(case)
    named = re.search(rb"<AgentID>(?:<!\[CDATA\[)?(\w+)", body)
    channel = wecom(agent_id=named[1].decode() if named else AGENT_ID)
    found, received = verdict(channel, *wecom_sealed(body))

    if case["wellformed"] and named and case["type"] != "encrypted":
        assert found in {"accept", "accept-unknown"}
        assert received
        assert received.message
        assert received.message.channel == "wecom"
    else:
        assert found in {"accept", "quarantine", "reject"}


@pytest.mark.parametrize("case", listed("real.json"), ids=lambda case: case["file"])
def test_a_recorded_payload_is_read_plain_and_sealed(case: dict[str, Any]) -> None:
    body = body_of(case)
    plainly, received = verdict(account("plain"), plain_query(), body)
    sealedly, opened = verdict(account(), *sealed(body))

    assert plainly == sealedly
    assert plainly != "reject"
    assert case["wellformed"] or received is not None
    assert not (received and opened) or received.message == opened.message
    if case["family"] == "mp" and case["side"] == "in" and case["wellformed"] and case["type"] != "encrypted":
        assert plainly in {"accept", "accept-unknown"}


def cases() -> Any:
    return listed("encrypted/cases.json") or {"cases": []}


@pytest.mark.parametrize("case", cases()["cases"], ids=lambda case: case["name"])
@pytest.mark.parametrize("mode", ["safe", "compatible"])
def test_a_recorded_envelope_gets_its_verdict(case: dict[str, Any], mode: str) -> None:
    known = cases()
    channel = OfficialAccount(
        app_id=known["appid"],
        token=known["token"],
        aes_key=known["encoding_aes_key"],
        mode="safe" if mode == "safe" else "compatible",
        clock=Wound(datetime.fromtimestamp(1760000000, UTC)),
    )
    found, received = verdict(channel, case["query"], case["body"].encode())

    assert found in ALLOWED[case["expect"]]
    assert not (received and received.message) or "FORGED" not in received.message.text


@pytest.mark.parametrize("name", ["mp_decrypt", "wecom_verify_url", "wecom_decrypt"])
def test_a_published_vector_opens_to_its_published_text(name: str) -> None:
    vector = listed("vectors/official.json")[name]
    codec = Codec(
        tokens=(vector["token"],), receive_id=vector["appid"], encoded_keys=(vector["encoding_aes_key"],)
    )

    assert codec.is_signed(vector["msg_signature"], vector["timestamp"], vector["nonce"], vector["encrypt"])
    assert codec.open(vector["encrypt"]) == (vector["plaintext"].encode(), 0)


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("user_authorization_cancellation.xml", Kind.CONSENT),
        ("user_authorization_revoke.xml", Kind.CONSENT),
        ("user_info_modified.xml", Kind.CONSENT),
        ("voice_recognition_empty_2023.xml", Kind.VOICE),
    ],
)
def test_a_shape_from_an_official_page_is_understood(file: str, kind: Kind) -> None:
    received = account().parse(*sealed((RECORDED / "docs" / file).read_bytes(), at=NOW))

    assert received.message
    assert received.message.kind is kind


def test_the_published_question_of_the_console_is_answered_as_published() -> None:
    vector = listed("vectors/official.json")["wecom_verify_url"]
    channel = WeCom(
        corp_id=vector["appid"],
        agent_id="218",
        token=vector["token"],
        aes_key=vector["encoding_aes_key"],
        clock=Wound(datetime.fromtimestamp(int(vector["timestamp"]), UTC)),
    )
    query = {name: vector[name] for name in ("msg_signature", "timestamp", "nonce")}

    assert channel.verify({**query, "echostr": vector["encrypt"]}) == vector["plaintext"]


def test_the_published_message_is_understood() -> None:
    vector = listed("vectors/official.json")["wecom_decrypt"]
    channel = WeCom(
        corp_id=vector["appid"],
        agent_id="218",
        token=vector["token"],
        aes_key=vector["encoding_aes_key"],
        clock=Wound(datetime.fromtimestamp(int(vector["timestamp"]), UTC)),
    )
    query = {name: vector[name] for name in ("msg_signature", "timestamp", "nonce")}
    received = channel.parse(query, f"<xml><Encrypt>{vector['encrypt']}</Encrypt></xml>".encode())

    assert received.message
    assert (received.message.sender, received.message.text) == ("mycreate", "hello")
