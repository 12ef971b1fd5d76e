"""The official account (公众号, 服务号): requests in, answers in the same breath out."""

import hashlib
import re
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Literal

from bot.channels.base import Quarantined, Received, Rejected
from bot.channels.wechat_crypto import Codec
from bot.channels.wechat_messages import quarantine_key, read_message, sender_of
from bot.channels.wechat_xml import MAX_BYTES, Document, read_xml

Mode = Literal["plain", "compatible", "safe"]

NAME = "official-account"
ARRIVED = b"success"
LONGEST_REPLY = 2048
"""Bytes of UTF-8 that WeChat takes in one text."""
LONGEST_PARAMETER = 128

_TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

REPLY = (
    "<xml><ToUserName><![CDATA[{recipient}]]></ToUserName><FromUserName><![CDATA[{sender}]]></FromUserName>"
    "<CreateTime>{created}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
    "<Content><![CDATA[{content}]]></Content></xml>"
)
SEALED = (
    "<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt><MsgSignature><![CDATA[{signature}]]></MsgSignature>"
    "<TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
)


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
        mode: Mode = "safe",
        max_age: int = 600,
    ) -> None:
        if not token:
            raise ValueError("without a token every signature could be forged")
        if mode != "plain" and not aes_key:
            raise ValueError(f"{mode} mode needs the EncodingAESKey")
        self._codec = Codec(token=token, receive_id=app_id, encoded_keys=(aes_key, previous_aes_key))
        self._clock = clock
        self._mode = mode
        self._max_age = max_age

    def verify(self, query: Mapping[str, str]) -> str:
        """Answer the question the console asks when the address is saved."""
        timestamp, nonce = self._fresh(query)
        if not self._codec.is_signed(query.get("signature", ""), timestamp, nonce):
            raise Rejected("signature")
        echo = query.get("echostr", "")
        if not 0 < len(echo) <= LONGEST_PARAMETER:
            raise Rejected("query", 400)
        return echo

    def parse(self, query: Mapping[str, str], body: bytes) -> Received:
        """Check, open and read one message or event."""
        if len(body) > MAX_BYTES:
            raise Rejected("too_big", 413)
        timestamp, nonce = self._fresh(query)
        if _is_sealed(query):
            raw, key_index = self._open(query, timestamp, nonce, body)
            return _read(raw, key_index=key_index)
        if self._mode != "plain":
            raise Rejected("downgrade")
        if not self._codec.is_signed(query.get("signature", ""), timestamp, nonce):
            raise Rejected("signature")
        if not body.strip():
            raise Rejected("empty", 400)
        return _read(
            body, nonce_key=f"{NAME}:{timestamp}:{nonce}", body_hash=hashlib.sha256(body).hexdigest()
        )

    def render(self, reply_text: str, received: Received, now: datetime) -> bytes:
        """Answer with a text, sealed with the key of the request; an empty one says only that it arrived."""
        if not reply_text or not received.sender or not received.recipient:
            return ARRIVED
        timestamp = str(int(now.timestamp()))
        reply = REPLY.format(
            recipient=_cdata(received.sender),
            sender=_cdata(received.recipient),
            created=timestamp,
            content=_cdata(clip(reply_text)),
        )
        if received.key_index is None:
            return reply.encode()
        encrypted = self._codec.seal(reply.encode(), received.key_index)
        nonce = secrets.token_hex(8)
        return SEALED.format(
            encrypted=encrypted,
            signature=self._codec.sign(timestamp, nonce, encrypted),
            timestamp=timestamp,
            nonce=nonce,
        ).encode()

    def _fresh(self, query: Mapping[str, str]) -> tuple[str, str]:
        """Give timestamp and nonce of a query that was not kept for later."""
        timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        if not _TIMESTAMP.fullmatch(timestamp) or not 0 < len(nonce) <= LONGEST_PARAMETER:
            raise Rejected("query", 400)
        if abs(self._clock().timestamp() - int(timestamp)) > self._max_age:
            raise Rejected("stale")
        return timestamp, nonce

    def _open(self, query: Mapping[str, str], timestamp: str, nonce: str, body: bytes) -> tuple[bytes, int]:
        if not self._codec.has_keys:
            raise Rejected("no_key")
        if _is_json(body):
            raise Rejected("json", 400)
        envelope = read_xml(body)
        # A plaintext beside it (compatible mode) is not signed, and so not read.
        encrypted = envelope.fields.get("Encrypt", "").strip(" \t\r\n")
        if not encrypted or envelope.root != "xml" or "Encrypt" in envelope.repeated | envelope.nested:
            raise Rejected("envelope", 400)
        if not self._codec.is_signed(query.get("msg_signature", ""), timestamp, nonce, encrypted):
            raise Rejected("signature")
        return self._codec.open(encrypted)


def _is_sealed(query: Mapping[str, str]) -> bool:
    encryption = query.get("encrypt_type", "")
    return encryption == "aes" or (not encryption and "msg_signature" in query)


def _is_json(text: bytes) -> bool:
    """Tell whether the console is set to JSON, so that the operator can be told so."""
    return text.lstrip().startswith(b"{")


def _read(raw: bytes, *, key_index: int | None = None, nonce_key: str = "", body_hash: str = "") -> Received:
    """Read a genuine text; what is not as it should be is kept aside rather than refused."""
    document = Document()
    message, reason = None, ""
    try:
        if not raw:
            raise Quarantined("empty")  # noqa: TRY301 - the same verdict as those of read_message
        if _is_json(raw):
            raise Quarantined("json")  # noqa: TRY301 - the same verdict as those of read_message
        document = read_xml(raw)
        message = read_message(document, channel=NAME, raw=raw)
    except Quarantined as verdict:
        reason = verdict.reason
    return Received(
        message=message,
        quarantine=reason,
        dedupe_key=message.dedupe_key if message else quarantine_key(NAME, raw),
        sender=message.sender if message else sender_of(document)[:LONGEST_PARAMETER],
        recipient=message.recipient if message else "",
        raw=raw,
        key_index=key_index,
        nonce_key=nonce_key,
        body_hash=body_hash,
    )


def clip(text: str, limit: int = LONGEST_REPLY) -> str:
    """Cut a text that WeChat would refuse, at a whole character, and show that it was cut."""
    encoded = text.encode("utf-8", "ignore")
    if len(encoded) <= limit:
        return text
    return encoded[: limit - len("…".encode())].decode("utf-8", "ignore") + "…"


def _cdata(text: str) -> str:
    return _UNWRITABLE.sub("", text).replace("]]>", "]]]]><![CDATA[>")
