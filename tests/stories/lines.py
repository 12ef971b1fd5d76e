"""How the two platforms speak to the bot, with implementations that are not ours."""

from dataclasses import dataclass
from typing import Any

import pytest
import xmltodict
from wechatpy.crypto import BaseWeChatCrypto, WeChatCrypto
from wechatpy.enterprise.crypto import WeChatCrypto as WeComCrypto
from wechatpy.utils import WeChatSigner

APP_ID = "wxsandbox0000000001"
ACCOUNT = "gh_story"
CORP_ID = "wwsandbox0000000001"
AGENT_ID = "1000002"
TOKEN = "storytoken"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
WECOM_TOKEN = "memberstoken"
WECOM_AES_KEY = "GFEDCBA9876543210zyxwvutsrqponmlkjihgfedcbk"


@dataclass(frozen=True)
class Line:
    """One platform's side of the conversation."""

    name: str
    account: str
    token: str
    crypto: BaseWeChatCrypto
    silence: tuple[bytes, ...]
    """Bodies that say only that the message arrived."""
    extras: dict[str, Any]
    """Fields that this platform adds to every message."""

    @property
    def address(self) -> str:
        return f"/channels/{self.name}"

    def seal(self, xml: str, nonce: str, timestamp: str) -> tuple[dict[str, str], bytes]:
        """Give query and body of a request."""
        sealed = xmltodict.parse(self.crypto.encrypt_message(xml, nonce, timestamp))["xml"]
        query = {"timestamp": timestamp, "nonce": nonce, "msg_signature": sealed["MsgSignature"]}
        if self.name == "official-account":
            signer = WeChatSigner()
            signer.add_data(self.token, timestamp, nonce)
            query |= {"signature": signer.signature, "encrypt_type": "aes"}
        body = {"ToUserName": self.account, "Encrypt": sealed["Encrypt"], **self.extras}
        return query, str(xmltodict.unparse({"xml": body}, full_document=False)).encode()

    def open(self, body: bytes) -> str:
        """Give what an answer says."""
        if body in self.silence:
            return ""
        sealed = xmltodict.parse(body)["xml"]
        opened = self.crypto.decrypt_message(
            body, sealed["MsgSignature"], sealed["TimeStamp"], sealed["Nonce"]
        )
        return str(xmltodict.parse(opened)["xml"]["Content"])


LINES = {
    "official-account": Line(
        "official-account", ACCOUNT, TOKEN, WeChatCrypto(TOKEN, AES_KEY, APP_ID), (b"", b"success"), {}
    ),
    "wecom": Line(
        "wecom",
        CORP_ID,
        WECOM_TOKEN,
        WeComCrypto(WECOM_TOKEN, WECOM_AES_KEY, CORP_ID),
        (b"",),
        {"AgentID": AGENT_ID},
    ),
}

_TOLD = [("sqlite", "official-account"), ("postgresql", "official-account"), ("sqlite", "wecom")]
both_channels = pytest.mark.parametrize(("engine_name", "way"), _TOLD, indirect=True)
"""Tells a story through WeCom too, on the quicker engine."""
both_channels_and_engines = pytest.mark.parametrize(
    ("engine_name", "way"), [*_TOLD, ("postgresql", "wecom")], indirect=True
)
