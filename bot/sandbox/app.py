"""The sandbox as one application: pretend WeChat API, JSON for the chat page, and the page itself."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

from bot.sandbox.config import SandboxConfig, guard, is_loopback
from bot.sandbox.console import console
from bot.sandbox.fault_layer import FaultLayer
from bot.sandbox.page_api import page_api
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.troubles import troubles
from bot.sandbox.wechat_api import wechat_api
from bot.sandbox.wechat_gate import Gate
from bot.sandbox.wecom_api import wecom_api
from bot.sandbox.wecom_page import wecom_page

STATIC = Path(__file__).parent / "static"
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: blob:; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def make_sandbox(config: SandboxConfig) -> FastAPI:
    """Make the application that the demo mounts at `/sandbox`; raises ValueError where it must not run."""
    guard(config)
    sandbox = Sandbox(config)
    app = FastAPI(title="sandbox", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.sandbox = sandbox
    app.middleware("http")(_only_from_this_machine)
    app.add_middleware(FaultLayer, faults=sandbox.faults, world=sandbox.world)
    app.include_router(
        wechat_api(config, sandbox.world, sandbox.delivery, Gate(sandbox.tokens, sandbox.quotas))
    )
    if sandbox.office:
        app.include_router(wecom_api(sandbox.office))
        app.include_router(wecom_page(sandbox.office, sandbox.phone, sandbox.follower))
    app.include_router(console(config, sandbox.delivery, sandbox.tokens))
    app.include_router(troubles(sandbox))
    app.include_router(page_api(sandbox))
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
