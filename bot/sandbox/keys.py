"""Token, EncodingAESKey and AppSecret as the pretend console has them, and how they are changed."""

import base64
import secrets
import threading
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class KeyPair:
    """What callbacks are signed and sealed with."""

    token: str
    aes_key: str


class Keys:
    """The keys of now and those before, which stay good for what is still on its way."""

    def __init__(self, pair: KeyPair, app_secret: str) -> None:
        self._lock = threading.Lock()
        self._pairs = (pair, pair)
        self._late = 0
        self._app_secret = app_secret

    @property
    def app_secret(self) -> str:
        return self._app_secret

    @property
    def pairs(self) -> tuple[KeyPair, KeyPair]:
        """Give the keys of now and those before: answers in either are read."""
        return self._pairs

    def for_a_call(self) -> KeyPair:
        """Give the keys of the next callback: the last ones under way still carry those before."""
        with self._lock:
            now, before = self._pairs
            self._late -= 1
            return before if self._late >= 0 else now

    def changed(self, *, token: str = "", aes_key: str = "") -> KeyPair:
        """Give what the keys would be."""
        now = self._pairs[0]
        return replace(now, token=token or now.token, aes_key=aes_key or now.aes_key)

    def save(self, pair: KeyPair, *, late: int = 0) -> None:
        """Change to new keys; so many callbacks still come with the ones before."""
        with self._lock:
            self._pairs = (pair, self._pairs[0])
            self._late = late

    def reset_secret(self, secret: str) -> None:
        """Change the AppSecret: the one before ends at once."""
        self._app_secret = secret


def invented_token() -> str:
    return secrets.token_hex(8)


def invented_aes_key() -> str:
    """Make an EncodingAESKey: 43 letters and digits for 32 bytes."""
    while True:
        key = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
        if key.isalnum():
            return key
