"""POST /files/…/back: a sheet that comes back. The link is checked first, then the size, and only then is anything read."""

import asyncio
import re
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import datetime
from functools import partial
from typing import Any, NoReturn

import structlog
from sqlalchemy.orm import Session

from bot.core.writer import Writer
from bot.files.files import HEADERS, TAKEN_BACK, count_use, opened
from bot.files.papers import Note
from bot.files.shelf import Link, Shelf
from handlers.texts import Texts
from storage.figures import documents
from storage.figures.documents import scope_from
from storage.keeping import audit
from storage.models import Document
from storage.people.links import Use

log = structlog.get_logger()

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

IDLE_SECONDS, WHOLE_SECONDS = 10, 120
"""So long a sender may be silent, and so long a file may take."""
AT_ONCE = 4
"""Files that are read at the same time; messages go another way and never wait for them."""
MOST_HANDED_IN = 10
"""Files by one link."""
FORM_ROOM = 10_000
"""Bytes that a form takes beside its file."""
_ADDRESS = re.compile(r"/files/(\d{1,19})/(\d{1,19})/(\d{1,12})/([\w-]{1,64})/back/?", re.ASCII)
_BOUNDARY = re.compile(rb'boundary="?([^\s";,]{1,70})"?')
_HEADER_ROOM, _MOST_PARTS = 4_000, 8


class RefusedError(Exception):
    """A file that is not taken: the status and the sentence that the sender reads."""

    def __init__(self, status: int, key: str, **gaps: object) -> None:
        super().__init__(key)
        self.status, self.key, self.gaps = status, key, gaps


class Uploads:
    """An ASGI application that takes the files that are handed in, and gives all other requests to `inner`."""

    def __init__(
        self,
        inner: App,
        writer: Writer,
        shelf: Shelf,
        clock: Callable[[], datetime],
        *,
        texts: Callable[[], Texts],
        note: Note,
        max_bytes: int,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self._inner = inner
        self._writer = writer
        self._shelf = shelf
        self._clock = clock
        self._texts = texts
        self._note = note
        self._max_bytes = max_bytes
        self._idle_seconds = idle_seconds
        self._reading = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = _ADDRESS.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if found is None or scope["method"] != "POST":
            await self._inner(scope, receive, send)
            return
        link = Link(int(found[1]), int(found[2]), int(found[3]), found[4])
        try:
            await self._take(link, scope, receive)
        except RefusedError as refused:
            status, text = refused.status, self._texts()(refused.key, **refused.gaps)
        else:
            status, text = 200, self._texts()("ledger_back_taken")
        await _answer(send, status, text)

    async def _take(self, link: Link, scope: Scope, receive: Receive) -> None:
        headers = dict(scope["headers"])
        document = await asyncio.to_thread(opened, self._writer.engine, self._shelf, self._clock(), link)
        if document is None or document.kind not in TAKEN_BACK:
            raise RefusedError(404, "paper_link_over")
        declared = headers.get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > self._max_bytes + FORM_ROOM:
            self._refuse_size()
        if self._reading >= AT_ONCE:
            raise RefusedError(503, "upload_busy")
        self._reading += 1
        try:
            counted = partial(count_use, use=Use.HANDED_IN, most=MOST_HANDED_IN, link=link)
            if not await asyncio.to_thread(self._writer.transact, counted):
                raise RefusedError(429, "upload_often", most=MOST_HANDED_IN)
            body = await self._read(receive)
        finally:
            self._reading -= 1
        content = file_in(body, headers.get(b"content-type", b""))
        if not content:
            raise RefusedError(400, "upload_none")
        if len(content) > self._max_bytes:
            self._refuse_size()
        await asyncio.to_thread(self._keep, document, link, content)

    async def _read(self, receive: Receive) -> bytes:
        """Read the body, however it comes; who sends too much or too slowly is cut off."""
        pieces, size, more = list[bytes](), 0, True
        try:
            async with asyncio.timeout(WHOLE_SECONDS):
                while more:
                    async with asyncio.timeout(self._idle_seconds):
                        event = await receive()
                    if event["type"] == "http.disconnect":
                        raise RefusedError(400, "upload_slow")
                    piece, more = event.get("body", b""), event.get("more_body", False)
                    pieces.append(piece)
                    size += len(piece)
                    if size > self._max_bytes + FORM_ROOM:
                        self._refuse_size()
        except TimeoutError:
            raise RefusedError(408, "upload_slow") from None
        return b"".join(pieces)

    def _refuse_size(self) -> NoReturn:
        raise RefusedError(413, "ledger_back_big", most=self._max_bytes // 1_000_000 or 1)

    def _keep(self, document: Document, link: Link, content: bytes) -> None:
        stored_as = self._shelf.put(content)
        self._note("file back", document=str(document.id), account=str(link.account), sha256=stored_as)

        def want(session: Session) -> None:
            documents.want(
                session,
                f"{document.kind}_back",
                by=document.asked_by,
                scope=scope_from(document.scope),
                now=self._clock(),
                params={document.kind: document.id},
                stored_as=stored_as,
            )
            audit.note(
                session,
                "file handed in",
                now=self._clock(),
                who="",
                actor_id=document.asked_by,
                reason=f"{document.name} {stored_as[:12]}",
            )

        self._writer.transact(want)


async def _answer(send: Send, status: int, text: str) -> None:
    """Answer with a sentence, and end the connection: what was not read is not waited for."""
    body = text.encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
        *((name.lower().encode(), value.encode()) for name, value in HEADERS.items()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def file_in(body: bytes, content_type: bytes) -> bytes:
    """Give the first file of a form (multipart/form-data); nothing if there is none. It jumps from mark to mark."""
    named = _BOUNDARY.search(content_type[:300])
    if named is None:
        return b""
    mark = b"--" + named[1]
    start = body.find(mark)
    for _ in range(_MOST_PARTS):
        if start < 0:
            break
        head_ends = body.find(b"\r\n\r\n", start, start + _HEADER_ROOM)
        ends = body.find(b"\r\n" + mark, head_ends + 2) if head_ends >= 0 else -1
        if head_ends < 0 or ends < 0:
            break
        head = body[start:head_ends]
        if b'name="file"' in head and b"filename" in head:
            return body[head_ends + 4 : ends]
        start = ends + 2
    return b""
