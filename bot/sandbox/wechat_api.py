"""The pretend api.weixin.qq.com: tokens, media, QR codes, menu and people, in WeChat's own JSON."""

import io
import json
import secrets
from collections.abc import Callable
from typing import Any

import segno
from fastapi import APIRouter, Request, Response, UploadFile
from fastapi.responses import JSONResponse

from bot.sandbox import sends
from bot.sandbox.account_api import account_api
from bot.sandbox.config import SandboxConfig
from bot.sandbox.delivery import Delivery
from bot.sandbox.menus import menu_fault
from bot.sandbox.tokens import Tokens
from bot.sandbox.world import World

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
}
MEGABYTE = 1024 * 1024
MEDIA_RULES: dict[str, tuple[int, int, tuple[str, ...]]] = {
    "image": (10 * MEGABYTE, 40009, ("image/png", "image/jpeg", "image/gif")),
    "voice": (2 * MEGABYTE, 40010, ("audio/amr", "audio/mpeg")),
    "video": (10 * MEGABYTE, 40011, ("video/mp4",)),
    "thumb": (64 * 1024, 40012, ("image/jpeg",)),
}
SIGNS = {
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"#!AMR": "audio/amr",
    b"ID3": "audio/mpeg",
    b"\xff\xfb": "audio/mpeg",
}
LONGEST_SCENE_LIFE, SHORTEST_SCENE_LIFE = 2_592_000, 60
LONGEST_SCENE, HIGHEST_LASTING_SCENE = 64, 100_000


def content_type_of(content: bytes) -> str:
    """Tell a file's type by its first bytes."""
    if content[4:8] == b"ftyp":
        return "video/mp4"
    return next((kind for sign, kind in SIGNS.items() if content.startswith(sign)), "")


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


def wechat_api(config: SandboxConfig, world: World, delivery: Delivery, tokens: Tokens) -> APIRouter:
    """Join the routes below `/wechat/cgi-bin`."""
    api = APIRouter(prefix="/wechat/cgi-bin")
    _token_routes(api, config, delivery, tokens)

    async def authorized(
        request: Request, act: Callable[[dict[str, Any]], Response], *, reads: bool = True
    ) -> Response:
        token = request.query_params.get("access_token", "")
        if code := tokens.check(token) if token else 41001:
            return answer(code)
        body = await body_of(request) if reads else {}
        return answer(47001) if body is None else act(body)

    _send_routes(api, config, world, delivery, authorized)
    _menu_routes(api, world, authorized)
    _people_routes(api, world, authorized)
    _qr_routes(api, authorized)
    _media_routes(api, world, tokens)
    whole = APIRouter()
    whole.include_router(api)
    whole.include_router(account_api(config, world, authorized))
    return whole


Authorized = Callable[..., Any]


def _token_routes(api: APIRouter, config: SandboxConfig, delivery: Delivery, tokens: Tokens) -> None:
    def refusal(given: Any) -> int:  # noqa: ANN401 - JSON or a query
        if given.get("grant_type") != "client_credential":
            return 40002
        if given.get("appid") != config.app_id:
            return 40013
        return 0 if given.get("secret") == delivery.keys.app_secret else 40125

    def token_answer(token: str, seconds: int) -> Response:
        return JSONResponse({"access_token": token, "expires_in": seconds}) if token else answer(45009)

    @api.get("/token")
    async def token(request: Request) -> Response:
        code = refusal(request.query_params)
        return answer(code) if code else token_answer(*tokens.plain())

    @api.post("/stable_token")
    async def stable_token(request: Request) -> Response:
        body = await body_of(request)
        if body is None:
            return answer(47001)
        code = refusal(body)
        return answer(code) if code else token_answer(*tokens.stable(force=body.get("force_refresh") is True))


def _send_routes(
    api: APIRouter, config: SandboxConfig, world: World, delivery: Delivery, authorized: Authorized
) -> None:
    def told(outcome: sends.Outcome) -> Response:
        return answer(outcome.code, outcome.detail, **outcome.more)

    @api.post("/message/custom/send")
    async def custom(request: Request) -> Any:  # noqa: ANN401 - a response
        return await authorized(request, lambda body: told(sends.custom(world, body)))

    @api.post("/message/template/send")
    async def template(request: Request) -> Any:  # noqa: ANN401 - a response
        return await authorized(request, lambda body: told(sends.template(config, world, delivery, body)))

    @api.post("/message/subscribe/bizsend")
    async def bizsend(request: Request) -> Any:  # noqa: ANN401 - a response
        return await authorized(request, lambda body: told(sends.subscription(config, world, delivery, body)))


def _menu_routes(api: APIRouter, world: World, authorized: Authorized) -> None:
    def make(body: dict[str, Any]) -> Response:
        if code := menu_fault(body):
            return answer(code)
        world.menu = body
        return answer(0)

    def show(_: dict[str, Any]) -> Response:
        return JSONResponse({"menu": world.menu}) if world.menu else answer(46003)

    def drop(_: dict[str, Any]) -> Response:
        world.menu = None
        return answer(0)

    @api.post("/menu/create")
    async def create(request: Request) -> Any:  # noqa: ANN401 - a response
        return await authorized(request, make)

    @api.get("/menu/get")
    async def get(request: Request) -> Any:  # noqa: ANN401 - a response
        return await authorized(request, show, reads=False)

    @api.get("/menu/delete")
    async def delete(request: Request) -> Any:  # noqa: ANN401 - a response
        return await authorized(request, drop, reads=False)


def _people_routes(api: APIRouter, world: World, authorized: Authorized) -> None:
    @api.get("/user/info")
    async def info(request: Request) -> Any:  # noqa: ANN401 - a response
        person = world.person(request.query_params.get("openid", ""))
        return await authorized(
            request, lambda _: JSONResponse(sends.user_info(person)) if person else answer(40003), reads=False
        )

    @api.get("/getcallbackip")
    async def callback_addresses(request: Request) -> Any:  # noqa: ANN401 - a response
        return await authorized(request, lambda _: JSONResponse({"ip_list": ["127.0.0.1"]}), reads=False)


def _qr_routes(api: APIRouter, authorized: Authorized) -> None:
    tickets: dict[str, str] = {}

    def create(body: dict[str, Any]) -> Response:
        scene = read_scene(body)
        if not scene:
            return answer(40053)
        ticket = secrets.token_urlsafe(60)
        tickets[ticket] = url = f"http://weixin.qq.com/q/sandbox-{secrets.token_urlsafe(9)}?scene={scene}"
        more = {}
        if "LIMIT" not in str(body["action_name"]):
            seconds = int(body.get("expire_seconds", SHORTEST_SCENE_LIFE))
            more["expire_seconds"] = max(SHORTEST_SCENE_LIFE, min(seconds, LONGEST_SCENE_LIFE))
        return JSONResponse({"ticket": ticket, **more, "url": url})

    @api.post("/qrcode/create")
    async def qrcode(request: Request) -> Any:  # noqa: ANN401 - a response
        return await authorized(request, create)

    @api.get("/showqrcode")
    async def show(ticket: str) -> Response:
        url = tickets.get(ticket)
        return Response(qr_png(url), media_type="image/png") if url else Response(status_code=404)


def read_scene(body: dict[str, Any]) -> str:
    """Give the scene that a QR code shall carry, or nothing where the rules forbid it."""
    info = body.get("action_info")
    scene = info.get("scene") if isinstance(info, dict) else None
    if not isinstance(scene, dict) or not isinstance(body.get("expire_seconds", 0), int):
        return ""
    match body.get("action_name"):
        case "QR_STR_SCENE" | "QR_LIMIT_STR_SCENE":
            text = scene.get("scene_str")
            return text if isinstance(text, str) and 0 < len(text) <= LONGEST_SCENE else ""
        case "QR_SCENE" | "QR_LIMIT_SCENE" as action:
            number = scene.get("scene_id")
            highest = HIGHEST_LASTING_SCENE if "LIMIT" in action else 2**32 - 1
            return str(number) if isinstance(number, int) and 0 < number <= highest else ""
    return ""


def qr_png(text: str) -> bytes:
    out = io.BytesIO()
    segno.make(text, micro=False).save(out, kind="png", scale=6, border=2)
    return out.getvalue()


def _media_routes(api: APIRouter, world: World, tokens: Tokens) -> None:
    @api.post("/media/upload")
    async def upload(access_token: str = "", type: str = "", media: UploadFile | None = None) -> Response:  # noqa: A002
        if code := tokens.check(access_token):
            return answer(code)
        if type not in MEDIA_RULES:
            return answer(40004)
        limit, too_big, kinds = MEDIA_RULES[type]
        content = await media.read(limit + 1) if media else b""
        if not 0 < len(content) <= limit:
            return answer(too_big)
        content_type = content_type_of(content)
        if content_type not in kinds:
            return answer(40005)
        kept = world.keep_media(type, content, content_type)
        name = "thumb_media_id" if type == "thumb" else "media_id"
        return JSONResponse({"type": type, name: kept.id, "created_at": int(world.clock().timestamp())})

    @api.get("/media/get")
    async def get(access_token: str = "", media_id: str = "") -> Response:
        if code := tokens.check(access_token):
            return answer(code)
        media = world.media(media_id)
        if media is None or media.until <= world.clock():
            return answer(40007)
        ending = media.content_type.rpartition("/")[2]
        return Response(
            media.content,
            media_type=media.content_type,
            headers={"Content-Disposition": f'attachment; filename="{media.id}.{ending}"'},
        )
