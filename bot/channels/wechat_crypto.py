"""WeChat's message envelope: signature, AES-256-CBC, and the id of the receiver inside."""

import binascii
import hashlib
import hmac
import os
from collections.abc import Sequence

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC

from bot.channels.base import Rejected

AES_BLOCK = 16
PADDED_TO = 32
RANDOM_BYTES = 16
HEAD = RANDOM_BYTES + 4
KEY_BYTES = 32
ENCODED_KEY_LENGTH = 43


def sign(*parts: str) -> str:
    """Sign as WeChat does: SHA-1 over the sorted parts."""
    return hashlib.sha1("".join(sorted(parts)).encode("utf-8", "replace"), usedforsecurity=False).hexdigest()


def is_signed(signature: str, *parts: str) -> bool:
    """Tell whether a signature is right, in a time that says nothing about where it differs."""
    return hmac.compare_digest(sign(*parts).encode(), signature.encode("utf-8", "replace"))


def decode_aes_key(encoded: str) -> bytes:
    """Read an EncodingAESKey: 43 letters and digits that stand for 32 bytes."""
    if len(encoded) == ENCODED_KEY_LENGTH:
        try:
            return binascii.a2b_base64(encoded + "=", strict_mode=True)
        except ValueError:
            pass
    raise ValueError("an EncodingAESKey has 43 letters and digits")


class Codec:
    """Opens and seals messages of one account; the first token and the first key are the current ones.

    `receive_id` is the AppID of an official account or the CorpID of a WeCom corp.
    """

    def __init__(self, *, tokens: Sequence[str], receive_id: str, encoded_keys: Sequence[str]) -> None:
        self._tokens = [token for token in tokens if token]
        self._receive_id = receive_id.encode()
        keys = [decode_aes_key(encoded) for encoded in encoded_keys if encoded]
        # A Cipher only holds the key: every decryptor() and encryptor() of it is a fresh context.
        self._ciphers = [Cipher(AES256(key), CBC(key[:AES_BLOCK])) for key in keys]

    @property
    def has_keys(self) -> bool:
        return bool(self._ciphers)

    def is_signed(self, signature: str, timestamp: str, nonce: str, *encrypted: str) -> bool:
        """Check `signature` of a plain request, or with `encrypted` the `msg_signature` of a sealed one."""
        return self.signed_with(signature, timestamp, nonce, *encrypted) is not None

    def signed_with(self, signature: str, timestamp: str, nonce: str, *encrypted: str) -> int | None:
        """Give the index of the token that made a signature; None if none of ours did."""
        for index, token in enumerate(self._tokens):
            if is_signed(signature, token, timestamp, nonce, *encrypted):
                return index
        return None

    def open(self, encrypted: str) -> tuple[bytes, int]:
        """Decrypt with the first key that fits; give the text and the key's index."""
        try:
            sealed = binascii.a2b_base64(encrypted, strict_mode=True)
        except ValueError:
            raise Rejected("base64", 400) from None
        if len(sealed) < PADDED_TO or len(sealed) % AES_BLOCK:
            raise Rejected("ciphertext", 400)
        for index, cipher in enumerate(self._ciphers):
            decryptor = cipher.decryptor()
            text = self._unwrap(decryptor.update(sealed) + decryptor.finalize())
            if text is not None:
                return text, index
        raise Rejected("decrypt")

    def seal(self, text: bytes, key_index: int) -> str:
        """Encrypt for the platform."""
        wrapped = b"".join((os.urandom(RANDOM_BYTES), len(text).to_bytes(4), text, self._receive_id))
        padding = PADDED_TO - len(wrapped) % PADDED_TO
        encryptor = self._ciphers[key_index].encryptor()
        sealed = encryptor.update(wrapped + bytes((padding,)) * padding) + encryptor.finalize()
        return binascii.b2a_base64(sealed, newline=False).decode()

    def sign(self, timestamp: str, nonce: str, *encrypted: str, token_index: int = 0) -> str:
        return sign(self._tokens[token_index], timestamp, nonce, *encrypted)

    def _unwrap(self, wrapped: bytes) -> bytes | None:
        """Take off padding, random head, length and receiver; None if one of them is not as it must be."""
        padding = wrapped[-1]
        if not 1 <= padding <= PADDED_TO or not wrapped.endswith(bytes((padding,)) * padding):
            return None
        end = len(wrapped) - padding
        text_end = HEAD + int.from_bytes(wrapped[RANDOM_BYTES:HEAD])
        if text_end > end or not hmac.compare_digest(wrapped[text_end:end], self._receive_id):
            return None
        return wrapped[HEAD:text_end]
