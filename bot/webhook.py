"""GET and POST /channels/{name}: bytes in, bytes out. Plain ASGI, because every message passes here."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from datetime import datetime
from typing import Any
from urllib.parse import unquote_plus

import structlog

from bot.channels.base import Channel, Received, Rejected
from bot.core.metrics import Metrics
from bot.core.writer import Overloaded, Writer
from bot.sending.missed import Missed
from handlers.intake import Intake
from handlers.texts import Texts
from storage.messages import inbox

log = structlog.get_logger()

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

PREFIX = "/channels/"
_XML = b"application/xml; charset=utf-8"
_TEXT = b"text/plain; charset=utf-8"


class Webhook:
    """An ASGI application that takes the channels' requests and hands all others to `inner`."""

    def __init__(
        self,
        inner: App,
        channels: Mapping[str, Channel],
        writer: Writer,
        clock: Callable[[], datetime],
        *,
        metrics: Metrics,
        max_body_bytes: int,
        texts: Callable[[], Texts],
    ) -> None:
        self._inner = inner
        self.channels = channels
        self._writer = writer
        self._clock = clock
        self._metrics = metrics
        self._max_body_bytes = max_body_bytes
        self._texts = texts
        self._missed = Missed()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self._inner(scope, receive, send)
            return
        name = scope["path"][len(PREFIX) :].rstrip("/")
        channel = self.channels.get(name)
        with self._metrics.handling.time():
            try:
                status, body, kind = await self._answer(channel, scope, receive)
            except Rejected as rejected:
                status, body, kind = rejected.status, b"", _TEXT
                self._metrics.rejected.labels(channel=name if channel else "", reason=rejected.reason).inc()
        headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(
        self, channel: Channel | None, scope: Scope, receive: Receive
    ) -> tuple[int, bytes, bytes]:
        if channel is None:
            raise Rejected("channel", 404)
        query = read_query(scope["query_string"])
        if scope["method"] == "GET":
            return 200, channel.verify(query).encode(), _TEXT
        if scope["method"] != "POST":
            raise Rejected("method", 405)
        return await self._handle(channel, channel.parse(query, await self._read(scope, receive)))

    async def _read(self, scope: Scope, receive: Receive) -> bytes:
        """Read the body; one that is too big is refused before it is read whole."""
        declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if not declared.isdigit() or int(declared) > self._max_body_bytes:
            raise Rejected("too_big", 413)
        body = b""
        more = True
        while more:
            event = await receive()
            if event["type"] == "http.disconnect":
                raise Rejected("gone", 400)
            body += event.get("body", b"")
            more = event.get("more_body", False)
            if len(body) > self._max_body_bytes:
                raise Rejected("too_big", 413)
        return body

    async def _handle(self, channel: Channel, received: Received) -> tuple[int, bytes, bytes]:
        intake = Intake(
            dedupe_key=received.dedupe_key,
            channel=channel.name,
            sender=received.sender,
            raw=received.raw,
            message=received.message,
            quarantine=received.quarantine,
            nonce_key=received.nonce_key,
            body_hash=received.body_hash,
        )
        try:
            answer = await self._writer.submit(intake)
        except Overloaded:
            self._missed.refused(intake, self._clock())
            raise Rejected("overloaded", 503) from None
        except Exception as error:  # noqa: BLE001
            # Nothing was kept: the platform must try again. The error may quote the message; its name does not.
            log.error("a message could not be kept", error=type(error).__name__)  # noqa: TRY400
            self._missed.refused(intake, self._clock())
            raise Rejected("not_kept", 503) from None
        if answer.refused:
            raise Rejected("replay", 403)
        verdict = "quarantined" if received.quarantine else "answered"
        self._metrics.requests.labels(channel.name, verdict).inc()
        self._metrics.messages.labels(answer.route).inc()
        text = await self._with_missed(intake, answer.text) if self._missed else answer.text
        return 200, channel.render(text, received, self._clock()), _XML

    async def _with_missed(self, intake: Intake, text: str) -> str:
        """Tell a person, with an answer, that something they said before did not arrive."""
        self._missed.kept(intake)
        keys = self._missed.overdue(intake, self._clock()) if text else []
        # Another process may have kept it when the platform brought it again.
        if not keys or not await asyncio.to_thread(self._writer.transact, lambda s: inbox.lacks(s, keys)):
            return text
        return f"{text}\n{self._texts()('earlier_not_kept')}"


def read_query(raw: bytes) -> dict[str, str]:
    """Read a query string; every message has one, and nearly none has anything to unquote."""
    query = {}
    for pair in raw.decode("latin-1").split("&"):
        name, _, value = pair.partition("=")
        if "%" in pair or "+" in pair:
            name, value = unquote_plus(name), unquote_plus(value)
        query[name] = value
    return query
