import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import Received, Rejected
from bot.channels.official_account import OfficialAccount
from bot.channels.wechat_envelope import LONGEST_REPLY, clip
from handlers.messages import IncomingMessage
from tests.channels.signed import (
    ACCOUNT,
    KEY,
    NOW,
    VOTER,
    Wound,
    account,
    message_xml,
    plain_query,
    sealed,
    sha1,
    text_xml,
)


def read(xml: str) -> IncomingMessage:
    message = account().parse(*sealed(xml)).message
    assert message
    return message


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Rejected) as refusal:
        act()
    assert 400 <= refusal.value.status < 500
    return refusal.value.reason


# Who is believed


@pytest.mark.parametrize("mode", ["safe", "compatible"])
def test_a_plain_request_is_refused_where_encryption_is_agreed(mode: str) -> None:
    chosen = account("safe" if mode == "safe" else "compatible")

    assert refused(lambda: chosen.parse(plain_query(), text_xml("a").encode())) == "downgrade"


def test_compatible_mode_reads_the_sealed_text_and_not_the_one_beside_it() -> None:
    received = account("compatible").parse(*sealed(text_xml("真的"), beside=text_xml("假的")[5:-6]))

    assert received.message
    assert received.message.text == "真的"


def test_encryption_switched_on_in_the_console_first_is_understood_once_the_key_is_set() -> None:
    request = sealed(text_xml("a"))
    with_key = OfficialAccount(
        app_id="wx0a1b2c3d4e5f6071", token="station-token", aes_key=KEY, mode="plain", clock=Wound()
    )

    assert with_key.parse(*request).message
    assert refused(lambda: account("plain").parse(*request)) == "no_key"


def test_only_the_same_body_may_come_again_under_a_plain_nonce() -> None:
    first, repeat, forged = (
        account("plain").parse(plain_query(), text_xml(text).encode()) for text in ("a", "a", "b")
    )

    assert first.nonce_key == repeat.nonce_key == forged.nonce_key != ""
    assert first.body_hash == repeat.body_hash != forged.body_hash


def test_a_plain_request_of_someone_without_the_token_is_refused_before_it_is_read() -> None:
    body = b"<!DOCTYPE xml><xml/>"

    assert refused(lambda: account("plain").parse(plain_query(token="guess"), body)) == "signature"
    assert refused(lambda: account("plain").parse(plain_query(), body)) == "doctype"


def test_the_console_is_answered_with_its_own_word_and_nobody_else_is() -> None:
    query = plain_query()

    assert account().verify(query | {"echostr": "8123"}) == "8123"
    assert refused(lambda: account().verify(query | {"echostr": "8123", "nonce": "x"})) == "signature"
    assert refused(lambda: account().verify(query)) == "query"


def test_an_account_that_could_not_tell_the_platform_from_a_stranger_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="token"):
        OfficialAccount(app_id="wx1", token="", mode="plain", clock=Wound())
    with pytest.raises(ValueError, match="EncodingAESKey"):
        OfficialAccount(app_id="wx1", token="t", mode="safe", clock=Wound())


# Answers


def test_a_plain_answer_goes_from_the_account_to_the_person() -> None:
    plain = account("plain")
    received = plain.parse(plain_query(), text_xml("a").encode())

    assert plain.render("已登记", received, NOW).decode() == (
        f"<xml><ToUserName><![CDATA[{VOTER}]]></ToUserName><FromUserName><![CDATA[{ACCOUNT}]]></FromUserName>"
        "<CreateTime>1778549400</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        "<Content><![CDATA[已登记]]></Content></xml>"
    )


def test_an_answer_too_long_for_the_platform_is_cut_at_a_whole_character() -> None:
    cut = clip("路" * 1000)

    assert re.fullmatch("路+…", cut)
    assert LONGEST_REPLY - 3 < len(cut.encode()) <= LONGEST_REPLY
    assert clip("路" * 682) == "路" * 682


# Whatever comes


def outcome(act: Callable[[], Received]) -> str:
    try:
        received = act()
    except Rejected as refusal:
        return refusal.reason
    return received.quarantine or "message"


@given(
    st.binary(max_size=400),
    st.dictionaries(st.sampled_from([*plain_query(), "encrypt_type"]), st.text(max_size=50)),
)
def test_no_request_does_anything_but_be_read_kept_or_refused(body: bytes, change: dict[str, str]) -> None:
    for mode in ("plain", "safe"):
        chosen = account("plain" if mode == "plain" else "safe")
        assert outcome(lambda: chosen.parse(plain_query() | change, body))  # noqa: B023 - called at once
        assert outcome(lambda: chosen.parse(plain_query(), body))  # noqa: B023 - called at once


@given(
    st.lists(
        st.sampled_from([*"<>/&;![]", "xml", "Event", "MsgType", "event", "Content", "CDATA[", "1", "中"])
    )
)
def test_no_broken_markup_does_anything_but_be_read_kept_or_refused(pieces: list[str]) -> None:
    whole = message_xml("".join(pieces))

    assert outcome(lambda: account("plain").parse(plain_query(), whole.encode()))


def test_the_signature_is_the_published_one() -> None:
    assert sha1("AAAAA", "1714037059", "486452656") == "899cf89e464efb63f54ddac96b0a0a235f53aa78"
