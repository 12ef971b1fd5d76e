"""What the chat page and the terminal ask for: looking, joining, writing, tapping, and turning the clock."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, HTTPException, Request, Response, UploadFile
from pydantic import BaseModel, Field

from bot.sandbox.sandbox import Sandbox
from bot.sandbox.wechat_files import content_type_of, qr_png
from bot.sandbox.world import OFFICIAL

LARGEST_PICTURE = 2 * 1024 * 1024
SHOWN_TYPES = frozenset({"image/png", "image/jpeg", "image/gif"})

Text = Annotated[str, Field(min_length=1, max_length=4000)]
Short = Annotated[str, Field(max_length=200)]


class NewPerson(BaseModel):
    """A voter of any name, or one of the cast by its place in the list."""

    role: Literal["voter", "deputy", "staff"] = "voter"
    name: Short = ""
    cast: int | None = None
    on_wecom: bool = False


class Act(BaseModel):
    person: Short


class Written(Act):
    text: Text


class Spoken(Act):
    seconds: int = Field(default=5, ge=1, le=60)
    recognition: str = Field(default="", max_length=1000)


class Placed(Act):
    longitude: float = Field(ge=-180, le=180)
    latitude: float = Field(ge=-90, le=90)
    label: Short = ""


class Clicked(Act):
    name: Short
    type: Short = "click"
    key: str = Field(max_length=1024)


class Scanned(Act):
    station: Short


class Accepted(Act):
    template: Short
    accepts: bool = True


class Jump(BaseModel):
    at: datetime


class Said(BaseModel):
    speaker: Short = Field(alias="as", min_length=1)
    text: Text


def page_api(sandbox: Sandbox) -> APIRouter:
    """Join the routes of the chat page below `/api`."""
    api = APIRouter(prefix="/api")
    for routes in (_looking, _entering, _writing, _tapping, _turning):
        api.include_router(routes(sandbox))
    return api


def _looking(sandbox: Sandbox) -> APIRouter:
    api = APIRouter()

    @api.get("/state")
    def state(after: int = 0) -> dict[str, Any]:
        return {**sandbox.standing(), **sandbox.moving(after)}

    @api.get("/events")
    def events(after: int = 0) -> dict[str, Any]:
        return sandbox.moving(after)

    @api.get("/people")
    def people() -> list[dict[str, Any]]:
        return [person.shown() for person in sandbox.world.people()]

    @api.get("/people/{openid}/timeline")
    def timeline(openid: str, after: int = 0) -> list[dict[str, Any]]:
        return sandbox.world.entries(after, sandbox.person(openid).id)

    @api.get("/media/{media_id}")
    def media(media_id: str) -> Response:
        kept = sandbox.world.media(media_id)
        if kept is None or kept.content_type not in SHOWN_TYPES:
            raise HTTPException(404)
        return Response(kept.content, media_type=kept.content_type)

    @api.get("/qr/{station}")
    def qr(station: str) -> Response:
        scene = f"station:{sandbox.station(station).key}"
        return Response(qr_png(f"http://weixin.qq.com/q/sandbox?scene={scene}"), media_type="image/png")

    return api


def _entering(sandbox: Sandbox) -> APIRouter:
    """Join who comes and who goes; like all that people do, each answers after the bot has answered."""
    api = APIRouter()
    phone = sandbox.phone

    @api.post("/people")
    def join(new: NewPerson) -> dict[str, Any]:
        if new.cast is None:
            return phone.join(new.name.strip() or "选民", "voter").shown()
        cast = sandbox.config.cast()
        if not 0 <= new.cast < len(cast):
            raise HTTPException(404, "名单里没有这个人")
        if new.on_wecom and sandbox.office is None:
            raise HTTPException(404, "这个演示没有企业微信")
        return phone.join_cast(cast[new.cast], on_wecom=new.on_wecom).shown()

    @api.post("/follow")
    def follow(act: Act) -> dict[str, str]:
        person = sandbox.person(act.person)
        return {"reply": "" if person.followed_at else phone.follow(person)}

    @api.post("/unfollow")
    def unfollow(act: Act) -> dict[str, str]:
        phone.unfollow(sandbox.follower(act.person))
        return {"reply": ""}

    return api


def _writing(sandbox: Sandbox) -> APIRouter:
    api = APIRouter()
    phone, world = sandbox.phone, sandbox.world

    @api.post("/text")
    def text(act: Written) -> dict[str, str]:
        return {"reply": phone.text(sandbox.follower(act.person), act.text)}

    @api.post("/image")
    def image(request: Request, person: Annotated[str, Form()], file: UploadFile) -> dict[str, str]:
        content = file.file.read(LARGEST_PICTURE + 1)
        if len(content) > LARGEST_PICTURE:
            raise HTTPException(413, "图片超过2MB，请换一张小的")
        content_type = content_type_of(content)
        if content_type not in SHOWN_TYPES:
            raise HTTPException(415, "只能发 PNG、JPEG 或 GIF 图片")
        sender = sandbox.follower(person)
        media = world.keep_media("image", content, content_type)
        return {"reply": phone.image(sender, media, str(request.url_for("media", media_id=media.id)))}

    @api.post("/voice")
    def voice(act: Spoken) -> dict[str, str]:
        return {"reply": phone.voice(sandbox.follower(act.person), act.seconds, act.recognition)}

    @api.post("/location")
    def location(act: Placed) -> dict[str, str]:
        person = sandbox.follower(act.person)
        return {"reply": phone.location(person, act.longitude, act.latitude, act.label)}

    return api


def _tapping(sandbox: Sandbox) -> APIRouter:
    api = APIRouter()
    phone = sandbox.phone

    @api.post("/menu")
    def menu(act: Clicked) -> dict[str, str]:
        return {"reply": phone.click(sandbox.follower(act.person), act.name, act.type, act.key)}

    @api.post("/scan")
    def scan(act: Scanned) -> dict[str, str]:
        pin = sandbox.station(act.station)
        return {"reply": phone.scan(sandbox.person(act.person), f"station:{pin.key}", pin.name)}

    @api.post("/accept")
    def accept(act: Accepted) -> dict[str, str]:
        person = sandbox.follower(act.person)
        if person.channel != OFFICIAL:
            raise HTTPException(409, "企业微信里没有订阅通知")
        if act.template not in sandbox.config.subscriptions:
            raise HTTPException(404, "公众号没有这个订阅通知")
        answer = phone.accept if act.accepts else phone.decline
        return {"reply": answer(person, act.template)}

    return api


def _turning(sandbox: Sandbox) -> APIRouter:
    """Join the clock, and what the terminal says: both let the bot do at once what is due."""
    api = APIRouter()
    phone, world = sandbox.phone, sandbox.world

    @api.post("/jump")
    def jump(to: Jump) -> dict[str, Any]:
        try:
            sandbox.config.clock.jump_to(to.at)
        except ValueError:
            raise HTTPException(400, "时间只能往后拨") from None
        sandbox.config.after_jump()
        return {"now": sandbox.config.clock().isoformat(timespec="seconds")}

    @api.post("/say")
    def say(said: Said) -> dict[str, Any]:
        person = sandbox.named(said.speaker)
        if person.followed_at is None:
            phone.follow(person)
        before = world.last
        reply = phone.text(person, said.text)
        sandbox.config.after_jump()
        pushes = [each["text"] for each in world.entries(before, person.id) if each["via"] == "push"]
        return {"reply": reply, "pushes": pushes}

    return api
