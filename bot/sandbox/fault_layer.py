"""Lays faults over the pretend platform's HTTP: wrong answers, none, or late ones."""

import asyncio
import json
import secrets
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.sandbox.faults import Fault, Faults
from bot.sandbox.world import World

HANG_SECONDS = 30
"""Longer than any client waits."""
PLATFORM = "/cgi-bin/"
HTML = b"<html><body><h1>502 Bad Gateway</h1></body></html>"


class FaultLayer:
    """The outermost layer of the sandbox; only calls to the platform's APIs are touched."""

    def __init__(self, app: ASGIApp, faults: Faults, world: World) -> None:
        self._app = app
        self._world = world
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a call, with the fault that is meant for it if there is one."""
        _, found, api = str(scope.get("path", "")).partition(PLATFORM)
        if scope["type"] != "http" or not found:
            await self._app(scope, receive, send)
            return
        body = await _whole(receive)
        fault = self._faults.take(api, _touser(body))
        again = _Again(body, receive)
        if fault is None or fault.kind == "slow":
            await asyncio.sleep(fault.milliseconds / 1000 if fault else 0)
            await self._app(scope, again, _Listening(send, self._faults))
            return
        self._world.make_true(fault.code, _touser(body))
        if fault.acts:
            await self._app(scope, again, _nowhere)
        await _fail(fault, receive, _Listening(send, self._faults))


async def _fail(fault: Fault, receive: Receive, send: Send) -> None:
    match fault.kind:
        case "hang":
            # The body was read: what comes next is that the caller has given up.
            await asyncio.wait([asyncio.ensure_future(receive())], timeout=HANG_SECONDS)
        case "reset":
            # More is announced than is sent, and the connection ends.
            await _start(send, 200, b"application/json", 100)
            await send({"type": "http.response.body", "body": b"{", "more_body": True})
        case "errcode":
            rid = "-".join(secrets.token_hex(4) for _ in range(3))
            said = {"errcode": fault.code, "errmsg": f"pretended fault rid: {rid}"}
            await _answer(send, 200, b"application/json", json.dumps(said).encode())
        case "html":
            await _answer(send, 200, b"text/html", HTML)
        case "status":
            await _answer(send, fault.code or 502, b"text/html", HTML)
        case _:
            await _answer(send, 200, b"application/json", b"")


async def _answer(send: Send, status: int, content_type: bytes, body: bytes) -> None:
    await _start(send, status, content_type, len(body))
    await send({"type": "http.response.body", "body": body})


async def _start(send: Send, status: int, content_type: bytes, length: int) -> None:
    headers = [(b"content-type", content_type), (b"content-length", str(length).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def _whole(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


async def _nowhere(_: Message) -> None:
    """Lose an answer."""


class _Again:
    """Gives a body that was read already once more, then what comes after it."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._message: Message | None = {"type": "http.request", "body": body, "more_body": False}
        self._receive = receive

    async def __call__(self) -> Message:
        message, self._message = self._message, None
        return message or await self._receive()


class _Listening:
    """Passes an answer on and counts the refusal that it holds."""

    def __init__(self, send: Send, faults: Faults) -> None:
        self._send = send
        self._faults = faults

    async def __call__(self, message: Message) -> None:
        if code := _json(message.get("body", b"")).get("errcode"):
            self._faults.refuse(int(code))
        await self._send(message)


def _touser(body: bytes) -> str:
    return str(_json(body).get("touser", ""))


def _json(body: bytes) -> dict[str, Any]:
    if not body.startswith(b"{"):
        return {}
    try:
        read = json.loads(body)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}
