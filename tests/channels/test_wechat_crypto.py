import pytest

from bot.channels.base import Rejected
from bot.channels.wechat_crypto import Codec, decode_aes_key, is_signed, sign
from tests.channels.signed import APP_ID, KEY, OTHER_KEY, TOKEN


def codec(*keys: str, receive_id: str = APP_ID) -> Codec:
    return Codec(tokens=(TOKEN,), receive_id=receive_id, encoded_keys=keys)


@pytest.mark.parametrize("length", [0, 1, 27, 28, 29, 63, 64, 2048, 70_000])
def test_what_is_sealed_opens_to_the_same_text(length: int) -> None:
    one = codec(KEY)

    assert one.open(one.seal(b"x" * length, 0)) == (b"x" * length, 0)


def test_the_previous_key_still_opens_and_is_named_so_that_the_answer_uses_it() -> None:
    old, rotated = codec(OTHER_KEY), codec(KEY, OTHER_KEY)

    assert rotated.open(old.seal("路灯坏了".encode(), 0)) == ("路灯坏了".encode(), 1)


def test_the_previous_token_is_believed_too_and_signs_its_answers() -> None:
    changing = Codec(tokens=("fresh", TOKEN, ""), receive_id=APP_ID, encoded_keys=(KEY,))
    old, strange = sign(TOKEN, "1", "n", "sealed"), sign("", "1", "n", "sealed")

    assert changing.signed_with(old, "1", "n", "sealed") == 1
    assert changing.sign("1", "n", "sealed", token_index=1) == old
    assert changing.is_signed(sign("fresh", "1", "n"), "1", "n")
    assert changing.signed_with(strange, "1", "n", "sealed") is None, "an empty setting is no token"


def test_equal_texts_are_never_sealed_alike() -> None:
    one = codec(KEY)

    assert one.seal(b"same", 0) != one.seal(b"same", 0)


@pytest.mark.parametrize(
    ("receive_id", "key"),
    [("wxanother0account", KEY), (APP_ID + "0", KEY), (APP_ID[:-1], KEY), ("", KEY), (APP_ID, OTHER_KEY)],
    ids=["another account", "a longer id", "a shorter id", "no id", "another key"],
)
def test_a_text_for_someone_else_is_rejected(receive_id: str, key: str) -> None:
    foreign = codec(key, receive_id=receive_id).seal(b"<xml/>", 0)

    with pytest.raises(Rejected) as refusal:
        codec(KEY).open(foreign)

    assert refusal.value.reason == "decrypt"


@pytest.mark.parametrize(
    "sealed",
    ["", "AAAA", "A", "=", "AAAA\nAAAA", "甲", "a-b_", "A" * 40 + "=", "AAAAAAAAAAAAAAAAAAAAAA=="],
)
def test_what_is_not_strict_base64_of_whole_blocks_is_rejected(sealed: str) -> None:
    with pytest.raises(Rejected):
        codec(KEY).open(sealed)


@pytest.mark.parametrize("encoded", ["", "short", KEY + "A", "-" * 43, "甲" * 43])
def test_a_key_that_is_not_43_letters_and_digits_is_a_mistake_in_the_settings(encoded: str) -> None:
    with pytest.raises(ValueError, match="43"):
        decode_aes_key(encoded)


def test_a_signature_may_hold_any_characters_and_is_still_only_wrong() -> None:
    assert is_signed(sign("b", "a"), "a", "b")
    assert not is_signed("签名\udcff", "a", "b")
    assert not is_signed("", "a", "b")
