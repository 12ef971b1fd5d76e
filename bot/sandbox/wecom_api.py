"""The pretend qyapi.weixin.qq.com: token, messages, cards, media and menu of one application."""

import secrets
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response, UploadFile
from fastapi.responses import JSONResponse

from bot.sandbox.menus import menu_fault
from bot.sandbox.tokens import EXPIRED
from bot.sandbox.wechat_files import content_type_of
from bot.sandbox.wechat_gate import body_of
from bot.sandbox.wecom_office import Office

MESSAGES = {
    0: "ok",
    40001: "invalid credential",
    40004: "invalid media type",
    40007: "invalid media_id",
    40008: "invalid message type",
    40013: "invalid corpid",
    40014: "invalid access_token",
    40056: "invalid agentid",
    40058: "invalid request parameter",
    41001: "access_token missing",
    42001: "access_token expired",
    42012: "button config is illegal",
    42014: "task_id is existed",
    42045: "response_code is invalid or used",
    44001: "empty media data",
    44004: "text content is empty",
    45001: "media size out of limit",
    47001: "data format error",
    81013: "user & party & tag all invalid",
}
MEGABYTE = 1024 * 1024
LARGEST = {"image": 10 * MEGABYTE, "voice": 2 * MEGABYTE, "video": 10 * MEGABYTE, "file": 20 * MEGABYTE}
SMALLEST = 5

Act = Callable[[dict[str, Any]], tuple[int, dict[str, Any]]]


def answer(code: int, **more: Any) -> JSONResponse:  # noqa: ANN401 - JSON
    """Say how it went, as WeCom does; a refusal carries a hint for its support."""
    hint = f", hint: [{secrets.token_hex(8)}], more info at the return codes" if code else ""
    return JSONResponse({"errcode": code, "errmsg": MESSAGES.get(code, "invalid request") + hint, **more})


def refusal(office: Office, token: str) -> int:
    """Give 0 for a good access token, or WeCom's number for what is wrong with it."""
    if not token:
        return 41001
    code = office.tokens.check(token)
    return code if code in (0, EXPIRED) else 40014


async def posted(office: Office, request: Request, act: Act) -> Response:
    """Let a JSON call with a good token act."""
    if code := refusal(office, request.query_params.get("access_token", "")):
        return answer(code)
    body = await body_of(request)
    if body is None:
        return answer(47001)
    code, more = act(body)
    return answer(code, **more)


def wecom_api(office: Office) -> APIRouter:
    """Join the routes below `/wecom/cgi-bin`."""
    api = APIRouter(prefix="/wecom/cgi-bin")

    @api.get("/gettoken")
    async def gettoken(corpid: str = "", corpsecret: str = "") -> Response:
        if corpid != office.account.corp_id:
            return answer(40013)
        if corpsecret != office.account.secret:
            return answer(40001)
        token, seconds = office.tokens.stable(force=False)
        return answer(0, access_token=token, expires_in=seconds)

    @api.post("/message/send")
    async def send(request: Request) -> Response:
        return await posted(office, request, office.send)

    @api.post("/message/update_template_card")
    async def update(request: Request) -> Response:
        return await posted(office, request, office.change_card)

    _menu_routes(api, office)
    _media_routes(api, office)
    return api


def _menu_routes(api: APIRouter, office: Office) -> None:
    @api.post("/menu/create")
    async def create(request: Request, agentid: str = "") -> Response:
        def make(body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
            if agentid != office.account.agent_id:
                return 40056, {}
            code = menu_fault(body)
            if not code:
                office.menu = body
            return code, {}

        return await posted(office, request, make)

    @api.get("/menu/get")
    async def get(access_token: str = "") -> Response:
        return answer(refusal(office, access_token), **(office.menu or {}))

    @api.get("/agent/get")
    async def agent(access_token: str = "", agentid: str = "") -> Response:
        code = refusal(office, access_token) or (0 if agentid == office.account.agent_id else 40056)
        return answer(code) if code else answer(0, agentid=int(agentid), name="连心桥", close=0)


def _media_routes(api: APIRouter, office: Office) -> None:
    @api.post("/media/upload")
    async def upload(access_token: str = "", type: str = "", media: UploadFile | None = None) -> Response:  # noqa: A002
        if code := refusal(office, access_token):
            return answer(code)
        if type not in LARGEST:
            return answer(40004)
        content = await media.read(LARGEST[type] + 1) if media else b""
        if len(content) < SMALLEST:
            return answer(44001)
        if len(content) > LARGEST[type]:
            return answer(45001)
        kept = office.world.keep_media(type, content, content_type_of(content) or "application/octet-stream")
        return answer(0, type=type, media_id=kept.id, created_at=str(int(office.world.clock().timestamp())))

    @api.get("/media/get")
    async def get(access_token: str = "", media_id: str = "") -> Response:
        if code := refusal(office, access_token):
            return answer(code)
        media = office.world.media(media_id)
        if media is None or media.until <= office.world.clock():
            return answer(40007)
        return Response(
            media.content,
            media_type=media.content_type,
            headers={"Content-Disposition": f'attachment; filename="{media.id}"'},
        )
