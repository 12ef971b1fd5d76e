"""Files of the pretend WeChat: temporary media up and down, and QR codes with a scene."""

import io
import secrets
from typing import Any

import segno
from fastapi import APIRouter, Request, Response, UploadFile
from fastapi.responses import JSONResponse

from bot.sandbox.wechat_gate import Gate, answer
from bot.sandbox.world import World

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


def file_routes(world: World, gate: Gate) -> APIRouter:
    """Join the routes for media and QR codes."""
    api = APIRouter()
    _qr_routes(api, gate)
    _media_routes(api, world, gate)
    return api


def _qr_routes(api: APIRouter, gate: Gate) -> None:
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
        return await gate.authorized(request, create)

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


def _media_routes(api: APIRouter, world: World, gate: Gate) -> None:
    @api.post("/media/upload")
    async def upload(
        request: Request,
        access_token: str = "",
        type: str = "",  # noqa: A002
        media: UploadFile | None = None,
    ) -> Response:
        if code := gate.refusal(request, access_token):
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
    async def get(request: Request, access_token: str = "", media_id: str = "") -> Response:
        if code := gate.refusal(request, access_token):
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
