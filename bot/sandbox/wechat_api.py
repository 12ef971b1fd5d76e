"""The pretend api.weixin.qq.com: tokens, sends, menu and people, in WeChat's own JSON."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from bot.sandbox import sends
from bot.sandbox.account_api import account_api
from bot.sandbox.config import SandboxConfig
from bot.sandbox.delivery import Delivery
from bot.sandbox.menus import menu_fault
from bot.sandbox.quota_api import quota_routes
from bot.sandbox.wechat_files import file_routes
from bot.sandbox.wechat_gate import Gate, answer, body_of
from bot.sandbox.world import World


def wechat_api(config: SandboxConfig, world: World, delivery: Delivery, gate: Gate) -> APIRouter:
    """Join the routes below `/wechat/cgi-bin`."""
    api = APIRouter(prefix="/wechat/cgi-bin")
    _token_routes(api, config, delivery, gate)
    _send_routes(api, config, world, delivery, gate)
    _menu_routes(api, world, gate)
    _people_routes(api, world, gate)
    api.include_router(file_routes(world, gate))
    api.include_router(quota_routes(config, delivery, gate))
    whole = APIRouter()
    whole.include_router(api)
    whole.include_router(account_api(config, world, gate))
    return whole


def _token_routes(api: APIRouter, config: SandboxConfig, delivery: Delivery, gate: Gate) -> None:
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
        code = refusal(request.query_params) or gate.spent(request)
        return answer(code) if code else token_answer(*gate.tokens.plain())

    @api.post("/stable_token")
    async def stable_token(request: Request) -> Response:
        body = await body_of(request)
        if body is None:
            return answer(47001)
        code = refusal(body) or gate.spent(request)
        if code:
            return answer(code)
        return token_answer(*gate.tokens.stable(force=body.get("force_refresh") is True))


def _send_routes(api: APIRouter, config: SandboxConfig, world: World, delivery: Delivery, gate: Gate) -> None:
    def told(outcome: sends.Outcome) -> Response:
        return answer(outcome.code, outcome.detail, **outcome.more)

    @api.post("/message/custom/send")
    async def custom(request: Request) -> Any:  # noqa: ANN401 - a response
        return await gate.authorized(request, lambda body: told(sends.custom(world, body)))

    @api.post("/message/template/send")
    async def template(request: Request) -> Any:  # noqa: ANN401 - a response
        return await gate.authorized(
            request, lambda body: told(sends.template(config, world, delivery, body))
        )

    @api.post("/message/subscribe/bizsend")
    async def bizsend(request: Request) -> Any:  # noqa: ANN401 - a response
        return await gate.authorized(
            request, lambda body: told(sends.subscription(config, world, delivery, body))
        )


def _menu_routes(api: APIRouter, world: World, gate: Gate) -> None:
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
        return await gate.authorized(request, make)

    @api.get("/menu/get")
    async def get(request: Request) -> Any:  # noqa: ANN401 - a response
        return await gate.authorized(request, show, reads=False)

    @api.get("/menu/delete")
    async def delete(request: Request) -> Any:  # noqa: ANN401 - a response
        return await gate.authorized(request, drop, reads=False)


def _people_routes(api: APIRouter, world: World, gate: Gate) -> None:
    @api.get("/user/info")
    async def info(request: Request) -> Any:  # noqa: ANN401 - a response
        person = world.person(request.query_params.get("openid", ""))
        return await gate.authorized(
            request, lambda _: JSONResponse(sends.user_info(person)) if person else answer(40003), reads=False
        )

    @api.get("/getcallbackip")
    async def callback_addresses(request: Request) -> Any:  # noqa: ANN401 - a response
        return await gate.authorized(request, lambda _: JSONResponse({"ip_list": ["127.0.0.1"]}), reads=False)
