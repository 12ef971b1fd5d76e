"""The two ways in, so that one test can ask the same of both; requests are made by wechatpy, not by us."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from wechatpy.enterprise.crypto import WeChatCrypto

from bot.channels.base import Channel
from bot.channels.wecom import WeCom
from tests.channels import signed
from tests.channels.signed import KEY, NOW, OTHER_KEY, TOKEN, Wound, sha1

CORP_ID = "ww0a1b2c3d4e5f6071"
AGENT_ID = "1000002"
MEMBER = "ChenLixin"

Request = tuple[dict[str, str], bytes]


def wecom(
    *, key: str = KEY, previous: str = "", clock: Wound | None = None, agent_id: str = AGENT_ID
) -> WeCom:
    return WeCom(
        corp_id=CORP_ID,
        agent_id=agent_id,
        token=TOKEN,
        aes_key=key,
        previous_aes_key=previous,
        clock=clock or Wound(),
    )


def wecom_query(at: datetime, *encrypted: str) -> dict[str, str]:
    timestamp, nonce = str(int(at.timestamp())), "1597212914"
    return {
        "msg_signature": sha1(TOKEN, timestamp, nonce, *encrypted),
        "timestamp": timestamp,
        "nonce": nonce,
    }


def wecom_sealed(
    xml: str | bytes, *, key: str = KEY, receive_id: str = CORP_ID, at: datetime = NOW
) -> Request:
    """Give query and body of a callback as WeCom sends it."""
    text = WeChatCrypto(TOKEN, key, receive_id).encrypt_message(xml, "n", str(int(at.timestamp())))
    found = re.search(r"<Encrypt><!\[CDATA\[(.*)\]\]></Encrypt>", text)
    assert found
    body = (
        f"<xml><ToUserName><![CDATA[{receive_id}]]></ToUserName><AgentID>{AGENT_ID}</AgentID>{found[0]}</xml>"
    )
    return wecom_query(at, found[1]), body.encode()


def wecom_xml(fields: str, *, kind: str = "text", created: int = 1778549400, agent: str = AGENT_ID) -> str:
    return (
        f"<xml><ToUserName><![CDATA[{CORP_ID}]]></ToUserName><FromUserName><![CDATA[{MEMBER}]]></FromUserName>"
        f"<CreateTime>{created}</CreateTime><MsgType><![CDATA[{kind}]]></MsgType>{fields}"
        f"<AgentID>{agent}</AgentID></xml>"
    )


def wecom_event(event: str, fields: str = "") -> str:
    return wecom_xml(f"<Event><![CDATA[{event}]]></Event>{fields}", kind="event")


def wecom_text(content: str, message_id: str = "24000000000000017") -> str:
    return wecom_xml(f"<Content><![CDATA[{content}]]></Content><MsgId>{message_id}</MsgId>")


def wecom_unsealed(reply: bytes, *, key: str = KEY) -> str:
    """Open an answer of ours as the platform does."""
    return signed.unsealed(reply, key=key, crypto=WeChatCrypto(TOKEN, key, CORP_ID))


@dataclass(frozen=True, kw_only=True)
class Way:
    """One channel in its sealed mode, and how the platform speaks on it."""

    name: str
    person: str
    account: str
    arrived: bytes
    make: Callable[..., Channel]
    seal: Callable[..., Request]
    unseal: Callable[..., str]
    message: Callable[..., str]
    text: Callable[..., str]
    event: Callable[..., str]


WAYS = (
    Way(
        name="official-account",
        person=signed.VOTER,
        account=signed.ACCOUNT,
        arrived=b"success",
        make=signed.account,
        seal=signed.sealed,
        unseal=signed.unsealed,
        message=signed.message_xml,
        text=signed.text_xml,
        event=signed.event_xml,
    ),
    Way(
        name="wecom",
        person=MEMBER,
        account=CORP_ID,
        arrived=b"",
        make=wecom,
        seal=wecom_sealed,
        unseal=wecom_unsealed,
        message=wecom_xml,
        text=wecom_text,
        event=wecom_event,
    ),
)

__all__ = ["AGENT_ID", "CORP_ID", "KEY", "MEMBER", "NOW", "OTHER_KEY", "WAYS", "Way", "Wound"]
