"""What WeChat and WeCom share around a message: freshness, the sealed envelope, and the answer in the same breath."""

import re
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime

from bot.channels.base import Keys, Quarantined, Received, Rejected
from bot.channels.wechat_crypto import Codec
from bot.channels.wechat_messages import quarantine_key, read_message, sender_of
from bot.channels.wechat_words import cut_words
from bot.channels.wechat_xml import MAX_BYTES, Document, read_xml

LONGEST_REPLY = 2048
"""Bytes of UTF-8 that the platforms take in one text."""
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

_USUAL = re.compile(
    rb"<xml>\s*+(?:<ToUserName>(?:<!\[CDATA\[\w{1,64}\]\]>|\w{1,64})</ToUserName>\s*+)?"
    rb"<Encrypt>(?:<!\[CDATA\[([A-Za-z0-9+/=]+)\]\]>|([A-Za-z0-9+/=]+))</Encrypt>\s*+"
    rb"(?:<AgentID>(?:<!\[CDATA\[\d{1,10}\]\]>|\d{1,10})</AgentID>\s*+)?</xml>",
    re.ASCII,
)
"""The envelope as the platforms write it, to the letter."""

_SEALED_PART = re.compile(rb"<Encrypt>(?:<!\[CDATA\[)?([A-Za-z0-9+/=]+)(?:\]\]>)?</Encrypt>")

Check = Callable[[Document], None]
"""Looks at what a channel alone demands of a genuine document; raises Quarantined."""


class Envelope:
    """Checks, opens and seals the requests of one account."""

    def __init__(self, codec: Codec, *, clock: Callable[[], datetime], max_age: int) -> None:
        self.codec = codec
        self._clock = clock
        self._max_age = max_age

    def fresh(self, query: Mapping[str, str]) -> tuple[str, str]:
        """Give timestamp and nonce of a query that was not kept for later."""
        timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        if not _TIMESTAMP.fullmatch(timestamp) or not 0 < len(nonce) <= LONGEST_PARAMETER:
            raise Rejected("query", 400)
        if abs(self._clock().timestamp() - int(timestamp)) > self._max_age:
            raise Rejected("stale")
        return timestamp, nonce

    def open(self, query: Mapping[str, str], body: bytes) -> tuple[bytes, Keys]:
        """Give the text of a sealed request and what it was sealed and signed with."""
        if len(body) > MAX_BYTES:
            raise Rejected("too_big", 413)
        timestamp, nonce = self.fresh(query)
        if not self.codec.has_keys:
            raise Rejected("no_key")
        if is_json(body):
            raise Rejected("json", 400)
        encrypted = _encrypted(body)
        token = self.codec.signed_with(query.get("msg_signature", ""), timestamp, nonce, encrypted)
        if token is None:
            raise Rejected("signature")
        text, key = self.codec.open(encrypted)
        return text, Keys(aes=key, token=token)

    def seal(self, reply: str, keys: Keys, now: datetime) -> bytes:
        """Wrap an answer with what its request was sealed and signed with."""
        timestamp, nonce = str(int(now.timestamp())), secrets.token_hex(8)
        encrypted = self.codec.seal(reply.encode(), keys.aes)
        return SEALED.format(
            encrypted=encrypted,
            signature=self.codec.sign(timestamp, nonce, encrypted, token_index=keys.token),
            timestamp=timestamp,
            nonce=nonce,
        ).encode()


def is_json(text: bytes) -> bool:
    """Tell whether the console is set to JSON, so that the operator can be told so."""
    return text.lstrip().startswith(b"{")


def read_genuine(
    raw: bytes,
    *,
    channel: str,
    check: Check | None = None,
    keys: Keys | None = None,
    nonce_key: str = "",
    body_hash: str = "",
) -> Received:
    """Read a genuine text; what is not as it should be is kept aside rather than refused."""
    document = Document()
    message, reason = None, ""
    try:
        if not raw:
            raise Quarantined("empty")  # noqa: TRY301 - the same verdict as those of read_message
        if is_json(raw):
            raise Quarantined("json")  # noqa: TRY301 - the same verdict as those of read_message
        document = read_xml(raw)
        if check is not None:
            check(document)
        message = read_message(document, channel=channel, raw=raw)
    except Quarantined as verdict:
        reason = verdict.reason
    return Received(
        message=message,
        quarantine=reason,
        dedupe_key=message.dedupe_key if message else quarantine_key(channel, raw),
        sender=message.sender if message else sender_of(document)[:LONGEST_PARAMETER],
        recipient=message.recipient if message else "",
        raw=raw,
        keys=keys,
        nonce_key=nonce_key,
        body_hash=body_hash,
    )


def write_reply(text: str, received: Received, now: datetime) -> str:
    """Write the text message that answers a request."""
    return REPLY.format(
        recipient=_cdata(received.sender),
        sender=_cdata(received.recipient),
        created=int(now.timestamp()),
        content=_cdata(clip(text)),
    )


def clip(text: str, limit: int = LONGEST_REPLY) -> str:
    """Cut a text that the platform would refuse, at a whole character, and show that it was cut."""
    encoded = text.encode("utf-8", "ignore")
    if len(encoded) <= limit:
        return text
    return encoded[: limit - len("…".encode())].decode("utf-8", "ignore") + "…"


def _cdata(text: str) -> str:
    return _UNWRITABLE.sub("", text).replace("]]>", "]]]]><![CDATA[>")


def _encrypted(body: bytes) -> str:
    """Give what is sealed in an envelope."""
    # Nearly all look the same, and then their one field needs no XML reader.
    if usual := _USUAL.fullmatch(body):
        return (usual[1] or usual[2]).decode()
    try:
        envelope = read_xml(body)
    except Quarantined:
        # The plaintext beside it may be what is broken; the signature says whether what is sealed is genuine.
        if found := _SEALED_PART.findall(cut_words(body)[0]):
            return bytes(found[-1]).decode()
        raise Rejected("envelope", 400) from None
    # A plaintext beside it (compatible mode) is not signed, and so not read.
    encrypted = envelope.fields.get("Encrypt", "").strip(" \t\r\n")
    if not encrypted or envelope.root != "xml" or "Encrypt" in envelope.repeated | envelope.nested:
        raise Rejected("envelope", 400)
    return encrypted
