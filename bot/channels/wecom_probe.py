"""Asks WeCom whether it knows the app, with a token of its own that is thrown away."""

from typing import Any

import requests

from bot.channels.base import SendError
from bot.channels.wechat_errors import explain, refused, unanswered

TIMEOUT_SECONDS = 5.0


def ask_agent(*, corp_id: str, secret: str, agent_id: str, api_base: str) -> dict[str, Any]:
    """Give what WeCom says about the app (`agent/get`), or raise SendError."""
    token = _ask(api_base, "gettoken", {"corpid": corp_id, "corpsecret": secret}).get("access_token", "")
    return _ask(api_base, "agent/get", {"access_token": str(token), "agentid": agent_id})


def _ask(api_base: str, endpoint: str, query: dict[str, str]) -> dict[str, Any]:
    failure: SendError | None = None
    try:
        answer = requests.get(
            f"{api_base}/cgi-bin/{endpoint}", params=query, timeout=TIMEOUT_SECONDS, allow_redirects=False
        ).json()
    except (requests.RequestException, ValueError) as error:
        failure = explain(error, may_repeat=True)
    if failure is None and not (isinstance(answer, dict) and isinstance(answer.get("errcode"), int)):
        failure = unanswered("not_json", may_repeat=True)
    if failure is None and answer["errcode"]:
        failure = refused(str(answer["errcode"]))
    if failure is not None:
        # Raised out here, so that no address with a secret hangs on to it.
        raise failure
    return dict(answer)
