"""What the pretend account says about itself: its menu, replies, templates and limits."""

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from bot.sandbox.config import SandboxConfig
from bot.sandbox.wechat_gate import Gate
from bot.sandbox.world import World

ONE_TIME, LONG_TERM = 2, 3


def account_api(config: SandboxConfig, world: World, gate: Gate) -> APIRouter:
    """Join the routes below `/wechat` that are only read."""
    api = APIRouter(prefix="/wechat")

    def reading(say: Callable[[], dict[str, Any]]) -> Callable[..., Any]:
        async def route(request: Request) -> Response:
            return await gate.authorized(request, lambda _: JSONResponse(say()), reads=False)

        return route

    def menu() -> dict[str, Any]:
        buttons = (world.menu or config.menu).get("button", [])
        return {"is_menu_open": 1, "selfmenu_info": {"button": [_as_shown(button) for button in buttons]}}

    def replies() -> dict[str, Any]:
        return {"is_add_friend_reply_open": 0, "is_autoreply_open": 0}

    def templates() -> dict[str, Any]:
        return {
            "template_list": [
                {
                    "template_id": key,
                    "title": key,
                    "content": _content(names),
                }
                for key, names in config.templates.items()
            ]
        }

    def subscriptions() -> dict[str, Any]:
        data = [
            {
                "priTmplId": key,
                "title": each.title,
                "content": _content(each.fields),
                "type": LONG_TERM if each.lasting else ONE_TIME,
            }
            for key, each in config.subscriptions.items()
        ]
        return {"errcode": 0, "errmsg": "ok", "data": data}

    api.get("/cgi-bin/get_current_selfmenu_info")(reading(menu))
    api.get("/cgi-bin/get_current_autoreply_info")(reading(replies))
    api.get("/cgi-bin/template/get_all_private_template")(reading(templates))
    api.get("/wxaapi/newtmpl/gettemplate")(reading(subscriptions))
    return api


def _content(names: tuple[str, ...]) -> str:
    return "".join(f"{{{{{name}.DATA}}}}\n" for name in names)


def _as_shown(button: Mapping[str, Any]) -> Mapping[str, Any]:
    below = button.get("sub_button")
    return {"name": button["name"], "sub_button": {"list": below}} if below else button
