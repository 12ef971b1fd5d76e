"""WeCom's API as one application of a corp calls it, with the application's own token."""

from wechatpy.enterprise import WeChatClient

from bot.channels.base import SendError
from bot.channels.platform_client import TIMEOUT_SECONDS, Asked, PlatformClient
from bot.channels.token_keeper import TokenKeeper
from bot.channels.wecom_errors import judge


class WeComClient(PlatformClient):
    """Calls through wechatpy's client, with our own token, timeout and errors."""

    def __init__(
        self,
        *,
        corp_id: str,
        secret: str,
        api_base: str,
        keeper: TokenKeeper,
        timeout: float = TIMEOUT_SECONDS,
    ) -> None:
        self._corp_id = corp_id
        self._secret = secret
        # Its own repeating on 40001 has no end, and its own token call no timeout: both stay unused.
        client = WeChatClient(corp_id, secret, timeout=timeout, auto_retry=False)
        super().__init__(client, base=f"{api_base.rstrip('/')}/cgi-bin/", keeper=keeper, timeout=timeout)

    def _judge(self, failure: SendError) -> SendError:
        return judge(failure)

    def _ask_for_token(self, *, force: bool) -> Asked:  # noqa: ARG002 - WeCom gives the same token until it ends
        return self._read(
            "gettoken", {"access_token": None, "corpid": self._corp_id, "corpsecret": self._secret}
        )
