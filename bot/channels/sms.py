"""The way to a short message: one signed POST to a gateway that the operator names."""

import json
from collections.abc import Callable
from datetime import datetime

import requests

from bot.channels.base import Push, SendError
from bot.channels.forwarder import SIGNATURE, TIMESTAMP, sign
from bot.channels.wechat_errors import explain

TIMEOUT_SECONDS = 5.0
SUCCESS, SERVER_ERROR, TOO_MANY = 200, 500, 429


class SmsSender:
    """Posts `{"id", "phone", "text"}`; the gateway answers 2xx once it has taken the message.

    The same `id` means the same message: a gateway that knows it may drop the second one.
    """

    def __init__(
        self, url: str, token: str, clock: Callable[[], datetime], timeout: float = TIMEOUT_SECONDS
    ) -> None:
        self._url = url
        self._token = token.encode()
        self._clock = clock
        self._timeout = timeout

    def push(self, push: Push) -> str:
        """Send a text to a phone; give the gateway's own id for it, where it names one."""
        given = {"id": push.client_msg_id, "phone": push.external_id, "text": push.text}
        body = json.dumps(given, ensure_ascii=False).encode()
        sent_at = str(int(self._clock().timestamp()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            TIMESTAMP: sent_at,
            SIGNATURE: sign(self._token, sent_at, body),
        }
        failure = None
        try:
            answer = requests.post(
                self._url, data=body, headers=headers, timeout=self._timeout, allow_redirects=False
            )
        except requests.RequestException as error:
            failure = explain(error, may_repeat=False)
        # Raised out here, so that no phone number hangs on to it.
        if failure is not None:
            raise failure
        return _read(answer)

    def download_media(self, media_id: str) -> bytes:  # noqa: ARG002 -- every sender has it
        """Refuse: nothing comes in this way."""
        raise SendError("no_media", retryable=False)


def _read(answer: requests.Response) -> str:
    status = answer.status_code
    if status >= SERVER_ERROR:
        raise SendError(f"http_{status}", retryable=False, outcome_unknown=True)
    if status // 100 != SUCCESS // 100:
        raise SendError(f"http_{status}", retryable=status == TOO_MANY)
    try:
        told = answer.json()
    except ValueError:
        return ""
    return str(told.get("id", ""))[:64] if isinstance(told, dict) else ""
