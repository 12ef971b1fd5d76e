"""The official account (公众号, 服务号): requests in, answers in the same breath out."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Literal

from bot.channels.base import Received, Rejected
from bot.channels.wechat_crypto import Codec
from bot.channels.wechat_envelope import LONGEST_PARAMETER, Envelope, read_genuine, write_reply
from bot.channels.wechat_xml import MAX_BYTES

Mode = Literal["plain", "compatible", "safe"]

NAME = "official-account"
ARRIVED = b"success"


class OfficialAccount:
    """Verifies, opens, reads and answers the platform's requests; knows no database and no network."""

    name = NAME

    def __init__(
        self,
        *,
        app_id: str,
        token: str,
        clock: Callable[[], datetime],
        aes_key: str = "",
        previous_aes_key: str = "",
        previous_token: str = "",
        mode: Mode = "safe",
        max_age: int = 600,
    ) -> None:
        if not token:
            raise ValueError("without a token every signature could be forged")
        if mode != "plain" and not aes_key:
            raise ValueError(f"{mode} mode needs the EncodingAESKey")
        self._codec = Codec(
            tokens=(token, previous_token), receive_id=app_id, encoded_keys=(aes_key, previous_aes_key)
        )
        self._envelope = Envelope(self._codec, clock=clock, max_age=max_age)
        self._mode = mode

    def verify(self, query: Mapping[str, str]) -> str:
        """Answer the question the console asks when the address is saved."""
        timestamp, nonce = self._envelope.fresh(query)
        if not self._codec.is_signed(query.get("signature", ""), timestamp, nonce):
            raise Rejected("signature")
        echo = query.get("echostr", "")
        if not 0 < len(echo) <= LONGEST_PARAMETER:
            raise Rejected("query", 400)
        return echo

    def parse(self, query: Mapping[str, str], body: bytes) -> Received:
        """Check, open and read one message or event."""
        if _is_sealed(query):
            raw, keys = self._envelope.open(query, body)
            return read_genuine(raw, channel=NAME, keys=keys)
        if len(body) > MAX_BYTES:
            raise Rejected("too_big", 413)
        timestamp, nonce = self._envelope.fresh(query)
        if self._mode != "plain":
            raise Rejected("downgrade")
        if not self._codec.is_signed(query.get("signature", ""), timestamp, nonce):
            raise Rejected("signature")
        if not body.strip():
            raise Rejected("empty", 400)
        return read_genuine(
            body,
            channel=NAME,
            nonce_key=f"{NAME}:{timestamp}:{nonce}",
            body_hash=hashlib.sha256(body).hexdigest(),
        )

    def render(self, reply_text: str, received: Received, now: datetime) -> bytes:
        """Answer with a text, sealed with the key of the request; an empty one says only that it arrived."""
        if not reply_text or not received.sender or not received.recipient:
            return ARRIVED
        reply = write_reply(reply_text, received, now)
        if received.keys is None:
            return reply.encode()
        return self._envelope.seal(reply, received.keys, now)


def _is_sealed(query: Mapping[str, str]) -> bool:
    encryption = query.get("encrypt_type", "")
    return encryption == "aes" or (not encryption and "msg_signature" in query)
