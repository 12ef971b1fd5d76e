"""What stands before every API of the pretend WeChat: a good token, calls left today, a readable body."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from bot.sandbox.quotas import Quotas
from bot.sandbox.tokens import DAILY_LIMIT, Tokens

ROOT = "/cgi-bin/"
MESSAGES = {
    0: "ok",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40004: "invalid media type",
    40005: "invalid file type",
    40007: "invalid media_id",
    40008: "invalid message type",
    40009: "invalid image size",
    40010: "invalid voice size",
    40011: "invalid video size",
    40012: "invalid thumb size",
    40013: "invalid appid",
    40037: "invalid template_id",
    40053: "invalid action info",
    40125: "invalid appsecret",
    41001: "access_token missing",
    42001: "access_token expired",
    43004: "require subscribe",
    43101: "user refuse to accept the msg",
    44004: "empty content",
    45002: "content size out of limit",
    45009: "reach max api daily quota limit",
    45015: "response out of time limit or subscription is canceled",
    45047: "out of response count limit",
    45065: "clientmsgid exist",
    46003: "menu no exist",
    47001: "data format error",
    47003: "argument invalid!",
    48006: "forbid to clear quota because of reaching the limit",
    76021: "cgi_path not found, please check",
}


def answer(code: int, detail: str = "", **more: Any) -> JSONResponse:  # noqa: ANN401 - JSON
    """Say how it went, as WeChat does; a refusal carries an id of the request."""
    message = MESSAGES.get(code, "invalid request") + detail
    if code:
        message += f" rid: {secrets.token_hex(4)}-{secrets.token_hex(4)}-{secrets.token_hex(4)}"
    return JSONResponse({"errcode": code, "errmsg": message, **more})


async def body_of(request: Request) -> dict[str, Any] | None:
    """Read a JSON object, whatever type the caller calls it."""
    try:
        body = json.loads(await request.body())
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


@dataclass(frozen=True, slots=True)
class Gate:
    """Lets a call in or names the platform's number for why not."""

    tokens: Tokens
    quotas: Quotas

    def refusal(self, request: Request, token: str) -> int:
        """Give 0 for a call with a good token to an API that has calls left today."""
        if code := self.tokens.check(token) if token else 41001:
            return code
        return self.spent(request)

    def spent(self, request: Request) -> int:
        """Count a call that needs no token; give 0, or the number for no calls left."""
        return 0 if self.quotas.take(request.url.path.partition(ROOT)[2]) else DAILY_LIMIT

    async def authorized(
        self, request: Request, act: Callable[[dict[str, Any]], Response], *, reads: bool = True
    ) -> Response:
        """Let a call act that may; one that reads has a JSON body."""
        if code := self.refusal(request, request.query_params.get("access_token", "")):
            return answer(code)
        body = await body_of(request) if reads else {}
        return answer(47001) if body is None else act(body)
