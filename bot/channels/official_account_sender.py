"""The official account's way out: customer-service texts, template messages, and the media people sent."""

from collections.abc import Mapping

from wechatpy import WeChatClient

from bot.channels.base import Push, Reaction, SendError
from bot.channels.platform_client import TIMEOUT_SECONDS, Asked, PlatformClient
from bot.channels.token_keeper import TokenKeeper
from bot.channels.wechat_errors import ALREADY_SENT


class OfficialAccountSender(PlatformClient):
    """Sends through wechatpy's client, with our own token, timeout and errors."""

    def __init__(
        self,
        *,
        app_id: str,
        secret: str,
        api_base: str,
        keeper: TokenKeeper,
        templates: Mapping[str, str] | None = None,
        template_fields: Mapping[str, Mapping[str, str]] | None = None,
        subscriptions: Mapping[str, str] | None = None,
        subscription_fields: Mapping[str, Mapping[str, str]] | None = None,
        timeout: float = TIMEOUT_SECONDS,
    ) -> None:
        self._app_id = app_id
        self._secret = secret
        self._templates = dict(templates or {})
        self._template_fields = dict(template_fields or {})
        self._subscriptions = dict(subscriptions or {})
        self._subscription_fields = dict(subscription_fields or {})
        # Its own repeating on 40001 has no end, and its own token call no timeout: both stay unused.
        client = WeChatClient(app_id, secret, timeout=timeout, auto_retry=False)
        super().__init__(client, base=f"{api_base.rstrip('/')}/cgi-bin/", keeper=keeper, timeout=timeout)

    def push(self, push: Push) -> str:
        """Send a text, a subscription or a template message; give the platform's id for it, where it has one."""
        if push.kind == "subscription":
            return self._push_subscription(push)
        if push.kind == "template":
            return self._push_template(push)
        data = {"touser": push.external_id, "msgtype": "text", "text": {"content": push.text}}
        self._authorized(lambda token: self._send("message/custom/send", token, data, may_repeat=False))
        return ""

    def _push_subscription(self, push: Push) -> str:
        data = _filled(push, self._subscriptions, self._subscription_fields)
        answer = self._authorized(
            lambda token: self._send("message/subscribe/bizsend", token, data, may_repeat=False)
        )
        return str(answer.get("msgid", ""))

    def _push_template(self, push: Push) -> str:
        data = _filled(push, self._templates, self._template_fields)
        if push.client_msg_id:
            data["client_msg_id"] = push.client_msg_id
        # With an id of ours the platform drops what it has already sent.
        may_repeat = bool(push.client_msg_id)
        try:
            answer = self._authorized(
                lambda token: self._send("message/template/send", token, data, may_repeat=may_repeat)
            )
        except SendError as error:
            if error.code == ALREADY_SENT:
                return ""
            raise
        return str(answer.get("msgid", ""))

    def _ask_for_token(self, *, force: bool) -> Asked:
        data = {
            "grant_type": "client_credential",
            "appid": self._app_id,
            "secret": self._secret,
            "force_refresh": force,
        }
        return self._post("stable_token", None, data, may_repeat=True)


def _filled(push: Push, ids: Mapping[str, str], names: Mapping[str, Mapping[str, str]]) -> dict[str, object]:
    """Make the body of a message with fields, in the platform's own names."""
    template_id = ids.get(push.template_key, "")
    if not template_id:
        raise SendError("no_template", retryable=False, reaction=Reaction.NEXT_RUNG)
    theirs = names.get(push.template_key, {})
    return {
        "touser": push.external_id,
        "template_id": template_id,
        "data": {theirs.get(name, name): {"value": value} for name, value in push.fields.items()},
    }
