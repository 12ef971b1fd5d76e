"""What the pretend platform says about calls left today, and how they are cleared before midnight."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response

from bot.sandbox.config import SandboxConfig
from bot.sandbox.delivery import Delivery
from bot.sandbox.wechat_gate import ROOT, Gate, answer

WRONG_APP_ID, WRONG_SECRET, CLEARED_TOO_OFTEN, UNKNOWN_PATH = 40013, 40125, 48006, 76021


def quota_routes(config: SandboxConfig, delivery: Delivery, gate: Gate) -> APIRouter:
    """Join the routes for quotas."""
    api = APIRouter()

    def told(body: dict[str, Any]) -> Response:
        quota = gate.quotas.of(str(body.get("cgi_path")).removeprefix(ROOT))
        return answer(0, quota=quota) if quota else answer(UNKNOWN_PATH)

    def clear(app_id: str) -> Response:
        if app_id != config.app_id:
            return answer(WRONG_APP_ID)
        return answer(0 if gate.quotas.clear() else CLEARED_TOO_OFTEN)

    @api.post("/openapi/quota/get")
    async def get(request: Request) -> Response:
        return await gate.authorized(request, told)

    @api.post("/clear_quota")
    async def clear_with_a_token(request: Request) -> Response:
        return await gate.authorized(request, lambda body: clear(str(body.get("appid"))))

    @api.post("/clear_quota/v2")
    async def clear_by_secret(
        appid: Annotated[str, Form()] = "", appsecret: Annotated[str, Form()] = ""
    ) -> Response:
        """Clear by the secret alone: it works when not even a token is left."""
        return clear(appid) if appsecret == delivery.keys.app_secret else answer(WRONG_SECRET)

    return api
