"""The way to the account's other system: one signed POST for each event."""

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime

import requests

from bot.channels.wechat_errors import explain

TIMEOUT_SECONDS = 5.0
TIMESTAMP, SIGNATURE = "X-Lxq-Timestamp", "X-Lxq-Signature"


class Forwarder:
    """Signs with a secret that only the two systems know; it follows no redirect and reads no answer."""

    def __init__(
        self, url: str, secret: str, clock: Callable[[], datetime], timeout: float = TIMEOUT_SECONDS
    ) -> None:
        self._url = url
        self._secret = secret.encode()
        self._clock = clock
        self._timeout = timeout

    def send(self, body: str) -> str:
        """Send one event; give a short word for what went wrong, or nothing."""
        data, sent_at = body.encode(), str(int(self._clock().timestamp()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            TIMESTAMP: sent_at,
            SIGNATURE: sign(self._secret, sent_at, data),
        }
        try:
            with requests.post(
                self._url,
                data=data,
                headers=headers,
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            ) as response:
                taken = response.status_code // 100 == 2  # noqa: PLR2004 -- any of the 200s
                return "" if taken else f"http_{response.status_code}"
        except requests.RequestException as error:
            return explain(error, may_repeat=True).code


def sign(secret: bytes, sent_at: str, body: bytes) -> str:
    """Sign the time and the body, so that neither can be changed and an old request is known as old."""
    return hmac.new(secret, sent_at.encode() + b"." + body, hashlib.sha256).hexdigest()
