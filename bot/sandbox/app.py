"""The sandbox as one application: pretend WeChat API, JSON for the chat page, and the page itself."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from fastapi import APIRouter, FastAPI, Form, HTTPException, Request, Response, UploadFile
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel, Field

from bot.sandbox.clock import jumps
from bot.sandbox.config import CastMember, SandboxConfig, StationPin, guard, is_loopback
from bot.sandbox.delivery import Delivery
from bot.sandbox.fault_layer import FaultLayer
from bot.sandbox.faults import CallbackTricks, Faults
from bot.sandbox.phone import Phone
from bot.sandbox.tokens import Tokens
from bot.sandbox.troubles import troubles
from bot.sandbox.wechat_api import content_type_of, qr_png, wechat_api
from bot.sandbox.wecom_api import wecom_api
from bot.sandbox.wecom_delivery import Carrier
from bot.sandbox.wecom_office import Office
from bot.sandbox.wecom_page import wecom_page
from bot.sandbox.world import Person, World

__all__ = ["CastMember", "SandboxConfig", "StationPin", "guard", "make_sandbox"]

STATIC = Path(__file__).parent / "static"
LARGEST_PICTURE = 2 * 1024 * 1024
SHOWN_TYPES = frozenset({"image/png", "image/jpeg", "image/gif"})
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: blob:; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

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


class Jump(BaseModel):
    at: datetime


class Said(BaseModel):
    speaker: Short = Field(alias="as", min_length=1)
    text: Text


class Sandbox:
    """One pretend WeChat with everything it is made of."""

    def __init__(self, config: SandboxConfig) -> None:
        self.config = config
        self.world = World(config.clock)
        self.tokens = Tokens(config.clock)
        self.faults = Faults()
        self.tricks = CallbackTricks()
        self.delivery = Delivery(config, self.world, tricks=self.tricks)
        self.office = Office(config.wecom, self.world) if config.wecom else None
        carrier = Carrier(self.delivery, self.office.delivery) if self.office else self.delivery
        self.phone = Phone(config, self.world, carrier)

    def person(self, openid: str) -> Person:
        person = self.world.person(openid)
        if person is None:
            raise HTTPException(404, "没有这个人，请刷新页面")
        return person

    def follower(self, openid: str) -> Person:
        person = self.person(openid)
        if person.followed_at is None:
            raise HTTPException(409, "还没有关注公众号，先点“关注”")
        return person

    def named(self, name: str) -> Person:
        """Give the person of this name: one who is here, one of the cast, or a new voter."""
        if person := self.world.called(name):
            return person
        member = next((each for each in self.config.cast() if each.name == name), None)
        return self.phone.join_cast(member) if member else self.phone.join(name, "voter")

    def station(self, key: str) -> StationPin:
        found = next((each for each in self.config.stations() if each.key == key), None)
        if found is None:
            raise HTTPException(404, "没有这个联络站")
        return found

    def moving(self, after: int) -> dict[str, Any]:
        """Tell what changes while one looks."""
        now = self.config.clock()
        return {
            "last": self.world.last,
            "now": now.isoformat(timespec="seconds"),
            "jumps": [{"label": label, "at": at.isoformat(timespec="seconds")} for label, at in jumps(now)],
            "people": [person.shown() for person in self.world.people()],
            "menu": self.world.menu or self.config.menu,
            "entries": self.world.entries(after),
        }

    def standing(self) -> dict[str, Any]:
        return {
            "account": self.config.account_name,
            "wecom": self.office is not None,
            "cast": [
                {"role": each.role, "name": each.name, "title": each.title, "area_name": each.area_name}
                for each in self.config.cast()
            ],
            "stations": [
                {
                    "key": each.key,
                    "name": each.name,
                    "longitude": each.longitude,
                    "latitude": each.latitude,
                }
                for each in self.config.stations()
            ],
        }


def make_sandbox(config: SandboxConfig) -> FastAPI:
    """Make the application that the demo mounts at `/sandbox`; raises ValueError where it must not run."""
    guard(config)
    sandbox = Sandbox(config)
    app = FastAPI(title="sandbox", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.sandbox = sandbox
    app.middleware("http")(_only_from_this_machine)
    app.add_middleware(FaultLayer, faults=sandbox.faults)
    app.include_router(wechat_api(config, sandbox.world, sandbox.delivery, sandbox.tokens))
    if sandbox.office:
        app.include_router(wecom_api(sandbox.office))
        app.include_router(wecom_page(sandbox.office, sandbox.phone, sandbox.follower))
    app.include_router(troubles(config, sandbox.world, sandbox.tokens, sandbox.faults, sandbox.tricks))
    app.include_router(_looking(sandbox))
    for routes in (_entering, _writing, _tapping, _turning):
        app.include_router(routes(sandbox))
    app.mount("/static", StaticFiles(directory=STATIC), name="static")

    @app.get("/")
    def page() -> Response:
        return FileResponse(STATIC / "index.html")

    return app


async def _only_from_this_machine(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    """Refuse other names for this machine and pages of other sites, which could both reach 127.0.0.1."""
    origin = request.headers.get("origin")
    hosts = [urlsplit(f"//{request.headers.get('host', '')}").hostname or ""]
    if origin is not None:
        hosts.append(urlsplit(origin).hostname or "")
    if not all(is_loopback(host) for host in hosts):
        return Response("the sandbox serves this machine only", 403)
    response = await call_next(request)
    response.headers.update(HEADERS)
    return response


def _looking(sandbox: Sandbox) -> APIRouter:
    api = APIRouter(prefix="/api")

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
    api = APIRouter(prefix="/api")
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
    api = APIRouter(prefix="/api")
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
    api = APIRouter(prefix="/api")
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
        return {"reply": phone.accept(sandbox.follower(act.person), act.template)}

    return api


def _turning(sandbox: Sandbox) -> APIRouter:
    """Join the clock, and what the terminal says: both let the bot do at once what is due."""
    api = APIRouter(prefix="/api")
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
