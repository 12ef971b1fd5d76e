"""A small HTTP server on loopback that answers as it is told; the bigger one is the sandbox."""

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Answer:
    """One answer: bytes with a status, or a way to break off."""

    body: bytes = b""
    status: int = 200
    content_type: str = "application/json"
    length: int | None = None
    """What the header claims, where it is not the truth."""
    breaks: str = ""
    """`reset`, `close` (both after the request was read) or `hang`."""


def answer(**fields: Any) -> Answer:
    return Answer(json.dumps(fields).encode())


@dataclass
class Call:
    """A request as it came."""

    path: str
    query: dict[str, str]
    data: Any
    headers: dict[str, str] = field(default_factory=dict, compare=False)


@dataclass
class PretendApi:
    """Records what comes and answers by path: the answers in turn, the last one for ever."""

    base: str = ""
    calls: list[Call] = field(default_factory=list)
    answers: dict[str, list[Answer] | Callable[[Call], Answer]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    ended: threading.Event = field(default_factory=threading.Event)

    def on(self, path: str, *answers: Answer) -> None:
        self.answers[path] = list(answers)

    def calls_to(self, path: str) -> list[Call]:
        return [call for call in self.calls if call.path == path]

    def take(self, call: Call) -> Answer:
        with self.lock:
            self.calls.append(call)
            known = self.answers[call.path]
            if callable(known):
                return known(call)
            return known.pop(0) if len(known) > 1 else known[0]


class _Server(ThreadingHTTPServer):
    block_on_close = False

    def __init__(self, api: PretendApi) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.api = api

    def handle_error(self, *_arguments: object) -> None:
        """Say nothing: a client that goes away early is part of the play."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self.respond(None)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.respond(body if "multipart" in self.headers.get("Content-Type", "") else json.loads(body))

    def respond(self, data: Any) -> None:
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        given = self.server.api.take(Call(url.path, query, data, dict(self.headers)))
        if given.breaks:
            self.break_off(given.breaks)
            return
        self.send_response(given.status)
        self.send_header("Content-Type", given.content_type)
        self.send_header("Content-Length", str(given.length or len(given.body)))
        if given.length is not None:
            self.send_header("Connection", "close")
        if 300 <= given.status < 400:
            self.send_header("Location", f"{self.server.api.base}/elsewhere")
        self.end_headers()
        self.wfile.write(given.body)

    def break_off(self, how: str) -> None:
        self.close_connection = True
        if how == "hang":
            self.server.api.ended.wait(10)
        elif how == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()

    def finish(self) -> None:
        if self.connection.fileno() != -1:
            super().finish()

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@contextmanager
def serving(api: PretendApi) -> Iterator[PretendApi]:
    server = _Server(api)
    api.base = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield api
    finally:
        api.ended.set()
        server.shutdown()
        thread.join()
        server.server_close()
