"""WeCom's way out: texts to members of the corp, and the media they sent."""

from collections.abc import Mapping
from typing import Any

from wechatpy.enterprise import WeChatClient

from bot.channels.base import Push, Reaction, SendError
from bot.channels.platform_client import TIMEOUT_SECONDS, Asked, PlatformClient
from bot.channels.token_keeper import TokenKeeper
from bot.channels.wechat_envelope import clip
from bot.channels.wecom_errors import NOBODY, judge

SAME_TEXT_KNOWN = 600
"""Seconds within which WeCom drops a push that equals an earlier one: a second belt against doubles."""


class WeComSender(PlatformClient):
    """Sends through wechatpy's client, with our own token, timeout and errors."""

    def __init__(
        self,
        *,
        corp_id: str,
        agent_id: str,
        secret: str,
        api_base: str,
        keeper: TokenKeeper,
        timeout: float = TIMEOUT_SECONDS,
    ) -> None:
        self._corp_id = corp_id
        self._agent_id = int(agent_id)
        self._secret = secret
        # Its own repeating on 40001 has no end, and its own token call no timeout: both stay unused.
        client = WeChatClient(corp_id, secret, timeout=timeout, auto_retry=False)
        super().__init__(client, base=f"{api_base.rstrip('/')}/cgi-bin/", keeper=keeper, timeout=timeout)

    def push(self, push: Push) -> str:
        """Send a text; give the platform's id for it."""
        answer = self._send_to(push.external_id, {"msgtype": "text", "text": {"content": clip(push.text)}})
        return str(answer.get("msgid", ""))

    def _send_to(self, member: str, message: Mapping[str, Any]) -> dict[str, Any]:
        data = {
            "touser": member,
            "agentid": self._agent_id,
            "enable_duplicate_check": 1,
            "duplicate_check_interval": SAME_TEXT_KNOWN,
            **message,
        }
        answer = self._authorized(lambda token: self._send("message/send", token, data, may_repeat=False))
        # WeCom counts a message to nobody as sent, and only names whom it did not reach.
        missed = {each for name in ("invaliduser", "unlicenseduser") for each in _names(answer.get(name))}
        if member.lower() in missed:
            raise SendError(NOBODY, retryable=False, reaction=Reaction.UNREACHABLE)
        return answer

    def _judge(self, failure: SendError) -> SendError:
        return judge(failure)

    def _ask_for_token(self, *, force: bool) -> Asked:  # noqa: ARG002 - WeCom gives the same token until it ends
        return self._read(
            "gettoken", {"access_token": None, "corpid": self._corp_id, "corpsecret": self._secret}
        )


def _names(listed: object) -> set[str]:
    """Read `a|b`; WeCom compares the ids of members without regard to case, and gives them in small letters."""
    names = "|".join(map(str, listed)) if isinstance(listed, list) else str(listed or "")
    return {name.strip().lower() for name in names.split("|") if name.strip()}
