"""Signed requests as the platform sends them, made by wechatpy: an implementation that is not ours."""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from wechatpy.crypto import BaseWeChatCrypto, WeChatCrypto

from bot.channels.official_account import Mode, OfficialAccount

NOW = datetime(2026, 5, 12, 1, 30, tzinfo=UTC)
TOKEN = "station-token"
APP_ID = "wx0a1b2c3d4e5f6071"
KEY = "M7nQ2xYb9KcD4eFgH5jL6pRsT8uVwZ1aB3mN0oXyQ7A"
OTHER_KEY = "zB3mN0oXyQ7ArT8uVwZ1aM7nQ2xYb9KcD4eFgH5jL6o"
VOTER = "oVoter_0001-abcdefghijklmnop"
ACCOUNT = "gh_000000000001"


@dataclass
class Wound:
    """A clock that stands until it is moved."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


def account(
    mode: Mode = "safe", *, key: str = KEY, previous: str = "", clock: Wound | None = None
) -> OfficialAccount:
    return OfficialAccount(
        app_id=APP_ID,
        token=TOKEN,
        aes_key="" if mode == "plain" else key,
        previous_aes_key=previous,
        mode=mode,
        clock=clock or Wound(),
    )


def sha1(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def plain_query(*, at: datetime = NOW, nonce: str = "1320562132", token: str = TOKEN) -> dict[str, str]:
    timestamp = str(int(at.timestamp()))
    signature = sha1(token, timestamp, nonce)
    return {"signature": signature, "timestamp": timestamp, "nonce": nonce, "openid": VOTER}


def sealed(
    xml: str | bytes, *, key: str = KEY, app_id: str = APP_ID, at: datetime = NOW, beside: str = ""
) -> tuple[dict[str, str], bytes]:
    """Give query and body of an encrypted request; `beside` is the plaintext of compatible mode."""
    query = plain_query(at=at)
    text = WeChatCrypto(TOKEN, key, app_id).encrypt_message(xml, query["nonce"], query["timestamp"])
    found = re.search(r"<Encrypt><!\[CDATA\[(.*)\]\]></Encrypt>", text)
    signature = re.search(r"<MsgSignature><!\[CDATA\[(.*)\]\]></MsgSignature>", text)
    assert found
    assert signature
    query |= {"encrypt_type": "aes", "msg_signature": signature[1]}
    body = f"<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName>{beside}{found[0]}</xml>"
    return query, body.encode()


def unsealed(reply: bytes, *, key: str = KEY, crypto: BaseWeChatCrypto | None = None) -> str:
    """Open an answer of ours as the platform does."""
    text = reply.decode()
    parts = {
        name: re.search(rf"<{name}>(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?</{name}>", text)
        for name in ("MsgSignature", "TimeStamp", "Nonce")
    }
    signature, timestamp, nonce = (found[1] if found else "" for found in parts.values())
    opener = crypto or WeChatCrypto(TOKEN, key, APP_ID)
    return str(opener.decrypt_message(text, signature, timestamp, nonce))


def message_xml(fields: str, *, kind: str = "text", created: int = 1778549400) -> str:
    return (
        f"<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName><FromUserName><![CDATA[{VOTER}]]></FromUserName>"
        f"<CreateTime>{created}</CreateTime><MsgType><![CDATA[{kind}]]></MsgType>{fields}</xml>"
    )


def text_xml(content: str, message_id: str = "24000000000000017") -> str:
    return message_xml(f"<Content><![CDATA[{content}]]></Content><MsgId>{message_id}</MsgId>")


def event_xml(event: str, fields: str = "") -> str:
    return message_xml(f"<Event><![CDATA[{event}]]></Event>{fields}", kind="event")
